"""The sentence under each dominant picture, with this run's own numbers."""

from collections.abc import Collection, Mapping

import numpy as np

from rnnviz.core import measures
from rnnviz.core.experiment import Experiment
from rnnviz.core.prose import number
from rnnviz.core.run import MAX_BAND_BYTES, affordable_seeds
from rnnviz.core.types import Run


def step(run: Run, t: int, sequence: int, unit: int) -> str:
    """What the step did to one unit, and which class it made likeliest."""
    at, trace = (unit, sequence, t), run.trace
    before = trace.state("a")[t][unit, sequence]
    y = trace.y[:, sequence, t]
    return (
        f"At t = {t + 1}, unit {unit + 1} goes from a = {before:.4f} to "
        f"**{trace.states['a'][at]:.8f}**; class {y.argmax() + 1} is likeliest, {y.max():.1%}."
    )


def states(run: Run, sequence: int) -> str:
    """How large the states are and how many units are stuck."""
    end = run.trace.finite_steps
    if not end:
        return "No step has a finite hidden state."
    a = run.trace.states["a"][:, sequence, :end]
    unit, t = np.unravel_index(np.abs(a).argmax(), a.shape)
    share = measures.saturated_share(run.trace.states["a"][:, sequence : sequence + 1, :end]).mean()
    return (
        f"Unit {unit + 1} reaches the largest hidden state, {number(a[unit, t], 4)} at "
        f"t = {t + 1}; **{share:.1%}** of the time a unit is beyond ±0.95."
    )


def gates(run: Run) -> str:
    """How open each gate is, and how long memory lasts behind the one that keeps it."""
    end = run.trace.finite_steps
    if not end:
        return "No step has a finite hidden state, so that the gates have no average."
    sigmoid = [gate.name for gate in run.cell.shown_gates if gate.squash == "sigmoid"]
    means = ", ".join(f"{name} {run.trace.gates[name][..., :end].mean():.2f}" for name in sigmoid)
    sentence = f"On average over units, sequences and time the gates stand at {means}"
    kept = measures.retention(run.trace)
    if kept is None:
        return f"{sentence}."
    half = np.median(measures.half_life(kept[..., :end]))
    return f"{sentence}; half of the median unit's memory is gone after **{number(half)} steps**."


def gradients(run: Run) -> str:
    """How much of the gradient is left at the first step."""
    norms = run.gradients.norms["a"]
    if run.gradients.nonfinite_step is not None:
        return f"The gradient explodes at t = {run.gradients.nonfinite_step + 1}."
    first, last = norms[0], norms[-1]
    ratio = f", {number(first / last)} times as much" if last > 0 else ""
    return (
        f"The loss feels the hidden state with norm {number(last)} at the last step and with "
        f"**{number(first)}** at the first{ratio}."
    )


def clipping(run: Run, threshold: float) -> str:
    """What clipping at the threshold does to the parameters' gradient."""
    clipped, before = measures.clip(run.gradients.params, threshold)
    after = np.sqrt(sum(np.square(g).sum() for g in clipped.values()))
    verb = "is cut to" if before > threshold else "stays at"
    return (
        f"The parameters' gradient has norm {number(before, 4)} and {verb} **{number(after, 4)}**."
    )


def band(experiments: Collection[Experiment], wanted: int) -> str:
    """Why a band is drawn over fewer seeds than were asked for, or not at all; else nothing."""
    count = affordable_seeds(experiments, wanted)
    if count == wanted:
        return ""
    one = sum(e.bytes_per_step * e.T_x for e in experiments) / 2**20
    drawn = f"drawn over {count} of {wanted} seeds" if count else "not drawn"
    return (
        f"The band is {drawn}: one seed takes {one:,.0f} MB in all cells together, and all seeds "
        f"may take {MAX_BAND_BYTES // 2**20:,} MB."
    )


def compare(runs: Mapping[str, Run]) -> str:
    """Whose gradient reaches furthest back."""
    kept = {}
    for run in runs.values():
        norms = run.gradients.norms["a"]
        kept[run.cell.title] = norms[0] / norms[-1] if norms[-1] > 0 else 0.0
    finite = {title: share for title, share in kept.items() if np.isfinite(share)}
    words = ", ".join(f"{title} {number(share)}" for title, share in kept.items())
    sentence = f"Gradient at the first step against the last: {words}"
    if not finite:
        return f"{sentence}."
    return f"{sentence}; the **{max(finite, key=finite.get)}** keeps the most of it."
