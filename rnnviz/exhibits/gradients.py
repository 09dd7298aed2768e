"""Gradients: how far back does learning reach?"""

from collections.abc import Mapping

import numpy as np

from rnnviz.core import dynamics, measures
from rnnviz.core.checks import Verdict, backward, itemised, jacobians
from rnnviz.core.phrases import no_gradient, number, ratio
from rnnviz.core.types import Pass, Run
from rnnviz.exhibits.base import Exhibit, register
from rnnviz.exhibits.marks import Item, Note, across, broken, cells, log_line, named, on, steps
from rnnviz.figures import gradients as figures
from rnnviz.figures import parts, theme


def norms_marks(run: Pass, sequence: int | None = None, clip: float | None = None) -> list[Item]:
    """dL/d(each state), the theory where there is one, then all parameters' norm, and clipped.

    Where a curve comes near what rounding leaves of the largest number, a line says where.
    """
    grads, time = run.gradients, steps(run.trace.T_x)
    felt = grads.norms if sequence is None else grads.sequence_norms
    curves = {s: felt[s] if sequence is None else felt[s][sequence] for s in run.cell.states}
    beside = _beside(run, curves["a"], clip)
    lines = [log_line(v, time, name, name=theme.title_of(name)) for name, v in curves.items()]
    for name, values in beside.items():
        label = name.removeprefix("norm of dL/d(").replace(")", "").rpartition(", ")[2]
        if name == "theory" and isinstance(run, Run):
            label = f"theory: {run.experiment.gain:g}<sup>T - k</sup>"
        lines.append(log_line(values, time, name=label))
    whose = "all sequences" if sequence is None else f"sequence {sequence + 1}"
    axes = ("time step k", f"norm of dL/d(state), {whose}")
    floor = _floor(run, [*curves.values(), *beside.values()])
    return [*named(on(axes, *lines), run.words), *floor, *broken(run, felt=True)]


def _floor(run: Pass, curves: list[np.ndarray]) -> list[Item]:
    """The line of what the run's own precision leaves, where a curve comes within 1000 of it."""
    every = np.concatenate(curves).astype(float)
    felt = every[np.isfinite(every) & (every > 0)]
    top = min(felt.max(initial=0), np.finfo(float).max / 4) or 1.0
    floor = top * {"float32": 2.0**-23, "float64": 2.0**-52}[str(run.trace.dtype)]
    if felt.min(initial=top) >= floor * 1e3:
        return []
    return [across(floor, "quiet"), Note(f"{run.trace.dtype} rounding", None, floor)]


def _beside(run: Pass, norms: np.ndarray, clip: float | None) -> dict[str, np.ndarray]:
    """What is drawn beside the states' norms: the theory, and what clipping looks at and leaves."""
    beside, whole = {}, run.gradients.param_norm
    theory = measures.expected_decay(run.experiment) if isinstance(run, Run) else None
    if theory is not None:
        with np.errstate(all="ignore"):
            beside["theory"] = theory * norms[-1]
    if clip is not None and np.isfinite(whole):
        of_all = "norm of dL/d(all parameters)"
        beside[of_all] = np.full(len(norms), whole)
        beside[f"{of_all}, clipped at {clip:g}"] = np.full(len(norms), min(whole, clip))
    return beside


def norms_checks(run: Run, sequence: int | None = None, clip: float | None = None) -> list[Verdict]:
    """Definition, Jacobians, norms, theory and clipping."""
    verdicts = backward.differences(run)
    verdicts += jacobians.product(run, sequence or 0)
    verdicts += backward.norms(run, sequence)
    verdicts += backward.decay(run, measures.expected_decay(run.experiment))
    if clip is not None:
        params = run.gradients.params
        verdicts += backward.clipping(params, measures.clip(params, clip)[0], clip)
    return verdicts


def norms_caption(run: Run, clip: float | None = None) -> str:
    """How much of the gradient is left at the first step, and what clipping does to it."""
    return "\n\n".join([_left(run), *([_clipped(run, clip)] if clip is not None else [])])


def _left(run: Pass) -> str:
    norms, dtype = run.gradients.norms["a"].astype(float), run.trace.dtype
    fine = np.isfinite(norms)
    back = len(norms) if fine.all() else int(fine[::-1].argmin())  # trailing steps with a norm
    back = min(back, run.gradients.finite_steps)  # another state's gradient may be the first to go
    start = len(norms) - back
    reason = no_gradient(run)
    if start > len(norms) - run.gradients.finite_steps:  # of numbers that each are finite
        beyond = f"its norm is beyond {dtype} from t = {start} back"
        reason = f"{beyond}, and {reason}" if reason else beyond
    if not back:
        return f"There is no gradient to tell of: {reason}."
    first, last = norms[start], norms[-1]
    if len(norms) == 1:
        return f"The loss feels the hidden state of the one step with norm **{number(last)}**."
    times = ""
    if last > 0:
        times = f", {ratio(first, last)} times as much" if first > 0 else ": nothing is left of it"
    where = f"t = {start + 1}" if start else "the first"
    sentence = (
        f"The loss feels the hidden state with norm {number(last)} at the last step and with "
        f"**{number(first)}** at {where}{times}"
    )
    return f"{sentence}; {reason}." if start else f"{sentence}."


def _clipped(run: Pass, threshold: float) -> str:
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


