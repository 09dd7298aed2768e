"""Training: the path of a probe's states, in the plane of the answer, and where they would stay."""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
import plotly.graph_objects as go

from rnnviz.core.phrases import number
from rnnviz.core.training import Training
from rnnviz.figures import parts, theme
from rnnviz.figures.dynamics import KINDS
from rnnviz.figures.figure_builder import FigureBuilder


class Still(NamedTuple):
    """A fixed point by its kind, and where it stands in the plane."""

    kind: str
    across: float
    up: float


def phase(
    one: Training, frame: int = -1, still: Sequence[Still] = (), *, mode="light"
) -> go.Figure:
    """The states that a sequence of the probe passes through at a frame: what the network would
    answer at each of them, and the direction beside that in which they differ most; with the fixed
    points that are `still` there while nothing comes in."""
    builder, ink = FigureBuilder(mode), theme.MODES[mode]
    across, up = plane(one, frame)
    time, update = np.arange(1, len(across) + 1), one.record.frames.updates[frame]
    title = {"text": "t", "side": "top"}
    marker = {
        **{"color": time, "size": 9, "showscale": True},
        "colorscale": [[0, ink.sequential[1][1]], [1, ink.sequential[4][1]]],  # none too pale
        "colorbar": {"title": title, "thickness": 10, "outlinewidth": 0, "tickfont": {"size": 13}},
    }
    path = parts.line(across, up, "", {"color": ink.grid, "width": 1.5}, "", marker=marker)
    hover = "t = %{customdata}<br>%{x:.4g}, %{y:.4g}<extra></extra>"
    path |= {"mode": "lines+markers", "customdata": time, "hovertemplate": hover}
    builder.add(path | {"showlegend": False})
    for kind, (symbol, size, hue, filled) in KINDS.items():
        some = [point for point in still if point.kind == kind]
        colour = ink.lines[hue]
        dots = {"size": size, "symbol": symbol, "color": colour}
        dots |= {"line": {"width": 1, "color": ink.ground}} if filled else {}
        hover = f"{kind}<br>%{{x:.4g}}, %{{y:.4g}}<extra></extra>"
        if some:
            x, y = (np.array(each) for each in ([p.across for p in some], [p.up for p in some]))
            points = parts.line(x, y, kind, {}, "", hovertemplate=hover)
            builder.add(points | {"mode": "markers", "marker": dots})
    if still:
        builder.legend(2)
    builder.x("W a + b, the first answer")
    builder.y("beside it")
    told = (number(float(value)) for value in (across[0], across[-1]))
    said = "At update {}, W a + b goes from {} to {}.".format(update, *told)
    return builder.finish(f"The path of the states, at update {update}", 420, said)


def plane(
    one: Training, frame: int, states: np.ndarray | None = None
) -> tuple[np.ndarray, np.ndarray]:
    """Of states a (n_a, count), by default those of the probe's first sequence, (count,) both:
    W a + b of the first output, and the component in which the rest of the probe's differ most,
    rising from its first step to its last."""
    row = one.record.frames.rows[frame]
    params = one.weights(row["weights"])
    W, b = (params[name].astype(float)[0] for name in one.cell.readout)
    a = row["states"][one.cell.states.index("a")].astype(float)
    states = a if states is None else states
    axis, middle = W / (np.linalg.norm(W) or 1.0), a.mean(axis=1, keepdims=True)
    rest = a - middle
    rest -= np.outer(axis, axis @ rest)
    if not np.isfinite(rest).all():
        return W @ states + b, np.full(states.shape[1], np.nan)
    along = np.linalg.svd(rest, full_matrices=False)[0][:, 0]
    along = along if along @ (rest[:, -1] - rest[:, 0]) >= 0 else -along
    return W @ states + b, along @ (states - middle)
