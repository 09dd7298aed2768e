"""Reviews as lists of word ids, split once into train, validation and test.

Ids are Keras': 0 pads, 1 starts a review, 2 is a word outside the vocabulary, 3 is not used, and
the vocabulary's words follow from 4 on.
"""

import os
import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from rnnviz.core.errors import ExperimentError, shown
from rnnviz.sentiment import corpus, imdb, reviews_csv
from rnnviz.sentiment.settings import Settings

START, UNKNOWN, FIRST = 1, 2, 4
MOST_BYTES = reviews_csv.MOST_BYTES
_TEST_SIZE = 2000  # of the built-in corpus


@dataclass(frozen=True, eq=False)
class Split:
    """Some reviews: ids, one int32 array each, labels (n,) 0 or 1, and for the built-in corpus the
    distance (n,) from the deciding passage to the end."""

    ids: Sequence[np.ndarray]
    labels: np.ndarray
    distances: np.ndarray | None = None

    def part(self, which: np.ndarray) -> "Split":
        """Some of them, by index."""
        distances = None if self.distances is None else self.distances[which]
        return Split([self.ids[i] for i in which], self.labels[which], distances)


@dataclass(frozen=True, eq=False)
class Dataset:
    """A corpus; `subset` are the test reviews that the source notebook tested on, if any."""

    title: str
    words: tuple[str, ...]
    train: Split
    validation: Split
    test: Split
    subset: np.ndarray | None = None


def load(settings: Settings) -> Dataset:
    """The dataset that the settings name. Raises ExperimentError on what cannot be read."""
    if settings.data == "builtin":
        return _builtin(settings)
    if settings.data == "imdb":
        return _imdb(settings, *imdb.find())
    path = Path(settings.data)
    if not path.is_file():
        raise ExperimentError(f"data must be builtin, imdb or a file, got {shown(settings.data)}")
    if path.suffix == ".npz":
        return _imdb(settings, path, path.with_name("imdb_word_index.json"))
    if path.stat().st_size > MOST_BYTES:
        raise ExperimentError(
            f"a CSV may have at most {MOST_BYTES >> 20} MB, got {path.stat().st_size >> 20} MB"
        )
    return from_csv(path.read_bytes(), settings)


def tokens(text: str) -> list[str]:
    """A text's words, as the built-in corpus and IMDB have them: lower case, no punctuation."""
    return re.findall(r"[^\W_]+(?:'[^\W_]+)*", text.lower())


def encode(words: Sequence[str], numbers: dict[str, int], most: int) -> np.ndarray:
    """Ids below `most`, the start mark first."""
    ids = (numbers.get(word, most) for word in words)
    return np.array([START, *(i if i < most else UNKNOWN for i in ids)], np.int32)


def numbers(words: Sequence[str]) -> dict[str, int]:
    """The id of every word of a vocabulary."""
    return {word: FIRST + rank for rank, word in enumerate(words)}


def _builtin(settings: Settings) -> Dataset:
    train = corpus.reviews(settings.seed, settings.size)
    seen = frozenset(review.words for review in train)
    held = corpus.reviews(settings.seed + 1_000_003, 2 * _TEST_SIZE, seen)
    ids = numbers(corpus.vocabulary())

    def split(reviews):
        return Split(
            [encode(review.words, ids, settings.words) for review in reviews],
            np.array([review.label for review in reviews]),
            np.array([review.distance for review in reviews]),
        )

    parts = (split(reviews) for reviews in (train, held[:_TEST_SIZE], held[_TEST_SIZE:]))
    return Dataset("built-in corpus", corpus.vocabulary(), *parts)


def _imdb(settings: Settings, path: Path, index: Path) -> Dataset:
    arrays = imdb.read(path)
    words = imdb.words(index, settings.words)

    def split(name):
        ids = [
            np.where(review + 3 < settings.words, review + 3, UNKNOWN)
            for review in arrays[f"x_{name}"]
        ]
        whole = [np.concatenate([[START], review]).astype(np.int32) for review in ids]
        return Split(whole, np.asarray(arrays[f"y_{name}"]).astype(int))

    train, test = split("train"), split("test")
    order = np.random.default_rng(0).permutation(len(test.labels))  # whatever the file's order
    train = train.part(np.random.default_rng(0).permutation(len(train.labels)))
    if settings.recipe == "notebook":
        validation, tested = _notebook_split(len(test.labels))
        return Dataset("IMDB", words, train, test.part(validation), test.part(tested))
    held = len(train.labels) // 10
    every = np.arange(len(train.labels))
    subset = np.zeros(len(test.labels), bool)
    subset[_notebook_split(len(test.labels))[1]] = True
    parts = train.part(every[held:]), train.part(every[:held]), test.part(order)
    return Dataset("IMDB", words, *parts, subset[order])


def _notebook_split(count: int) -> tuple[np.ndarray, np.ndarray]:
    """Validation and test of the notebook's train_test_split(test_size=0.4, random_state=1)."""
    from sklearn.model_selection import train_test_split

    # The notebook's first part is what it tests on, the second what it validates on.
    tested, validation = train_test_split(np.arange(count), test_size=0.4, random_state=1)
    return validation, tested


def from_csv(content: bytes, settings: Settings) -> Dataset:
    """A CSV with the columns text and label (two classes); 80, 10 and 10 % to train, validation
    and test. Raises ExperimentError, one sentence for each thing that can be wrong, UnknownLabels
    where the settings have to say which label is the positive one."""
    reviews = reviews_csv.read(content)
    texts = [tokens(text) for text in reviews.texts]
    for row, text in zip(reviews.rows, texts, strict=True):
        if not text:
            raise ExperimentError(f"every review must have words, got none in row {row}")
    labels = np.array(reviews_csv.classes(reviews.labels, settings.positive))
    if len(texts) < 20:
        raise ExperimentError(f"a CSV must have at least 20 reviews, got {len(texts)}")
    order = np.random.default_rng(settings.seed).permutation(len(texts))
    # Each class is dealt out in turn, so that all three parts have both.
    dealt = [[i for i in order if labels[i] == kind] for kind in (0, 1)]
    parts = ([], [], [])
    for group in dealt:
        for place, i in enumerate(group):
            parts[(1, 2)[place // 5 % 2] if place % 5 == 4 else 0].append(i)
    if any(len(set(labels[part])) < 2 for part in parts):
        fewest = min(len(group) for group in dealt)
        raise ExperimentError(f"each class must have at least 10 reviews, got {fewest}")
    counts = Counter(word for i in parts[0] for word in texts[i])
    words = tuple(word for word, _ in counts.most_common(settings.words - FIRST))
    ids = numbers(words)
    whole = Split([encode(text, ids, settings.words) for text in texts], labels)
    title = "your CSV" + f", read as {reviews.encoding}" * (reviews.encoding != "UTF-8")
    return Dataset(title, words, *(whole.part(np.array(part)) for part in parts))


def available() -> dict[str, str]:
    """The datasets that need no path, with their titles."""
    titles = {"builtin": "Built-in corpus"}
    if os.environ.get(imdb.VARIABLE) or imdb.cached().is_file():
        titles["imdb"] = "IMDB reviews"
    return titles
