"""Gradients: how far back the loss is felt, loss by loss, and what each step does to it."""

import numpy as np
import plotly.graph_objects as go

from rnnviz.core import measures
from rnnviz.core.types import Pass, Run
from rnnviz.figures import parts, theme
from rnnviz.figures.figure_builder import FigureBuilder

_ROW = 24  # pixels that a loss's row takes
_FEW = 6  # losses whose rows are lower than the axis is named in one line


def norms(
    run: Pass,
    sequence: int | None = None,
    clip: float | None = None,
    words: parts.Words | None = None,
    *,
    mode="light",
) -> go.Figure:
    """||dL/d(state)|| at each step on a log scale, of one sequence or of all together.

    With the theory line where an Experiment has one, the floor of the precision where it matters,
    and, with `clip`, the norm of all parameters' gradients together, which is what clipping looks
    at, before and after it.
    """
    builder, grads = FigureBuilder(mode), run.gradients
    time, order = parts.along(run, run.trace.T_x, words)
    ink, source = builder.ink, grads.norms if sequence is None else grads.sequence_norms
    curves = {n: source[n] if sequence is None else source[n][sequence] for n in run.cell.states}
    drawn, told = list(curves.values()), []

    def draw(values, label, style):
        hover = f"{label}<br>step "
        builder.add(parts.line(time, parts.positive(values)[order], label, style, hover))

    for name, values in curves.items():
        label = theme.title_of(name)
        first, last = parts.told(values[0]), parts.told(values[-1])
        told.append(f"{label} {first} at the first step, {last} at the last")
        draw(values, label, theme.line(name, mode, 2.5))
    if isinstance(run, Run) and (expected := measures.expected_decay(run.experiment)) is not None:
        with np.errstate(all="ignore"):
            drawn.append(expected * curves["a"][-1])
        label = f"theory: {run.experiment.gain:g}<sup>T - k</sup>"
        draw(drawn[-1], label, {"color": ink.now, "dash": "dot", "width": 1.5})
    if clip is not None and np.isfinite(grads.param_norm):
        before = grads.param_norm
        for label, level, dash in (
            ("all parameters", before, "solid"),
            (f"clipped at {clip:g}", min(before, clip), "dashdot"),
        ):
            drawn.append(np.full(run.trace.T_x, level))
            draw(drawn[-1], label, {"color": ink.quiet, "dash": dash, "width": 1.5})
    top = max(parts.largest(values) for values in drawn)
    floor = top * float(np.finfo(run.trace.dtype).eps)
    if min(np.nanmin(parts.positive(v), initial=top) for v in drawn) < floor * 1e3:
        builder.line(y=floor, color=ink.quiet, width=1, dash="dot")
        where = {"xref": "paper", "x": 0, "y": np.log10(floor)}  # an annotation's y is the exponent
        where |= {"xanchor": "left", "yanchor": "top"}
        builder.note(f"{run.trace.dtype} rounding", **where)
    if words is None:
        builder.time("time step k", run.words)
    builder.y(parts.norm_title("(state)", sequence), **parts.log_axis(*drawn))
    margin = parts.under_words(builder, 1, words)
    parts.note_broken(builder, run, felt=True, above=builder.legend(len(builder.traces)))
    title = f"{run.cell.title}: how strongly each step is felt by the loss"
    return builder.finish(title, 440, "; ".join(told) + ".", margin=margin)


def itemised(run: Pass, items: np.ndarray, steps: np.ndarray, *, mode="light") -> go.Figure:
    """||dL_t/da_k||, one row a step t whose loss is felt, one column a step k that feels it.

    Of few losses the picture is as low as its rows.
    """
    builder, values = FigureBuilder(mode), np.log10(parts.positive(items))
    high = np.nanmax(values, initial=-300)
    low = max(np.nanmin(values, initial=high), high - 16)
    every = parts.stride(*values.shape)
    cells = parts.heatmap(values, parts.times(run), builder.ink, (low, max(high, low + 1)), "")
    bar = {"title": {"text": "log₁₀", "side": "top"}, "thickness": 10, "outlinewidth": 0}
    height = min(440, 174 + _ROW * len(steps))
    hover = "loss at t = %{y}<br>state at k = %{x}<br>norm %{customdata:.6g}<extra></extra>"
    cells |= {
        "colorscale": builder.ink.sequential,
        "showscale": True,
        "colorbar": bar | {"nticks": 5 if len(steps) >= _FEW else 3},
    }
    cells |= {"y": steps + 1, "customdata": items[:, ::every], "hovertemplate": hover}
    builder.add(cells)
    builder.time("state's time step k", run.words, range=[0.5, run.trace.T_x + 0.5])
    ticks: dict = {"tickvals": [int(steps[0]) + 1]} if len(steps) == 1 else {}
    name = "loss's<br>time step t" if len(steps) < _FEW else "loss's time step t"
    builder.y(name, tickformat="d", **ticks)
    parts.note_broken(builder, run, felt=True)
    largest = f"the largest is 10^{high:.2f}" if np.isfinite(values).any() else "none is finite"
    losses = "loss" if len(steps) == 1 else "losses"
    description = f"Norms of the gradients of {len(steps)} {losses}; {largest}."
    return builder.finish("Which loss reaches which step", height, description)


def singular_values(run: Pass, values: np.ndarray, steps: np.ndarray, *, mode="light") -> go.Figure:
    """Largest, median and smallest singular value of every step's Jacobian."""
    builder = FigureBuilder(mode)
    chosen = {
        "largest": (values[:, 0], "red", "solid"),
        "median": (np.median(values, axis=1), "grey", "dash"),
        "smallest": (values[:, -1], "blue", "dot"),
    }
    for name, (curve, hue, dash) in chosen.items():
        style = {"color": builder.ink.lines[hue], "dash": dash, "width": 2}
        shown = parts.positive(curve)
        builder.add(parts.line(steps + 1, shown, name, style, f"{name}<br>step "))
    builder.line(y=1, color=builder.ink.now, width=1)
    curves = [curve for curve, _, _ in chosen.values()]
    top = parts.largest(*curves)
    lifted = [np.maximum(c, top * 1e-12) for c in curves]  # lest one zero flattens all the rest
    words = [run.words[t] for t in steps] if run.words else []
    builder.time("time step t", words, at=(steps + 1).tolist())
    builder.y("singular value (1 keeps its size)", **parts.log_axis(*lifted, np.ones(1)))
    parts.note_broken(builder, run, above=builder.legend())
    broken = np.isnan(values[:, 0]).sum()
    description = (
        f"The largest singular value lies between {parts.told(np.nanmin(values[:, 0]))} and "
        f"{parts.told(np.nanmax(values[:, 0]))}."
        if broken < len(steps)
        else "No step has a finite Jacobian."
    )
    return builder.finish("What one step does to a gradient", 440, description)
