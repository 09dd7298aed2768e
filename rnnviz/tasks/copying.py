"""Copy memory: ten symbols, a long blank, then the same symbols from memory."""

import math

import numpy as np

from rnnviz.core.training import Batch, Key
from rnnviz.tasks.base import Solved, Task, one_hot, register

SYMBOLS, LENGTH = 8, 10  # and two signs more: the blank, and the one that asks
BLANK, ASK = SYMBOLS, SYMBOLS + 1


def draw(key: Key, m: int, steps: int) -> Batch:
    """LENGTH symbols, `steps` blanks of which the last asks, LENGTH blanks: T_x = steps + 20."""
    said = key.random().integers(0, SYMBOLS, (m, LENGTH))
    symbols = np.full((m, steps + 2 * LENGTH), BLANK)
    symbols[:, :LENGTH] = said
    symbols[:, LENGTH + steps - 1] = ASK
    target = np.full(symbols.shape, BLANK)
    target[:, -LENGTH:] = said
    return Batch(one_hot(symbols, SYMBOLS + 2), target, np.ones(symbols.shape, bool))


register(Task(
    "copy", "Copy memory", "Ten symbols of eight come in, then blanks, then a sign that asks: "
    "which were they, in their order? Until it is asked, the answer is a blank.",
    "softmax", n_x=SYMBOLS + 2, n_y=SYMBOLS + 1, draw=draw,
    chance=lambda steps: LENGTH * math.log(SYMBOLS) / (steps + 2 * LENGTH),
    theory="who says blank until the end and then guesses among eight has a cross-entropy of "
    "ln 8 at 10 of T + 20 steps: 10 ln 8 / (T + 20)",
    source="Arjovsky, Shah & Bengio 2016, section 4.1",
    solved=Solved("share", 0.5), steps=20, length_is="steps between",
    usual={"rate": 0.02, "forget_bias": 2.0, "updates": 2600},
    expected="it takes patience: six seeds of six solved it after 1,425 to 2,200 updates",
))  # fmt: skip
