"""The forget bias in training: the same LSTM, the same batches, one number apart."""

import math

from rnnviz.core.experiment import Experiment
from rnnviz.lessons.base import Lesson, register
from rnnviz.lessons.learned import (
    PICTURE,
    SEEDS,
    check,
    last_losses,
    of_seeds,
    of_this,
    solved,
    updates,
)
from rnnviz.lessons.predictions import Choice, told

BOTH, OPEN = "Both do", "Only those that begin with 1"
SHUT, NONE = "Only those that begin with 0", "None"


def opened(bias):
    """How far a forget gate stands open that sees its bias alone."""
    return 1 / (1 + math.exp(-bias))


def setup(run):
    one = of_seeds("bias1s")[0].settings
    return rf"""
Two LSTMs learn to add two numbers that they see among {one.steps}. They have the same weights,
batches and optimiser; one begins with a forget bias of 0, so that its gate stands half open, the
other with 1, which is $\sigma(1) = {opened(1):.2f}$. Training may move it to wherever it wants.

**Which have a loss of at most 0.01 within {one.updates} updates, in all of {len(SEEDS)} seeds?**
"""


def answer(run):
    shut, wide = (len(solved(name)) == len(SEEDS) for name in ("bias0s", "bias1s"))
    return {(True, True): BOTH, (False, True): OPEN, (True, False): SHUT}.get((shut, wide), NONE)


def explanation(run):
    losses = ", ".join(told(loss, 2) for loss in last_losses("bias0s"))
    steps = of_seeds("bias1s")[0].settings.steps
    powers = [steps / 2 * math.log10(opened(bias)) for bias in (0, 1)]
    return rf"""
With 1 a test first found the task solved after **{updates(solved("bias1s"))}** updates; with 0 it
was solved in {len(solved("bias0s"))} of {len(SEEDS)}, whose last losses are {losses}. They are
late, which is not to say that they fail: the curves have begun to fall.

Seen from the bias alone, over half of the sequence the memory's gradient shrinks by
$f^{{{steps // 2}}}$, which is $10^{{{powers[0]:.1f}}}$ at a bias of 0 and $10^{{{powers[1]:.1f}}}$
at a bias of 1. Both are small, and what is learned first is to open the gate; that begins
{powers[1] - powers[0]:.1f} powers of ten further ahead.

{of_this(run)}
"""


PAPER = """
Gers, Schmidhuber & Cummins 2000, Learning to forget; Jozefowicz, Zaremba & Sutskever 2015, An
empirical exploration of recurrent network architectures.
"""
TRIES = """
What is checked: bias 0, [seed 1](weights=task-bias0s1), [seed 2](weights=task-bias0s2),
[seed 3](weights=task-bias0s3); bias 1, [seed 1](weights=task-bias1s1),
[seed 2](weights=task-bias1s2), [seed 3](weights=task-bias1s3). Gates shows where each keeps its
forget gate.
"""

register(
    Lesson(
        name="learn-forget",
        place=111,
        title="A gate that begins open",
        question="Forget bias 0 or 1: does training find the rest by itself?",
        experiment=Experiment(weights="task-bias0s1"),
        setup=setup,
        prediction=Choice((BOTH, OPEN, SHUT, NONE)),
        answer=answer,
        check=check,
        picture=PICTURE,
        explanation=explanation,
        paper=PAPER,
        tries=TRIES,
        thumbnail=lambda run: run.trace.states["c"][:, 0],
    )
)
