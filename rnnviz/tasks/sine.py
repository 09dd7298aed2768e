"""Sine continuation: see half of it, then go on alone."""

import numpy as np

from rnnviz.core.training import Batch, Key
from rnnviz.tasks.base import Solved, Task, register

PERIODS = (8.0, 16.0)  # steps, shortest and longest


def draw(key: Key, m: int, steps: int) -> Batch:
    """Sines of any period in PERIODS and any phase; in the second half nothing comes in."""
    random = key.random()
    period, phase = (random.uniform(low, high, (m, 1)) for low, high in (PERIODS, (0, 2 * np.pi)))
    wave, half = np.sin(2 * np.pi * np.arange(steps) / period + phase), np.arange(steps)
    later = np.broadcast_to(half >= steps // 2, (m, steps))
    return Batch(np.where(later, 0.0, wave)[None], wave[None], later.copy())


register(Task(
    "sine", "Sine", "A sine comes in and stops halfway: how does it go on?",
    "regression", n_x=1, n_y=1, draw=draw, chance=lambda steps: 0.5,
    theory="any phase is as likely as any other, so that the best constant answer is 0: the mean "
    "of a squared sine, 1/2",
    source="Jaeger 2001, The echo state approach, section 5: a generator of sines",
    solved=Solved("share", 0.1), steps=40, least=4,
    expected="three seeds of three solved it after 75 to 125 updates",
))  # fmt: skip
