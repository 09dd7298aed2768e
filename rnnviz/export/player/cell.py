"""What a cell is to the player, whatever it ran on: its diagram, its words, its colours.

The dashboard sends it with each run; a page without a server has it written in, for every cell.
"""

from collections.abc import Iterable

from rnnviz.core.cells import Cell
from rnnviz.core.diagram import Wiring, output_place, wiring
from rnnviz.export.player.telling import telling
from rnnviz.export.player.terms import of_node
from rnnviz.figures import theme
from rnnviz.figures.notation import Notation, plain

OUTPUT = "output y"  # the name of its node, which no letter of an equation can be


def of_cell(cell: Cell, reads_out: bool = True) -> dict:
    """A cell's own: title, diagram and clauses; `reads_out` is whether an output y stands behind.

    >>> from rnnviz import CELLS
    >>> part = of_cell(CELLS["gru"])
    >>> part["states"], part["remembered"], part["nodes"][-1]["name"]
    (('a',), 'a', 'output y')
    """
    diagram = wiring(cell)
    notation = Notation(cell, diagram.nodes)
    return {
        "title": cell.title,
        "hue": cell.name,
        "states": cell.states,
        "remembered": cell.remembered,
        "tells": telling(cell, notation, reads_out),
        "nodes": [*(_node(node, diagram, notation, cell) for node in diagram.nodes),
                  *[_output(diagram, cell.readout)] * reads_out],
        "wires": [*({"source": w.source, "target": w.target, "points": w.points}
                    for w in diagram.wires),
                  *[{"source": "a", "target": OUTPUT,
                     "points": [diagram.places["a"], output_place(diagram)]}] * reads_out],
    }  # fmt: skip


def inks(cells: Iterable[Cell]) -> dict[str, dict]:
    """The colours of each mode; the browser knows which one it shows, and when that changes."""
    each = list(cells)
    return {mode: _ink(each, mode) for mode in theme.MODES}


def _ink(cells: list[Cell], mode: str) -> dict:
    ink = theme.MODES[mode]
    names = ("ground", "text", "quiet", "grid", "now", "diverging", "sequential")
    things = [
        name
        for cell in cells
        for name in (
            *("x", cell.name, *cell.states),
            *(gate.name for gate in (*cell.gates, *cell.shown_gates)),
        )
    ]
    hues = {name: theme.line(name, mode)["color"] for name in things}
    return {name: getattr(ink, name) for name in names} | {"hues": hues}


def _node(node, diagram: Wiring, notation: Notation, cell: Cell) -> dict:
    """A node as the player draws it."""
    drawn = {
        **{"name": node.name, "kind": node.kind, "inputs": node.inputs},
        "place": diagram.places[node.name],
        "symbol": notation.symbol(node.name),
        "letters": notation.letters(node),
        "title": notation.title(node),
        "open": node.squash == "sigmoid" or node.kind in ("complement", "sigmoid"),
        "term": of_node(cell, node),
    }
    if node.name in notation.named and node.kind != "gate":  # a gate that is no block's own
        drawn |= {"of": node.name, "named": node.name, "open": node.kind in ("sigmoid", "exp")}
    if node.kind in ("gate", "block"):
        gate = notation.gate(node)
        drawn |= {"of": gate.name, "plain": plain(gate.symbol), "squash": gate.squash}
    if node.kind in ("previous", "state"):
        drawn["of"] = node.name.removesuffix("_prev")
    if node.name in notation.roots:
        state = notation.roots[node.name]
        drawn |= {"root": state, "rootSymbol": f"{state}_{{t}}"}
    return drawn


def _output(diagram: Wiring, readout: tuple[str, str]) -> dict:
    """The output, which is no part of the cell, as a node behind its hidden state."""
    W, b = (f"{name[0]}_{{{name[1:]}}}" for name in readout)
    letters = f"y_{{t}} = softmax({W} a_{{t}} + {b})"
    drawn = {"name": OUTPUT, "kind": "output", "inputs": ["a"], "symbol": "y_{t}", "open": True,
             "term": "y"}  # fmt: skip
    return drawn | {"place": output_place(diagram), "letters": letters, "title": "output y"}
