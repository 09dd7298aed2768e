"""How a trained network reads a review: in words or ids, cut and padded as in training."""

from collections.abc import Sequence
from contextlib import suppress
from typing import Protocol

import numpy as np

from rnnviz.core.errors import ExperimentError
from rnnviz.sentiment import typed
from rnnviz.sentiment.settings import Settings
from rnnviz.sentiment.typed import Padding
from rnnviz.sentiment.vocabulary import Text, Vectorization, Vocabulary

IDS = "ids:"  # begins a review that is told in word ids, where a network knows words, too
_LONGEST_SHOWN = 24  # characters of a word beside a picture
_SAMPLE = 8  # words of a review where a network brings none along


class Reader(Protocol):
    """What reads reviews, and what it takes to do so as in training: the vocabulary and the
    settings of its run; of a file that somebody sent its own vocabulary, where it has one, and the
    padding that it was guessed to have. `masked` says that 0 is padding, `rows` how many ids it
    knows, None for raw ids."""

    vocabulary: Vocabulary | None
    settings: Settings | None
    padding: Padding
    masked: bool

    @property
    def rows(self) -> int | None: ...


def asked(reader: Reader, text: str) -> tuple[str, np.ndarray, list[str]]:
    """A review as it is told again, the row of ids that a model is given, zeros of its padding
    among them, and a word for each that is read. Raises ExperimentError."""
    by_id, known = text.strip().lower().startswith(IDS), reader.vocabulary
    if by_id or known is None:
        ids = typed.from_ids(text.strip()[len(IDS) :] if by_id else text)
        words = known.spelled(ids) if known else list(map(str, ids))
        told = as_text(reader, ids, by_id)
    else:
        ids, words, _ = known.read(text, None if reader.settings else reader.rows)
        told = known.told_again(text, words)
    if reader.settings:
        if reader.masked:
            words = [word for word, one in zip(words, ids, strict=True) if one]
        ids, words = typed.as_trained(reader.settings, ids, words)
    else:
        padding = Padding() if by_id else reader.padding
        ids, words = typed.as_asked(reader.masked, padding, Text(np.asarray(ids), words, []))
    return told, np.asarray(ids), words


def as_text(reader: Reader, ids: Sequence[int] | np.ndarray, as_they_stand: bool = True) -> str:
    """A review in ids as a text: in words where they lead to these ids again, for a run but for
    padding; `as_they_stand` says that a file's network must not pad them."""
    kept = [int(one) for one in ids if one or not reader.settings]
    known, padding = reader.vocabulary, reader.padding if as_they_stand else Padding()
    if known and kept:
        marked = known.spelled([one for one in kept if one])
        words = known.told_again(" ".join(marked), marked)
        with suppress(ExperimentError):
            if padding.row(known.read(words).ids).tolist() == kept:
                return words
    told = " ".join(map(str, ids))
    return f"{IDS} {told}" if known or padding.row(np.array(kept)).tolist() != kept else told


def named(words: Sequence[str]) -> tuple[str, ...]:
    """Words as they stand beside a picture."""
    return tuple(w if len(w) <= _LONGEST_SHOWN else f"{w[:_LONGEST_SHOWN]}…" for w in words)


def sample(reader: Reader) -> str:
    """The first words that it knows, or the first ids."""
    if reader.vocabulary:
        return " ".join(list(reader.vocabulary.index)[:_SAMPLE])
    most = _SAMPLE if reader.rows is None else min(_SAMPLE, reader.rows - 1)
    return " ".join(map(str, range(1, most + 1)))


def note(reader: Reader) -> str:
    """How a review is brought to its length."""
    if reader.settings:
        return "Reviews are cut and padded as in training."
    own = isinstance(reader.vocabulary, Vectorization)
    why = "So its TextVectorization says." if own else "That is a guess from the file."
    return f"{reader.padding.sentence} {why} Ids behind “{IDS}” are read as they stand."


def padded(padding: Padding) -> dict[str, object]:
    """A padding as JSON holds it; none by nothing."""
    if padding == Padding():
        return {}
    return {"padded": [padding.side, padding.length, padding.first]}
