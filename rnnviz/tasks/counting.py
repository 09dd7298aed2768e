"""a^n b^n: after n letters a, say at each b whether it is the last of n."""

import numpy as np

from rnnviz.core.training import Batch, Key
from rnnviz.tasks.base import Solved, Task, entropy, one_hot, register


def draw(key: Key, m: int, steps: int) -> Batch:
    """n from 1 to `steps`, n letters a, n letters b, nothing: T_x = 2 `steps`."""
    return words(key.random().integers(1, steps + 1, m), 2 * steps)


def words(n: np.ndarray, T_x: int) -> Batch:
    """The words of given n (m,), to see what becomes of longer ones than were trained on.

    >>> words(np.array([2]), 6).target[0, 0].tolist()
    [0.0, 0.0, 0.0, 1.0, 0.0, 0.0]
    """
    at, n = np.arange(T_x), n[:, None]
    letters = np.where(at < n, 0, np.where(at < 2 * n, 1, -1))
    return Batch(one_hot(letters, 2), (at == 2 * n - 1)[None].astype(float), letters == 1)


def chance(steps: int) -> float:
    """Of sum n letters b one a word is the last: 2 of steps + 1, in the mean over n."""
    last = 2 / (steps + 1)
    return entropy(np.array([last, 1 - last]))


register(Task(
    "anbn", "aⁿbⁿ", "n letters a, then letters b: is this b the n-th, so that the word is over?",
    "binary", n_x=2, n_y=1, draw=draw, chance=chance,
    theory="one b in (N + 1)/2 is the last, q = 2/(N + 1) for n from 1 to N: who always says q "
    "has the entropy of q",
    source="Gers & Schmidhuber 2001; Weiss, Goldberg & Yahav 2018",
    solved=Solved("right", 1.0), steps=12, length_is="largest n",
    expected="three seeds of three solved it after 150 to 275 updates",
))  # fmt: skip
