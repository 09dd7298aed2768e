"""States: what the network holds, unit by unit, and the path that it takes."""

from collections.abc import Sequence

import numpy as np
import plotly.graph_objects as go

from rnnviz.core import measures
from rnnviz.core.types import Pass
from rnnviz.figures import parts, theme
from rnnviz.figures.figure_builder import FigureBuilder


def overview(
    run: Pass,
    sequence: int = 0,
    units: Sequence[int] = (0,),
    t: int | None = None,
    words: parts.Words | None = None,
    *,
    mode="light",
) -> go.Figure:
    """Every state of one sequence as units x time, and the chosen units of `a` as lines below."""
    names, n_a = run.cell.states, run.trace.n_a
    rows, end = len(names) + 1, parts.drawn_steps(run)
    builder, (time, order) = FigureBuilder(mode, rows, gap=0.06), parts.along(run, end, words)
    for row, name in enumerate(names, 1):
        values = run.trace.states[name][:, sequence, order]
        top = parts.largest(values)
        builder.add(parts.heatmap(values, time, builder.ink, (-top, top), name), row)
        builder.add(parts.bar(builder.ink, (-top, top), builder.domain(row), name), row)
        colour = theme.line(name, mode)["color"]
        builder.y(f"unit of {name}", row, colour, **parts.unit_axis(n_a))
    a = run.trace.states["a"][:, sequence, order]
    for index, unit in enumerate(units):
        style, hover = theme.tone(index, mode), f"a, unit {unit + 1}<br>t = "
        builder.add(parts.line(time, a[unit], f"unit {unit + 1}", style, hover), rows)
    builder.y("a", rows)
    if words is None:
        builder.time("time step t", run.words[:end])
    margin = parts.under_words(builder, rows, words)
    parts.cursor(builder, t)
    parts.note_broken(builder, run)
    low, high = parts.told(a.min()), parts.told(a.max())
    between = f"; the hidden state lies between {low} and {high}" if run.trace.finite_steps else ""
    description = f"Heatmap of {n_a} units over {end} steps of sequence {sequence + 1}{between}."
    title = f"{run.cell.title}: what each unit holds over time"
    height = max(parts.SEEN, 110 * rows + 90)
    below = {"y": (-110 if words else -56) / (height - 150), "yanchor": "top"}
    return builder.finish(title, height, description, legend=below, margin=margin)


def trajectory(run: Pass, sequence: int = 0, *, mode="light") -> go.Figure:
    """The hidden state's path in its first two principal components, coloured by time."""
    builder, end = FigureBuilder(mode), parts.drawn_steps(run)
    states = run.trace.states["a"][:, sequence, :end].astype(float)
    (first, second), explained = measures.principal_components(states)
    time, ink = parts.times(run)[:end], builder.ink
    title = {"text": "t", "side": "top"}
    marker = {
        **{"color": time, "size": 9, "showscale": end > 1},
        "colorscale": [[0, ink.sequential[1][1]], [1, ink.sequential[4][1]]],  # none too pale
        "colorbar": {"title": title, "thickness": 10, "outlinewidth": 0, "tickfont": {"size": 13}},
    }
    path = parts.line(first, second, "", {"color": ink.grid, "width": 1.5}, "", marker=marker)
    hover = "t = %{customdata}<br>%{x:.6g}, %{y:.6g}<extra></extra>"
    path |= {"mode": "lines+markers", "customdata": time, "hovertemplate": hover}
    builder.add(path | {"showlegend": False})
    ends = (("start", 0, -28), ("end", end - 1, 28)) if np.isfinite(first[[0, -1]]).all() else ()
    for label, index, rise in ends:
        arrow = {"showarrow": True, "arrowcolor": ink.now, "arrowwidth": 1, "arrowhead": 0}
        builder.note(label, x=first[index], y=second[index], ax=0, ay=rise, **arrow)
    builder.x(f"component 1 ({explained[0]:.0%} of the variance)")
    builder.y(f"component 2 ({explained[1]:.0%})")
    parts.note_broken(builder, run)
    description = (
        f"Path of the hidden state over {end} steps; two components hold {explained.sum():.0%} of "
        "its variance."
    )
    return builder.finish("The path of the hidden state", 420, description)


def saturation(run: Pass, *, mode="light") -> go.Figure:
    """Share of units whose |a| is above 0.95, over all sequences, at each step."""
    builder, end = FigureBuilder(mode), parts.drawn_steps(run)
    share = measures.saturated_share(run.trace.states["a"][..., :end])
    share = share if run.trace.finite_steps else np.full(end, np.nan)
    style = theme.line("a", mode) | {"shape": "hv"}
    curve = parts.line(parts.times(run)[:end], share, "", style, "t = ", showlegend=False)
    builder.add(curve | {"hovertemplate": "t = %{x}<br>%{y:.1%} of units<extra></extra>"})
    builder.time("time step t", run.words[:end])
    builder.y("share with |a| > 0.95", range=[-0.02, 1.02], tickformat=".0%")
    parts.note_broken(builder, run)
    description = (
        f"On average {np.mean(share):.1%} of the units are saturated."
        if run.trace.finite_steps
        else "No step has a share."
    )
    return builder.finish("How many units are saturated", 420, description)
