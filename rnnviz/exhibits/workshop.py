"""Workshop: what if the cell were different?"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace

import numpy as np

from rnnviz.core.checks import Verdict, backward, counts, forward, jacobians
from rnnviz.core.experiment import Experiment
from rnnviz.core.measures import parameter_count
from rnnviz.core.phrases import listed, no_gradient, number, ratio
from rnnviz.core.run import run as carry_out
from rnnviz.core.types import Run
from rnnviz.core.variants import WITHOUT, beside, opened
from rnnviz.exhibits.base import Exhibit, register
from rnnviz.exhibits.marks import Item, broken, cells, log_line, most, on, steps
from rnnviz.figures import parts
from rnnviz.figures import workshop as figures

Runs = Mapping[str, Run]


class Variants(Mapping[str, Run]):
    """The runs that one is held beside, by name; each is carried out when it is first asked for."""

    def __init__(self, run: Run, experiments: Mapping[str, Experiment]):
        self.experiments = experiments
        self._runs = {name: run for name, one in experiments.items() if one == run.experiment}

    def __getitem__(self, name: str) -> Run:
        if name not in self._runs:
            self._runs[name] = carry_out(self.experiments[name])
        return self._runs[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self.experiments)

    def __len__(self) -> int:
        return len(self.experiments)


def with_origin(run: Run) -> Variants:
    """A cell of one's own behind the one that it was made from; a registered one alone."""
    return Variants(run, beside(run.experiment))


def with_gates_open(run: Run) -> Variants:
    """The run, then what it is with each gate held open."""
    return Variants(run, opened(run.experiment))


def several(runs: Runs) -> bool:
    """Whether there is anything to hold beside."""
    return len(runs) > 1


def beside_marks(runs: Runs, sequence: int = 0) -> list[Item]:
    """Of each cell a, on the scale of most of their numbers, and its norms in the row below all."""
    every = {
        name: run.trace.states["a"][:, sequence, : parts.drawn_steps(run)]
        for name, run in runs.items()
    }
    (limits, beyond), time = most(*every.values()), "time step t"
    marks: list[Item] = []
    for name, a in every.items():
        run, title, bar = runs[name], runs[name].cell.title, "" if marks else "a"
        heat = cells(a, steps(a.shape[1]), limits, name=title, hue=name, bar=bar, beyond=beyond)
        norms = log_line(run.gradients.norms["a"], steps(run.trace.T_x), name, name=title)
        marks += [*on((time, title), heat), *on((time, "norm of dL/da,<br>all sequences"), norms)]
    return [*marks, *broken(*runs.values(), felt=True)]


def beside_caption(runs: Runs) -> str:
    """How far apart the states are, and what is left of both gradients."""
    (_, before), (_, after) = runs.items()
    end = min(before.trace.finite_steps, after.trace.finite_steps)
    words = [_apart(before, after, end)]
    words += [f"{run.cell.title} {_left(run)}" for run in (before, after)]
    n, m = (parameter_count(run)["cell"] for run in (after, before))
    size = f"as many parameters, {n:,}" if n == m else f"{n:,} parameters, the other {m:,}"
    return (
        f"{words[0]}. Gradient at the first step against the last: {words[1]}, {words[2]}; "
        f"**{after.cell.title}** has {size}."
    )


def _apart(before: Run, after: Run, end: int) -> str:
    a, b = (run.trace.states["a"][..., :end].astype(float) for run in (before, after))
    off = np.abs(a - b)
    if not end or not off.any():
        return "The hidden states are the same, to the last bit" if end else "No state is finite"
    unit, sequence, t = (int(one) + 1 for one in np.unravel_index(off.argmax(), off.shape))
    return (
        f"The hidden states differ by up to **{number(off.max())}**, in unit {unit} of sequence "
        f"{sequence} at t = {t}"
    )


def _share(run: Run) -> float:
    """The gradient's norm at the first step over that at the last; NaN where there is none."""
    first, last = run.gradients.norms["a"][[0, -1]].astype(float)
    if no_gradient(run) or not np.isfinite([first, last]).all():
        return float("nan")
    with np.errstate(over="ignore"):
        return float(first / last) if last > 0 else 0.0


