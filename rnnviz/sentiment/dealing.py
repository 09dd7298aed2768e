"""Reviews dealt out to train, validation and test, so that no text is in two of them."""

from collections.abc import Sequence
from hashlib import blake2b

import numpy as np

from rnnviz.core.errors import ExperimentError

SHARES = (0.8, 0.1, 0.1)  # of train, validation and test
_FEWEST = 10  # reviews of a class


def same(ids: Sequence[np.ndarray]) -> np.ndarray:
    """For every review the number of its text, (n,): one for all that have the same words in the
    same order, whatever their case, spaces and punctuation."""
    numbers: dict[bytes, int] = {}
    digests = (blake2b(review.tobytes(), digest_size=16).digest() for review in ids)
    return np.array([numbers.setdefault(digest, len(numbers)) for digest in digests])


def deal(
    texts: np.ndarray, labels: np.ndarray, random: np.random.Generator
) -> tuple[list[int], ...]:
    """The reviews of train, validation and test by their places, each class in its SHARES.

    A text with all its reviews goes to the part that lacks most; each part has some of each class.
    Raises ExperimentError where there are too few for that.
    """
    positive, sizes = check(texts, labels), np.bincount(texts)
    count = len(sizes)
    part_of, order = np.zeros(count, int), random.permutation(count)
    for kind in (0, 1):
        group = order[positive[order] == kind]
        group = group[np.argsort(-sizes[group], kind="stable")]  # what is large is not left over
        dealt = np.zeros(len(SHARES))
        for place, text in enumerate(group):
            lack = np.array(SHARES) * (dealt.sum() + sizes[text]) - dealt
            if (dealt == 0).sum() >= len(group) - place:  # the last texts go where there is none
                lack[dealt > 0] = -np.inf
            part_of[text] = lack.argmax()
            dealt[part_of[text]] += sizes[text]
    parts = part_of[texts]
    mixed = random.permutation(len(texts))
    return tuple([int(i) for i in mixed if parts[i] == part] for part in range(len(SHARES)))


def check(texts: np.ndarray, labels: np.ndarray) -> np.ndarray:
    """Whether most reviews of each text are positive; raises ExperimentError where the reviews are
    too few to be dealt."""
    if len(texts) < 2 * _FEWEST:
        raise ExperimentError(f"a CSV must have at least {2 * _FEWEST} reviews, got {len(texts)}")
    positive = 2 * np.bincount(texts, labels) > np.bincount(texts)
    fewest = min(int((labels == k).sum()) for k in (0, 1))
    different = min(int((positive == k).sum()) for k in (0, 1))
    if fewest < _FEWEST:
        raise ExperimentError(f"each class must have at least {_FEWEST} reviews, got {fewest}")
    if different < len(SHARES):
        raise ExperimentError(
            f"each class must have at least {len(SHARES)} different texts, got {different}"
        )
    return positive


def told(texts: np.ndarray, labels: np.ndarray) -> list[str]:
    """How many reviews repeat a text, in words; nothing where there is none."""
    sizes = np.bincount(texts)
    repeated = int((sizes - 1).sum())
    if not repeated:
        return []
    said = [
        f"{repeated:,} {'reviews repeat' if repeated > 1 else 'review repeats'} the words of "
        "another: the same text is in one part of the split alone."
    ]
    positive = np.bincount(texts, labels)
    both = int(((positive > 0) & (positive < sizes)).sum())
    if both:
        said.append(
            f"{both:,} {'texts stand' if both > 1 else 'text stands'} there with both labels."
        )
    return said
