"""A review that somebody typed: the ids that a model reads, and a word for each."""

import re
from collections.abc import Sequence

import numpy as np

from rnnviz.core.errors import ExperimentError, shown
from rnnviz.core.settings import BOUNDS
from rnnviz.sentiment import data, training
from rnnviz.sentiment.settings import Settings
from rnnviz.sentiment.words import tokens

PADDING = "·"  # stands for an id 0
_BRACKETS = {"[": "]", "(": ")"}
_MOST_DIGITS = 9


def from_words(text: str, vocabulary: Sequence[str]) -> tuple[np.ndarray, list[str]]:
    """The ids of a text's words, the start mark first, and the words, unknown ones in brackets."""
    words = tokens(text)
    if not words:
        raise ExperimentError("a review must have at least one word, got none")
    ids = data.encode(words, data.numbers(vocabulary), len(vocabulary) + data.FIRST)
    known = ids[1:] != data.UNKNOWN
    return ids, ["▸", *(w if k else f"({w})" for w, k in zip(words, known, strict=True))]


def from_ids(text: str) -> np.ndarray:
    """Ids that stand as numbers: 1 14 22 16, with or without commas and brackets around them.

    Raises ExperimentError, which names the first that is none.
    """
    text = text.strip()
    if text and _BRACKETS.get(text[0]) == text[-1]:
        text = text[1:-1].strip()
    given = re.split(r"\s*[,;]\s*|\s+", re.sub(r"\s*[,;]$", "", text)) if text else []
    most = BOUNDS["T_x"][1]
    if not 1 <= len(given) <= most:
        raise ExperimentError(f"a review must have 1 to {most} word ids, got {len(given)}")
    for place, word in enumerate(given, 1):
        if not (word.isascii() and word.isdigit()) or len(word.lstrip("0")) > _MOST_DIGITS:
            raise ExperimentError(
                "a model without a vocabulary reads word ids, whole numbers such as 1 14 22 16, "
                f"got {shown(word)} in place {place}"
            )
    return np.array([int(word) for word in given])


def as_trained(settings: Settings, ids, words: list[str]) -> tuple[np.ndarray, list[str]]:
    """Ids cut and padded as training does it, and the words that are left, each for an id that the
    model does not mask."""
    words = words[-settings.length :]
    ids = training.row(settings, np.asarray(ids))
    if settings.masked:
        return ids, words
    blank = [PADDING] * (len(ids) - len(words))
    return ids, [*blank, *words] if settings.padding == "pre" else [*words, *blank]
