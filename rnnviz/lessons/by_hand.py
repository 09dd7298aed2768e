"""One step by hand: the five numbers inside an LSTM unit that make the sixth."""

import math

import numpy as np

from rnnviz.core.checks import rounding
from rnnviz.core.experiment import Experiment
from rnnviz.core.phrases import fixed
from rnnviz.lessons.base import Comparison, Lesson, Picture, register
from rnnviz.lessons.predictions import Number


def inside(run, t, sequence, unit):
    """c before the step, then the forget, input, candidate and output gates of one unit."""
    at = (unit - 1, sequence - 1, t - 1)
    before = run.trace.state("c")[t - 1][unit - 1, sequence - 1]
    gates = (run.trace.gates[name][at] for name in ("forget", "input", "candidate", "output"))
    return (before, *gates)


def setup(run, **at):
    c, f, i, k, o = inside(run, **at)
    return rf"""
An LSTM of five units has read six steps of ten random sequences. We stop the film at step
**{at["t"]}** and look at unit **{at["unit"]}** of sequence **{at["sequence"]}**. Its memory holds
$c_{{t-1}} = {c:.4f}$, and its gates have just made up their minds:

| forget $f$ | input $i$ | candidate $\tilde c$ | output $o$ |
| --- | --- | --- | --- |
| {f:.4f} | {i:.4f} | {k:.4f} | {o:.4f} |

The paper needs two lines for the rest, and a pocket calculator will do:

$$
c_t = f\,c_{{t-1}} + i\,\tilde c \qquad a_t = o\,\tanh(c_t)
$$
"""


def answer(run, t, sequence, unit):
    return float(run.trace.states["a"][unit - 1, sequence - 1, t - 1])


def by_hand(run, t, sequence, unit):
    """The same number from the weights, term by term, without the engine or NumPy."""
    look = [*run.trace.state("a")[t - 1][:, sequence - 1], *run.trace.x[:, sequence - 1, t - 1]]

    def z(W, b):
        row = run.params[W][unit - 1]
        return sum(w * v for w, v in zip(row, look, strict=True)) + run.params[b][unit - 1, 0]

    f, i, o = (1 / (1 + math.exp(-z(f"W{gate}", f"b{gate}"))) for gate in "fio")
    c = f * inside(run, t, sequence, unit)[0] + i * math.tanh(z("Wc", "bc"))
    return o * math.tanh(c)


def check(run, **at):
    where = f"a of unit {at['unit']} at step {at['t']}"
    source = "the paper's equations, term by term from the weights"
    # Three sums in a row, gates, memory and state, none steeper than 1; so is the way by hand.
    rows = max(float(np.abs(W).sum(axis=1).max()) for W in run.params.values())
    seen = max(1.0, float(np.abs(run.trace.operands[0]).max()))
    tolerance = 2 * 3 * rounding.step(run) * rows * seen
    return Comparison(where, answer(run, **at), by_hand(run, **at), tolerance, source)


def explanation(run, **at):
    c, f, i, k, o = inside(run, **at)
    new = f * c + i * k
    return rf"""
The unit **keeps** {f:.0%} of what it remembered, $f\,c_{{t-1}} = {f * c:.4f}$, and **writes**
$i\,\tilde c = {i * k:.4f}$, so that the memory becomes $c_t = {new:.4f}$. Then it **shows**
$o =$ {o:.0%} of its squashed memory: ${o:.4f} \times \tanh({new:.4f}) =$
**{fixed(answer(run, **at), 8)}**.

All the rest of an LSTM is this, once for every unit at every step. What the gates decide comes from
the weights, and learning changes the weights alone; but what passes from step to step is only
$c$ and $a$. Notice that nothing multiplies $c$ on its way except $f$: remember that line, it
returns in the lesson on the forget bias.
"""


PAPER = """
Hochreiter & Schmidhuber 1997, Long short-term memory, Neural Computation 9(8); the forget gate is
of Gers, Schmidhuber & Cummins 2000.
"""
TRIES = """
Follow the same unit through its past: step [1](t=1), [3](t=3), [5](t=5), [7](t=7). Or stay at one
step and look at its neighbours: unit [1](unit=1), [2](unit=2), [3](unit=3), [4](unit=4),
[5](unit=5). Which of them has shut its output gate, and so hides what it knows?

Seed [2](seed=2) draws another network of the same shape, seed [1](seed=1) brings this one back.
Cover the last column, and do one more unit by hand.
"""

register(
    Lesson(
        name="by-hand",
        place=10,
        title="One step by hand",
        question="Five numbers go into an LSTM unit. What comes out?",
        experiment=Experiment(
            cell="lstm", seed=1, init="notebook", forget_bias=0.0, n_x=3, n_a=5, n_y=2, m=10, T_x=7
        ),
        choices={"t": 7, "sequence": 4, "unit": 5},
        setup=setup,
        prediction=Number("", 0.005),
        answer=answer,
        check=check,
        picture=Picture("step-flow"),
        explanation=explanation,
        paper=PAPER,
        tries=TRIES,
        thumbnail=lambda run: run.trace.states["a"][:, 3],
    )
)
