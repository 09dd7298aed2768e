"""Compare: the same input through every cell, side by side and on shared scales."""

from collections.abc import Mapping

import numpy as np
import plotly.graph_objects as go
from plotly.subplots import make_subplots

from rnnviz.core import measures
from rnnviz.core.types import Run
from rnnviz.figures import parts, theme


def states(runs: Mapping[str, Run], sequence: int = 0, *, mode="light") -> go.Figure:
    """Hidden states of one sequence, one row a cell, one colour scale for all."""
    rows = len(runs)
    fig = make_subplots(rows, 1, shared_xaxes=True, vertical_spacing=0.05)
    drawn = {n: r.trace.states["a"][:, sequence, : parts.drawn_steps(r)] for n, r in runs.items()}
    top = parts.largest(*drawn.values())
    words = []
    for row, (name, run) in enumerate(runs.items(), 1):
        values, label = drawn[name], theme.title_of(name)
        time = parts.times(run)[: values.shape[1]]
        fig.add_trace(parts.heatmap(values, time, mode, (-top, top), label), row, 1)
        fig.update_yaxes(title_text=label, **parts.unit_axis(run.trace.n_a), row=row, col=1)
        words.append(f"{label} {np.abs(values).max():.3g}")
    fig.add_trace(parts.bar(mode, (-top, top), 0.5, 1, "a"), 1, 1)
    fig.update_xaxes(title_text="time step t", row=rows, col=1)
    description = f"Largest hidden state: {', '.join(words)}."
    title = "The same input, each cell's hidden state"
    return theme.finish(fig, title, mode, 170 * rows + 70, description)


def norms(runs: Mapping[str, Run], *, mode="light") -> go.Figure:
    """||dL/da|| at each step, one line a cell."""
    fig, words = go.Figure(), []
    for name, run in runs.items():
        values = run.gradients.norms["a"]
        words.append(f"{theme.title_of(name)} {values[0]:.3g}")
        fig.add_trace(_line(parts.times(run), values, name, mode))
    curves = [run.gradients.norms["a"] for run in runs.values()]
    fig.update_xaxes(title_text="time step k")
    fig.update_yaxes(title_text="norm of dL/da", **parts.log_axis(*curves))
    description = f"Gradient norm at the first step: {', '.join(words)}."
    return theme.finish(fig, "How far back each cell's gradient reaches", mode, 400, description)


def band(bands: Mapping[str, np.ndarray], *, mode="light") -> go.Figure:
    """Norms (seeds, T_x) by cell: the median over seeds, and from the 10th to 90th percentile."""
    fig, edges, seeds = go.Figure(), [], 0
    for name, values in bands.items():
        low, middle, high = np.percentile(parts.positive(values), [10, 50, 90], axis=0)
        seeds, time = len(values), np.arange(1, values.shape[1] + 1)
        colour = theme.line(name, mode)["color"]
        fig.add_trace(
            go.Scatter(
                x=np.concatenate([time, time[::-1]]),
                y=np.concatenate([high, low[::-1]]),
                fill="toself",
                fillcolor=f"rgba{(*_rgb(colour), 0.18)}",
                line=dict(width=0),
                hoverinfo="skip",
                showlegend=False,
            )
        )
        fig.add_trace(_line(time, middle, name, mode))
        edges += [low, high]
    fig.update_xaxes(title_text="time step k")
    fig.update_yaxes(title_text="norm of dL/da", **parts.log_axis(*edges))
    title = f"Over {seeds} seeds: median, and 10 to 90 % as a band"
    return theme.finish(fig, title, mode, 400)


def parameters(runs: Mapping[str, Run], *, mode="light") -> go.Figure:
    """How many numbers each cell learns, its readout left out."""
    counts = {n: measures.parameter_count(r.experiment)["cell"] for n, r in runs.items()}
    fig = go.Figure(
        go.Bar(
            x=list(counts.values()),
            y=[theme.title_of(name) for name in counts],
            orientation="h",
            marker_color=[theme.line(name, mode)["color"] for name in counts],
            text=[f"{count:,}" for count in counts.values()],
            textposition="auto",
            textfont_size=14,
            hovertemplate="%{y}: %{x:,} parameters<extra></extra>",
        )
    )
    fig.update_xaxes(title_text="parameters", rangemode="tozero", nticks=6)
    fig.update_yaxes(autorange="reversed")
    words = ", ".join(f"{theme.title_of(name)} {count:,}" for name, count in counts.items())
    return theme.finish(fig, "What each cell learns", mode, 400, f"Parameters: {words}.")


def columns(runs: Mapping[str, Run]) -> dict[str, np.ndarray]:
    """The table behind the norms: one row a time step, one column a cell."""
    norms = {f"norm of dL/da, {theme.title_of(n)}": r.gradients.norms["a"] for n, r in runs.items()}
    return {"k": parts.times(next(iter(runs.values()))), **norms}


def _line(x, y, name: str, mode: str) -> go.Scatter:
    label = theme.title_of(name)
    return go.Scatter(
        x=x,
        y=parts.positive(y),
        mode="lines+markers" if len(x) == 1 else "lines",
        name=label,
        line=theme.line(name, mode, 2.5),
        hovertemplate=f"{label}<br>k = %{{x}}<br>%{{y:.6g}}<extra></extra>",
    )


def _rgb(colour: str) -> tuple[int, int, int]:
    return tuple(int(colour[i : i + 2], 16) for i in (1, 3, 5))
