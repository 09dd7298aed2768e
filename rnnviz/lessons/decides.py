"""Where a trained RNN goes when a review has ended: to one of two points, by what it has read."""

from functools import lru_cache

import numpy as np

from rnnviz.core import dynamics
from rnnviz.core.activations import softmax
from rnnviz.core.experiment import Experiment
from rnnviz.core.networks import Network
from rnnviz.lessons.base import Comparison, Lesson, Picture, register
from rnnviz.lessons.predictions import Choice, told
from rnnviz.sentiment import verdicts
from rnnviz.sentiment.held import heard

ONE, NOWHERE = "To one point, whatever the review said", "Nowhere: it wanders on"
TWO = "To one of two points, by what the review said"
REVIEWS, STEPS, STARTS, REST = 40, 1000, 60, 1e-9  # REST is what a state at rest moves a step


def setup(run, held):
    return rf"""
This RNN was trained on film reviews of up to {run.experiment.network.read("film " * 999).ids.size}
words. It has no gate that could keep a verdict: every word goes through the same tanh.

A review has ended, and now one input follows for ever. With "neutral" that is the mean of all words
without an opinion. A small memory would fade to one middle state, where the network hesitates,
P = 0.5. **Where does its state go?**
"""


@lru_cache(8)
def followed(network: Network, held: str):
    """Fixed points; states `STEPS` steps after reviews, how far each moved last, which are good."""
    of, (texts, good) = verdicts.step_map(network, heard(network, held)), verdicts.reviews(REVIEWS)
    begin = states = verdicts.read(network, texts)
    for _ in range(STEPS):
        before, states = states, of.step(states)
    both = np.concatenate([begin, states], axis=1)
    starts = dynamics.starts(both, STARTS, np.random.RandomState(1))
    points = dynamics.fixed_points(of, np.concatenate([states, starts], axis=1)).points
    return points, states, np.abs(states - before).max(0), good


def ends(run, held):
    """The stable points."""
    every = followed(run.experiment.network, held)[0]
    return [one.state for one in every if one.isolated and one.kind == "stable"]


def answer(run, held):
    return {0: NOWHERE, 1: ONE}.get(len(ends(run, held)), TWO)


def check(run, held):
    _, states, moved, _ = followed(run.experiment.network, held)
    rest = {tuple(state.round(6)) for state in states.T[moved < REST]}
    source = f"places where {REVIEWS} reviews rest after {STEPS} steps, one after another"
    return Comparison("stable points", len(ends(run, held)), len(rest), 0.0, source)


def positive(run, states):
    """P(positive) at joint states (N, k), (k,)."""
    W, b = (np.asarray(run.params[name], float) for name in run.cell.readout)
    return softmax(W @ states[: run.trace.n_a] + b)[1]


def explanation(run, held):
    points, states, _, good = followed(run.experiment.network, held)
    stable = sorted(float(positive(run, s[:, None])[0]) for s in ends(run, held))
    above = positive(run, states) > 0.5
    n, right, wrong = good.sum(), (above & good).sum(), (above & ~good).sum()
    ways = f"Of {n} good reviews {right} end where it says positive, of {n} bad ones {wrong}."
    if len(stable) != 2:
        places = " and ".join(told(p, 3) for p in stable)
        return rf"""
With "{held}" held, stable points: **{len(stable)}**, where P(positive) = {places}. {ways}
A word that judges leaves no choice: held long enough it overwrites what was read before.
"""
    saddles = [positive(run, s.state[:, None])[0] for s in points if s.kind == "saddle"]
    between = " and ".join(told(float(p), 3) for p in saddles)
    return rf"""
There are **{len(stable)}** stable points: at one P(positive) = {told(stable[0], 3)}, at the other
{told(stable[1], 3)}. Between them lies a saddle, at {between}. From there
the state leaves to the side to which the review has pushed it. {ways} So it **decides**: the
verdict is where the state stands, and lasts while nothing is said.

It is one network, and a mean input that no text has. The LSTM and the GRU have no such points
within what they visit; Dynamics shows what becomes of their verdicts.
"""


PAPER = """
Maheswaranathan, Williams, Golub, Ganguli & Sussillo 2019, Reverse engineering recurrent networks
for sentiment classification: real reviews differ in strength, and leave a line of such points.
"""
TRIES = """
What follows the review: [neutral](held=neutral), [good](held=good), [superb](held=superb),
[boring](held=boring), [terrible](held=terrible).
"""

register(
    Lesson(
        name="decides",
        place=97,
        title="It decides",
        question="A review has ended. Does a trained RNN decide, or does it hesitate?",
        experiment=Experiment(weights="run-rnn"),
        setup=setup,
        prediction=Choice((ONE, TWO, NOWHERE)),
        answer=answer,
        check=check,
        picture=Picture("dynamics-portrait"),
        explanation=explanation,
        paper=PAPER,
        tries=TRIES,
        thumbnail=lambda run: run.trace.states["a"][:, 0],
        choices={"held": "neutral"},
    )
)
