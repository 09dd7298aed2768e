"""The adding problem: remember two numbers that were marked, and give their sum."""

import numpy as np

from rnnviz.core.training import Batch, Key
from rnnviz.tasks.base import Solved, Task, last_alone, register


def draw(key: Key, m: int, steps: int) -> Batch:
    """Numbers from 0 to 1; a mark at one step of each half; their sum at the last step."""
    random, x = key.random(), np.zeros((2, m, steps))
    (values, marks), target = x, np.zeros((1, m, steps))
    random.random(out=values)
    rows, half = np.arange(m), steps // 2
    for low, high in ((0, half), (half, steps)):
        marked = rows, random.integers(low, high, m)
        marks[marked] = 1
        target[0, :, -1] += values[marked]
    return Batch(x, target, last_alone(m, steps))


register(Task(
    "adding", "Adding", "The first input is a number from 0 to 1, the second marks two of them: "
    "what is their sum, told at the last step?",
    "regression", n_x=2, n_y=1, draw=draw, chance=lambda steps: 1 / 6,
    theory="the sum of two numbers from 0 to 1 has the mean 1 and the variance 2/12: who always "
    "answers 1 has a mean squared error of 1/6",
    source="Hochreiter & Schmidhuber 1997, section 5.4; marks as in Le, Jaitly & Hinton 2015",
    solved=Solved("loss", 0.01), usual={"rate": 0.02},
    expected="six seeds of six solved it after 125 updates",
))  # fmt: skip
