"""Newton: how many corrections the whole sequence at once takes, by how fast states part."""

import numpy as np
import plotly.graph_objects as go

from rnnviz.core.types import Pass
from rnnviz.figures import parts, theme
from rnnviz.figures.figure_builder import FigureBuilder

SOLVED, GIVEN_UP, OWN = "solved", "given up", "this gain"
EXPONENT, COUNT = "λ (nats a step)", "corrections of all steps"


def corrections(
    run: Pass,
    gains: np.ndarray,
    exponents: np.ndarray,
    counts: np.ndarray,
    solved: np.ndarray,
    *,
    mode="light",
) -> go.Figure:
    """How often Newton's method corrects all steps of a sequence together before they are right, of
    the same network at several gains (k,), the first its own, against the largest exponent."""
    builder = FigureBuilder(mode)
    kinds = (SOLVED, solved, "circle"), (GIVEN_UP, ~solved, "x")
    for index, (name, some, symbol) in enumerate(kinds):
        if some.any():
            style = theme.tone(index, mode)
            marker = {"size": 10, "symbol": symbol, "color": style["color"]}
            builder.add(_dots(exponents[some], counts[some], name, marker, gains[some]))
    ring = {"size": 18, "symbol": "circle-open", "color": builder.ink.now, "line": {"width": 2}}
    builder.add(_dots(exponents[:1], counts[:1], OWN, ring, gains[:1]))
    builder.line(x=0.0, color=builder.ink.quiet, width=1)
    builder.x(EXPONENT)
    builder.y(COUNT, rangemode="tozero")
    builder.legend(3)
    end = f"after {counts[0]}" if solved[0] else f"not after {counts[0]}"
    said = f"At its own gain of {gains[0]:g} all {run.trace.T_x} steps are right {end} corrections."
    return builder.finish("All steps at once", 400, said)


def _dots(x: np.ndarray, y: np.ndarray, name: str, marker: dict, gains: np.ndarray) -> dict:
    hover = f"{name}, gain %{{customdata:.3g}}<br>λ = %{{x:.3g}}: %{{y}} corrections<extra></extra>"
    dots = parts.line(x, y, name, {}, "", hovertemplate=hover, customdata=gains)
    return dots | {"mode": "markers", "marker": marker}
