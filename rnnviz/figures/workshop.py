"""Workshop: a cell of one's own beside the one that it was made from, and what each gate is for."""

from collections.abc import Mapping

import numpy as np
import plotly.graph_objects as go

from rnnviz.core.types import Pass
from rnnviz.core.variants import WITHOUT
from rnnviz.figures import parts, theme
from rnnviz.figures.figure_builder import FigureBuilder


def beside(runs: Mapping[str, Pass], sequence: int = 0, *, mode="light") -> go.Figure:
    """Hidden states of one sequence, a row a cell, and below them ||dL/da|| of each cell.

    One colour scale for all states, which a few large numbers do not set.
    """
    rows, words = len(runs) + 1, []
    builder = FigureBuilder(mode, rows)
    drawn = {n: r.trace.states["a"][:, sequence, : parts.drawn_steps(r)] for n, r in runs.items()}
    top, beyond = parts.usual(*drawn.values())
    for row, (name, run) in enumerate(runs.items(), 1):
        values, label, time = drawn[name], run.cell.title, parts.times(run)
        style, norms = theme.line(name, mode, 2.5), run.gradients.norms["a"]
        units = parts.unit_axis(run.trace.n_a)
        heat = parts.heatmap(values, time[: values.shape[1]], builder.ink, (-top, top), label)
        builder.add(heat, row)
        builder.y(label, row, style["color"], **units)
        line = parts.line(time, parts.positive(norms), label, style, f"{label}<br>t = ")
        builder.add(line, rows)
        words.append(f"{label} {parts.told(np.abs(values).max())}, {parts.told(norms[0])}")
    middle, height = builder.domain(1)
    low, _ = builder.domain(rows - 1)
    place = ((middle + low) / 2, middle - low + height)
    builder.add(parts.bar(builder.ink, (-top, top), place, "a", beyond))
    builder.x("time step t")
    curves = [run.gradients.norms["a"] for run in runs.values()]
    title = parts.norm_title("a").replace(", ", ",<br>")  # a row is lower than its name is long
    builder.y(title, rows, **parts.log_axis(*curves))
    parts.note_broken(builder, *runs.values(), felt=True, above=builder.legend())
    description = (
        f"Largest hidden state of sequence {sequence + 1} and gradient norm at the first step: "
        f"{'; '.join(words)}."
    )
    return builder.finish(
        "The same input, and the same weights by name", 160 * rows + 90, description
    )


def opened(runs: Mapping[str, Pass], *, mode="light") -> go.Figure:
    """||dL/da|| at each step, of a cell and of it with each of its gates held at 1, a line each."""
    builder, words, time = FigureBuilder(mode), [], parts.times(next(iter(runs.values())))
    for name, run in runs.items():
        values, label = run.gradients.norms["a"], run.cell.title
        style = theme.line(name.removeprefix(WITHOUT), mode, 2.5)
        builder.add(parts.line(time, parts.positive(values), label, style, f"{label}<br>k = "))
        words.append(f"{label} {parts.told(values[0])}")
    builder.x("time step k")
    norms = [run.gradients.norms["a"] for run in runs.values()]
    builder.y(parts.norm_title("a"), **parts.log_axis(*norms))
    parts.note_broken(builder, *runs.values(), felt=True, above=builder.legend(len(runs)))
    title = f"{next(iter(runs.values())).cell.title}: each gate held open, one at a time"
    return builder.finish(title, 400, f"Gradient norm at the first step: {', '.join(words)}.")
