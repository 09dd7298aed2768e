"""Vanishing and exploding: a hundred steps of a network that turns and scales, and nothing else."""

import numpy as np

from rnnviz.core.checks import rounding
from rnnviz.core.experiment import Experiment
from rnnviz.lessons.base import Comparison, Lesson, Picture, register
from rnnviz.lessons.oracles import kept, kept_by_jacobians
from rnnviz.lessons.predictions import Factor, told


def setup(run):
    return rf"""
Here is the simplest recurrent network that there is: $a_t = W a_{{t-1}} + W_x x_t$, no squashing.
Its weights are $W = g\,Q$: an orthogonal $Q$, which turns the state without stretching it, times a
gain of $g = {run.experiment.gain:g}$, barely less than one.

The loss looks at step {run.experiment.T_x} alone. We carry its gradient back to step 1, through
**{run.experiment.T_x - 1} steps**. What share of its length is still there?
"""


def check(run):
    e, back = run.experiment, run.experiment.T_x - 1
    if e.activation == "linear":
        expected, source = e.gain**back, "gᵀ⁻¹ for orthogonal weights"
    else:
        expected, source = kept_by_jacobians(run), "the product of all Jacobians"
    tolerance = rounding.apart_after(run, kept)
    return Comparison(
        "share of the gradient left at step 1", kept(run), expected, tolerance, source
    )


def explanation(run):
    g, back, left = run.experiment.gain, run.experiment.T_x - 1, kept(run)
    with np.errstate(divide="ignore"):  # a gain of 1 keeps its half for ever
        half = np.log(0.5) / np.log(g)
    return rf"""
Every step back multiplies the gradient by $W^\top$, and an orthogonal $Q$ keeps lengths, so that
each step costs exactly one factor $g$: ${g:g}^{{{back}}}$ = **{told(left)}**. Half is gone after
{half:.1f} steps. A gain only a tenth above one does the opposite: ${1.1}^{{{back}}}$ =
{told(1.1**back)}.

That is the whole of the vanishing and exploding gradient. Nothing is wrong with the derivative: it
says truthfully that step 1 hardly matters. But a weight that is learned from it learns the recent
past and nothing else, or, when it explodes, jumps away. Only $g = 1$ is safe, and no training keeps
a gain at exactly one: hence gates, clipping and careful initialisation.
"""


PAPER = """
Bengio, Simard & Frasconi 1994, Learning long-term dependencies with gradient descent is difficult;
Pascanu, Mikolov & Bengio 2013. The exact line: Saxe, McClelland & Ganguli 2014.
"""
TRIES = """
Set the gain to [0.8](gain=0.8), [0.9](gain=0.9), [1](gain=1), [1.1](gain=1.1), [1.2](gain=1.2): on
a log scale every one of them is a straight line, and its slope is log g.

Then squash the units with [tanh](activation=tanh) and come back to [linear](activation=linear).
Which gain keeps it now? Does 1.2 still explode?
"""

EXPERIMENT = Experiment(
    cell="rnn", activation="linear", init="orthogonal", gain=0.9,
    forget_bias=0.0, n_x=1, n_a=8, m=1, T_x=101, loss="upstream_last",
)  # fmt: skip

register(
    Lesson(
        name="gain",
        place=20,
        title="Vanishing and exploding",
        question="Each step back keeps 90 % of the gradient. How much is left after a hundred?",
        experiment=EXPERIMENT,
        setup=setup,
        prediction=Factor("", 2.0),
        answer=kept,
        check=check,
        picture=Picture("gradients-norms"),
        explanation=explanation,
        paper=PAPER,
        tries=TRIES,
        thumbnail=lambda run: run.gradients.states["a"][:, 0, -30:],
    )
)
