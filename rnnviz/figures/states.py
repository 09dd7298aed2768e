"""States: what the network holds, unit by unit, and the path that it takes."""

from collections.abc import Sequence

import numpy as np
import plotly.graph_objects as go
from plotly.subplots import make_subplots

from rnnviz.core import measures
from rnnviz.core.types import Run
from rnnviz.figures import parts, theme


def overview(
    run: Run, sequence: int = 0, units: Sequence[int] = (0,), t: int | None = None, *, mode="light"
) -> go.Figure:
    """Every state of one sequence as units x time, and the chosen units of `a` as lines below."""
    names, n_a = run.cell.states, run.trace.n_a
    rows = len(names) + 1
    fig = make_subplots(rows, 1, shared_xaxes=True, vertical_spacing=0.06)
    end, time = parts.drawn_steps(run), parts.times(run)
    for row, name in enumerate(names, 1):
        values = run.trace.states[name][:, sequence, :end]
        top = parts.largest(values)
        limits = (-top, top)
        fig.add_trace(parts.heatmap(values, time[:end], mode, limits, name), row, 1)
        low, high = fig.layout[f"yaxis{row if row > 1 else ''}"].domain
        scale = parts.bar(mode, limits, (low + high) / 2, high - low, name)
        fig.add_trace(scale, row, 1)
        fig.update_yaxes(title_text=f"unit of {name}", **parts.unit_axis(n_a), row=row, col=1)
    for index, unit in enumerate(units):
        values = run.trace.states["a"][unit, sequence, :end]
        fig.add_trace(
            go.Scatter(
                x=time[:end],
                y=values,
                mode="lines+markers" if end == 1 else "lines",
                name=f"unit {unit + 1}",
                line=theme.tone(index, mode),
                hovertemplate=f"a, unit {unit + 1}<br>t = %{{x}}<br>%{{y:.6g}}<extra></extra>",
            ),
            rows,
            1,
        )
    fig.update_yaxes(title_text="a", row=rows, col=1)
    fig.update_xaxes(title_text="time step t", row=rows, col=1)
    parts.cursor(fig, t, mode)
    parts.note_broken(fig, run, mode)
    a = run.trace.states["a"][:, sequence, :end]
    description = (
        f"Heatmap of {n_a} units over {end} steps of sequence {sequence + 1}; "
        f"the hidden state lies between {a.min():.3g} and {a.max():.3g}."
    )
    title = f"{run.cell.title}: what each unit holds over time"
    fig = theme.finish(fig, title, mode, 230 * rows, description)
    return fig.update_layout(legend=dict(y=-0.16 * 2 / rows, yanchor="top"))


def trajectory(run: Run, sequence: int = 0, *, mode="light") -> go.Figure:
    """The hidden state's path in its first two principal components, coloured by time."""
    end, ink = parts.drawn_steps(run), theme.MODES[mode]
    states = run.trace.states["a"][:, sequence, :end].astype(float)
    (first, second), explained = measures.principal_components(states)
    time = parts.times(run)[:end]
    fig = go.Figure(
        go.Scatter(
            x=first,
            y=second,
            mode="lines+markers",
            line=dict(color=ink.grid, width=1.5),
            marker=dict(
                color=time,
                colorscale=ink.sequential[1:]
                and [[0, ink.sequential[1][1]], [1, ink.sequential[4][1]]],
                size=9,
                showscale=end > 1,
                colorbar=dict(
                    title=dict(text="t", side="top"), thickness=10, outlinewidth=0, tickfont_size=13
                ),
            ),
            customdata=time,
            hovertemplate="t = %{customdata}<br>%{x:.6g}, %{y:.6g}<extra></extra>",
            showlegend=False,
        )
    )
    for label, index in (("start", 0), ("end", end - 1)):
        fig.add_annotation(
            x=first[index],
            y=second[index],
            text=label,
            arrowcolor=ink.now,
            arrowwidth=1,
            ax=0,
            ay=-28 if label == "start" else 28,
        )
    fig.update_xaxes(title_text=f"component 1 ({explained[0]:.0%} of the variance)")
    fig.update_yaxes(title_text=f"component 2 ({explained[1]:.0%})")
    parts.note_broken(fig, run, mode)
    description = (
        f"Path of the hidden state over {end} steps; two components hold {explained.sum():.0%} of "
        "its variance."
    )
    return theme.finish(fig, "The path of the hidden state", mode, 420, description)


def saturation(run: Run, *, mode="light") -> go.Figure:
    """Share of units whose |a| is above 0.95, over all sequences, at each step."""
    end = parts.drawn_steps(run)
    share = measures.saturated_share(run.trace.states["a"][..., :end])
    fig = go.Figure(
        go.Scatter(
            x=parts.times(run)[:end],
            y=share,
            mode="lines+markers" if end == 1 else "lines",
            line=theme.line("a", mode) | {"shape": "hv"},
            hovertemplate="t = %{x}<br>%{y:.1%} of units<extra></extra>",
            showlegend=False,
        )
    )
    fig.update_xaxes(title_text="time step t")
    fig.update_yaxes(title_text="share with |a| > 0.95", range=[-0.02, 1.02], tickformat=".0%")
    parts.note_broken(fig, run, mode)
    description = f"On average {np.mean(share):.1%} of the units are saturated."
    return theme.finish(fig, "How many units are saturated", mode, 420, description)


def columns(run: Run, sequence: int) -> dict[str, np.ndarray]:
    """The table behind the overview: every state of every unit, one row a time step."""
    states = {name: state[:, sequence] for name, state in run.trace.states.items()}
    return parts.wide(parts.times(run), **states)
