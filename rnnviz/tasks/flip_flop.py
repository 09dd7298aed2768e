"""The three-bit flip-flop: three switches, each as its last pulse left it."""

import numpy as np

from rnnviz.core.training import Batch, Key
from rnnviz.tasks.base import Solved, Task, register

BITS, RATE = 3, 0.1  # of a pulse, at each step and switch


def draw(key: Key, m: int, steps: int) -> Batch:
    """Pulses of +1 and -1, one at each switch's first step; the target holds the last one."""
    random = key.random()
    signs = random.integers(0, 2, (BITS, m, steps)) * 2.0 - 1
    pulses = random.random((BITS, m, steps)) < RATE
    pulses[..., 0] = True
    latest = np.maximum.accumulate(np.where(pulses, np.arange(steps), 0), axis=-1)
    target = np.take_along_axis(signs, latest, axis=-1)
    return Batch(signs * pulses, target, np.ones((m, steps), bool))


register(Task(
    "flip-flop", "Flip-flop", "Each of three inputs is now and then +1 or -1, else 0: what was the "
    "last pulse of each?",
    "signs", n_x=BITS, n_y=BITS, draw=draw, chance=lambda steps: 1.0,
    theory="the switches are +1 and -1 alike, so that the best constant answer is 0: a mean "
    "squared error of 1",
    source="Sussillo & Barak 2013, section 4: 2^3 stable fixed points",
    solved=Solved("right", 0.99), expected="three seeds of three solved it after 100 updates",
))  # fmt: skip
