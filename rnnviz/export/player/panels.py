"""The rows of the player's tape: what is held, then what the loss feels, on one time line."""

from collections.abc import Sequence
from typing import Any

from rnnviz.core.cells import Cell
from rnnviz.export.player.terms import of_row
from rnnviz.figures import theme
from rnnviz.figures.notation import plain

Panel = dict[str, Any]
_INPUT = {"kind": "input", "run": 0, "name": "x", "word": "", "symbol": "x", "of": "x",
          "spoken": "input x", "counted": "number"}  # fmt: skip
_OUTPUT = {"kind": "output", "run": 0, "name": "y", "word": "classes", "symbol": "y", "of": "y",
           "spoken": "output y", "counted": "class", "open": True, "top": 1.0}  # fmt: skip
FELT = "what the loss feels of sequence {}, a shade for each power of ten"
ONE_SCALE = ", on one scale"  # behind it, of several cells


def panels(cells: Sequence[Cell], sequence: int, reads_out: bool = True) -> list[list[Panel]]:
    """The rows in groups; of several runs those of what each of their cells remembers by.

    `sequence` (from 0) is the one that is shown. A row's `run` is the place of its run, its `tint`
    the hue of its word, where it has one.
    """
    felt, several = FELT.format(sequence + 1), len(cells) > 1
    groups = _of_several(cells, felt) if several else _of_one(cells[0], felt, reads_out)
    rows = (row for group in groups for row in group)
    for row in rows:
        row["term"] = of_row(row["kind"], row.get("name", ""))
    return groups


def beside(cell: Cell) -> list[Panel]:
    """A cell's rows where several play: what it remembers by, how that is felt, and its curve;
    `run` is left to whoever puts them together."""
    held, felt = panels([cell, cell], 0)
    return [held[2], felt[1], felt[-1]["curves"][1]]


def _of_one(cell: Cell, feels: str, reads_out: bool) -> list[list[Panel]]:
    held = [_INPUT | {"word": "input"}]
    for name in cell.states:
        word, _, symbol = theme.title_of(name).rpartition(" ")
        spoken = theme.title_of(name)
        held.append(_state(0, name) | {"word": word.split(" ")[0], "spoken": spoken})
        held[-1]["symbol"] = symbol
    for gate in cell.shown_gates:
        entry = {"kind": "gate", "run": 0, "name": gate.name, "word": gate.name, "counted": "unit"}
        more = {"open": gate.range[0] == 0, "top": 1.0, "of": gate.name, "spoken": gate.name}
        held.append(entry | more | {"symbol": plain(gate.symbol)})
    if reads_out:
        held.append(_OUTPUT)
    felt = [_gradient(0, s) | {"spoken": f"gradient of {s}"} for s in cell.states]
    curves = [_curve(0, s, s) for s in cell.states]
    return _headed(held, "what the network holds, units × time", felt, feels, curves)


def _of_several(cells: Sequence[Cell], feels: str) -> list[list[Panel]]:
    held, felt, curves = [_INPUT], [], []
    for run, cell in enumerate(cells):
        name, named = cell.remembered, {"word": cell.title, "tint": cell.name}
        held.append(_state(run, name) | named | {"spoken": f"{cell.title} {name}"})
        spoken = f"{cell.title} gradient of {name}"
        felt.append(_gradient(run, name) | named | {"spoken": spoken})
        curves.append(_curve(run, name, cell.name) | {"title": f"{cell.title} "})
    what = "the input, and what each cell remembers of it, units × time, on one scale"
    return _headed(held, what, felt, feels + ONE_SCALE, curves)


def _state(run: int, name: str) -> Panel:
    entry = {"kind": "state", "run": run, "name": name, "counted": "unit"}
    return entry | {"symbol": name, "of": name}


def _gradient(run: int, name: str) -> Panel:
    entry = {"kind": "gradient", "run": run, "name": f"d_{name}", "of": name, "word": ""}
    return entry | {"counted": "unit", "symbol": f"dL/d{name}"}


def _curve(run: int, name: str, hue: str) -> Panel:
    dash = theme.line(hue, "light")["dash"]  # the same in every mode
    return {"run": run, "name": name, "hue": hue, "dash": dash, "title": ""}


def _headed(held: list, what: str, felt: list, how: str, curves: list) -> list[list[Panel]]:
    felt = [*felt, {"kind": "norms", "curves": curves, "spoken": "norm of the gradient"}]
    held[0]["heading"], felt[0]["heading"] = what, how
    return [held, felt]
