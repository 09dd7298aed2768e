"""Parity: is the number of ones so far odd? Told at every step, or at the last alone."""

import math
from functools import partial

import numpy as np

from rnnviz.core.training import Batch, Key
from rnnviz.tasks.base import Solved, Task, last_alone, register

SOURCE = "Minsky & Papert 1969; at every step in Graves 2016; Grazzi et al. 2025"


def draw(key: Key, m: int, steps: int, every: bool) -> Batch:
    """Bits; the answer is 1 where the ones so far are odd in number.

    Asked at the last step alone they come in as -1 and 1: a gate's weights on x do nothing at a 0,
    and of ten bits that are 0 and 1 hardly a network learns (docs/TASKS.md).
    """
    bits = key.random().integers(0, 2, (m, steps))
    odd = np.cumsum(bits, axis=1) % 2
    mask = np.ones((m, steps), bool) if every else last_alone(m, steps)
    x = bits if every else 2 * bits - 1
    return Batch(x[None].astype(float), odd[None].astype(float), mask)


for _every in (True, False):
    register(Task(
        "parity" if _every else "parity-last",
        f"Parity at {'every' if _every else 'the last'} step",
        "Bits come in: is the number of ones odd, asked at every step?"
        if _every
        else "Bits come in as −1 and 1: is the number of ones odd, asked at the last step alone?",
        "binary", n_x=1, n_y=1,
        draw=partial(draw, every=_every),
        chance=lambda steps: math.log(2),
        theory="each bit turns the answer or not, with the same chance: without all of the "
        "others it is a coin, ln 2",
        source=SOURCE, solved=Solved("right", 0.99), steps=20 if _every else 10,
        usual={} if _every else {"rate": 0.02, "forget_bias": 0.0, "updates": 3000},
        expected="three seeds of three solved it after 150 updates"
        if _every
        else "it takes patience: five seeds of six solved it, after 750 to 2,525 updates",
    ))  # fmt: skip
