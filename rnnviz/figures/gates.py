"""Gates: when they open, which ones are stuck, and how long memory lasts behind them."""

import numpy as np
import plotly.graph_objects as go
from plotly.subplots import make_subplots

from rnnviz.core import measures
from rnnviz.core.types import Run
from rnnviz.figures import parts, theme


def overview(run: Run, sequence: int = 0, unit: int = 0, *, mode="light") -> go.Figure:
    """Every gate of one sequence as units x time, and the chosen unit's gates as lines below."""
    gates = run.cell.shown_gates
    rows, n_a, end, time = len(gates) + 1, run.trace.n_a, parts.drawn_steps(run), parts.times(run)
    fig = make_subplots(rows, 1, shared_xaxes=True, vertical_spacing=0.035)
    shown = set()
    for row, gate in enumerate(gates, 1):
        values = run.trace.gates[gate.name][:, sequence, :end]
        fig.add_trace(parts.heatmap(values, time[:end], mode, gate.range, gate.name), row, 1)
        if gate.range not in shown:  # one bar for the gates 0..1, one for the candidates -1..1
            shown.add(gate.range)
            low, high = fig.layout[f"yaxis{row if row > 1 else ''}"].domain
            label = "gate" if gate.range[0] == 0 else gate.name
            fig.add_trace(parts.bar(mode, gate.range, (low + high) / 2, high - low, label), row, 1)
        fig.update_yaxes(title_text=gate.name, **parts.unit_axis(n_a), row=row, col=1)
        fig.add_trace(
            go.Scatter(
                x=time[:end],
                y=values[unit],
                mode="lines+markers" if end == 1 else "lines",
                name=gate.name,
                line=theme.line(gate.name, mode),
                hovertemplate=f"{gate.name}, unit {unit + 1}<br>t = %{{x}}<br>%{{y:.6g}}"
                "<extra></extra>",
            ),
            rows,
            1,
        )
    low = min(gate.range[0] for gate in gates)
    fig.update_yaxes(
        title_text=f"unit {unit + 1}", range=[low * 1.05 - 0.03, 1.05], row=rows, col=1
    )
    fig.update_xaxes(title_text="time step t", row=rows, col=1)
    parts.note_broken(fig, run, mode)
    means = ", ".join(
        f"{gate.name} {run.trace.gates[gate.name][:, sequence, :end].mean():.2f}" for gate in gates
    )
    title = f"{run.cell.title}: when each gate opens"
    fig = theme.finish(
        fig, title, mode, 150 * rows + 60, f"Gates over {end} steps, means: {means}."
    )
    return fig.update_layout(legend=dict(y=-0.45 / rows, yanchor="top"))


def saturation(run: Run, *, mode="light") -> go.Figure:
    """Each unit of each gate a point: share of time below 0.1 against share of time above 0.9."""
    fig = go.Figure()
    end, words = parts.drawn_steps(run), []
    symbols = ("circle", "square", "diamond", "cross")
    for index, gate in enumerate(g for g in run.cell.shown_gates if g.squash == "sigmoid"):
        left, right = measures.gate_saturation(run.trace.gates[gate.name][..., :end])
        words.append(f"{gate.name} {left.mean():.0%} shut, {right.mean():.0%} open")
        fig.add_trace(
            go.Scatter(
                x=left,
                y=right,
                mode="markers",
                name=gate.name,
                marker=dict(
                    color=theme.line(gate.name, mode)["color"],
                    symbol=symbols[index % len(symbols)],
                    size=11,
                    opacity=0.85,
                ),
                customdata=np.arange(1, len(left) + 1),
                hovertemplate=f"{gate.name}, unit %{{customdata}}<br>shut %{{x:.1%}}, "
                "open %{y:.1%}<extra></extra>",
            )
        )
    edge = dict(color=theme.MODES[mode].quiet, width=1, dash="dot")
    fig.add_shape(type="line", x0=0, y0=1, x1=1, y1=0, line=edge, layer="below")
    fig.update_xaxes(
        title_text="share of time below 0.1 (shut)", range=[-0.03, 1.03], tickformat=".0%"
    )
    fig.update_yaxes(
        title_text="share of time above 0.9 (open)", range=[-0.03, 1.03], tickformat=".0%"
    )
    return theme.finish(fig, "Which gates are stuck", mode, 420, "; ".join(words) + ".")


def memory(run: Run, *, mode="light") -> go.Figure:
    """Half-life of each unit's memory, in steps, from the gate that keeps it."""
    end, n_a = parts.drawn_steps(run), run.trace.n_a
    steps = measures.half_life(measures.retention(run.trace)[..., :end])
    name, _ = run.cell.memory
    fig = go.Figure(
        go.Scatter(
            x=np.arange(1, n_a + 1),
            y=parts.positive(steps),
            mode="markers",
            marker=dict(color=theme.line(name, mode)["color"], size=11),
            hovertemplate="unit %{x}<br>half gone after %{y:.4g} steps<extra></extra>",
            showlegend=False,
        )
    )
    fig.update_xaxes(title_text="unit", tickvals=parts.unit_axis(n_a)["tickvals"])
    fig.update_yaxes(title_text="half-life (steps)", **parts.log_axis(steps))
    description = f"Half-lives from {steps.min():.3g} to {steps.max():.3g} steps."
    return theme.finish(fig, "How long each unit's memory lasts", mode, 420, description)


def columns(run: Run, sequence: int) -> dict[str, np.ndarray]:
    """The table behind the overview: every gate of every unit, one row a time step."""
    gates = {name: gate[:, sequence] for name, gate in run.trace.gates.items()}
    return parts.wide(parts.times(run), **gates)
