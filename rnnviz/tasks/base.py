"""What a task is: seeded batches, what counts, what chance alone reaches, and what solves it."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any, NamedTuple

import numpy as np

from rnnviz.core.errors import check_bounds
from rnnviz.core.training import Batch, Key

MOST_STEPS = 1000


class Solved(NamedTuple):
    """When a task counts as solved, on sequences that were not trained on.

    `measure` is "loss", "share" (of the loss at chance), both at most `value`, or "right": the
    share of answers that are right, at least `value`.
    """

    measure: str
    value: float

    def holds(self, loss: float, right: float, chance: float) -> bool:
        """Whether it is reached; a NaN reaches nothing."""
        if self.measure == "right":
            return right >= self.value
        return loss <= self.value * (chance if self.measure == "share" else 1)

    @property
    def sentence(self) -> str:
        """The same in words."""
        if self.measure == "right":
            whole = "every answer" if self.value == 1 else f"at least {self.value:.0%} of answers"
            return f"{whole} right on sequences that were not trained on"
        much = f"{self.value:g}" if self.measure == "loss" else f"{self.value:.0%} of chance"
        return f"loss at most {much} on sequences that were not trained on"


@dataclass(frozen=True, eq=False)
class Task:
    """One task.

    `head` is what judges the answers: "regression" or "signs" (mean squared error), "softmax" or
    "binary" (cross-entropy in nats), each the mean over the answers that count. `steps` is
    the usual length, `least` the shortest, in what `length_is` calls it. `draw` (key, m, steps)
    gives a Batch. `chance` (steps) is the loss of the best constant answer, `theory` why, `source`
    the paper. In an `endless` task batch follows on batch. `usual` are the Settings, by name, that
    a page begins with where they are others than with most tasks, `expected` what came of them
    over three seeds or more (docs/TASKS.md).
    """

    name: str
    title: str
    sentence: str
    head: str
    n_x: int
    n_y: int
    draw: Callable[[Key, int, int], Batch]
    chance: Callable[[int], float]
    theory: str
    source: str
    solved: Solved
    steps: int = 50
    least: int = 2
    length_is: str = "steps"
    endless: bool = False
    usual: Mapping[str, Any] = field(default_factory=dict)
    expected: str = ""

    def batch(self, key: Key, m: int, steps: int) -> Batch:
        """m sequences of a length. Raises ExperimentError.

        >>> from rnnviz.tasks import TASKS
        >>> TASKS["adding"].batch(Key(1, 0), m=4, steps=10).x.shape
        (2, 4, 10)
        """
        check_bounds("m", m, 1, 4096)
        self.check_steps(steps)
        return self.draw(key, m, steps)

    def check_steps(self, steps: int) -> None:
        """Raise ExperimentError unless it can be that long."""
        check_bounds(f"{self.length_is} of {self.title}", steps, self.least, MOST_STEPS)


_registry: dict[str, Task] = {}
TASKS = MappingProxyType(_registry)  # read it anywhere; only `register` writes it


def register(task: Task) -> Task:
    """Make the task known to every menu, command and test under its name."""
    _registry[task.name] = task
    return task


def last_alone(m: int, T_x: int) -> np.ndarray:
    """The mask (m, T_x) of a loss at the last step alone."""
    mask = np.zeros((m, T_x), bool)
    mask[:, -1] = True
    return mask


def one_hot(symbols: np.ndarray, count: int) -> np.ndarray:
    """Whole numbers (m, T_x) from 0 as inputs (count, m, T_x); a negative one is no symbol."""
    return (symbols == np.arange(count)[:, None, None]).astype(float)


def entropy(p: np.ndarray) -> float:
    """-sum p ln p, in nats: the cross-entropy of the best constant answer.

    >>> round(entropy(np.array([0.5, 0.5, 0.0])), 4)
    0.6931
    """
    p = p[p > 0]
    return float(-(p * np.log(p)).sum())
