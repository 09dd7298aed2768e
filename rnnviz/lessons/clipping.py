"""Clipping: what a threshold on the norm does to a gradient that has nothing wrong with it."""

import numpy as np

from rnnviz.core import measures
from rnnviz.core.checks import rounding
from rnnviz.core.experiment import Experiment
from rnnviz.lessons.base import Comparison, Lesson, Picture, register
from rnnviz.lessons.predictions import Choice, told

STAYS = "It stays: only what is too large is cut"
SHRINKS = "It shrinks, by the same factor as all others"
GOES = "It becomes zero"


def smallest(run):
    """The place of the smallest entry of the recurrent weights' gradient, and that entry."""
    dW = run.gradients.params["Waa"]
    at = np.unravel_index(np.abs(dW).argmin(), dW.shape)
    return at, float(dW[at])


def setup(run, clip):
    (row, column), entry = smallest(run)
    size, threshold = run.gradients.param_norm, 10**clip
    return f"""
This RNN explodes a little: its recurrent weights turn and double the state, and over
{run.experiment.T_x} steps the gradient of all parameters together has grown to a norm of
**{told(size)}**. So we clip it, as most trainings of recurrent networks do, to a norm of
**{threshold:g}**.

Not every number in it is large. The gradient of the weight from unit {column + 1} to unit {row + 1}
is only **{told(entry)}**, far below the threshold. What does clipping do to this entry?
"""


def clipped(run, clip):
    return measures.clip(run.gradients.params, 10**clip)[0]


def factor(run, clip):
    at, entry = smallest(run)
    return float(clipped(run, clip)["Waa"][at]) / entry


def answer(run, clip):
    kept = factor(run, clip)
    if kept == 0:
        return GOES
    return STAYS if kept == 1 else SHRINKS


def flat(gradients):
    return np.concatenate([g.ravel() for g in gradients.values()])


def check(run, clip):
    length, every = float(np.linalg.norm(flat(clipped(run, clip)))), flat(run.gradients.params)
    expected = min(float(np.linalg.norm(every)), 10**clip)
    source = "the smaller of norm and threshold"
    eps = float(np.finfo(every.dtype).eps)  # two norms, a quotient, and every product with it
    tolerance = (4 * eps + 2 * rounding.total(every.size, eps)) * expected
    return Comparison("norm after clipping", length, expected, tolerance, source)


def explanation(run, clip):
    before, after = flat(run.gradients.params), flat(clipped(run, clip))
    cosine = before @ after / np.linalg.norm(before) / np.linalg.norm(after)
    _, entry = smallest(run)
    size = float(np.linalg.norm(after))
    return rf"""
Clipping by norm multiplies *all* entries by threshold / norm = {10**clip:g} /
{told(run.gradients.param_norm)} = **{told(factor(run, clip))}**. Our small entry goes from
{told(entry)} to {told(entry * factor(run, clip))}. The norm is now {told(size)},
and the cosine between before and after is {cosine:.12f}: the length changed, the direction did not.

In the picture that is a curve moved down by one constant, on a log scale a parallel. It is as steep
as before: what was hidden by the explosion stays hidden. Clipping is a seat belt for the step that
the optimiser takes, no cure for the network. (Cutting every entry at a threshold of its own is
another recipe, and it does bend the direction.)
"""


PAPER = """
Pascanu, Mikolov & Bengio 2013, On the difficulty of training recurrent neural networks, algorithm
1.
"""
TRIES = """
Clip at a norm of [0.01](clip=-2), [1](clip=0), [100](clip=2), [10 000](clip=4): the line moves, its
shape does not, and a threshold above the norm does nothing.

Change the explosion instead: a gain of [1](gain=1), [1.5](gain=1.5), [2](gain=2), [3](gain=3).
"""

EXPERIMENT = Experiment(
    cell="rnn", init="orthogonal", gain=2.0, forget_bias=0.0, n_a=20, T_x=60,
    loss="cross_entropy_last",
)  # fmt: skip

register(
    Lesson(
        name="clipping",
        place=70,
        title="Clipping",
        question="A gradient is clipped. What happens to its small entries?",
        experiment=EXPERIMENT,
        choices={"clip": 0.0},
        setup=setup,
        prediction=Choice((STAYS, SHRINKS, GOES)),
        answer=answer,
        check=check,
        picture=Picture("gradients-norms"),
        explanation=explanation,
        paper=PAPER,
        tries=TRIES,
        thumbnail=lambda run: run.gradients.params["Waa"],
    )
)
