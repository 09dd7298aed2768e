"""One scale for what several pictures, or several rows of one, show of a kind."""

from collections.abc import Iterable, Mapping
from typing import NamedTuple

import numpy as np
import plotly.graph_objects as go

from rnnviz.figures import parts

Axis = tuple[str, str]  # what stands along it, and whether it is "log"
Range = tuple[float, float]
_ROUNDING = float(np.finfo(np.float32).eps)  # in which the cells of a heatmap are drawn
_PAD = 0.05  # of an axis that goes as far as its numbers, as a share of their range


class Scale(NamedTuple):
    """The end of every colour scale that is centred on 0 (None without any), and the range of
    those vertical axes of numbers that bear the same words, by them."""

    top: float | None
    ranges: Mapping[Axis, Range]


def scale_of(figures: Iterable[go.Figure]) -> Scale:
    """The widest of the colour scales around 0, and of the axes that bear the same words.

    >>> rows = [{"type": "heatmap", "z": [[0.5]], "zmin": -top, "zmax": top} for top in (1, 3)]
    >>> scale_of([go.Figure(rows)]).top
    3.0
    """
    tops: list[float] = []
    every: dict[Axis, list[Range]] = {}
    for fig in figures:
        traces, layout = _plain(fig)
        tops += [float(trace["zmax"]) for trace in traces if _centred(trace)]
        for name, axis in _axes(traces, layout):
            every.setdefault(_key(axis), []).append(_range(axis, name, traces))
    ranges = {
        key: (min(low for low, _ in several), max(high for _, high in several))
        for key, several in every.items()
        if len(several) > 1
    }
    return Scale(max(tops, default=None), ranges)


def on_scale(fig: go.Figure, scale: Scale) -> go.Figure:
    """A copy of a figure with its colours and axes on a scale that holds its own; a bar says where
    numbers lie beyond its ends."""
    traces, layout = _plain(fig)
    if scale.top is not None:
        top, rows = scale.top, [np.asarray(t["z"], float) for t in traces if _centred(t)]
        beyond = bool(rows) and parts.largest(*rows) > top * (1 + _ROUNDING)
        traces = [_coloured(trace, top, beyond) for trace in traces]
    for name, axis in _axes(traces, layout):
        if _key(axis) in scale.ranges:
            layout[name] = axis | {"range": list(scale.ranges[_key(axis)])}
    return go.Figure({"data": traces, "layout": layout}, _validate=False)


def _plain(fig: go.Figure) -> tuple[list[dict], dict]:
    return [trace.to_plotly_json() for trace in fig.data], fig.layout.to_plotly_json()


def _centred(trace: dict) -> bool:
    return trace["type"] == "heatmap" and trace.get("zmin") == -trace.get("zmax", 0) != 0


def _coloured(trace: dict, top: float, beyond: bool) -> dict:
    """A heatmap around 0 or its bar, with other ends; any other trace as it is."""
    if _centred(trace):
        return trace | {"zmin": -top, "zmax": top}
    marker = trace.get("marker") or {}
    if "colorbar" not in marker or marker.get("cmin", 0) != -marker.get("cmax", 1):
        return trace
    bar = {n: v for n, v in marker["colorbar"].items() if n not in ("tickvals", "ticktext")}
    bar |= parts.ends((-top, top)) if beyond else {}
    ends = {"cmin": -top, "cmax": top, "color": [-top], "colorbar": bar}
    return trace | {"marker": marker | ends}


def _axes(traces: list[dict], layout: dict) -> list[tuple[str, dict]]:
    """The vertical axes of numbers: not those of a heatmap's units, of words, or of a plane."""
    rows = {trace.get("yaxis", "y") for trace in traces if trace["type"] in ("heatmap", "bar")}
    rows |= {trace.get("yaxis", "y") for trace in traces if not len(_numbers(trace))}
    return [
        (name, axis)
        for name, axis in layout.items()
        if name.startswith("yaxis") and name.replace("axis", "") not in rows
        and axis.get("title") and not axis.get("scaleanchor")
    ]  # fmt: skip


def _key(axis: dict) -> Axis:
    return axis["title"]["text"], axis.get("type", "linear")


def _range(axis: dict, name: str, traces: list[dict]) -> Range:
    if axis.get("range"):
        low, high = axis["range"]
        return float(low), float(high)
    place = name.replace("axis", "")
    mine = [_numbers(trace) for trace in traces if trace.get("yaxis", "y") == place]
    every = np.concatenate([np.zeros(0), *mine])
    every = every[np.isfinite(every)]
    low, high = (float(every.min()), float(every.max())) if every.size else (0.0, 1.0)
    pad = _PAD * (high - low) or 1.0
    return low - pad, high + pad


def _numbers(trace: dict) -> np.ndarray:
    """The heights of a trace; none where they are words."""
    y = np.asarray(trace.get("y", ()), dtype=object)
    numbers = [value for value in y.ravel() if value is not None and not isinstance(value, str)]
    return np.array(numbers, float)
