"""The plateau: for most of its training a network seems to learn nothing."""

import numpy as np

from rnnviz.core.experiment import Experiment
from rnnviz.lessons.base import Lesson, register
from rnnviz.lessons.learned import PICTURE, SEEDS, check, of_seeds, of_this, solved, updates
from rnnviz.lessons.predictions import Choice, told

STILL, HALF, MOST = "It is still at chance", "About half of the way down", "Nearly down already"


def setup(run):
    one = of_seeds("bias1s")[0]
    return rf"""
An LSTM learns to add two numbers among {one.settings.steps}. It is at chance, a loss of
{one.task.chance(one.settings.steps):.3f}, after its first {int(one.tests[1, 0])} updates; once it
has solved the task the loss is at most 0.01. Each of {len(SEEDS)} seeds gets there.

When **half of the updates that it needs** are over, where is its loss?
"""


def halfway():
    """Of each seed the loss of a test at half of the updates that it needs, over that at chance."""
    shares = []
    for one in of_seeds("bias1s"):
        if one.solved_at is None:
            continue
        place = np.abs(one.tests[:, 0] - one.solved_at / 2).argmin()
        shares.append(float(one.tests[place, 1] / one.task.chance(one.settings.steps)))
    return shares


def answer(run):
    share = float(np.median(halfway()))
    return STILL if share > 0.8 else HALF if share > 0.2 else MOST


def lasts(one):
    """How many updates it takes from four fifths of chance to the goal, by its tests."""
    chance = one.task.chance(one.settings.steps)
    last = max(n for n, loss, _ in one.tests.tolist() if loss > 0.8 * chance)
    return int(one.solved_at - last)


def explanation(run):
    shares = ", ".join(told(share, 2) for share in halfway())
    falls = updates([lasts(one) for one in of_seeds("bias1s")])
    return rf"""
Halfway the loss is {shares} times that at chance; the task is solved after
{updates(solved("bias1s"))} updates. From the last test above four fifths of chance to the first at
the goal it takes {falls} updates.

The plateau is no rest. To be of use, a number must be written, kept and read, and each of these
pays only when the other two are there, so all three gradients begin tiny and feed each other. Who
looks at the loss alone stops too early, or turns the wrong knob.

{of_this(run)}
"""


PAPER = """
Hochreiter & Schmidhuber 1997, Long short-term memory, section 5.4; Saxe, McClelland & Ganguli
2014, on plateaus and sudden drops of products of weights.
"""
TRIES = """
What is checked: [seed 1](weights=task-bias1s1), [seed 2](weights=task-bias1s2),
[seed 3](weights=task-bias1s3). Lines of another colour are LSTMs that begin with a forget bias of
0: their plateau is longer.
"""

register(
    Lesson(
        name="learn-plateau",
        place=112,
        title="The plateau before the drop",
        question="Half of the training is over. How much has been learned?",
        experiment=Experiment(weights="task-bias1s1"),
        setup=setup,
        prediction=Choice((HALF, STILL, MOST)),
        answer=answer,
        check=check,
        picture=PICTURE,
        explanation=explanation,
        paper=PAPER,
        tries=TRIES,
        thumbnail=lambda run: run.trace.states["c"][:, 0],
    )
)
