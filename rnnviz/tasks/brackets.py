"""Bracket depth: how many brackets are open?"""

import numpy as np

from rnnviz.core.training import Batch, Key
from rnnviz.tasks.base import Solved, Task, entropy, one_hot, register

DEEPEST = 5


def draw(key: Key, m: int, steps: int) -> Batch:
    """A walk over the depths 0 to DEEPEST: up or down alike, turned round at both ends."""
    up = key.random().random((m, steps)) < 0.5
    depth, before = np.empty((m, steps), int), np.zeros(m, int)
    for t in range(steps):
        up[:, t] = (before == 0) | ((before < DEEPEST) & up[:, t])
        depth[:, t] = before = before + np.where(up[:, t], 1, -1)
    return Batch(one_hot(1 - up, 2), depth, np.ones((m, steps), bool))


def chance(steps: int) -> float:
    """The entropy of the depth, over all steps of the walk."""
    up = np.array([1.0, *[0.5] * (DEEPEST - 1), 0.0])
    now, seen = np.eye(DEEPEST + 1)[0], np.zeros(DEEPEST + 1)
    for _ in range(steps):
        rising, falling = now * up, now * (1 - up)
        now = np.append(0, rising[:-1]) + np.append(falling[1:], 0)
        seen += now / steps
    return entropy(seen)


register(Task(
    "brackets", "Bracket depth", f"Brackets open and close, at most {DEEPEST} deep: how many are "
    "open now?",
    "softmax", n_x=2, n_y=DEEPEST + 1, draw=draw, chance=chance,
    theory="who always tells each depth with the share of steps that it has, from the walk's "
    "chain of depths, has the entropy of these shares",
    source="Suzgun et al. 2019, LSTM networks can perform dynamic counting",
    solved=Solved("right", 0.99), steps=30,
    expected="three seeds of three solved it after 125 to 200 updates",
))  # fmt: skip