def _left(run: Run) -> str:
    """How much of the last step's gradient is left at the first, in a sentence."""
    if reason := no_gradient(run):
        return f"none ({reason})"
    first, last = run.gradients.norms["a"][[0, -1]].astype(float)
    if not np.isfinite([first, last]).all():
        return f"none (its norm is beyond {run.trace.dtype})"
    return ratio(first, last) if last > 0 else "0"


def beside_table(runs: Runs, sequence: int = 0) -> Mapping[str, np.ndarray]:
    """The states and the norms of both: one row a time step."""
    every = runs.values()
    states = {f"{run.cell.title} a": run.trace.states["a"][:, sequence] for run in every}
    table = parts.wide(parts.times(next(iter(every))), **states)
    return table | {f"norm of dL/da, {r.cell.title}": r.gradients.norms["a"] for r in every}


def beside_checks(runs: Runs, sequence: int = 0) -> list[Verdict]:
    """Of both cells the states by hand, the gradient by differences, the parameters counted."""
    states = _each(runs, lambda run: forward.some(run, sequence, ["states"]))
    felt = _each(runs, lambda run: [*backward.differences(run), *jacobians.product(run, sequence)])
    return [*states, *felt, *_each(runs, backward.norms), *counts.parameters(runs)]


def opened_marks(runs: Runs) -> list[Item]:
    """||dL/da|| of the cell, then of it without each gate."""
    lines = [
        log_line(run.gradients.norms["a"], steps(run.trace.T_x), name.removeprefix(WITHOUT),
                 name=run.cell.title)
        for name, run in runs.items()
    ]  # fmt: skip
    return [
        *on(("time step k", "norm of dL/da, all sequences"), *lines),
        *broken(*runs.values(), felt=True),
    ]


def opened_caption(runs: Runs) -> str:
    """Which gate changes most of what is left of the gradient."""
    first, *others = runs.values()
    words = [f"{run.cell.title} {_left(run)}" for run in (first, *others)]
    sentence = f"Gradient at the first step against the last: {', '.join(words)}"
    before, after = _share(first), {name: _share(run) for name, run in runs.items()}
    factors = {
        name.removeprefix(WITHOUT): abs(np.log(share / before))
        for name, share in after.items()
        if name.startswith(WITHOUT) and 0 < share < np.inf and 0 < before < np.inf
    }
    most = [name for name, factor in factors.items() if factor == max(factors.values())]
    if len(factors) < len(others) or len(factors) < 2:
        return f"{sentence}."
    if len(most) == len(factors):
        return f"{sentence}; all gates change it by the same factor."
    gates = "gate changes" if len(most) == 1 else "gates change"
    return f"{sentence}; the **{listed(most)}** {gates} it most."


def opened_table(runs: Runs) -> Mapping[str, np.ndarray]:
    """The norms: one row a time step, one column a line."""
    norms = {f"norm of dL/da, {r.cell.title}": r.gradients.norms["a"] for r in runs.values()}
    return {"k": parts.times(next(iter(runs.values()))), **norms}


def opened_checks(runs: Runs) -> list[Verdict]:
    """The gradient of every run, by differences and by Jacobians."""

    def one(run: Run) -> list[Verdict]:
        verdicts = backward.differences(run, [run.cell.gates[0].weights[0], "initial_a"])
        return [*verdicts, *jacobians.product(run), *backward.norms(run)]

    return _each(runs, one)


def _each(runs: Runs, checks: Callable[[Run], list[Verdict]]) -> list[Verdict]:
    return [
        replace(one, what=f"{run.cell.title}: {one.what}")
        for run in runs.values()
        for one in checks(run)
    ]


def _setup(of: str) -> Callable[[Runs], tuple[str, ...]]:
    return lambda runs: (
        "from rnnviz.core import variants",
        f"each = variants.{of}(experiment)",
        "runs = {name: rnnviz.run(one) for name, one in each.items()}",
    )


register(
    Exhibit(
        page="Workshop",
        of=with_origin,
        place=55,
        figure=figures.beside,
        marks=beside_marks,
        checks=beside_checks,
        caption=beside_caption,
        table=beside_table,
        fits=several,
        setup=_setup("beside"),
        call="runs",
    )
)
register(
    Exhibit(
        page="Workshop",
        of=with_gates_open,
        place=56,
        figure=figures.opened,
        marks=opened_marks,
        checks=opened_checks,
        caption=opened_caption,
        table=opened_table,
        fits=several,
        setup=_setup("opened"),
        call="runs",
    )
)
