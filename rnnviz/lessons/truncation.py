"""Truncated backpropagation: what a network that looks back ten steps cannot even be told."""

import numpy as np

from rnnviz.core import dynamics
from rnnviz.core.experiment import Experiment
from rnnviz.lessons.base import Comparison, Lesson, Picture, register
from rnnviz.lessons.predictions import Number, told


def last_loss(run, lag):
    """||dL_T/da_k|| of the last step's loss alone, carried back `lag` steps, (T_x,)."""
    return dynamics.itemised(run, [run.experiment.T_x - 1], lag)[0]


def answer(run, lag):
    return float(np.count_nonzero(last_loss(run, lag)))


def setup(run, lag):
    T = run.experiment.T_x
    return f"""
Here every one of {T} steps has a loss, and each loss sends its own gradient back. Going all the way
is costly for long sequences, so in practice one stops: **truncated backpropagation** carries every
loss back **{lag} steps** and no further.

Take the loss of the last step, {T}. How many of the {T} hidden states still feel it?
"""


def check(run, lag):
    expected, source = min(lag + 1, run.experiment.T_x), "the step itself, and the lag before it"
    return Comparison("states that feel the last loss", answer(run, lag), expected, 0, source)


def explanation(run, lag):
    T = run.experiment.T_x
    cut, whole = last_loss(run, lag), last_loss(run, T)
    return f"""
**{answer(run, lag):.0f}**: the last state itself, at distance 0, and the {lag} before it. In the
picture that is the coloured band along the diagonal: a row is one loss, a column one state that
feels it.

What lies left of the band is not small, it is *gone*. At step 1 the whole gradient of the last loss
has norm {told(whole[0])}; truncated it is {told(cut[0])}, exactly. If what matters at step {T} was
said at step 1, no learning rate and no patience will find it: the network is never told.

A state may still *carry* something over more than {lag} steps, forward nothing is cut. But only by
luck, as a by-product of what the short gradients taught. The gradient is biased, and the bias has a
direction: towards the recent past.
"""


PAPER = """
Williams & Peng 1990, An efficient gradient-based algorithm for on-line training of recurrent
network trajectories; Tallec & Ollivier 2017 on the bias.
"""
TRIES = """
Carry each loss back [0](lag=0), [1](lag=1), [10](lag=10), [25](lag=25) or all [40](lag=40) steps.
With 0 there is no learning through time at all: every step is on its own.

Then see whether the cut matters. In an [LSTM](cell=lstm) with these random weights the gradient
fades sooner than in the [RNN](cell=rnn): there, a long lag buys little.
"""

EXPERIMENT = Experiment(
    cell="rnn", init="orthogonal", forget_bias=0.0, n_x=1, n_a=10, m=1, T_x=40,
    signal="sine", loss="upstream_every",
)  # fmt: skip

register(
    Lesson(
        name="truncation",
        place=80,
        title="Truncated backpropagation",
        question="Gradients go back ten steps and stop. Who still hears the last loss?",
        experiment=EXPERIMENT,
        choices={"lag": 10},
        setup=setup,
        prediction=Number("states", 0),
        answer=answer,
        check=check,
        picture=Picture("gradients-itemised"),
        explanation=explanation,
        paper=PAPER,
        tries=TRIES,
        thumbnail=lambda run: np.nan_to_num(dynamics.itemised(run))[:, :14],
    )
)
