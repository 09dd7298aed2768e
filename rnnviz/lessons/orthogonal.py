"""Orthogonal weights: all directions fade alike, where those of random weights part ways."""

import numpy as np

from rnnviz.core.dynamics import exponents_of
from rnnviz.core.experiment import Experiment
from rnnviz.lessons.base import Comparison, Lesson, Picture, register
from rnnviz.lessons.predictions import Factor, told

_LEFT = 1e-3


def setup(run):
    e = run.experiment
    return rf"""
A linear network of {e.n_a} units: each step multiplies the state, and on its way back the gradient,
by one matrix. It is $g\,Q$: a gain of {e.gain:g} times an **orthogonal** matrix, which turns and
mirrors but keeps every length.

Every signal fades here. Take the direction that fades **first**. After how many steps is less than
a thousandth of it left?
"""


def spectrum(run):
    """The exponents of all directions, the slowest to fade first."""
    found, _ = exponents_of(run)
    assert found is not None, "a gain below 1 keeps every state finite"
    return found.exponents


def gone(run):
    """Steps until the direction that fades first is down to a thousandth."""
    return float(np.log(_LEFT) / spectrum(run)[-1])


def check(run):
    """The mean exponent, that of a volume: a determinant, which needs no direction."""
    W = run.params["Waa"]
    expected = float(np.linalg.slogdet(W)[1]) / len(W)
    source = "ln of the determinant's size over the number of units: of a volume"
    return Comparison("mean exponent", float(spectrum(run).mean()), expected, 1e-6, source)


def explanation(run):
    e, every = run.experiment, spectrum(run)
    first, last = (float(np.log(_LEFT) / every[at]) for at in (-1, 0))
    if e.init == "orthogonal":
        return rf"""
After **{told(first)}** steps, and so is every other direction: all {e.n_a} exponents are
$\ln g$ = {told(float(every[0]), 3)}. Nothing is lost before the rest, and with a gain of 1 nothing
would be lost at all.

That is what an orthogonal start buys: the gradient can reach back along every direction equally
far. In a network with tanh the slopes below 1 eat some of it, so the gain is often chosen a little
above 1.
"""
    slow = f"{told(last)} steps" if every[0] < 0 else "never: it grows"
    return rf"""
After only **{told(first)}** steps; for the slowest direction the answer is {slow}. These weights
have the same gain {e.gain:g}, and their exponents spread from {told(float(every[0]), 3)} down to
{told(float(every[-1]), 3)}. What lies along the fast directions is forgotten almost at once, and no
gain mends that: where it saves the fastest to fade, the slowest explodes.
"""


PAPER = """
Saxe, McClelland & Ganguli 2014, Exact solutions to the nonlinear dynamics of learning in deep
linear neural networks; Le, Jaitly & Hinton 2015, A simple way to initialize recurrent networks of
rectified linear units; Arjovsky, Shah & Bengio 2016, Unitary evolution recurrent neural networks.
"""
TRIES = """
Draw the weights otherwise: [orthogonal](init=orthogonal), [glorot](init=glorot),
[chain](init=chain). And another gain: [0.8](gain=0.8), [0.95](gain=0.95), [0.99](gain=0.99).
"""

EXPERIMENT = Experiment(
    cell="rnn", activation="linear", init="orthogonal", gain=0.95, forget_bias=0.0,
    n_x=2, n_a=16, m=4, T_x=40, loss="upstream_last",
)  # fmt: skip

register(
    Lesson(
        name="orthogonal",
        place=92,
        title="Orthogonal weights",
        question="All directions fade. Which of them is gone first, and when?",
        experiment=EXPERIMENT,
        setup=setup,
        prediction=Factor("steps", 1.3),
        answer=gone,
        check=check,
        picture=Picture("dynamics-exponents"),
        explanation=explanation,
        paper=PAPER,
        tries=TRIES,
        thumbnail=lambda run: run.trace.states["a"][:, 0],
    )
)
