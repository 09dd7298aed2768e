"""A trained flip-flop: the three numbers that it answers at its fixed points, in a cube."""

from itertools import combinations, product
from typing import NamedTuple

import numpy as np
import plotly.graph_objects as go

from rnnviz.core import dynamics
from rnnviz.core.phrases import number
from rnnviz.core.types import Pass
from rnnviz.figures import theme
from rnnviz.figures.dynamics import KINDS, comes
from rnnviz.figures.figure_builder import FigureBuilder

AXES = ("switch 1, and aslant switch 3", "switch 2, and aslant switch 3")
CUBE, WAY = "the eight memories", "what this run answers"
_SLANT = np.array([[1.0, 0.0, 0.36], [0.0, 1.0, 0.26]])  # how the cube is laid onto the paper
_SADDLES = ("x", "diamond-open", "square-open")  # by how many directions lead away
_MOST = len(_SADDLES)


class Answers(NamedTuple):
    """What a network was trained to answer with, W a + b of a readout (3, n_a) and (3, 1); `own`
    (3, T) of its run; and the share of answers that are right, on sequences that it was not trained
    on."""

    cell: str
    W: np.ndarray
    b: np.ndarray
    own: np.ndarray
    right: float

    def at(self, states: np.ndarray) -> np.ndarray:
        """The answers (3, k) in joint states (N, k)."""
        return self.W @ states[: self.W.shape[1]] + self.b


def cube(run: Pass, settling: dynamics.Settling, answers: Answers, *, mode="light") -> go.Figure:
    """The network's answers at its fixed points, in the cube whose corners are the memories."""
    return _flat(settling, answers, mode)


def other_cube(
    run: Pass, settling: dynamics.Settling, answers: Answers, *, mode="light"
) -> go.Figure:
    """The same of the network of another cell, which was trained alike."""
    return _flat(settling, answers, mode)


def laid(places: np.ndarray) -> np.ndarray:
    """Where numbers (3, ..) stand on the paper, (2, ..)."""
    return _SLANT @ places


def edges() -> np.ndarray:
    """The twelve edges of the cube, (3, 36), with a gap behind each."""
    corners = np.array([*product((-1.0, 1.0), repeat=3)])
    pairs = [p for p in combinations(corners, 2) if (p[0] != p[1]).sum() == 1]
    return np.concatenate([[*pair, np.full(3, np.nan)] for pair in pairs]).T


def by_ways(settling: dynamics.Settling) -> dict[str, list[int]]:
    """The places of its points by what they are: "stable", "1 way out", "2 ways out", .."""
    kinds: dict[str, list[int]] = {}
    for at, point in enumerate(settling.points):
        kinds.setdefault(way_out(point), []).append(at)
    return dict(sorted(kinds.items(), key=lambda one: settling.points[one[1][0]].unstable))


def way_out(point: dynamics.FixedPoint) -> str:
    """What a point is called here: "stable", "1 way out", "2 ways out", .."""
    if not point.unstable:
        return point.kind
    return f"{point.unstable} way{'' if point.unstable == 1 else 's'} out"


def _flat(settling: dynamics.Settling, answers: Answers, mode: str) -> go.Figure:
    builder = FigureBuilder(mode)
    ink = builder.ink
    builder.add(_lines(edges(), CUBE, {"color": ink.quiet, "width": 1}))
    style = theme.line("x", mode, 1.2)
    builder.add(_lines(answers.own, WAY, style) | {"opacity": 0.7})
    for name, places, marker in of_kinds(settling, answers, mode):
        x, y = laid(places)
        told = [", ".join(number(v) for v in one) for one in places.T]
        builder.add({
            **{"type": "scatter", "x": x, "y": y, "mode": "markers", "name": name},
            **{"marker": marker, "hovertext": told},
            "hovertemplate": f"{name}<br>answers %{{hovertext}}<extra></extra>",
        })  # fmt: skip
    builder.x(AXES[0], range=[-1.85, 1.85])
    builder.y(AXES[1], range=[-1.75, 1.75])
    builder.legend(len(builder.traces))
    kinds = by_ways(settling)
    each = ", ".join(f"{len(some)} {kind}" for kind, some in kinds.items()) or "none"
    said = f"The three answers of the {answers.cell} at its fixed points {comes(settling)}: {each}."
    return builder.finish(f"{answers.cell}: what it answers where it stays", 520, said)


def of_kinds(settling: dynamics.Settling, answers: Answers, mode: str):
    """Each kind of point: its name, its answers (3, count), its marker."""
    ink = theme.MODES[mode]
    for name, some in by_ways(settling).items():
        point = settling.points[some[0]]
        symbol, size, hue, filled = KINDS[point.kind]
        if point.unstable:
            symbol, size = _SADDLES[min(point.unstable, _MOST) - 1], 10
        marker: dict = {"symbol": symbol, "size": size, "color": ink.lines[hue]}
        if filled and not symbol.endswith("open"):
            marker["line"] = {"width": 1.2, "color": ink.text if hue == "gold" else ink.ground}
        states = np.array([settling.points[at].state for at in some]).T
        yield name, answers.at(states), marker


def _lines(places: np.ndarray, name: str, style: dict) -> dict:
    x, y = laid(places)
    return {
        **{"type": "scatter", "x": x, "y": y, "mode": "lines", "name": name},
        **{"line": style | {"simplify": False}, "hoverinfo": "skip"},
    }
