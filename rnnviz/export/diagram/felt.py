"""How the loss feels what stands in a diagram: the chain rule from box to box, at one step.

States and pre-activations are the engine's; between them the local derivatives run, as they do in
the player (assets/player/data.js).
"""

from collections.abc import Callable, Mapping, Sequence
from typing import NamedTuple

import numpy as np

from rnnviz.core import recompute
from rnnviz.core.diagram import Node, Wiring
from rnnviz.core.types import Pass
from rnnviz.figures.notation import Notation

Slope = Callable[[Sequence[float], int, float], float]
SLOPES: dict[str, Slope] = {  # of a value v by the j-th of what it is computed from
    "product": lambda inputs, j, v: float(np.prod([*inputs[:j], *inputs[j + 1 :]])),
    "sum": lambda inputs, j, v: 1.0,
    "difference": lambda inputs, j, v: -1.0 if j else 1.0,
    "quotient": lambda inputs, j, v: -v / inputs[1] if j else 1 / inputs[1],
    "negative": lambda inputs, j, v: -1.0,
    "max": lambda inputs, j, v: float(inputs[1] > inputs[0] if j else inputs[0] >= inputs[1]),
    "min": lambda inputs, j, v: float(inputs[0] > inputs[1] if j else inputs[1] >= inputs[0]),
    "complement": lambda inputs, j, v: -1.0,
    "sigmoid": lambda inputs, j, v: v * (1 - v),
    "tanh": lambda inputs, j, v: 1 - v * v,
    "relu": lambda inputs, j, v: float(v > 0),
    "exp": lambda inputs, j, v: v,
    "log": lambda inputs, j, v: 1 / inputs[0],
    "sqrt": lambda inputs, j, v: 0.5 / v,
    "abs": lambda inputs, j, v: float(np.sign(inputs[0])),
    "sin": lambda inputs, j, v: float(np.cos(inputs[0])),
    "cos": lambda inputs, j, v: -float(np.sin(inputs[0])),
    "softplus": lambda inputs, j, v: 0.5 + float(np.tanh(0.5 * inputs[0])) / 2,
}


class Felt(NamedTuple):
    """dL/d(value) of every node, and what each wire, (source, target), carries back."""

    nodes: dict[str, float]
    wires: dict[tuple[str, str], float]


def felt_at(
    run: Pass, at: tuple[int, int, int], diagram: Wiring, values: Mapping[str, float]
) -> Felt:
    """Of one unit, sequence and step t (`at`, from 0), where the nodes hold `values`; NaN where a
    share is not known of one unit alone.

    >>> from rnnviz import Experiment, run
    >>> from rnnviz.core.diagram import wiring
    >>> from rnnviz.export.diagram.held import values_at
    >>> one = run(Experiment(cell="gru"))
    >>> values = values_at(one, 4, 0, 2)
    >>> felt = felt_at(one, (2, 0, 4), wiring(one.cell), values)
    >>> bool(felt.nodes["a"] == one.gradients.states["a"][2, 0, 4])
    True
    """
    unit, sequence, t = at
    notation = Notation(run.cell, diagram.nodes)
    kinds = {node.name: node.kind for node in diagram.nodes}
    dz, late = recompute.gate_gradients(run, sequence, np.array([t]))
    fixed = {name: float(block[unit, 0]) for name, block in dz.items()}
    states = {name: run.gradients.state(name)[:, unit, sequence] for name in run.cell.states}
    operand = np.nan if late is None else float(late[unit, 0])
    nodes = {root: float(states[name][t + 1]) for root, name in notation.roots.items()}
    nodes |= {name: float(state[t + 1]) for name, state in states.items()}
    wires: dict[tuple[str, str], float] = {}

    def share(node: Node, source: str, j: int) -> float:
        if kinds[source] == "block":
            return fixed[source.removeprefix("z_")]
        if node.kind in ("gate", "block"):
            return fixed[node.name.removeprefix("z_")]
        if node.kind == "join":
            if kinds[source] == "previous":
                return float(states[source.removesuffix("_prev")][t])
            return np.nan if source == "x" else operand
        inputs = [values[name] for name in node.inputs]
        slope = SLOPES[node.kind](inputs, j, values[node.name]) if node.kind in SLOPES else np.nan
        return slope * nodes.get(node.name, np.nan)

    with np.errstate(all="ignore"):
        for node in reversed(diagram.nodes):
            for j, source in enumerate(node.inputs if node.kind != "state" else ()):
                carried, wire = share(node, source, j), (source, node.name)
                wires[wire] = wires.get(wire, 0.0) + carried
                if source not in notation.roots:
                    nodes[source] = nodes.get(source, 0.0) + carried
    for node in diagram.nodes:
        if node.kind == "previous":
            nodes[node.name] = float(states[node.name.removesuffix("_prev")][t])
        if node.kind == "state":  # from the steps after: the whole, less what went elsewhere
            (root,) = node.inputs
            rest = sum(felt for (source, _), felt in wires.items() if source == root)
            whole = nodes[node.name]
            wires[root, node.name] = whole - rest if root in notation.roots else whole
    return Felt(nodes, wires)
