"""A review that somebody typed: the ids that a model reads, and a word for each."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from rnnviz.core.errors import ExperimentError, check_choice, shown
from rnnviz.core.settings import BOUNDS
from rnnviz.sentiment import training
from rnnviz.sentiment.network import Model
from rnnviz.sentiment.settings import Settings
from rnnviz.sentiment.vocabulary import PADDING, Text, of_run

SIDES = ("none", "front", "back")  # where zeros bring a review to its length
_BRACKETS = {"[": "]", "(": ")"}
_MOST_DIGITS = 9
MOST = BOUNDS["T_x"][1]


@dataclass(frozen=True)
class Padding:
    """How a review is brought to a length: of a longer one the last ids are kept (the first ones
    with `first`), a shorter one gets zeros in "front", at the "back", or none."""

    side: str = "none"
    length: int | None = None
    first: bool = False

    def __post_init__(self):
        check_choice("padding", self.side, SIDES)
        if self.length is not None and not 1 <= self.length <= MOST:
            raise ExperimentError(f"length must be between 1 and {MOST}, got {shown(self.length)}")
        if self.side != "none" and self.length is None:
            raise ExperimentError(
                f"padding in {'front' if self.side == 'front' else 'the back'} must have a length, "
                "got none"
            )

    @property
    def reading(self) -> str:
        """The side as `reading.read` takes it, "" where what is left out makes a review shorter."""
        return {"none": "", "front": "pre", "back": "post"}[self.side]

    @property
    def sentence(self) -> str:
        """How it brings reviews to their length."""
        if self.length is None:
            return "Reviews are read as they stand, without padding."
        where = {"none": "", "front": " and padded in front", "back": " and padded behind"}
        which = "first" if self.first else "last"
        return f"Reviews are cut to their {which} {self.length} ids{where[self.side]}."

    def kept(self, items: Sequence) -> Sequence:
        """Those of a review's ids or words that are read."""
        if self.length is None:
            return items
        return items[: self.length] if self.first else items[-self.length :]

    def row(self, ids: np.ndarray) -> np.ndarray:
        """Ids as the model is given them."""
        ids = np.asarray(self.kept(ids), int)
        zeros = np.zeros(0 if self.side == "none" else max(0, (self.length or 0) - len(ids)), int)
        return np.concatenate([zeros, ids] if self.side == "front" else [ids, zeros])


def guessed(model: Model) -> tuple[Padding, str]:
    """How a file's model was probably given its reviews, and the sentence that says why."""
    own = model.vocabulary
    if model.numbers:
        steps = f"{model.length} steps" if model.length else "any number of steps"
        numbers = f"{model.numbers} number{'s'[: model.numbers > 1]}"
        return Padding(), f"It reads {numbers} a step, {steps}, without padding."
    if own is not None and own.length:
        words = f"Its TextVectorization keeps the first {own.length} words of a review"
        return Padding("back", own.length, True), f"{words} and pads shorter ones behind."
    if own is not None:
        return Padding(), "Its TextVectorization gives a review as it is, without padding."
    if model.length:
        return Padding("front", model.length), (
            f"The file is built for {model.length} ids a review. On which side training padded it "
            "does not say: in front is a guess, as Keras' pad_sequences does it by default."
        )
    unseen = model.pool != "max" and not any(
        layer.zeros and not layer.sequences for layer in model.recurrent
    )
    if model.masked and unseen:
        return Padding(), "0 is masked, so that padding changes no number of this model."
    return Padding(), (
        "The file does not say how its reviews were padded in training: no padding is a guess."
    )


def from_words(text: str, vocabulary: Sequence[str]) -> tuple[np.ndarray, list[str]]:
    """The ids of a text's words for a run, the start mark first, and the words, unknown ones in
    brackets."""
    ids, words, _ = of_run(vocabulary).read(text)
    return ids, words


def from_ids(text: str) -> np.ndarray:
    """Ids that stand as numbers: 1 14 22 16, with or without commas and brackets around them.

    Raises ExperimentError, which names the first that is none.
    """
    text = text.strip()
    if text and _BRACKETS.get(text[0]) == text[-1]:
        text = text[1:-1].strip()
    given = re.split(r"\s*[,;]\s*|\s+", re.sub(r"\s*[,;]$", "", text)) if text else []
    if not 1 <= len(given) <= MOST:
        raise ExperimentError(f"a review must have 1 to {MOST} word ids, got {len(given)}")
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


def as_asked(masked: bool, padding: Padding, text: Text) -> tuple[np.ndarray, list[str]]:
    """The same of a file's model: a row of ids, and a word for each; for zeros only where they are
    not `masked`."""
    row, words = padding.row(text.ids), list(padding.kept(text.words))
    blank = [PADDING] * (len(row) - len(words))
    words = [*blank, *words] if padding.side == "front" else [*words, *blank]
    if masked:
        words = [word for word, id in zip(words, row, strict=True) if id]
    return row, words
