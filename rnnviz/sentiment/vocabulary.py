"""Which word has which id: of a run, of a TextVectorization, or of a file beside a model."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from rnnviz.core.errors import ExperimentError, shown
from rnnviz.sentiment import data
from rnnviz.sentiment.words import tokens, without_markup

START_MARK, PADDING = "▸", "·"  # stand for the ids that are no words


class Text(NamedTuple):
    """A text as a model is given it: ids, a word for each (one that the vocabulary lacks in
    brackets), and the words that have no id at all."""

    ids: np.ndarray
    words: list[str]
    dropped: list[str]


@dataclass(frozen=True, eq=False)
class Vocabulary:
    """Words by `index`; what others are read as, `unknown`, None where they are left out; the mark
    `start` that stands before a review, None where none does. `told` is a clause on how a file's
    words were understood; `length` and `behind` where a text is padded and cut, to which length,
    behind its words."""

    index: Mapping[str, int]
    unknown: int | None = None
    start: int | None = None
    told: str = ""
    length: int | None = None
    behind: bool = False

    def tokens(self, text: str) -> list[str]:
        """The words of a text, as the index spells them."""
        words = tokens(text)
        if any(word != word.lower() for word in list(self.index)[:1000]):
            plain = re.findall(r"[^\W_]+(?:'[^\W_]+)*", without_markup(text))
            words = [word if word in self.index else word.lower() for word in plain]
        return words

    def read(self, text: str, most: int | None = None) -> Text:
        """A text's ids below `most`. Raises ExperimentError where it has no words."""
        words = self.tokens(text)
        ids, names, dropped = [], [], []
        if self.start is not None:
            ids, names = [self.start], [START_MARK]
        for word in words:
            at = self.index.get(word, self.unknown)
            known = word in self.index and at != self.unknown
            if known and most is not None and at >= most:
                known, at = False, self.unknown
            if at is None:
                dropped.append(word)
            else:
                ids.append(at)
                names.append(word if known else f"({word})")
        if not words:
            raise ExperimentError("a review must have at least one word, got none")
        if len(dropped) == len(words):
            raise ExperimentError(
                f"a review must have a word that the vocabulary holds, got {shown(' '.join(words))}"
            )
        return Text(np.array(ids, int), names, dropped)

    def told_again(self, text: str, words: Sequence[str]) -> str:
        """A text that it reads as the same ids, from its words as `read` names them."""
        return " ".join(word.strip("()") for word in words if word != START_MARK)

    def packed(self, most: int) -> dict[str, object]:
        """The words with ids below `most` and what else it takes to read a text, as JSON holds it;
        `unpacked` reads it again."""
        index = {word: at for word, at in self.index.items() if at < most}
        return {"index": index, "unknown": self.unknown, "start": self.start}

    def spelled(self, ids: Sequence[int]) -> list[str]:
        """A word for every id."""
        words = {at: word for word, at in self.index.items()}
        marks = {0: PADDING, self.start: START_MARK, self.unknown: "(?)"}
        return [marks.get(at, words.get(at, "(?)")) for at in map(int, ids)]


def of_run(words: Sequence[str]) -> Vocabulary:
    """The vocabulary of a run trained here."""
    return Vocabulary(data.numbers(words), data.UNKNOWN, data.START)


_PUNCTUATION = re.compile(r'[!"#$%&()\*\+,-\./:;<=>?@\[\\\]^_`{|}~\']')  # as Keras has it
_SPACE = re.compile(r"[ \t\n\v\f\r]+")
_LOWER = {ord(letter): letter.lower() for letter in map(chr, range(65, 91))}  # ASCII alone
_STANDARDS = ("lower_and_strip_punctuation", "lower", "strip_punctuation", None)
_SPLITS = ("whitespace", "character", None)


@dataclass(frozen=True, eq=False)
class Vectorization(Vocabulary):
    """A TextVectorization: how it splits a text, and the words that it has learned."""

    standardize: str | None = None
    split: str | None = "whitespace"

    @classmethod
    def of(cls, config: Mapping, words: bytes | None, told: str) -> "Vectorization":
        """From the settings of a layer and its vocabulary file; the settings may hold the words
        themselves. Raises ExperimentError for what is not read here."""
        for name, choices in {
            **{"standardize": _STANDARDS, "split": _SPLITS, "ngrams": (None,)},
            **{"output_mode": ("int",), "ragged": (False,), "encoding": ("utf-8",)},
        }.items():
            if (came := config.get(name, choices[0])) not in choices:
                wanted = " or ".join(map(str, choices))
                raise ExperimentError(f"{name} of {told} must be {wanted}, got {shown(came)}")
        listed = config.get("vocabulary")
        if not isinstance(listed, list):
            if words is None:
                raise ExperimentError(
                    f"{told} must have its vocabulary in the file, got none: adapt it before "
                    "the model is saved"
                )
            listed = words.decode("utf-8", "replace").split("\n")
        if listed[:1] == [""]:
            listed = listed[1:]
        if listed[:1] == ["[UNK]"]:
            listed = listed[1:]
        length = config.get("output_sequence_length")
        return cls(
            {str(word): at for at, word in enumerate(listed, 2)}, 1, None,
            length=length if isinstance(length, int) and length > 0 else None, behind=True,
            standardize=config.get("standardize"), split=config.get("split"),
        )  # fmt: skip

    def told_again(self, text, words):
        """The text itself: its splits are not always at spaces."""
        return text

    def packed(self, most):
        """The same with how it splits a text."""
        return super().packed(most) | {"standardize": self.standardize, "split": self.split}

    def tokens(self, text):
        """The words of a text, as TensorFlow splits it."""
        standardize = self.standardize or ""
        if "lower" in standardize:
            text = text.translate(_LOWER)
        if "strip_punctuation" in standardize:
            text = _PUNCTUATION.sub("", text)
        if self.split == "character":
            return list(text)
        if self.split is None:
            return [text] if text else []
        return [word for word in _SPACE.split(text) if word]


def unpacked(given: Mapping) -> Vocabulary:
    """What `packed` gave. Raises KeyError and the like where it is none."""
    index, *marks = (given[name] for name in ("index", "unknown", "start"))
    plain = all(isinstance(at, int) and at >= 0 for at in index.values())
    if not plain or not all(mark is None or isinstance(mark, int) for mark in marks):
        raise ValueError("ids must be whole numbers")
    if "split" not in given:
        return Vocabulary(index, *marks)
    if given["split"] not in _SPLITS or given["standardize"] not in _STANDARDS:
        raise ValueError("a text must be split as a TextVectorization does")
    return Vectorization(index, *marks, standardize=given["standardize"], split=given["split"])
