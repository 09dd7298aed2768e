"""Echo: each bit again, some steps after it came in; a stream without an end."""

import math

import numpy as np

from rnnviz.core.training import Batch, Key
from rnnviz.tasks.base import Solved, Task, register


def echo(delay: int = 10) -> Task:
    """The task with a delay of its own.

    >>> one = echo(3).batch(Key(1, 5), m=1, steps=8)
    >>> (one.target[0, 0, 3:] == one.x[0, 0, :-3]).all()
    np.True_
    """

    def bits(key: Key, m: int, steps: int) -> np.ndarray:
        return key.random().integers(0, 2, (m, steps))

    def draw(key: Key, m: int, steps: int) -> Batch:
        """Batch `number` follows on those before it; nothing is asked before the first bit's."""
        earlier = range(max(0, key.number - -(-delay // steps)), key.number + 1)
        stream = np.concatenate([bits(key._replace(number=n), m, steps) for n in earlier], axis=1)
        x, known = stream[:, -steps:], max(0, min(steps, stream.shape[1] - delay))
        target, mask = np.zeros((m, steps)), np.zeros((m, steps), bool)
        if known:
            target[:, -known:], mask[:, -known:] = stream[:, -known - delay : -delay], True
        return Batch(x[None].astype(float), target[None], mask)

    return Task(
        "echo", f"Echo by {delay}", f"Bits come in: what came in {delay} steps ago?",
        "binary", n_x=1, n_y=1, draw=draw, chance=lambda steps: math.log(2),
        theory="the bits are independent, so that all others say nothing of the one that is "
        "asked: a coin, ln 2",
        source="Jaeger 2002, Short term memory in echo state networks",
        solved=Solved("right", 0.99), steps=30, endless=True,
        usual={"cell": "rnn"},
        expected="here the RNN is the first: three seeds of three solved it after 50 updates",
    )  # fmt: skip


register(echo())
