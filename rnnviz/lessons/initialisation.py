"""Initialisation: three ways to begin, and how far each can stretch a gradient in one step."""

import numpy as np

from rnnviz.core import dynamics
from rnnviz.core.checks import rounding
from rnnviz.core.experiment import Experiment
from rnnviz.lessons.base import Comparison, Lesson, Picture, register
from rnnviz.lessons.oracles import kept
from rnnviz.lessons.predictions import Number, told


def answer(run):
    return float(dynamics.singular_values(run, 0, [0])[0, 0])


def radius(run):
    """The largest modulus of an eigenvalue of the recurrent weights."""
    return float(np.abs(np.linalg.eigvals(run.params["Waa"])).max())


def setup(run):
    n = run.experiment.n_a
    return rf"""
A linear network of {n} units starts from Gaussian weights, each of standard deviation
$1/\sqrt{{{n}}}$. That is the textbook's choice: the eigenvalues of such a matrix fill the disc of
radius 1 in the complex plane (here the outermost lies at {radius(run):.3f}), so that on average a
state neither grows nor shrinks.

On average. **By how much can one step stretch a gradient at most?**
"""


def check(run):
    e = run.experiment
    if e.init == "notebook":
        # Of a sample: the largest singular value spreads by n^(-2/3) of itself (Tracy & Widom).
        expected, tolerance = 2 * e.gain * np.sqrt(e.n_a), 0.15 * e.gain * np.sqrt(e.n_a)
        source = "twice the radius, for large n"
    else:
        # Orthogonal, and decomposed again, as far as n_a roundings in a row let it be.
        expected, tolerance = e.gain, 4 * rounding.step(run) * e.gain
        source = "the gain, all singular values are the same"
    return Comparison("largest singular value", answer(run), expected, tolerance, source)


def explanation(run):
    smallest = dynamics.singular_values(run, 0, [0])[0, -1]
    return rf"""
The largest singular value is **{answer(run):.3f}**, and for large random matrices it is twice the
radius of the eigenvalues' disc. The smallest is {smallest:.4f}. So one step of this network doubles
the gradient in some directions and wipes it out in others; over {run.experiment.T_x - 1} steps the
gradient of this run has become {told(kept(run))} times what it was.

An **orthogonal** matrix has all singular values equal: every direction keeps its length, and
backpropagation is a rotation. The **identity** does the same and leaves even the directions alone;
with relu units it begins as a network that simply remembers. Training soon leaves either, but the
first gradients, on which everything else is built, arrive whole.
"""


PAPER = """
Saxe, McClelland & Ganguli 2014 (orthogonal); Le, Jaitly & Hinton 2015 (identity); Ginibre 1965 and
Geman 1980 for the disc and the factor of two.
"""
TRIES = """
Begin with [Gaussian](init=notebook&gain=0.125), [orthogonal](init=orthogonal&gain=1) or
[identity](init=identity&gain=1) weights and watch the three curves close up on the line at 1.

The Gaussian spread stays whatever the seed: [1](seed=1), [2](seed=2), [3](seed=3). It comes with
the randomness, not with bad luck.
"""

EXPERIMENT = Experiment(
    cell="rnn", activation="linear", init="notebook", gain=0.125,
    forget_bias=0.0, n_x=1, n_a=64, m=1, T_x=30, loss="upstream_last",
)  # fmt: skip

register(
    Lesson(
        name="initialisation",
        place=90,
        title="How to begin",
        question="The eigenvalues fill the unit disc. How far can one step stretch?",
        experiment=EXPERIMENT,
        setup=setup,
        prediction=Number("times", 0.2),
        answer=answer,
        check=check,
        picture=Picture("gradients-singular_values"),
        explanation=explanation,
        paper=PAPER,
        tries=TRIES,
        thumbnail=lambda run: run.params["Waa"][:16],
    )
)
