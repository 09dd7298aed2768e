"""Gradients: how far back the loss is felt, loss by loss, and what each step does to it."""

import numpy as np
import plotly.graph_objects as go

from rnnviz.core import measures
from rnnviz.core.types import Run
from rnnviz.figures import parts, theme


def norms(
    run: Run, sequence: int | None = None, clip: float | None = None, *, mode="light"
) -> go.Figure:
    """||dL/d(state)|| at each step on a log scale, of one sequence or of all together.

    With the theory line where there is one, the floor of the precision where it matters, and, with
    `clip`, the same norms after all gradients are scaled by min(1, clip / their parameters' norm).
    """
    grads, time, ink = run.gradients, parts.times(run), theme.MODES[mode]
    source = grads.norms if sequence is None else grads.sequence_norms
    curves = {n: source[n] if sequence is None else source[n][sequence] for n in run.cell.states}
    fig, words = go.Figure(), []
    for name, values in curves.items():
        words.append(
            f"{theme.title_of(name)} {values[0]:.3g} at the first step, "
            f"{values[-1]:.3g} at the last"
        )
        fig.add_trace(_line(time, values, theme.title_of(name), theme.line(name, mode, 2.5)))
    drawn = list(curves.values())
    expected = measures.expected_decay(run.experiment)
    if expected is not None:
        drawn.append(expected * curves["a"][-1])
        style = dict(color=ink.now, dash="dot", width=1.5)
        label = f"theory: {run.experiment.gain:g}<sup>T - k</sup>"
        fig.add_trace(_line(time, drawn[-1], label, style))
    if clip is not None and np.isfinite(grads.param_norm):
        scale = min(1.0, clip / grads.param_norm) if grads.param_norm else 1.0
        drawn.append(curves["a"] * scale)
        style = dict(color=ink.quiet, dash="dashdot", width=2)
        fig.add_trace(_line(time, drawn[-1], f"a, clipped at {clip:g}", style))
    top = max(parts.largest(values) for values in drawn)
    floor = top * np.finfo(run.trace.outputs.dtype).eps
    if min(np.nanmin(parts.positive(v), initial=top) for v in drawn) < floor * 1e3:
        fig.add_hline(
            y=floor,
            line=dict(color=ink.quiet, width=1, dash="dot"),
            annotation_text=f"{run.experiment.dtype} rounding",
            annotation_position="bottom left",
        )
    fig.update_xaxes(title_text="time step k")
    fig.update_yaxes(title_text="norm of dL/d(state)", **parts.log_axis(*drawn))
    parts.note_broken(fig, run, mode)
    title = f"{run.cell.title}: how strongly each step is felt by the loss"
    return theme.finish(fig, title, mode, 440, "; ".join(words) + ".")


def itemised(run: Run, items: np.ndarray, steps: np.ndarray, *, mode="light") -> go.Figure:
    """||dL_t/da_k||, one row a step t whose loss is felt, one column a step k that feels it."""
    ink, values = theme.MODES[mode], np.log10(parts.positive(items))
    every = parts.stride(*values.shape)
    high = np.nanmax(values, initial=-300)
    low = max(np.nanmin(values, initial=high), high - 16)
    fig = go.Figure(
        go.Heatmap(
            z=values[:, ::every].astype(np.float32),
            x=parts.times(run)[::every],
            y=steps + 1,
            zmin=low,
            zmax=max(high, low + 1),
            colorscale=ink.sequential,
            customdata=items[:, ::every],
            colorbar=dict(
                title=dict(text="log₁₀", side="top"),
                thickness=10,
                outlinewidth=0,
                nticks=5,
            ),
            hovertemplate="loss at t = %{y}<br>state at k = %{x}<br>"
            "norm %{customdata:.6g}<extra></extra>",
        )
    )
    fig.update_xaxes(title_text="state's time step k", range=[0.5, run.trace.T_x + 0.5])
    fig.update_yaxes(title_text="loss's time step t", tickformat="d")
    if len(steps) == 1:
        fig.update_yaxes(tickvals=[int(steps[0]) + 1])
    description = f"Norms of {len(steps)} losses' gradients; the largest is 10^{high:.2f}."
    return theme.finish(fig, "Which loss reaches which step", mode, 440, description)


def singular_values(run: Run, values: np.ndarray, steps: np.ndarray, *, mode="light") -> go.Figure:
    """Largest, median and smallest singular value of every step's Jacobian."""
    ink, fig = theme.MODES[mode], go.Figure()
    chosen = {
        "largest": (values[:, 0], "red", "solid"),
        "median": (np.median(values, axis=1), "grey", "dash"),
        "smallest": (values[:, -1], "blue", "dot"),
    }
    for name, (curve, hue, dash) in chosen.items():
        fig.add_trace(_line(steps + 1, curve, name, dict(color=ink.lines[hue], dash=dash, width=2)))
    fig.add_hline(y=1, line=dict(color=ink.now, width=1))
    curves = [curve for curve, _, _ in chosen.values()]
    top = parts.largest(*curves)
    shown = [np.maximum(c, top * 1e-12) for c in curves]  # lest one zero flattens all the rest
    fig.update_xaxes(title_text="time step t")
    fig.update_yaxes(
        title_text="singular value (1 keeps its size)", **parts.log_axis(*shown, np.ones(1))
    )
    broken = np.isnan(values[:, 0]).sum()
    description = (
        f"The largest singular value lies between {np.nanmin(values[:, 0]):.3g} and "
        f"{np.nanmax(values[:, 0]):.3g}."
        if broken < len(steps)
        else "No step has a finite Jacobian."
    )
    return theme.finish(fig, "What one step does to a gradient", mode, 440, description)


def columns(run: Run) -> dict[str, np.ndarray]:
    """The table behind the norms: one row a time step, of all sequences together."""
    norms = {f"norm of dL/d{name}": norm for name, norm in run.gradients.norms.items()}
    return {"k": parts.times(run), "loss": run.losses, **norms}


def _line(x, y, name: str, style: dict) -> go.Scatter:
    return go.Scatter(
        x=x,
        y=parts.positive(y),
        mode="lines+markers" if len(x) == 1 else "lines",
        name=name,
        line=style,
        hovertemplate=f"{name}<br>step %{{x}}<br>%{{y:.6g}}<extra></extra>",
    )
