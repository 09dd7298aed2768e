"""Colours tell things apart, for eyes that see all hues and for those that miss red or green."""

from dataclasses import replace
from itertools import combinations

import numpy as np
import pytest
from minimal import MGU, registered

from rnnviz.core.cells import CELLS, Cell, register
from rnnviz.core.cells.base import _registry
from rnnviz.figures import theme

# Linear RGB as a dichromat sees it: Machado, Oliveira & Fernandes 2009, severity 1.
SIGHT = {
    "every hue": np.eye(3),
    "protanopia": np.array(
        [
            [0.152286, 1.052583, -0.204868],
            [0.114503, 0.786281, 0.099216],
            [-0.003882, -0.048116, 1.051998],
        ]
    ),
    "deuteranopia": np.array(
        [
            [0.367322, 0.860646, -0.227968],
            [0.280085, 0.672501, 0.047413],
            [-0.011820, 0.042940, 0.968881],
        ]
    ),
}
TO_XYZ = np.array(
    [[0.4124, 0.3576, 0.1805], [0.2126, 0.7152, 0.0722], [0.0193, 0.1192, 0.9505]]
) / np.array([[0.9505], [1.0], [1.089]])
TOGETHER = [  # what is drawn in one picture
    ("forget", "input", "output", "candidate"),
    ("reset", "update", "candidate"),
    ("a", "c", "x"),
    ("rnn", "lstm", "gru", "bow"),
]
LINES = {
    "rnn": ("#22282e", "dot"),
    "lstm": ("#4f3fc4", "solid"),
    "gru": ("#8a5a3c", "dash"),
    "a": ("#0b5a8f", "solid"),
    "c": ("#a86200", "dash"),
    "forget": ("#c2410c", "solid"),
    "input": ("#00805e", "dash"),
    "update": ("#00805e", "dash"),
    "output": ("#8e3f7d", "dot"),
    "reset": ("#857000", "dashdot"),
    "candidate": ("#2a7ab0", "longdash"),
}
SAME = {frozenset(("input", "update"))}  # two names of the gate that writes


def lab(colour: str, sight: str) -> np.ndarray:
    """CIE L*a*b* of "#rrggbb" as such eyes see it."""
    share = np.array(theme.rgb(colour)) / 255
    linear = np.where(share <= 0.04045, share / 12.92, ((share + 0.055) / 1.055) ** 2.4)
    x, y, z = np.cbrt(TO_XYZ @ np.clip(SIGHT[sight] @ linear, 0, 1))
    return np.array([116 * y - 16, 500 * (x - y), 200 * (y - z)])


def apart(one: str, other: str, sight: str) -> float:
    return float(np.linalg.norm(lab(one, sight) - lab(other, sight)))


def test_the_distance_is_cies():
    assert lab("#ffffff", "every hue") == pytest.approx([100, 0, 0], abs=0.1)
    assert lab("#ff0000", "every hue") == pytest.approx([53.2, 80.1, 67.2], abs=0.3)
    assert apart("#00a000", "#c06000", "deuteranopia") < apart("#00a000", "#c06000", "every hue")


@pytest.mark.parametrize("mode", theme.MODES)
@pytest.mark.parametrize("sight", SIGHT)
@pytest.mark.parametrize("things", TOGETHER, ids=" ".join)
def test_what_is_drawn_together_is_told_apart(things, sight, mode):
    for pair in combinations(things, 2):
        one, other = (theme.line(name, mode)["color"] for name in pair)
        assert apart(one, other, sight) >= 15, pair


@pytest.mark.parametrize("mode", theme.MODES)
def test_no_two_things_share_a_colour(mode):
    for pair in combinations(theme.HUES, 2):
        if frozenset(pair) not in SAME:
            one, other = (theme.line(name, mode)["color"] for name in pair)
            assert apart(one, other, "every hue") >= 12, pair


@pytest.fixture
def many_cells():
    """Cells that nobody has drawn lines for, one older than all: seven, of five gates."""
    with registered():
        names = [
            f"{letters}-{n}" for n, letters in enumerate(("ab", "ba", "aab", "aba", "zz", "a"))
        ]
        for name in names:
            letters = [f"g{k}" for k in range(5)]
            lines = [f"g{k} = sigmoid(W{k} @ [a_prev, x] + b{k})" for k in range(5)]
            lines += [f"{s} = 0.5 * {s}_prev + g0" for s in ("c", name.replace("-", "_"))]
            lines += [f"a = {' * '.join(letters)} * c + {name.replace('-', '_')}"]
            words = {letter: f"{name} {letter}" for letter in letters}
            register(Cell(name, name, "1989", "\n".join(lines), words=words))
        yield
        for name in names:
            del _registry[name]


def groups():
    """What is drawn together: all cells; the states and gates of each."""
    yield [*CELLS, "bow"]
    # The plain network's one block is named after its state: one thing, one line.
    yield from ({*c.states, *(g.name for g in (*c.gates, *c.shown_gates))} for c in CELLS.values())


def confused(mode):
    """Pairs of a group with one dash whose hues some eyes do not tell apart."""
    for group in groups():
        for pair in combinations(group, 2):
            one, other = (theme.line(name, mode) for name in pair)
            hues = (one["color"], other["color"])
            if one["dash"] == other["dash"] and min(apart(*hues, sight) for sight in SIGHT) < 15:
                yield pair


@pytest.mark.parametrize("mode", theme.MODES)
def test_no_neighbours_are_taken_for_each_other(mode):
    """Not two cells, and not two of the states and gates of one cell, whatever the eyes."""
    assert not list(confused(mode))


@pytest.mark.parametrize("mode", theme.MODES)
def test_neither_are_cells_that_nobody_has_drawn_lines_for(many_cells, mode):
    assert not list(confused(mode))


def test_the_notebooks_cells_and_their_gates_keep_their_lines():
    """They are in print and in heads; a later cell takes what is left."""
    assert {name: theme.line(name, "light", 2) for name in LINES} == {
        name: {"color": colour, "dash": dash, "width": 2} for name, (colour, dash) in LINES.items()
    }


def test_a_cell_keeps_its_line_when_another_is_registered(many_cells):
    several = {name: theme.line(name, "light") for name in CELLS}
    register(replace(MGU, name="later", source="1970"))
    try:
        assert {name: theme.line(name, "light") for name in several} == several
        assert theme.line("later", "light") not in several.values()
    finally:
        del _registry["later"]
