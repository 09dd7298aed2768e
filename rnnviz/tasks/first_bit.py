"""Remember the first bit, through noise, and tell it at the last step."""

import math

from rnnviz.core.training import Batch, Key
from rnnviz.tasks.base import Solved, Task, last_alone, register

NOISE = 0.2


def draw(key: Key, m: int, steps: int) -> Batch:
    """+1 or -1 at the first step, Gaussian noise after it."""
    random = key.random()
    bit = random.integers(0, 2, m)
    x = NOISE * random.standard_normal((m, steps))
    x[:, 0] = 2 * bit - 1
    target = bit[None, :, None].repeat(steps, axis=2).astype(float)
    return Batch(x[None], target, last_alone(m, steps))


register(Task(
    "first-bit", "First bit", "A bit comes in at the first step, then noise: what was the bit, "
    "asked at the last step?",
    "binary", n_x=1, n_y=1, draw=draw, chance=lambda steps: math.log(2),
    theory="both bits are as likely, and the noise says nothing of it: a coin, ln 2",
    source="Bengio, Simard & Frasconi 1994: latching",
    solved=Solved("right", 0.99), usual={"cell": "lstm"},
    expected="three seeds of three solved it after 25 to 50 updates",
))  # fmt: skip
