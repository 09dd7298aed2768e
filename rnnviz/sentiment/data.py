"""Reviews as lists of word ids, split once into train, validation and test.

Ids are Keras': 0 pads, 1 starts a review, 2 is a word outside the vocabulary, 3 is not used, and
the vocabulary's words follow from 4 on.
"""

import os
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from rnnviz.core.errors import ExperimentError, shown
from rnnviz.sentiment import corpus, dealing, imdb, reviews_csv
from rnnviz.sentiment.labels import CLASSES, classes
from rnnviz.sentiment.reviews_csv import Reviews
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
    """A corpus; `subset` are the test reviews that the source notebook tested on, if any.

    `classes` are the names of class 0 and 1; `told` says how a file was read, one sentence each.
    """

    title: str
    words: tuple[str, ...]
    train: Split
    validation: Split
    test: Split
    subset: np.ndarray | None = None
    classes: tuple[str, str] = CLASSES
    told: tuple[str, ...] = ()


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
        size = path.stat().st_size >> 20
        raise ExperimentError(f"a CSV may have at most {MOST_BYTES >> 20} MB, got {size} MB")
    return from_csv(path.read_bytes(), settings)


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


def read_csv(content: bytes, settings: Settings) -> Reviews:
    """A file of reviews, its columns found or as the settings name them. Raises ExperimentError."""
    columns = (settings.text_column, settings.label_column, settings.header)
    return reviews_csv.read(content, *columns)


def from_csv(content: bytes, settings: Settings) -> Dataset:
    """A CSV of reviews of two classes as a Dataset. Raises ExperimentError, one sentence for each
    thing that can be wrong; UnknownColumns and UnknownLabels where the settings have to say which
    column is meant, or which label is the positive one."""
    return dealt(read_csv(content, settings), settings)


def dealt(reviews: Reviews, settings: Settings) -> Dataset:
    """80, 10 and 10 % of some reviews to train, validation and test; the same text is in one part.

    The vocabulary is that of the training half, its most frequent words first.
    """
    two = classes(reviews.labels, settings.positive, settings.threshold)
    parts = dealing.deal(reviews.texts, two.labels, np.random.default_rng(settings.seed))
    used = np.concatenate([reviews.ids[i] for i in parts[0]])
    counts = np.bincount(used, minlength=len(reviews.words))
    order = np.argsort(-counts, kind="stable")[: settings.words - FIRST]
    order = order[counts[order] > 0]
    ids = np.full(len(reviews.words), UNKNOWN, np.int32)
    ids[order] = FIRST + np.arange(len(order))
    splits = [
        Split([np.r_[np.int32(START), ids[reviews.ids[i]]] for i in part], two.labels[part])
        for part in map(np.array, parts)
    ]
    words = tuple(reviews.words[i] for i in order)
    told = (*reviews.told(), two.told(), *dealing.told(reviews.texts, two.labels))
    return Dataset("your CSV", words, *splits, classes=two.names, told=told)


def available() -> dict[str, str]:
    """The datasets that need no path, with their titles."""
    titles = {"builtin": "Built-in corpus"}
    if os.environ.get(imdb.VARIABLE) or imdb.cached().is_file():
        titles["imdb"] = "IMDB reviews"
    return titles
