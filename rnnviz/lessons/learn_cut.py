"""Truncation in training: what lies further back than the cut is never learned."""

import numpy as np

from rnnviz.core.experiment import Experiment
from rnnviz.lessons.base import Lesson, register
from rnnviz.lessons.learned import PICTURE, SEEDS, check, of_seeds, of_this
from rnnviz.lessons.predictions import Choice

ALL, SOME, CHANCE = "Nearly all", "About three quarters", "About half, as by chance"


def rights(name):
    """The share of right answers of each seed, at the end."""
    return [float(one.tests[-1, 2]) for one in of_seeds(name)]


def setup(run):
    one = of_seeds("cut5s")[0]
    return rf"""
An RNN reads bits without end and answers each with the bit of ten steps ago. It learns from
{one.settings.steps} steps at a time; its states go on without a break, but the way back is cut
every {one.settings.truncation} steps.

It is trained for {one.settings.updates} updates, with {len(SEEDS)} seeds. **What share of its
answers is right?**
"""


def answer(run):
    share = float(np.median(rights("cut5s")))
    return ALL if share > 0.9 else SOME if share > 0.625 else CHANCE


def explanation(run):
    short, long = of_seeds("cut5s"), of_seeds("cut12s")
    each, other = (", ".join(f"{share:.0%}" for share in rights(n)) for n in ("cut5s", "cut12s"))
    best = max(float(one.tests[1:, 2].max()) for one in short)
    return rf"""
Cut every {short[0].settings.truncation} steps: **{each}**. Cut every {long[0].settings.truncation}
steps: {other}. No gradient ever goes from an answer to the bit that it is about, so nothing tells
the weights to keep it; with the longer cut some answers have the way, and what they teach serves
all.

It is not that nothing could be read: an orthogonal start keeps the past for a while by itself, and
one test on the way found {best:.0%} right. Training lost that again, because it saw no reason to
keep it. A state that is carried on is no gradient that is carried back.

{of_this(run)}
"""


PAPER = """
Williams & Peng 1990, An efficient gradient-based algorithm for on-line training of recurrent
network trajectories; Tallec & Ollivier 2017, Unbiasing truncated backpropagation through time.
"""
TRIES = """
What is checked: cut every 5 steps, [seed 1](weights=task-cut5s1), [seed 2](weights=task-cut5s2),
[seed 3](weights=task-cut5s3); every 12 steps, [seed 1](weights=task-cut12s1),
[seed 2](weights=task-cut12s2), [seed 3](weights=task-cut12s3).
"""

register(
    Lesson(
        name="learn-cut",
        place=113,
        title="Beyond the cut",
        question="The answer lies ten steps back, the way back ends after five. What is learned?",
        experiment=Experiment(weights="task-cut5s1"),
        setup=setup,
        prediction=Choice((ALL, SOME, CHANCE)),
        answer=answer,
        check=check,
        picture=PICTURE,
        explanation=explanation,
        paper=PAPER,
        tries=TRIES,
        thumbnail=lambda run: run.trace.states["a"][:, 0],
    )
)
