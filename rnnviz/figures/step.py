"""Step: one time step as numbers, from what comes in to what goes out."""

import numpy as np
import plotly.graph_objects as go
from plotly.subplots import make_subplots

from rnnviz.core.types import Run
from rnnviz.figures import parts, theme

_MOST_NUMBERS = 12  # rows up to which a cell's number is written into it


def columns(run: Run, t: int, sequence: int) -> list[tuple[str, str, np.ndarray, tuple | None]]:
    """(name, heading, values (n,), limits) of every column, from inputs to outputs.

    Limits are a gate's range, or None where the scale is the step's own, centred on zero.
    """
    trace = run.trace

    def at(array):
        return array[:, sequence, t]

    def before(name):
        return trace.state(name)[t][:, sequence]

    found = [("x", "x<sub>t</sub>", at(trace.x), None)]
    found += [(f"{s}_prev", f"{s}<sub>t-1</sub>", before(s), None) for s in run.cell.states]
    for gate in run.cell.shown_gates or run.cell.gates:
        symbol = gate.symbol.replace("\\tilde ", "") + ("\u0303" if "tilde" in gate.symbol else "")
        z = at(trace.preactivations[gate.name])
        if gate.squash:
            found.append((f"z_{gate.name}", f"z<sub>{symbol}</sub>", z, None))
            found.append((gate.name, symbol, at(trace.gates[gate.name]), gate.range))
        else:
            found.append((f"z_{gate.name}", symbol, z, None))
    found += [(s, f"{s}<sub>t</sub>", at(trace.states[s]), None) for s in reversed(run.cell.states)]
    return [*found, ("y", "y<sub>t</sub>", at(trace.y), (0.0, 1.0))]


def padded(found: list[tuple]) -> dict[str, np.ndarray]:
    """The columns as one table; those shorter than the longest end in NaN."""
    rows = max(len(values) for _, _, values, _ in found)
    table = {"row": np.arange(1, rows + 1)}
    for name, _, values, _ in found:
        table[name] = np.append(values, np.full(rows - len(values), np.nan))
    return table


def flow(run: Run, t: int = 0, sequence: int = 0, unit: int = 0, *, mode="light") -> go.Figure:
    """One step of one sequence: inputs, pre-activations, gates, new states and outputs."""
    found, ink = columns(run, t, sequence), theme.MODES[mode]
    top = parts.largest(*(values for _, _, values, limits in found if limits is None))
    fig = make_subplots(1, len(found), horizontal_spacing=0.006)
    rows = max(len(values) for _, _, values, _ in found)
    for column, (name, heading, values, limits) in enumerate(found, 1):
        limits = limits or (-top, top)
        cells = parts.heatmap(values[:, None], np.ones(1), mode, limits, name.replace("_", " "))
        cells.update(xgap=1, ygap=1)
        cells.hovertemplate = f"{cells.name}<br>unit %{{y}}<br>%{{z:.8g}}<extra></extra>"
        if rows <= _MOST_NUMBERS:
            cells.update(
                text=[[f"{v:.2f}"] for v in values], texttemplate="%{text}", textfont_size=13
            )
        fig.add_trace(cells, 1, column)
        fig.update_xaxes(
            title=dict(text=heading, font_size=14),
            side="top",
            showticklabels=False,
            ticks="",
            col=column,
        )
        fig.update_yaxes(
            range=[rows + 0.5, 0.5],
            showticklabels=column == 1,
            ticks="",
            showgrid=False,
            col=column,
        )
        # The first columns have a length of their own (n_x, n_y); the rest are units.
        if name not in ("x", "y"):
            fig.add_shape(
                type="rect",
                x0=0.5,
                x1=1.5,
                y0=unit + 0.5,
                y1=unit + 1.5,
                line=dict(color=ink.now, width=2.5),
                row=1,
                col=column,
            )
    fig.update_yaxes(title_text="row (unit)", **_ticks(rows), col=1)
    fig.update_xaxes(showgrid=False)
    a = run.trace.states["a"][unit, sequence, t]
    description = f"Unit {unit + 1} of sequence {sequence + 1} at t = {t + 1}: a = {a:.6g}."
    title = f"{run.cell.title}: one step, t = {t + 1}, sequence {sequence + 1}"
    fig = theme.finish(fig, title, mode, int(np.clip(150 + 34 * rows, 300, 620)), description)
    return fig.update_layout(margin_t=96)


def _ticks(rows: int) -> dict:
    return {"tickvals": parts.unit_axis(rows)["tickvals"]}
