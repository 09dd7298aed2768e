"""What is drawn of a network's states in three dimensions, to be turned."""

from collections.abc import Iterator

import numpy as np
import plotly.graph_objects as go

from rnnviz.core import dynamics
from rnnviz.core.types import Pass
from rnnviz.figures import flip_flop, theme
from rnnviz.figures.dynamics import HELD, KINDS, OWN, WAYS, comes, counted, joined, one_by_one
from rnnviz.figures.flip_flop import Answers
from rnnviz.figures.plain import PlainFigure
from rnnviz.figures.theme import FONT, SERIF

SWITCHES = ("switch 1", "switch 2", "switch 3")
# Markers are letters of a font here: there is no star, and the cross is not in every font.
_SYMBOLS = {"star": "diamond", "star-open": "diamond-open", "x": "square"}
# From aside, lest the corners of a cube hide each other.
_CAMERA = {"eye": {"x": 1.85, "y": -1.15, "z": 0.8}, "center": {"x": 0, "y": 0, "z": -0.1}}
_SIZE = 5
_HEIGHT = 560


def portrait(
    run: Pass, settling: dynamics.Settling, sequence: int = 0, *, mode="light"
) -> go.Figure:
    """The paths, the ways out of saddles and the fixed points by their kind."""
    ink, seen = theme.MODES[mode], dynamics.space(settling, sequence)
    traces = [_path(seen.own, OWN, theme.line("x", mode))]
    if settling.held != dynamics.HELD[-1]:
        traces.append(_path(joined(seen.paths), HELD, theme.line("a", mode)))
        if seen.ways:
            traces.append(_path(one_by_one(seen.ways), WAYS, {"color": ink.text}))
        traces += _by_kind(settling, seen, ink)
    said = f"State of {settling.of.N} numbers {comes(settling)}: {counted(settling)}."
    return _scene(f"{run.cell.title}: the state in three dimensions", traces, seen.axes, said, ink)


def cube(run: Pass, settling: dynamics.Settling, answers: Answers, *, mode="light") -> go.Figure:
    """The cube of a flip-flop's answers."""
    return _cube(settling, answers, mode)


def other_cube(
    run: Pass, settling: dynamics.Settling, answers: Answers, *, mode="light"
) -> go.Figure:
    """The same of the network of another cell, which was trained alike."""
    return _cube(settling, answers, mode)


def _cube(settling: dynamics.Settling, answers: Answers, mode: str) -> go.Figure:
    ink = theme.MODES[mode]
    traces = [
        _path(flip_flop.edges(), flip_flop.CUBE, {"color": ink.quiet}),
        _path(answers.own, flip_flop.WAY, theme.line("x", mode)),
    ]
    for name, places, marker in flip_flop.of_kinds(settling, answers, mode):
        traces.append(_dots(places, name, marker["symbol"], marker["color"]))
    said = f"The answers of the {answers.cell} {comes(settling)}: {counted(settling)}."
    title = f"{answers.cell}: its answers in three dimensions"
    return _scene(title, traces, SWITCHES, said, ink)


def _by_kind(settling: dynamics.Settling, seen: dynamics.Space, ink: theme.Ink) -> Iterator[dict]:
    kinds = np.array([point.kind for point in settling.points])
    for kind, (symbol, _, hue, _) in KINDS.items():
        if kind in kinds:
            yield _dots(seen.points[:, kinds == kind], kind, symbol, ink.lines[hue])


def _path(places: np.ndarray, name: str, style: dict) -> dict:
    line = style | {"width": 2}
    return _trace(places, name) | {"mode": "lines", "line": line, "hoverinfo": "skip"}


def _dots(places: np.ndarray, name: str, symbol: str, colour: str) -> dict:
    marker = {"symbol": _SYMBOLS.get(symbol, symbol), "size": _SIZE, "color": colour}
    hover = f"{name}<br>%{{x:.4g}}, %{{y:.4g}}, %{{z:.4g}}<extra></extra>"
    return _trace(places, name) | {"mode": "markers", "marker": marker, "hovertemplate": hover}


def _trace(places: np.ndarray, name: str) -> dict:
    x, y, z = places
    return {"type": "scatter3d", "x": x, "y": y, "z": z, "name": name}


def _scene(title: str, traces: list[dict], axes: tuple, said: str, ink: theme.Ink) -> go.Figure:
    axis: dict = {"gridcolor": ink.grid, "zerolinecolor": ink.grid, "color": ink.text}
    axis |= {"showbackground": False, "showspikes": False}
    each = zip("xyz", axes, strict=True)
    scene: dict = {f"{k}axis": axis | {"title": {"text": text}} for k, text in each}
    layout = {
        "template": {},
        "title": {
            **{"text": title, "x": 0, "xref": "container", "xanchor": "left", "pad": {"l": 2}},
            "font": {"size": 20, "family": SERIF, "color": ink.text},
            **{"y": 0.98, "yanchor": "top"},
        },
        "scene": scene | {"aspectmode": "cube", "dragmode": "turntable", "camera": _CAMERA},
        "uirevision": "rnnviz",  # the view that was turned stays
        "height": _HEIGHT,
        "margin": {"l": 0, "r": 0, "t": 48, "b": 72},
        "paper_bgcolor": "rgba(0,0,0,0)",
        "font": {"family": FONT, "size": 13, "color": ink.text},
        "legend": {
            **{"orientation": "h", "x": 0, "y": 0, "yanchor": "top", "font": {"size": 14}},
            "itemsizing": "constant",  # else its marks are as small as the font's
        },
        "meta": {"description": said},
    }
    return PlainFigure({"data": traces, "layout": layout})
