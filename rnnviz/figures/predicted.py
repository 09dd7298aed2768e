"""What a class predicted: how many said what, and what came."""

from collections.abc import Sequence
from itertools import pairwise
from textwrap import wrap
from typing import Any

import numpy as np
import plotly.graph_objects as go

from rnnviz.core.phrases import number
from rnnviz.figures.figure_builder import FigureBuilder

COUNT = "predictions"
CAME = "what came"
OWN = "your own"
_LINE = 34  # letters of an option beside its bar
_PALE = 0.7  # opacity of the bars, before which the signs stand
_LARGE = 18  # pixels: read from the last row


def options(names: Sequence[str], counts: np.ndarray, came: str, own: str, title: str, *,
            mode="light") -> go.Figure:  # fmt: skip
    """A bar an option (k,), with how many chose it, and a sign at the one that came true, and at
    one's `own` ("": of nobody)."""
    builder = FigureBuilder(mode)
    labels = [wrapped(name) for name in names]
    builder.add(
        {
            **{"type": "bar", "orientation": "h", "x": np.asarray(counts, float), "y": labels},
            "marker": {"color": builder.ink.quiet, "opacity": _PALE},
            "hovertemplate": "%{y}: %{x:,}<extra></extra>",
        }
    )
    builder.x(COUNT, **whole(counts, 1.35))
    builder.y(autorange="reversed", tickfont={"size": _LARGE})
    for name, count in zip(names, counts, strict=True):
        words = [str(count), *([CAME] if name == came else []), *([OWN] if name == own else [])]
        builder.note(
            " · ".join(words), x=float(count), y=wrapped(name), xanchor="left", xshift=6,
            font={"size": _LARGE, "color": builder.ink.now if name == came else builder.ink.text},
        )  # fmt: skip
    told = "; ".join(f"{name}: {count}" for name, count in zip(names, counts, strict=True))
    height = 110 + 28 * sum(label.count("<br>") + 2 for label in labels)
    return builder.finish(title, height, f"{told}. {CAME.capitalize()}: {came}.")


def numbers(edges: np.ndarray, counts: np.ndarray, came: float, own: float | None, title: str,
            unit: str, powers: bool, *, mode="light") -> go.Figure:  # fmt: skip
    """How many numbers (k,) lie between one edge and the next (k + 1,), a line at what came, and
    at one's `own` (None: of nobody); `powers` says that all these are logarithms to base 10."""
    builder = FigureBuilder(mode)
    middle, wide = (edges[1:] + edges[:-1]) / 2, np.diff(edges)
    ends = [number(float(10**edge if powers else edge)) for edge in edges]
    builder.add(
        {
            **{"type": "bar", "x": middle, "y": np.asarray(counts, float), "width": 0.9 * wide},
            "marker": {"color": builder.ink.quiet, "opacity": _PALE},
            "customdata": [f"{low} to {high}" for low, high in pairwise(ends)],
            "hovertemplate": "%{customdata}: %{y:,}<extra></extra>",
        }
    )
    axis: dict[str, Any] = {}
    if powers:
        low, high = np.floor(edges[0]), np.ceil(edges[-1])
        places = np.arange(low, high + 1, max(1, np.ceil((high - low) / 8)))
        axis = {"tickvals": list(places), "ticktext": [number(float(10**at)) for at in places]}
    builder.x(f"prediction ({unit})" if unit else "prediction", **axis)
    builder.y(COUNT, **whole(counts, 1.2))
    signs = [(came, CAME, "now", 0.0)] + ([(own, OWN, "text", 22.0)] if own is not None else [])
    for at, words, ink, down in signs:
        builder.line(x=float(at), color=getattr(builder.ink, ink), width=2.5)
        builder.note(
            words, x=float(at), y=1, yref="paper", xanchor="left", yanchor="top", xshift=6,
            yshift=-down, font={"size": _LARGE, "color": getattr(builder.ink, ink)},
        )  # fmt: skip
    told = "; ".join(
        f"{low} to {high}: {count}"
        for low, high, count in zip(ends, ends[1:], counts, strict=False)
    )
    value = number(float(10**came if powers else came))
    return builder.finish(title, 420, f"{told}. {CAME.capitalize()}: {value}.")


def whole(counts: np.ndarray, room: float) -> dict:
    """An axis of whole numbers from 0 on, with some room beyond the largest."""
    most = max(1, max(counts, default=0))
    return {"range": [0, room * most], "dtick": max(1, -(-int(most) // 5))}


def wrapped(option: str) -> str:
    """An option in short lines."""
    return "<br>".join(wrap(option.replace("<", "‹"), _LINE))
