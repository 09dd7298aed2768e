"""What a network learns from: batches that a key alone decides, so that training can be resumed."""

from collections.abc import Callable
from typing import NamedTuple, Protocol

import numpy as np

PARTS = ("train", "test", "probe")
TESTED, PROBED = 128, 4  # sequences of the other parts


class Key(NamedTuple):
    """Which batch: of a seed the `number`-th from 0, of a part that shares nothing with others.

    >>> Key(1, 7).random().random() == Key(1, 7).random().random()
    True
    """

    seed: int
    number: int
    part: str = "train"

    def random(self) -> np.random.Generator:
        """A generator of this batch's own, the same whenever it is asked for."""
        return np.random.default_rng([self.seed, self.number, PARTS.index(self.part)])


class Batch(NamedTuple):
    """Inputs, what ought to come out, and where that counts.

    `x` is (n_x, m, T_x); `target` (n_y, m, T_x), or the labels (m, T_x) from 0 of a softmax;
    `mask` (m, T_x) is true where an answer counts.
    """

    x: np.ndarray
    target: np.ndarray
    mask: np.ndarray


class Learnable(Protocol):
    """What the loop asks of a task; `rnnviz.tasks` has them.

    `head` is a name in HEADS; `draw` (key, m, steps) gives a Batch. In an `endless` task batch
    after batch of a part is one stream, so that the states are carried on; from some batch on every
    answer counts.
    """

    @property
    def name(self) -> str: ...
    @property
    def head(self) -> str: ...
    @property
    def n_x(self) -> int: ...
    @property
    def n_y(self) -> int: ...
    @property
    def endless(self) -> bool: ...
    @property
    def draw(self) -> Callable[[Key, int, int], Batch]: ...


def held_out(task: Learnable, part: str, seed: int, m: int, steps: int) -> Batch:
    """A batch from states of zero; of a stream as many until a whole one's answers count, and those
    of that one alone: a network that goes on is never at zero again.

    >>> from rnnviz.tasks import TASKS
    >>> held_out(TASKS["echo"], "probe", seed=1, m=PROBED, steps=15).x.shape  # two of a stream
    (1, 4, 30)
    """
    each = [task.draw(Key(seed, 0, part), m, steps)]
    while task.endless and not each[-1].mask.all():
        each[-1].mask[...] = False
        each.append(task.draw(Key(seed, len(each), part), m, steps))
    return Batch(*(np.concatenate(arrays, axis=-1) for arrays in zip(*each, strict=True)))
