"""Singular value, not spectral radius: weights whose eigenvalues promise what they cannot keep."""

import math

import numpy as np

from rnnviz.core.checks import rounding
from rnnviz.core.experiment import Experiment
from rnnviz.lessons.base import Comparison, Lesson, Picture, register
from rnnviz.lessons.predictions import Choice, told

SHRINKS = "It shrinks at every step"
GROWS_FIRST = "It grows at first, then shrinks"
GROWS = "It grows at every step"


def growth(run):
    """||dL/da|| going back, as a multiple of what it is at the last step, (T_x,)."""
    norms = run.gradients.norms["a"][::-1]
    return norms / norms[0]


def setup(run):
    radius = np.abs(np.linalg.eigvals(run.params["Waa"])).max()
    return rf"""
Twelve linear units stand in a chain. Each keeps half of its state and takes over all of its
neighbour's:

$$
W = \begin{{pmatrix}} 0.5 & 1 & & \\ & 0.5 & 1 & \\ & & \ddots & \ddots \\ & & & 0.5 \end{{pmatrix}}
$$

The matrix is triangular, so its eigenvalues stand on the diagonal: all are {radius:g}. "A
spectral radius below one," says the rule of thumb, "and gradients vanish." What does the gradient
of the last step's loss do on its way back through {run.experiment.T_x} steps?
"""


def answer(run):
    rises = growth(run)[1:] > growth(run)[:-1]
    if rises.all():
        return GROWS
    return GROWS_FIRST if rises[0] else SHRINKS


def by_binomials(run):
    """The same curve's peak from the binomial theorem: W^k = g^k sum of C(k, j) 0.5^(k-j) N^j."""
    g, d = run.experiment.gain, run.upstream[:, 0, -1]
    peak = 0.0
    for k in range(run.experiment.T_x):
        total = np.zeros_like(d)
        for j in range(min(k, len(d) - 1) + 1):
            total[j:] += math.comb(k, j) * 0.5 ** (k - j) * d[: len(d) - j]
        peak = max(peak, g**k * np.linalg.norm(total))
    return peak / np.linalg.norm(d)


def check(run):
    expected, source = by_binomials(run), "the binomial theorem for powers of W"
    longest = float(growth(run).max())
    tolerance = rounding.apart_after(run, lambda one: growth(one).max())
    return Comparison("the gradient at its longest", longest, expected, tolerance, source)


def explanation(run):
    curve, W = growth(run), run.params["Waa"]
    stretch = np.linalg.norm(W, 2)
    return rf"""
Going back it grows to **{told(curve.max())} times** its length, {curve.argmax()} steps before the
end, and only then gives in to the eigenvalues. Eigenvalues tell what happens in the long run. What
happens next is told by the **largest singular value**, here {stretch:.4f}: that is how much a
single step can stretch. The two agree for *normal* matrices, whose eigenvectors stand at right
angles; here there is but one eigenvector for all twelve eigenvalues.

So a spectral radius of 0.5 does not promise that gradients vanish soon, and one below 1 does not
promise that they never grow. It works the other way round: a largest singular value below 1 *does*
forbid growth. And a chain can be put to use: for a while it hands its signal on, from unit to unit,
which is a memory without any loop.
"""


PAPER = """
Ganguli, Huh & Sompolinsky 2008, Memory traces in dynamical systems, PNAS 105(48); Trefethen &
Embree 2005, Spectra and pseudospectra.
"""
TRIES = """
Make the chain longer or shorter: [2](n_a=2), [6](n_a=6), [12](n_a=12), [24](n_a=24) units. Each has
the same eigenvalues; how high does the hill grow?

Scale all of it: with a gain of [0.6](gain=0.6) even the largest singular value is below one and the
hill is gone; with [1](gain=1) it is back, and [1.5](gain=1.5) has a radius of only 0.75.
"""

EXPERIMENT = Experiment(
    cell="rnn", activation="linear", init="chain", forget_bias=0.0, n_x=1,
    n_a=12, m=1, T_x=80, signal="impulse", loss="upstream_last",
)  # fmt: skip

register(
    Lesson(
        name="chain",
        place=30,
        title="Singular value, not spectral radius",
        question="All eigenvalues are 0.5. What becomes of the gradient?",
        experiment=EXPERIMENT,
        setup=setup,
        prediction=Choice((SHRINKS, GROWS_FIRST, GROWS)),
        answer=answer,
        check=check,
        picture=Picture("gradients-norms"),
        explanation=explanation,
        paper=PAPER,
        tries=TRIES,
        thumbnail=lambda run: run.params["Waa"],
    )
)
