"""Gates: when they open, which ones are stuck, and how long memory lasts behind them."""

import numpy as np
import plotly.graph_objects as go

from rnnviz.core import measures
from rnnviz.core.errors import ExperimentError
from rnnviz.core.phrases import number
from rnnviz.core.types import Pass
from rnnviz.figures import parts, theme
from rnnviz.figures.figure_builder import FigureBuilder

_BAR = 0.34  # of the figure's height: a colour bar with room for its title and numbers


def overview(
    run: Pass,
    sequence: int = 0,
    unit: int = 0,
    words: parts.Words | None = None,
    *,
    mode="light",
) -> go.Figure:
    """Every gate of one sequence as units x time, and the chosen unit's gates as lines below."""
    gates = run.cell.shown_gates
    rows, end = len(gates) + 1, parts.drawn_steps(run)
    time, order = parts.along(run, end, words)
    builder, shown, means = FigureBuilder(mode, rows, gap=0.035), set(), []
    for row, gate in enumerate(gates, 1):
        values = run.trace.gates[gate.name][:, sequence, order]
        means.append(f"{gate.name} {_mean(values)}")
        builder.add(parts.heatmap(values, time, builder.ink, gate.range, gate.name), row)
        if gate.range not in shown:  # one bar for the gates 0..1, one for the candidates -1..1
            shown.add(gate.range)
            label = "gate" if gate.range[0] == 0 else gate.name
            middle, height = builder.domain(row)
            place = (middle, max(height, _BAR))
            builder.add(parts.bar(builder.ink, gate.range, place, label), row)
        style, hover = theme.line(gate.name, mode), f"{gate.name}, unit {unit + 1}<br>t = "
        builder.y(gate.name, row, style["color"], **parts.unit_axis(run.trace.n_a, 3))
        builder.add(parts.line(time, values[unit], gate.name, style, hover), rows)
    low = min(gate.range[0] for gate in gates)
    builder.y(f"unit {unit + 1}", rows, range=[low * 1.05 - 0.03, 1.05])
    if words is None:
        builder.time("time step t", run.words[:end])
    margin = parts.under_words(builder, rows, words)
    parts.note_broken(builder, run, above=builder.legend(len(gates)))
    description = f"Gates over {end} steps of sequence {sequence + 1}, means: {', '.join(means)}."
    title = f"{run.cell.title}: when each gate opens"
    height = max(parts.SEEN, 72 * rows + 110)
    return builder.finish(title, height, description, margin=margin)


def saturation(run: Pass, *, mode="light") -> go.Figure:
    """Each unit of each gate a point: share of time below 0.1 against share of time above 0.9."""
    builder, end, words = FigureBuilder(mode), parts.drawn_steps(run), []
    symbols = ("circle", "square", "diamond", "cross")
    for index, gate in enumerate(g for g in run.cell.shown_gates if g.squash == "sigmoid"):
        shut, wide = measures.gate_saturation(run.trace.gates[gate.name][..., :end])
        if not run.trace.finite_steps:
            shut, wide = (np.full_like(share, np.nan) for share in (shut, wide))
        share = f"{shut.mean():.0%} shut, {wide.mean():.0%} open"
        words.append(f"{gate.name} {share if run.trace.finite_steps else 'unknown'}")
        marker = {
            "color": theme.line(gate.name, mode)["color"],
            "symbol": symbols[index % len(symbols)],
            **{"size": 11, "opacity": 0.85},
        }
        points = {"type": "scatter", "x": shut, "y": wide, "mode": "markers", "marker": marker}
        hover = f"{gate.name}, unit %{{customdata}}<br>shut %{{x:.1%}}, open %{{y:.1%}}"
        unit = np.arange(1, len(shut) + 1)
        points |= {"customdata": unit, "hovertemplate": f"{hover}<extra></extra>"}
        builder.add(points | {"name": gate.name})
    edge = {"color": builder.ink.quiet, "width": 1, "dash": "dot"}
    place = {"x0": 0, "y0": 1, "x1": 1, "y1": 0, "layer": "below"}
    builder.shapes.append({"type": "line", **place, "line": edge})
    ends = [-0.03, 1.03]
    builder.x("share of time below 0.1 (shut)", range=ends, tickformat=".0%")
    builder.y("share of time above 0.9 (open)", range=ends, tickformat=".0%")
    parts.note_broken(builder, run, above=builder.legend())
    return builder.finish("Which gates are stuck", 420, "; ".join(words) + ".")


def memory(run: Pass, *, mode="light") -> go.Figure:
    """Half-life of each unit's memory, in steps, from the gate that keeps it."""
    builder, end, n_a = FigureBuilder(mode), parts.drawn_steps(run), run.trace.n_a
    retention = measures.retention(run.trace)
    if retention is None or run.cell.memory is None:
        raise ExperimentError(f"cell must have a gate that keeps its memory, got {run.cell.name}")
    steps, (name, _) = measures.half_life(retention[..., :end]), run.cell.memory
    points = {"type": "scatter", "x": np.arange(1, n_a + 1), "y": parts.positive(steps)}
    marker = {"color": theme.line(name, mode)["color"], "size": 11}
    hover = "unit %{x}<br>half gone after %{y:.4g} steps<extra></extra>"
    builder.add(points | {"mode": "markers", "marker": marker, "hovertemplate": hover})
    builder.x("unit", tickvals=parts.unit_axis(n_a)["tickvals"])
    builder.y("half-life (steps)", **parts.log_axis(steps))
    parts.note_broken(builder, run)
    low, high = number(steps.min()), number(steps.max())
    description = f"Half-lives from {low} to {high} steps."
    return builder.finish("How long each unit's memory lasts", 420, description)


def _mean(values: np.ndarray) -> str:
    mean = values.mean()
    return f"{mean:.2f}" if np.isfinite(mean) else "not finite"
