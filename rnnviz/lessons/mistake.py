"""A mistaken gradient: the source notebook's GRU formula, caught with two forward passes."""

import numpy as np

from rnnviz.core.checks import rounding
from rnnviz.core.experiment import Experiment
from rnnviz.lessons.base import Comparison, Lesson, Picture, register
from rnnviz.lessons.oracles import loss_with
from rnnviz.lessons.predictions import Number

NUDGE = 0.001


def notebook_formula(run):
    """da_prev as the source notebook has it, (n_a, m): the thing examined here, and wrong.

    It multiplies elementwise by W @ (ones; zeros), a row's sum, where the chain rule multiplies by
    the transposed matrix, and it takes the product of paths that should be added.
    """
    it, rt, cct = (run.trace.gates[name][..., 0] for name in ("update", "reset", "candidate"))
    c_prev, da_next = run.trace.initial["a"], run.upstream[..., 0]
    Wi, Wr, Wc = (run.params[name][:, : run.trace.n_a] for name in ("Wi", "Wr", "Wc"))
    ones = np.ones_like(c_prev)
    slope = it * (1 - cct * cct)
    left = 1 - it + (cct - c_prev) * it * (1 - it) * (Wi @ ones) + slope
    return da_next * left * (Wc @ rt + (Wc @ c_prev) * rt * (1 - rt) * (Wr @ ones))


def answer(run, sequence, unit, **_):
    return float(run.gradients.initial["a"][unit - 1, sequence - 1])


def differences(run, sequence, unit, nudge):
    loss = loss_with(run, unit - 1, sequence - 1)
    return loss(nudge), loss(-nudge)


def setup(run, sequence, unit, t):
    above, below = differences(run, sequence, unit, NUDGE)
    return rf"""
The notebook that this dashboard grew from derives the gradient of one GRU step by hand and prints
`da_prev[{unit - 1}][{sequence - 1}] = {notebook_formula(run)[unit - 1, sequence - 1]:.4f}`. Is it
right? You need no calculus to find out. Nudge that one number of the old state up and down by
{NUDGE:g}, run the step forward, and read the loss:

| nudge | loss |
| --- | --- |
| $+{NUDGE:g}$ | {above:.7f} |
| $-{NUDGE:g}$ | {below:.7f} |

A derivative is rise over run. **What is the gradient, by these two numbers?**
"""


def check(run, sequence, unit, t):
    h, source = 1e-5, "central differences, two forward passes"
    above, below = differences(run, sequence, unit, h)
    what = f"gradient of unit {unit}, sequence {sequence}"
    slope = (above - below) / (2 * h)
    # Two losses' rounding over 2 h, and h^2 / 6 times a third derivative: no squashing has one
    # above 2, which three weights in a row multiply.
    steep = max(1.0, *(float(np.abs(W).max()) for W in run.params.values())) ** 3
    terms, felt = (np.abs(v * run.upstream).sum() for v in (run.trace.states["a"], 1))
    tolerance = float(rounding.step(run) * terms / h + h**2 / 3 * steep * felt)
    return Comparison(what, answer(run, sequence, unit), slope, tolerance, source)


def explanation(run, sequence, unit, t):
    above, below = differences(run, sequence, unit, NUDGE)
    wrong, right = notebook_formula(run), run.gradients.initial["a"]
    close = np.abs(wrong - right) < 1e-3
    return rf"""
$({above:.7f} - ({below:.7f})) / {2 * NUDGE:g}$ = **{(above - below) / (2 * NUDGE):.6f}**, and this
engine's backpropagation says {answer(run, sequence, unit):.6f}. The notebook's
{wrong[unit - 1, sequence - 1]:.6f} has not even the sign. Nor is it bad luck: of its {close.size}
numbers {close.sum()} are right.

What went wrong? The old state reaches the new one on several roads: straight through $1 - i$,
through the update gate, through the reset gate and through the candidate. The chain rule **adds**
the roads and carries each back through a **transposed matrix**. The formula multiplies roads with
one another, and uses sums of a matrix's rows where its transpose belongs. Its `dWi` and
`dWc` are right, and a training with it might even seem to work: wrong gradients seldom crash.

Two forward passes found it. Every gradient of this project is held against such differences in its
tests, at three steps and more, since many mistakes hide where there is only one.
"""


PAPER = """
Cho et al. 2014 for the cell; Baydin et al. 2018, Automatic differentiation in machine learning: a
survey, for differences and their limits.
"""
TRIES = """
Hold other units against their differences: [1](unit=1), [2](unit=2), [3](unit=3), [4](unit=4),
[5](unit=5); and other sequences: [1](sequence=1), [4](sequence=4), [10](sequence=10). The check
below is made anew each time, with two more forward passes. Then do it to a network of your own: a
loss, a nudge, and the loss again.
"""

register(
    Lesson(
        name="mistake",
        place=110,
        title="A mistaken gradient",
        question="A notebook prints a gradient of −0.35. Is it right?",
        experiment=Experiment(
            cell="gru", init="notebook", forget_bias=0.0, n_a=5, m=10, T_x=1, loss="upstream_last"
        ),
        choices={"t": 1, "sequence": 4, "unit": 3},
        setup=setup,
        prediction=Number("", 0.005),
        answer=answer,
        check=check,
        picture=Picture("step-flow"),
        explanation=explanation,
        paper=PAPER,
        tries=TRIES,
        thumbnail=lambda run: run.gradients.params["Wr"],
    )
)
