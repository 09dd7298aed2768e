"""A cell as a diagram: what it is computed from (`nodes`), and where that stands (`wiring`)."""

from rnnviz.core.diagram.graph import FUNCTIONS, Node, evaluate, nodes, parameter_values
from rnnviz.core.diagram.output import output_place
from rnnviz.core.diagram.placement import Place, Wire, Wiring, wiring

__all__ = [
    "FUNCTIONS",
    "Node",
    "Place",
    "Wire",
    "Wiring",
    "evaluate",
    "nodes",
    "output_place",
    "parameter_values",
    "wiring",
]
