"""Memory: how long a gradient, a push and what a readout can tell of an input last."""

import numpy as np
import plotly.graph_objects as go

from rnnviz.core import dynamics
from rnnviz.core.phrases import number
from rnnviz.core.types import Pass
from rnnviz.figures import parts, theme
from rnnviz.figures.figure_builder import FigureBuilder

NAMES = ("gradient", "push", "readout")
HALF = "half is left"
LAG, SHARE = "lag (steps)", "share left"
_LOWEST = 1e-4  # that is drawn: a readout's share is rounding of a fit long before


def half_lives(run: Pass, curves: np.ndarray, *, mode="light") -> go.Figure:
    """Three curves (3, lags + 1) on one ruler, each as a share of what it is at lag 0: what a
    gradient keeps on its way back, a push on its way on, and a linear readout of the input."""
    builder, lags = FigureBuilder(mode), np.arange(curves.shape[1])
    shares, lives = shares_of(curves), lives_of(curves)
    for index, (name, share) in enumerate(zip(NAMES, shares, strict=True)):
        style = theme.tone(index, mode)
        hover = f"{name}<br>%{{x}} steps: %{{y:.3g}}<extra></extra>"
        builder.add(parts.line(lags, parts.positive(share), name, style, "", hovertemplate=hover))
    there = lives[np.isfinite(lives)]
    marker = {"size": 11, "color": builder.ink.now, "symbol": "diamond"}
    if len(there):
        hover = f"{HALF}: %{{x:.3g}} steps<extra></extra>"
        halves = parts.line(there, np.full(len(there), 0.5), HALF, {}, "", hovertemplate=hover)
        builder.add(halves | {"mode": "markers", "marker": marker})
    builder.line(y=0.5, color=builder.ink.quiet, width=1)
    builder.x(LAG, rangemode="tozero")
    builder.y(SHARE, **parts.log_axis(shares, np.array([0.5])))
    builder.legend(4)
    said = ", ".join(f"{n} {number(v)}" for n, v in zip(NAMES, lives, strict=True))
    return builder.finish("Three half-lives on one ruler", 420, f"Half-lives in steps: {said}.")


def shares_of(curves: np.ndarray) -> np.ndarray:
    """Each curve over its first number; NaN where that is none, or where it is too small."""
    with np.errstate(all="ignore"):
        shares = np.where(curves[:, :1] > 0, curves / curves[:, :1], np.nan)
    return np.where(shares >= _LOWEST, shares, np.nan)


def lives_of(curves: np.ndarray) -> np.ndarray:
    """The half-life of each curve, (3,): infinite where it never falls to a half, NaN of none."""
    return np.array([dynamics.half_life(curve) for curve in curves])
