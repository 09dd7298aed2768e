"""What follows from a cell's equations: each operation stands beside its derivative, once.

`parse` reads text, `blocks` finds the matrix products, `derive` what hangs on what and by which
local derivative, `layout` where a step's gradients lie, `rest` where states stay; `forward`,
`derivatives` and `backward` write NumPy in place, `latex` and `written` other languages.
"""

from rnnviz.core.calculus import latex
from rnnviz.core.calculus.blocks import Block, Stage
from rnnviz.core.calculus.derive import derived
from rnnviz.core.calculus.expression import Node, factors_of, replaced
from rnnviz.core.calculus.forward import function_of
from rnnviz.core.calculus.graph import Derived, Edge
from rnnviz.core.calculus.rest import at_rest
from rnnviz.core.calculus.written import infix, javascript

__all__ = [
    "Block", "Derived", "Edge", "Node", "Stage", "at_rest", "derived", "factors_of", "function_of",
    "infix", "javascript", "latex", "replaced",
]  # fmt: skip
