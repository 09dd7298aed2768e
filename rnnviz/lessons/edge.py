"""The edge of chaos: how fast neighbouring states part in a large random network."""

from functools import cache

import numpy as np

from rnnviz.core.dynamics import StepMap, growth
from rnnviz.core.experiment import Experiment
from rnnviz.lessons.base import Comparison, Lesson, Picture, register
from rnnviz.lessons.predictions import Number, told

_STEPS, _BURN_IN = 1000, 200


def setup(run):
    e = run.experiment
    return rf"""
{e.n_a} tanh units hear nothing but each other: $a_t = \tanh(W a_{{t-1}})$. The weights are drawn at
random, and the gain $g$ = {e.gain:g} multiplies them, so that the eigenvalues of $W$ fill a disc of
that radius. Two copies of this network start from states that differ in the seventh digit after the
point.

With a small gain both go to the same place. With a large one each step turns the small difference
into another one, over and over, until the two have nothing to do with each other: **chaos**. By
which factor does the difference change, on average, **with each step**?
"""


@cache
def _exponent(experiment):
    from rnnviz.core.run import draw

    one = StepMap.of(experiment.cell_object, draw(experiment).params)
    start = np.random.RandomState(0).standard_normal((one.N, 1))
    return float(growth(one, start, _STEPS, _BURN_IN)[0])


def factor(run):
    """e to lambda_1, by two trajectories."""
    return float(np.exp(_exponent(run.experiment)))


def mean_field(gain):
    """lambda_1 of a network without end, at a gain above 1: q = g^2 E[tanh^2], and of the slopes
    there the root of their mean square."""
    z = np.linspace(-8, 8, 4001)
    weight = np.exp(-(z**2) / 2)
    weight /= weight.sum()
    q = gain**2
    for _ in range(500):
        q = gain**2 * float(weight @ np.tanh(np.sqrt(q) * z) ** 2)
    slopes = 1 - np.tanh(np.sqrt(q) * z) ** 2
    return float(np.log(gain**2 * (weight @ slopes**2)) / 2)


def check(run):
    gain, what = run.experiment.gain, "λ₁, nats a step"
    found = _exponent(run.experiment)
    if gain < 1:  # the state goes to 0, where tanh is a line
        expected = float(np.log(np.abs(np.linalg.eigvals(run.params["Waa"])).max()))
        source = "ln of the size of the largest eigenvalue of W"
        return Comparison(what, found, expected, 0.02, source)
    source = "mean-field theory of networks without end (Sompolinsky, Crisanti & Sommers)"
    expected = mean_field(gain)
    return Comparison(what, found, expected, 0.15 * expected, source)


def explanation(run):
    e, found = run.experiment, _exponent(run.experiment)
    if found < 0:
        return rf"""
It becomes **{told(factor(run))}** times as large, so it dies out: λ₁ = {told(found, 3)} nats a
step. With a gain of {e.gain:g} the network is **ordered**: whatever it was told, it forgets, and
after {np.log(1e-3) / found:.0f} steps a thousandth of a difference is left.
"""
    return rf"""
It grows **{told(factor(run))}** times a step: λ₁ = {told(found, 3)} nats, where a network without
end has {told(mean_field(e.gain), 3)}. That sounds like little, and it is chaos: after
{np.log(1e7) / found:.0f} steps the seventh digit has become the first, and nobody can say any more
where the network is. Its gradients grow as fast on the way back, so training through many steps is
lost, too.

The edge lies at gain 1 for a network without end. There a difference neither dies nor explodes, and
the network remembers longest. A finite one has no such sharp edge: just above 1 it often settles on
a cycle instead, as the picture of order and chaos on Dynamics shows.
"""


PAPER = """
Sompolinsky, Crisanti & Sommers 1988, Chaos in random neural networks; Bertschinger & Natschläger
2004, Real-time computation at the edge of chaos in recurrent neural networks.
"""
TRIES = """
Move the gain: [0.5](gain=0.5), [0.8](gain=0.8), [2](gain=2), [3](gain=3), [5](gain=5). The more it
saturates, the more of the gain is lost.
"""

EXPERIMENT = Experiment(
    cell="rnn", init="glorot", gain=2.0, forget_bias=0.0, n_x=1, n_a=256, m=2, T_x=40,
    loss="upstream_last",
)  # fmt: skip

register(
    Lesson(
        name="edge",
        place=98,
        title="The edge of chaos",
        question="Two states that are almost the same: do they meet again, or part?",
        experiment=EXPERIMENT,
        setup=setup,
        prediction=Number("times", 0.05),
        answer=factor,
        check=check,
        picture=Picture("dynamics-convergence"),
        explanation=explanation,
        paper=PAPER,
        tries=TRIES,
        thumbnail=lambda run: run.trace.states["a"][::16, 0],
    )
)
