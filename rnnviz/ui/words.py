"""The sentence under each dominant picture, with this run's own numbers."""

from collections.abc import Collection, Mapping

import numpy as np

from rnnviz.core import measures
from rnnviz.core.experiment import Experiment
from rnnviz.core.prose import no_gradient, no_states, number
from rnnviz.core.run import MAX_BAND_BYTES, affordable_seeds
from rnnviz.core.types import Run


def step(run: Run, t: int, sequence: int, unit: int) -> str:
    """What the step did to one unit, and which class it made likeliest."""
    at, trace = (unit, sequence, t), run.trace
    before, after = trace.state("a")[t][unit, sequence], trace.states["a"][at]
    y = trace.y[:, sequence, t]
    if not np.isfinite([before, after, *y]).all():
        return f"At t = {t + 1} there is nothing finite to tell: {no_states(run)}."
    return (
        f"At t = {t + 1}, unit {unit + 1} goes from a = {_fixed(before, 4)} to "
        f"**{_fixed(after, 8)}**; class {y.argmax() + 1} is likeliest, {y.max():.1%}."
    )


def states(run: Run, sequence: int) -> str:
    """How large the states are and how many units are stuck."""
    end, broke = run.trace.finite_steps, no_states(run)
    if not end:
        return f"There is no state to tell of: {broke}."
    a = run.trace.states["a"][:, sequence, :end]
    unit, t = np.unravel_index(np.abs(a).argmax(), a.shape)
    share = measures.saturated_share(run.trace.states["a"][:, sequence : sequence + 1, :end]).mean()
    sentence = (
        f"Unit {unit + 1} reaches the largest hidden state, {number(a[unit, t], 4)} at "
        f"t = {t + 1}; **{share:.1%}** of the time a unit is beyond ±0.95"
    )
    return f"{sentence}; {broke}." if broke else f"{sentence}."


def gates(run: Run) -> str:
    """How open each gate is, and how long memory lasts behind the one that keeps it."""
    end, broke = run.trace.finite_steps, no_states(run)
    if not end:
        return f"The gates have no average: {broke}."
    sigmoid = [gate.name for gate in run.cell.shown_gates if gate.squash == "sigmoid"]
    means = ", ".join(f"{name} {run.trace.gates[name][..., :end].mean():.2f}" for name in sigmoid)
    sentence = f"On average over units, sequences and time the gates stand at {means}"
    kept = measures.retention(run.trace)
    if kept is not None:
        half = np.median(measures.half_life(kept[..., :end]))
        sentence += (
            f"; half of the median unit's memory is gone after **{number(half)} steps**"
            if np.isfinite(half)
            else "; the median unit's memory **does not fade**"
        )
    return f"{sentence}; {broke}." if broke else f"{sentence}."


def gradients(run: Run) -> str:
    """How much of the gradient is left at the first step, or where it left the finite numbers."""
    norms, dtype = run.gradients.norms["a"].astype(float), run.experiment.dtype
    fine = np.isfinite(norms)
    back = len(norms) if fine.all() else int(fine[::-1].argmin())  # trailing steps with a norm
    start = len(norms) - back
    reason = no_gradient(run)
    if start > len(norms) - run.gradients.finite_steps:  # of numbers that each are finite
        beyond = f"its norm is beyond {dtype} from t = {start} back"
        reason = f"{beyond}, and {reason}" if reason else beyond
    if not back:
        return f"There is no gradient to tell of: {reason}."
    first, last = norms[start], norms[-1]
    ratio = f", {_ratio(first, last)} times as much" if last > 0 else ""
    where = f"t = {start + 1}" if start else "the first"
    sentence = (
        f"The loss feels the hidden state with norm {number(last)} at the last step and with "
        f"**{number(first)}** at {where}{ratio}"
    )
    return f"{sentence}; {reason}." if start else f"{sentence}."


def clipping(run: Run, threshold: float) -> str:
    """What clipping at the threshold does to the parameters' gradient."""
    clipped, before = measures.clip(run.gradients.params, threshold)
    if not np.isfinite(before):
        reason = no_gradient(run) or "a sum over the steps is beyond all numbers"
        return f"The parameters' gradient is not finite, and no clipping mends that: {reason}."
    _, after = measures.clip(clipped, threshold)
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
    kept, words = {}, []
    for run in runs.values():
        first, last = run.gradients.norms["a"][[0, -1]].astype(float)
        if reason := no_gradient(run):
            words.append(f"{run.cell.title} none ({reason})")
        elif np.isfinite([first, last]).all():
            kept[run.cell.title] = first / last if last > 0 else 0.0
            words.append(f"{run.cell.title} {_ratio(first, last) if last > 0 else 0}")
        else:
            words.append(f"{run.cell.title} none (its norm is beyond {run.experiment.dtype})")
    sentence = f"Gradient at the first step against the last: {', '.join(words)}"
    if not kept:
        return f"{sentence}."
    return f"{sentence}; the **{max(kept, key=kept.get)}** keeps the most of it."


def _fixed(value: float, digits: int) -> str:
    """So many digits after the point, of numbers that have a point."""
    return f"{value:.{digits}f}" if abs(value) < 1e6 else number(value, digits)


def _ratio(first: float, last: float) -> str:
    """How many times as much, where even that may be beyond a float."""
    with np.errstate(over="ignore"):
        ratio = first / last
    return number(ratio) if np.isfinite(ratio) else "more than 10³⁰⁸"