def norms_table(run: Run, clip: float | None = None) -> Mapping[str, np.ndarray]:
    """One row a time step, of all sequences together."""
    felt = run.gradients.norms
    norms = {f"norm of dL/d{name}": norm for name, norm in felt.items()}
    beside = _beside(run, felt["a"], clip)
    return {"k": parts.times(run), "loss": run.losses, **norms, **beside}


def itemised_norms(run: Run, lag: int | None = None) -> tuple[np.ndarray, np.ndarray]:
    """||dL_t/da_k|| (steps, T_x), each loss carried back `lag` steps at most, and the steps t."""
    steps_apart = dynamics.itemised_steps(run)
    return dynamics.itemised(run, steps_apart, lag), steps_apart


def itemised_marks(run: Pass, norms: np.ndarray, apart: np.ndarray) -> list[Item]:
    """The powers of ten of the norms, the largest sixteen of them apart; on hovering the norms."""
    with np.errstate(divide="ignore", invalid="ignore"):
        powers = np.log10(np.where(np.isfinite(norms) & (norms > 0), norms, np.nan))
    high = np.nanmax(powers, initial=-300)
    low = max(np.nanmin(powers, initial=high), high - 16)
    limits, time = (low, max(high, low + 1)), steps(run.trace.T_x)
    heat = cells(powers, time, limits, apart + 1, signed=False, hover=norms, bar="log₁₀")
    of_loss = "loss's time step t" if len(apart) > 5 else "loss's<br>time step t"
    axes = ("state's time step k", of_loss)
    return [*named(on(axes, heat), run.words), *broken(run, felt=True)]


def itemised_checks(
    run: Run, norms: np.ndarray, apart: np.ndarray, lag: int | None = None
) -> list[Verdict]:
    """The items' sum, some of them one by one, and those that are cut."""
    lag = run.trace.T_x if lag is None else lag
    one_by_one = itemised.alone(run, norms, apart, lag)
    return [*itemised.total(run), *one_by_one, *itemised.by_jacobians(run)]


def itemised_caption(run: Run, norms: np.ndarray, apart: np.ndarray) -> str:
    """What a row is."""
    row = "A row is a step's loss, a column the state that feels it, of all sequences together."
    if len(apart) == 1:
        row = (
            "Only the last step adds to this loss; under a loss at every step each one has a row "
            "here."
        )
    alone = " No later step sees a: the loss of its own step alone feels it."
    return row + alone * run.cell.derived.only_shown


def step_singular_values(run: Run, sequence: int = 0) -> tuple[np.ndarray, np.ndarray]:
    """Singular values (steps, N) of one sequence's Jacobians, descending, and their steps."""
    some = dynamics.jacobian_steps(run)
    return dynamics.singular_values(run, sequence, some), some


def singular_values_marks(run: Pass, values: np.ndarray, some: np.ndarray) -> list[Item]:
    """The largest, the median and the smallest of each step."""
    ordered = -np.sort(-values, axis=1)
    three = {
        "largest": ordered[:, 0],
        "median": np.median(ordered, axis=1),
        "smallest": ordered[:, -1],
    }
    axes = ("time step t", "singular value (1 keeps its size)")
    lines = [log_line(one, some + 1, name=name) for name, one in three.items()]
    words = [run.words[t] for t in some] if run.words else []
    return [*named(on(axes, *lines), words), across(1.0), *broken(run)]


def singular_values_checks(
    run: Run, values: np.ndarray, some: np.ndarray, sequence: int = 0
) -> list[Verdict]:
    """A step's Jacobian and its singular values."""
    verdicts = [*jacobians.columns(run, sequence)]
    verdicts += jacobians.singular(run, sequence, values, some)
    return verdicts + jacobians.gain(run, values)


def singular_values_caption(
    run: Run, values: np.ndarray, some: np.ndarray, sequence: int = 0
) -> str:
    """Whose Jacobians these are."""
    whose = f"Of sequence {sequence + 1}, and of the joint state where the cell has several."
    same = " The Jacobian is of parameters alone: every step of every sequence has the same."
    return whose + same * run.cell.derived.steady


register(
    Exhibit(
        page="Gradients",
        place=40,
        figure=figures.norms,
        marks=norms_marks,
        checks=norms_checks,
        caption=norms_caption,
        table=norms_table,
        takes=("clip",),
    )
)
register(
    Exhibit(
        page="Gradients",
        place=41,
        figure=figures.itemised,
        compute=itemised_norms,
        marks=itemised_marks,
        checks=itemised_checks,
        caption=itemised_caption,
        setup=lambda run: (
            "from rnnviz.core import dynamics",
            "steps = dynamics.itemised_steps(run)",
            "norms = dynamics.itemised(run, steps)",
        ),
        call="run, norms, steps",
        share=1 / 2,
    )
)
register(
    Exhibit(
        page="Gradients",
        place=42,
        figure=figures.singular_values,
        compute=step_singular_values,
        marks=singular_values_marks,
        checks=singular_values_checks,
        caption=singular_values_caption,
        setup=lambda run: (
            "from rnnviz.core import dynamics",
            "steps = dynamics.jacobian_steps(run)",
            "values = dynamics.singular_values(run, 0, steps)",
        ),
        call="run, values, steps",
        share=1 / 2,
    )
)
