"""Step: one time step as numbers, from what comes in to what goes out."""

import numpy as np
import plotly.graph_objects as go

from rnnviz.core.phrases import fixed
from rnnviz.core.types import Pass
from rnnviz.figures import parts, theme
from rnnviz.figures.figure_builder import FigureBuilder

MOST_NUMBERS = 12  # rows up to which a cell's number is written into it


def columns(run: Pass, t: int, sequence: int) -> list[tuple[str, str, np.ndarray, tuple | None]]:
    """(name, heading, values (n,), limits) of every column, from inputs to outputs.

    Limits are a gate's range, or None where the scale is the step's own, centred on zero.
    """
    trace = run.trace

    def at(array):
        return array[:, sequence, t]

    def before(name):
        return trace.state(name)[t][:, sequence]

    shown: list[tuple] = [("x", "x<sub>t</sub>", at(trace.x), None)]
    shown += [(f"{s}_prev", f"{s}<sub>t-1</sub>", before(s), None) for s in run.cell.states]
    for gate, summed, squashed in run.cell.pieces:
        symbol = theme.written(gate.symbol)
        if summed:
            heading = f"z<sub>{symbol}</sub>" if squashed else symbol
            shown.append((f"z_{gate.name}", heading, at(trace.preactivations[gate.name]), None))
        if squashed:
            shown.append((gate.name, symbol, at(trace.gates[gate.name]), gate.range))
    shown += [(s, f"{s}<sub>t</sub>", at(trace.states[s]), None) for s in reversed(run.cell.states)]
    if run.reads_out:
        shown.append(("y", "y<sub>t</sub>", at(trace.y), (0.0, 1.0)))
    return shown


def flow(run: Pass, t: int = 0, sequence: int = 0, unit: int = 0, *, mode="light") -> go.Figure:
    """One step of one sequence: inputs, pre-activations, gates, new states and outputs."""
    every, builder = columns(run, t, sequence), FigureBuilder(mode)
    top = parts.largest(*(values for _, _, values, limits in every if limits is None))
    rows = max(len(values) for _, _, values, _ in every)
    scales = dict.fromkeys(limits or (-top, top) for _, _, _, limits in every)
    for scale in scales:  # one heatmap a scale, empty where the other columns are
        at = [c for c, (*_, limits) in enumerate(every) if (limits or (-top, top)) == scale]
        builder.add(_matrix(every, at, rows, builder.ink, scale))
        if rows <= MOST_NUMBERS:
            builder.add(_numbers(every, at, builder.ink, scale))
    # x and y have a length of their own; what lies between has a row for each unit.
    edges = {"x0": 1.5, "x1": len(every) - 0.5, "y0": unit + 0.5, "y1": unit + 1.5}
    builder.shapes.append(
        {"type": "rect", **edges, "line": {"color": builder.ink.now, "width": 2.5}}
    )
    builder.x(
        side="top",
        tickvals=list(range(1, len(every) + 1)),
        ticktext=[heading for _, heading, _, _ in every],
        tickfont={"size": 15},
        ticks="",
        showgrid=False,
    )
    unit_axis = {"tickvals": parts.unit_axis(rows)["tickvals"]}
    builder.y("row (unit)", range=[rows + 0.5, 0.5], ticks="", showgrid=False, **unit_axis)
    a = run.trace.states["a"][unit, sequence, t]
    parts.note_broken(builder, run, above=builder.legend())
    value = f"a = {a:.6g}" if np.isfinite(a) else "a is not finite"
    description = f"Unit {unit + 1} of sequence {sequence + 1} at t = {t + 1}: {value}."
    title = f"{run.cell.title}: one step, t = {t + 1}, sequence {sequence + 1}"
    height = int(np.clip(130 + 34 * rows, 280, 600))
    return builder.finish(title, height, description, margin={"t": builder.top + 12})


def _matrix(every, at: list[int], rows: int, ink: theme.Ink, limits: tuple[float, float]) -> dict:
    """The columns `at`, one beside the other, in one heatmap that is empty between them."""
    values = np.full((rows, len(every)), np.nan)
    names = np.full((rows, len(every)), "", object)
    for column in at:
        name, _, own, _ = every[column]
        values[: len(own), column] = own
        names[:, column] = name.replace("_", " ")
    cells = parts.heatmap(values, np.arange(1, len(every) + 1), ink, limits, "")
    cells |= {"z": values, "customdata": names, "xgap": 3, "ygap": 1, "hoverongaps": False}
    cells["hovertemplate"] = "%{customdata}<br>unit %{y}<br>%{z:.8g}<extra></extra>"
    return cells


def _numbers(every, at: list[int], ink: theme.Ink, limits: tuple[float, float]) -> dict:
    """The numbers of the columns `at`, each in the ink that reads best on its cell."""
    low, high = limits
    cells = [(c + 1, row + 1, v) for c in at for row, v in enumerate(every[c][2])]
    shares = [(v / 2 - low / 2) / (high / 2 - low / 2) for *_, v in cells]  # lest it overflows
    scale = parts.scale(ink, limits)
    inks = [  # what is not finite has no colour of its own
        theme.ink_on(theme.colour_at(scale, share)) if np.isfinite(share) else ink.text
        for share in shares
    ]
    return {
        **{"type": "scatter", "mode": "text", "hoverinfo": "skip", "showlegend": False},
        "x": [x for x, _, _ in cells],
        "y": [y for _, y, _ in cells],
        "text": [_written(v) for *_, v in cells],
        "textfont": {"size": 14, "color": inks},
    }


def _written(value: float) -> str:
    """A number in the width of a cell."""
    if not np.isfinite(value):
        return "–" if np.isnan(value) else "∞" if value > 0 else "−∞"
    return fixed(value, 2) if abs(value) < 1e5 else f"{value:.0e}".replace("e+", "e")
