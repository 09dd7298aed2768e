"""Dynamics: can all steps be computed at once? Newton's method over time, gain after gain."""

from collections.abc import Generator
from dataclasses import replace

import numpy as np

from rnnviz.core import dynamics
from rnnviz.core.checks import Unchecked, Verdict
from rnnviz.core.checks.check import compare
from rnnviz.core.dynamics import StepMap
from rnnviz.core.networks import DRAWN
from rnnviz.core.phrases import number
from rnnviz.core.run import run as carry_out
from rnnviz.core.settings import SETTINGS
from rnnviz.core.types import Pass, Run
from rnnviz.exhibits.base import Exhibit, register
from rnnviz.exhibits.exponents import BEHIND
from rnnviz.exhibits.marks import Item, line, on, upright
from rnnviz.figures import newton as figures

TIMES = (1.0, 0.4, 0.6, 0.8, 1.2, 1.5, 2.0)  # its own gain, and others
MOST = 40  # corrections
_FEWEST, _WORK = 20, 205_000  # steps; entries of the Jacobians of all of them


def has_gain(run: Pass) -> bool:
    """Whether a run's weights are drawn with a gain, and few enough to be done many times."""
    if not isinstance(run, Run) or run.experiment.weights != DRAWN:
        return False
    if not 0 < run.experiment.gain <= SETTINGS["gain"].bounds[1] / max(TIMES):
        return False
    trace, N = run.trace, run.trace.n_a * len(run.cell.states)
    return _FEWEST <= trace.T_x == trace.finite_steps and trace.T_x * N**2 <= _WORK


def solve(run: Run, gain: float) -> tuple[float, int, bool]:
    """The largest exponent along the first sequence at a gain, how many corrections it takes, and
    whether all steps are right then."""
    one = carry_out(replace(run.experiment, gain=gain, dtype="float64", m=1))
    trace = one.trace
    if trace.finite_steps < trace.T_x:
        return np.nan, 0, False
    begin = np.concatenate([trace.initial[name][:, 0] for name in one.cell.states])
    with np.errstate(all="ignore"):  # a correction may grow beyond all numbers: it is given up
        found = dynamics.at_once(StepMap.of(one.cell, one.params), trace.x[:, 0], begin, MOST)
    unseen = trace.n_a if one.cell.derived.only_shown else 0  # a that no step looks at
    J = dynamics.jacobians(one, 0)[:, unseen:, unseen:]
    first = float(dynamics.spectrum([J], first=1).exponents[0])
    return first, found.iterations, found.solved


def corrections(run: Run) -> Generator[None, None, tuple]:
    """The gains, and of each the exponent, the corrections, and whether they were enough."""
    gains, each = np.array(TIMES) * run.experiment.gain, []
    for gain in gains:
        each.append(solve(run, float(gain)))
        yield
    exponents, counts, solved = (np.array(column) for column in zip(*each, strict=True))
    return gains, exponents, counts, solved


def corrections_marks(run: Run, gains, exponents, counts, solved) -> list[Item]:
    """Those that are solved, those that are not, and a ring around the run's own."""
    marks = []
    for index, (name, kind) in enumerate(((figures.SOLVED, True), (figures.GIVEN_UP, False))):
        some = [k for k, one in enumerate(solved) if one == kind]
        if some:
            marks.append(line(counts[some], exponents[some], index, name=name))
    own = line(counts[:1], exponents[:1], name=figures.OWN)
    return [*on((figures.EXPONENT, figures.COUNT), *marks, own), upright(0.0, "quiet")]


def corrections_checks(run: Run, gains, exponents, counts, solved) -> list[Verdict]:
    """That the corrections end at the states of the steps one after another."""
    if not solved[0]:
        return [Unchecked("all steps at once", f"{counts[0]} corrections do not end")]
    one = carry_out(replace(run.experiment, dtype="float64", m=1))
    names = one.cell.states
    begin, states = (np.concatenate([part[name][:, 0] for name in names])
                     for part in (one.trace.initial, one.trace.states))  # fmt: skip
    found = dynamics.at_once(StepMap.of(one.cell, one.params), one.trace.x[:, 0], begin, counts[0])
    # A residual of rounding at each step is carried on, at most as far as the products reach.
    grown = float(np.exp(max(0.0, exponents[0]) * one.trace.T_x))
    allowed = 1e-9 * grown * (1 + np.abs(states).max())
    source = "the steps, one after another"
    return [compare("all states at once", found.states, states, allowed, source)]


def corrections_caption(run: Run, gains, exponents, counts, solved) -> str:
    """How many corrections the run's own gain takes, and where they are too many."""
    T_x = run.trace.T_x
    own = (
        f"after **{counts[0]}** corrections" if solved[0] else f"not after {counts[0]} corrections"
    )
    told = (
        f"Guess all {T_x} states at once, and correct them together by what is linear about the "
        f"guess: at this gain, where λ₁ = {number(exponents[0])}, they are right {own}. "
    )
    missed = int((~solved).sum())
    many = f"{missed} of {len(solved)} gains are given up" if missed else "No gain is given up"
    return (
        f"{told}{many}. Where neighbouring states come together few corrections do; where they "
        "part, errors grow as fast. It counts rounds, not seconds: each holds all Jacobians."
    )


register(
    Exhibit(
        page="Dynamics",
        place=BEHIND + 2,
        figure=figures.corrections,
        compute=corrections,
        marks=corrections_marks,
        checks=corrections_checks,
        caption=corrections_caption,
        fits=has_gain,
        share=1 / 2,
        setup=lambda run: (
            "from rnnviz.exhibits import named",
            'computed = named("newton-corrections").show(run).computed',
        ),
        call="run, *computed",
    )
)
