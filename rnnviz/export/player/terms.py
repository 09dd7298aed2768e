"""What the player's symbols mean: the glossary's terms of what it shows, by key."""

from collections.abc import Iterable

from rnnviz.core import glossary
from rnnviz.core.cells import Cell
from rnnviz.core.diagram import Node, nodes

ALWAYS = ("x", "y", "gradient", "norm", "t", "direction", "unit", "sequence", "speed", "signed",
          "open", "wide")  # fmt: skip


def of_node(cell: Cell, node: Node) -> str:
    """The key of what a node of a cell's diagram is."""
    named = {gate.name for gate in cell.shown_gates}
    if node.kind in ("previous", "state"):
        return glossary.term(f"state-{node.name.removesuffix('_prev')}").key
    if node.name in named or node.kind == "gate":
        return glossary.term(f"gate-{node.name}").key
    kinds = {"input": "x", "block": "preactivation", "parameter": "parameter"}
    return kinds.get(node.kind, f"node-{node.kind}")


def of_row(kind: str, name: str) -> str:
    """The key of what a row of the tape is."""
    if kind in ("state", "gate"):
        return glossary.term(f"{kind}-{name}").key
    return {"input": "x", "output": "y", "norms": "norm"}.get(kind, kind)


def explained(key: str) -> dict[str, str]:
    """A term as the browser shows it."""
    one = glossary.term(key)
    words = {"title": one.symbol, "formula": one.formula}
    return {name: glossary.plain(text) for name, text in words.items()} | {
        **{"key": one.key, "sentence": one.sentence, "unit": one.unit, "lesson": one.lesson},
    }


def terms(cells: Iterable[Cell]) -> dict[str, dict[str, str]]:
    """Every term of what some cells show in the player."""
    keys = dict.fromkeys(ALWAYS)
    for cell in cells:
        keys |= dict.fromkeys(of_row("state", name) for name in cell.states)
        keys |= dict.fromkeys(of_row("gate", gate.name) for gate in cell.shown_gates)
        keys |= dict.fromkeys(of_node(cell, node) for node in nodes(cell) if node.kind != "join")
    return {key: explained(key) for key in keys}
