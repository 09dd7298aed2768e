"""All steps at once: how many rounds Newton's method over time takes, by how fast states part."""

from functools import cache

import numpy as np

from rnnviz.core import dynamics
from rnnviz.core.dynamics import AtOnce, StepMap
from rnnviz.core.experiment import Experiment
from rnnviz.core.types import Run
from rnnviz.lessons.base import Comparison, Lesson, Picture, register
from rnnviz.lessons.predictions import Factor, told


def setup(run):
    e, first = run.experiment, exponent(run)
    verb = "come together" if first < 0 else "part"
    return rf"""
{e.n_a} tanh units hear {e.T_x} steps of noise. A step needs the state before it, so a run is a loop
of {e.T_x} turns, however many processors stand idle. Yet a guess of **all** states can be corrected
in one go: Newton's method takes the steps to be linear about the guess, and solves that for all of
them together. Then again, from the better guess, until every step is right.

Each round makes at least one step more exact, so after {e.T_x} rounds at the latest all are: no
gain. Here neighbouring states {verb}, at λ₁ = {told(first, 2)} nats a step. **How many rounds does
it take?**
"""


@cache
def _found(experiment) -> tuple[AtOnce, float]:
    from rnnviz.core.run import run as carry_out

    run = carry_out(experiment)
    begin = run.trace.initial["a"][:, 0]
    found = dynamics.at_once(StepMap.of(run.cell, run.params), run.trace.x[:, 0], begin)
    first = dynamics.spectrum([dynamics.jacobians(run, 0)], first=1).exponents[0]
    return found, float(first)


def exponent(run):
    """lambda_1 along the run."""
    return _found(run.experiment)[1]


def rounds(run):
    """How often all states are corrected before every step is right."""
    return float(_found(run.experiment)[0].iterations)


def check(run: Run):
    found, _ = _found(run.experiment)
    computed, expected = float(found.states[0, -1]), float(run.trace.states["a"][0, 0, -1])
    source = "the steps, one after another"
    return Comparison("a of unit 1 at the last step", computed, expected, 1e-4, source)


def explanation(run):
    found, first = _found(run.experiment)
    T_x, late = run.trace.T_x, int(np.flatnonzero(found.residuals[:, -1] > 1e-3)[-1])
    way = (
        "An error of the guess dies out on its way through the steps, and so does a correction"
        if first < 0
        else "Neighbouring states part, so an error grows on its way through the steps"
    )
    return rf"""
**{told(rounds(run))}** rounds for {T_x} steps, where λ₁ = {told(first, 3)}. {way}. After round
{late} the last step still missed what the one before it leads to by more than a thousandth; from
there on the error was squared with every round, as it is with Newton's method near a solution.

So the exponent decides what a machine with many cores can save. Far below 0 a handful of rounds do,
whatever the length; towards 0 they become many; beyond, as many as a good part of the steps, and
each of them holds {run.trace.n_a} × {run.trace.n_a} numbers a step. A network that is to be trained
in parallel is therefore kept ordered, or linear in its state: then one round is enough.
"""


PAPER = """
Lim et al. 2024, Parallelizing non-linear sequential models over the sequence length (DEER);
Danieli et al. 2025, ParaRNN; Gonzalez et al. 2025, on the exponent that decides.
"""
TRIES = """
Move the gain, and with it λ₁: [0.5](gain=0.5), [1](gain=1), [1.3](gain=1.3), [1.5](gain=1.5).
"""

EXPERIMENT = Experiment(
    cell="rnn", init="orthogonal", gain=1.3, forget_bias=0.0, n_x=2, n_a=32, m=1, T_x=200,
    loss="upstream_last",
)  # fmt: skip

register(
    Lesson(
        name="at-once",
        place=99,
        title="All steps at once",
        question="A run is a loop over its steps. Can all of them be computed at once?",
        experiment=EXPERIMENT,
        setup=setup,
        prediction=Factor("rounds", 1.3),
        answer=rounds,
        check=check,
        picture=Picture("newton-corrections"),
        explanation=explanation,
        paper=PAPER,
        tries=TRIES,
        thumbnail=lambda run: np.asarray(run.trace.states["a"][::4, 0]),
    )
)
