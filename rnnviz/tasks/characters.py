"""The next character of a text: of the project's own, or of yours."""

import numpy as np

from rnnviz.core.errors import ExperimentError, shown
from rnnviz.core.training import Batch, Key
from rnnviz.tasks.base import Solved, Task, entropy, one_hot, register

MOST_BYTES = 10**6
MOST_SYMBOLS = 96  # told apart; rarer ones are one
HELD_OUT = 10  # the last tenth is not trained on
OTHER = "\ufffd"


def own_text(sentences: int = 800) -> str:
    """Short sentences of few words, the same each time.

    >>> own_text(1)
    'the grey child waits in the house. '
    """
    random = np.random.default_rng(1)
    words = (
        ("the", "a"), ("old", "small", "grey", "quiet"), ("cat", "bird", "wind", "child"),
        ("sits", "sings", "hides", "waits"), ("in", "under", "near"), ("the",),
        ("house", "tree", "rain", "sea"),
    )  # fmt: skip
    said = (" ".join(each[random.integers(len(each))] for each in words) for _ in range(sentences))
    return "".join(f"{sentence}. " for sentence in said)


def characters(text: str | bytes) -> Task:
    """The task of a text; bytes are UTF-8. Raises ExperimentError where it is too short or long.

    >>> characters("abab" * 100).n_x
    2
    """
    ids, symbols = _read(text)
    cut = len(ids) - len(ids) // HELD_OUT
    parts, count = (ids[:cut], ids[cut:]), len(symbols)

    def draw(key: Key, m: int, steps: int) -> Batch:
        """Windows from anywhere in the part, each letter with the one after it."""
        part = parts[key.part != "train"]
        if len(part) <= steps:
            raise ExperimentError(f"the text must have over {HELD_OUT * steps} letters for {steps} "
                                  f"steps, got {len(ids)}")  # fmt: skip
        starts = key.random().integers(0, len(part) - steps, m)
        seen = part[starts[:, None] + np.arange(steps + 1)]
        mask = np.ones((m, steps), bool)
        return Batch(one_hot(seen[:, :-1], count), seen[:, 1:], mask)

    pairs = np.zeros((count, count))
    np.add.at(pairs, (ids[:-1], ids[1:]), 1)
    pairs /= pairs.sum()
    alone = entropy(pairs.sum(axis=0))
    after_one = entropy(pairs.ravel()) - entropy(pairs.sum(axis=1))
    return Task(
        "characters", "Characters",
        f"A text of {len(ids):,} letters, one a step: which comes next?",
        "softmax", n_x=count, n_y=count, draw=draw, chance=lambda steps: alone,
        theory="who always tells each letter with its share of the text has the entropy of these "
        "shares; who knows the letter before, too, has that of pairs less that of letters",
        source="Shannon 1951, Prediction and entropy of printed English",
        solved=Solved("loss", round(after_one, 4)), steps=30,
        expected="three seeds of three solved it after 50 updates",
    )  # fmt: skip


def _read(text: str | bytes) -> tuple[np.ndarray, list[str]]:
    """The text as numbers of its symbols, and the symbols."""
    if len(text) > MOST_BYTES:
        raise ExperimentError(f"the text must be at most {MOST_BYTES:,} letters, got {len(text):,}")
    if isinstance(text, bytes):
        try:
            text = text.decode("utf-8-sig")
        except UnicodeDecodeError as error:
            byte = shown(hex(error.object[error.start]))
            raise ExperimentError(f"the text must be UTF-8, got byte {byte}") from None
    text = text.replace("\r\n", "\n")
    if len(text) < 2 * HELD_OUT:
        raise ExperimentError(f"the text must be at least {2 * HELD_OUT} letters, got {len(text)}")
    points = np.frombuffer(text.encode("utf-32-le", "surrogatepass"), "<u4")
    each, ids, counts = np.unique(points, return_inverse=True, return_counts=True)
    kept = np.sort(np.argsort(-counts, kind="stable")[: MOST_SYMBOLS - 1])
    if len(each) < 2:
        raise ExperimentError(f"the text must have two letters or more, got {shown(text)}")
    if len(each) <= MOST_SYMBOLS:
        return ids, [chr(point) for point in each]
    place = np.full(len(each), len(kept))
    place[kept] = np.arange(len(kept))
    return place[ids], [*(chr(point) for point in each[kept]), OTHER]


register(characters(own_text()))
