"""Compare: the same input through every cell, side by side and on shared scales."""

from collections.abc import Mapping

import numpy as np
import plotly.graph_objects as go

from rnnviz.core import measures
from rnnviz.core.types import Pass
from rnnviz.figures import parts, theme
from rnnviz.figures.figure_builder import FigureBuilder


def states(runs: Mapping[str, Pass], sequence: int = 0, *, mode="light") -> go.Figure:
    """Hidden states of one sequence, one row a cell, one colour scale for all, which a few large
    numbers do not set."""
    rows, words = len(runs), []
    builder = FigureBuilder(mode, rows)
    drawn = {n: r.trace.states["a"][:, sequence, : parts.drawn_steps(r)] for n, r in runs.items()}
    top, beyond = parts.usual(*drawn.values())
    for row, (name, run) in enumerate(runs.items(), 1):
        values, label = drawn[name], run.cell.title
        time = parts.times(run)[: values.shape[1]]
        builder.add(parts.heatmap(values, time, builder.ink, (-top, top), label), row)
        builder.y(label, row, theme.line(name, mode)["color"], **parts.unit_axis(run.trace.n_a))
        words.append(f"{label} {parts.told(np.abs(values).max())}")
    builder.add(parts.bar(builder.ink, (-top, top), (0.5, 1), "a", beyond))
    builder.time("time step t", parts.common_words(runs.values()))
    parts.note_broken(builder, *runs.values())
    description = f"Largest hidden state of sequence {sequence + 1}: {', '.join(words)}."
    title = "The same input, each cell's hidden state"
    height = (170 if rows <= 4 else 120) * rows + 70
    return builder.finish(title, height, description)


def norms(runs: Mapping[str, Pass], *, mode="light") -> go.Figure:
    """||dL/da|| at each step, one line a cell."""
    builder, words = FigureBuilder(mode), []
    for name, run in runs.items():
        values = run.gradients.norms["a"]
        words.append(f"{run.cell.title} {parts.told(values[0])}")
        builder.add(_line(parts.times(run), values, name, run.cell.title, mode))
    curves = [run.gradients.norms["a"] for run in runs.values()]
    builder.time("time step k", parts.common_words(runs.values()))
    builder.y(parts.norm_title("a"), **parts.log_axis(*curves))
    parts.note_broken(builder, *runs.values(), felt=True, above=builder.legend(len(runs)))
    description = f"Gradient norm at the first step: {', '.join(words)}."
    return builder.finish("How far back each cell's gradient reaches", 400, description)


def band(bands: Mapping[str, np.ndarray], *, mode="light") -> go.Figure:
    """Norms (seeds, T_x) by cell: the median over seeds, and from the 10th to 90th percentile."""
    builder, edges, words, remarks, seeds = FigureBuilder(mode), [], [], [], 0
    for name, values in bands.items():
        low, middle, high = _percentiles(values)
        seeds, time = len(values), np.arange(1, values.shape[1] + 1)
        red, green, blue = theme.rgb(theme.line(name, mode)["color"])
        around = {
            "type": "scatter",
            "x": np.concatenate([time, time[::-1]]),
            "y": np.concatenate([high, low[::-1]]),
            "fill": "toself",
            "fillcolor": f"rgba({red}, {green}, {blue}, 0.18)",
            **{"mode": "lines", "line": {"width": 0}, "hoverinfo": "skip", "showlegend": False},
        }
        builder.add(around)
        builder.add(_line(time, middle, name, theme.title_of(name), mode))
        words.append(f"{theme.title_of(name)} {parts.told(np.median(values[:, 0]))}")
        remarks += _not_finite(theme.title_of(name), values)
        remarks += _zero(theme.title_of(name), values)
        edges += [low, high]
    builder.x("time step k")
    builder.y(parts.norm_title("a"), **parts.log_axis(*edges))
    builder.remark(remarks, builder.legend(len(bands)))
    title = f"Over {seeds} seeds: median, and 10 to 90 % as a band"
    return builder.finish(title, 400, f"Median norm at the first step: {', '.join(words)}.")


def _percentiles(values: np.ndarray) -> np.ndarray:
    """The 10th, 50th and 90th of norms (seeds, T_x), (3, T_x): at each step over the seeds that are
    not exactly 0 there, which a log axis cannot show; none where one is not finite."""
    felt, edges = parts.positive(values), np.full((3, values.shape[1]), np.nan)
    fine = np.isfinite(values).all(axis=0) & (values > 0).any(axis=0)
    edges[:, fine] = np.nanpercentile(felt[:, fine], [10, 50, 90], axis=0)
    return edges


def _zero(title: str, values: np.ndarray) -> list[str]:
    """Of how many seeds the gradient (seeds, T_x) is exactly 0, and where that begins."""
    none = values == 0
    count = int(none.any(axis=1).sum())
    if not count:
        return []
    last = int(np.flatnonzero(none.any(axis=0))[-1]) + 1
    have = "seed has" if len(values) == 1 else "seeds have"
    said = f"{title}: {count} of {len(values)} {have} a gradient of exactly 0 from t = {last} back"
    return [f"{said}, and no part in its band"]


def _not_finite(title: str, values: np.ndarray) -> list[str]:
    """Of how many seeds the gradient (seeds, T_x) is not finite, and where that begins."""
    bad = ~np.isfinite(values)
    count = int(bad.any(axis=1).sum())
    if not count:
        return []
    last = int(np.flatnonzero(bad.any(axis=0))[-1]) + 1
    has = "seed has" if len(values) == 1 else "seeds have"
    return [f"{title}: {count} of {len(values)} {has} no finite gradient from t = {last} back"]


def parameters(runs: Mapping[str, Pass], *, mode="light") -> go.Figure:
    """How many numbers each cell learns, its readout left out."""
    counts = {n: measures.parameter_count(r)["cell"] for n, r in runs.items()}
    builder, titles = FigureBuilder(mode), [run.cell.title for run in runs.values()]
    bars = {
        **{"type": "bar", "orientation": "h", "x": list(counts.values()), "y": titles},
        "marker": {"color": [theme.line(name, mode)["color"] for name in counts]},
        "text": [f"{count:,}" for count in counts.values()],
        **{"textposition": "auto", "textfont": {"size": 14}},
        "hovertemplate": "%{y}: %{x:,} parameters<extra></extra>",
    }
    builder.add(bars)
    builder.x("parameters", rangemode="tozero", nticks=6)
    builder.y(autorange="reversed")
    words = ", ".join(f"{title} {n:,}" for title, n in zip(titles, counts.values(), strict=True))
    height = 110 + 42 * len(counts)
    return builder.finish("How many numbers each cell learns", height, f"Parameters: {words}.")


def _line(x, y, name: str, label: str, mode: str) -> dict:
    style = theme.line(name, mode, 2.5)
    return parts.line(x, parts.positive(y), label, style, f"{label}<br>k = ")
