"""What a trained network does with sequences longer than those that it was trained on."""

from typing import NamedTuple

from rnnviz.core.errors import ExperimentError
from rnnviz.core.training import Training, held_out
from rnnviz.tasks.base import MOST_STEPS, Task

TIMES = (1, 2, 4)
SEQUENCES = 128
STILL, WORSE, CHANCE = (
    "It still solves it",
    "It is worse, but better than chance",
    "It is at chance",
)
OUTCOMES = (STILL, WORSE, CHANCE)
_BETTER = 0.95  # of the loss at chance: what is above that says nothing on so few sequences


class Length(NamedTuple):
    """A length, the loss there, the share of right answers (NaN where none is), and chance."""

    steps: int
    loss: float
    right: float
    chance: float


def beyond(one: Training, task: Task) -> list[Length]:
    """Its loss at its own length, at twice, and at four times that, where the task can be so long.

    Sequences are drawn as those of the tests are.
    """
    lengths = []
    for steps in (one.settings.steps * times for times in TIMES):
        if steps > MOST_STEPS:
            break
        try:
            batch = held_out(task, "test", one.settings.seed, SEQUENCES, steps)
        except ExperimentError:  # of a table with fewer rows
            break
        lengths.append(Length(steps, *one.tested(batch), task.chance(steps)))
    return lengths


def outcome(one: Length, task: Task) -> str:
    """Which of OUTCOMES a length has."""
    if task.solved.holds(one.loss, one.right, one.chance):
        return STILL
    return WORSE if one.loss < _BETTER * one.chance else CHANCE
