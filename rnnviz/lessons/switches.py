"""Three switches: how many states of a network stay as they are, counted and followed."""

import numpy as np

from rnnviz.core.dynamics import settle
from rnnviz.core.experiment import Experiment
from rnnviz.lessons.base import Comparison, Lesson, Picture, register
from rnnviz.lessons.predictions import Number, told


def setup(run):
    e = run.experiment
    return rf"""
Here are {e.n_a} tanh units, each of which sees itself alone: $a_t = \tanh({e.gain:g}\,a_{{t-1}})$
once nothing comes in any more. A gain above one makes a switch of a unit: pushed up it stays up,
pushed down it stays down. That is how a network keeps bits without gates.

A state that a step leaves where it is is a **fixed point**. Count them all, of all units together:
those to which the state returns when it is nudged, and those from which it runs away.
"""


def points(run):
    """How many fixed points are found with nothing coming in."""
    return float(len(settle(run).points))


def rest(gain):
    """The height at which a switch stays, h = tanh(g h) above 0, by halving; else 0."""
    low, high = (1e-9, 1.0) if gain > 1 else (0.0, 0.0)
    for _ in range(60):
        middle = (low + high) / 2
        low, high = (middle, high) if np.tanh(gain * middle) > middle else (low, middle)
    return (low + high) / 2


def check(run):
    e = run.experiment
    expected = 3.0**e.n_a if e.gain > 1 else 1.0
    source = "3 to the number of units: each is up, down or between" if e.gain > 1 else "0 alone"
    return Comparison("fixed points", points(run), expected, 0.5, source)


def explanation(run):
    e, count, height = run.experiment, points(run), rest(run.experiment.gain)
    if e.gain <= 1:
        return rf"""
There is **{count:.0f}**: 0, to which everything returns. A gain of {e.gain:g} makes no switch; each
step takes a share of {1 - e.gain:.2g} away, and no bit is kept.
"""
    slope = e.gain * (1 - height**2)
    stable = 2**e.n_a
    return rf"""
Each unit has three places of its own: up at {told(height)}, down at {told(-height)}, and 0 between
them. With {e.n_a} units that is $3^{{{e.n_a}}}$ = **{count:.0f}**. Of these $2^{{{e.n_a}}}$ =
{stable} are stable, a memory for every pattern of {e.n_a} bits: a nudge there shrinks to
{told(slope, 3)} of itself a step. At 0 it grows {e.gain:g} times. One point, all units at 0, runs
away in every direction; the other {count - stable - 1:.0f} are saddles: they let go along some
units and hold along the rest, and the borders between the memories pass through them.

A trained network has such points, too, and they tell what it computes: Dynamics finds those of the
sentiment models, which hold an opinion and not three bits.
"""


PAPER = """
Sussillo & Barak 2013, Opening the black box: low-dimensional dynamics in high-dimensional recurrent
networks, whose flip-flop of three bits has such a cube; Hopfield 1984 for memories that are stable.
"""
TRIES = """
Fewer switches: [1](n_a=1), [2](n_a=2), [3](n_a=3). Weaker and stronger ones, by the gain:
[0.9](gain=0.9), [1.5](gain=1.5), [2](gain=2), [3](gain=3). At which gain do the switches go?
"""

EXPERIMENT = Experiment(
    cell="rnn", init="identity", gain=2.0, forget_bias=0.0,
    n_x=3, n_a=3, m=60, T_x=12, loss="upstream_last",
)  # fmt: skip

register(
    Lesson(
        name="switches",
        place=95,
        title="Three switches",
        question="Three units remember a bit each. How many states stay as they are?",
        experiment=EXPERIMENT,
        setup=setup,
        prediction=Number("fixed points", 0.5),
        answer=points,
        check=check,
        picture=Picture("dynamics-portrait"),
        explanation=explanation,
        paper=PAPER,
        tries=TRIES,
        thumbnail=lambda run: run.trace.states["a"][:, 3],
    )
)
