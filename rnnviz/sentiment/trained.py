"""A trained model of one recurrent layer, as a network of core, and how it reads a review."""

import hashlib
import json
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from functools import lru_cache, partial

import numpy as np

from rnnviz.core.cells import Cell
from rnnviz.core.errors import ExperimentError
from rnnviz.core.losses import head
from rnnviz.core.networks import Given, Network
from rnnviz.sentiment import typed, uploads
from rnnviz.sentiment.labels import CLASSES
from rnnviz.sentiment.network import Dense, Model
from rnnviz.sentiment.network.model import VALUES
from rnnviz.sentiment.settings import Settings
from rnnviz.sentiment.typed import Padding
from rnnviz.sentiment.vocabulary import Text, Vectorization, Vocabulary

IDS = "ids:"  # begins a review that is told in word ids, where a network knows words, too
_LONGEST_SHOWN = 24  # characters of a word beside a picture
_SAMPLE = 8  # words of a review where a network brings none along


@dataclass(frozen=True, eq=False)
class Trained:
    """A model of one recurrent layer, and what it takes to read a review as in training: the
    vocabulary and the settings of its run; of a file that somebody sent its own vocabulary, where
    it has one, and the padding that it was guessed to have.

    `params` are the cell's and the readout's, `vectors` (words, n_x) or None for raw ids, `masked`
    says that 0 is padding, `pool` what the readout sees: the "last" state, or the "max" over time.
    """

    cell: Cell
    params: Mapping[str, np.ndarray]
    vectors: np.ndarray | None
    masked: bool
    pool: str
    vocabulary: Vocabulary | None = None
    settings: Settings | None = None
    padding: Padding = field(default_factory=Padding)
    title: str = ""
    sample: str = ""
    classes: tuple[str, ...] = CLASSES

    @classmethod
    def of(cls, model: Model, **more) -> "Trained":
        """From a model's file. Raises ExperimentError where it is more than one layer."""
        cell, params = _only_layer(model)
        return cls(cell, params, model.embedding, model.masked, model.pool, **more)

    @property
    def reads(self) -> dict[str, object]:
        """What is not an array of all that its numbers follow from, as JSON can hold it."""
        reads: dict[str, object] = {
            "cell": self.cell.name,
            "activation": getattr(self.cell, "activation", "tanh"),
            "masked": self.masked,
            "pool": self.pool,
            "words": list(self.vocabulary.index) if self.settings and self.vocabulary else [],
        }
        if self.settings:
            reads |= {"length": self.settings.length, "padding": self.settings.padding}
            return reads
        if self.vocabulary:
            most = 10**9 if self.vectors is None else len(self.vectors)
            reads["vocabulary"] = self.vocabulary.packed(most)
        if self.padding != Padding():
            reads["padded"] = [self.padding.side, self.padding.length, self.padding.first]
        return reads

    @property
    def named(self) -> dict[str, object]:
        """The same with what people call it and its classes."""
        return self.reads | {"title": self.title, "classes": list(self.classes)}

    @property
    def arrays(self) -> dict[str, np.ndarray]:
        """Its parameters, and the vectors of its words, by name."""
        return dict(self.params) | ({} if self.vectors is None else {"vectors": self.vectors})


def _only_layer(model: Model) -> tuple[Cell, dict[str, np.ndarray]]:
    """The cell of a model that is one layer and one head, and its parameters, the head among them;
    of one output that is the log-odds of class 2 against a row of zeros."""
    if model.numbers or model.final == VALUES:
        raise ExperimentError(
            "weights must be of a model that reads words and tells classes apart, got another: "
            "Inside shows it"
        )
    alone = len(model.layers) == len(model.recurrent) == len(model.head) == 1
    ways = model.recurrent[0].ways
    dense = model.head[0] if alone else None
    if not isinstance(dense, Dense) or len(ways) > 1 or ways[0].backwards:
        raise ExperimentError(
            "weights must be of a model of one recurrent layer that reads forwards and one Dense "
            "layer, got another: Inside shows it"
        )
    W, b = dense.W, dense.b
    final = model.final if len(W) > 1 else "softmax"
    if model.pool not in ("last", "max") or final == "sigmoid":
        raise ExperimentError(
            "weights must be of a model whose head sees the last state or the maximum over time "
            "and chooses one class, got another: Inside shows it"
        )
    if len(W) == 1:
        W, b = np.concatenate([0 * W, W]), np.concatenate([0 * b, b])
    return ways[0].cell, dict(ways[0].params) | dict(zip(ways[0].cell.readout, (W, b), strict=True))


def network(trained: Trained, beside=dict) -> Network:
    """A trained model as a network of core."""
    n_y = len(trained.params[trained.cell.readout[0]])
    single = trained.params[trained.cell.readout[0]].dtype.itemsize <= 4
    params = {n: np.array(p, "float32" if single else "float64") for n, p in trained.params.items()}
    for param in params.values():
        param.flags.writeable = False
    sample = trained.sample
    if not sample:
        most = _SAMPLE if trained.vectors is None else min(_SAMPLE, len(trained.vectors) - 1)
        sample = " ".join(map(str, range(1, most + 1)))
        if trained.vocabulary:
            sample = " ".join(list(trained.vocabulary.index)[:_SAMPLE])
    return Network(
        title=trained.title,
        cell=trained.cell,
        params=params,
        vectors=trained.vectors,
        classes=trained.classes if n_y == 2 else tuple(f"class {k}" for k in range(1, n_y + 1)),
        digest=digest(trained),
        sample=sample,
        read=lru_cache(16)(partial(given, trained)),
        pack=partial(uploads.packed, trained.arrays, trained.named),
        beside=beside,
        note=_note(trained),
    )


def _note(trained: Trained) -> str:
    """How a review is brought to its length."""
    if trained.settings:
        return "Reviews are cut and padded as in training."
    own = isinstance(trained.vocabulary, Vectorization)
    why = "So its TextVectorization says." if own else "That is a guess from the file."
    return f"{trained.padding.sentence} {why} Ids behind “{IDS}” are read as they stand."


def digest(trained: Trained) -> str:
    """SHA-256 of all that its numbers follow from."""
    made = hashlib.sha256(json.dumps(trained.reads, sort_keys=True).encode())
    for name, array in sorted(trained.arrays.items()):
        made.update(f"{name} {array.dtype.str} {array.shape}".encode())
        made.update(np.ascontiguousarray(array))
    return made.hexdigest()


def given(trained: Trained, text: str) -> Given:
    """A review as training would have given it to the model. Raises ExperimentError.

    It is told in words, or after "ids:" in word ids, which a file's network reads as they stand; a
    file without words is told in ids alone.
    """
    by_id, known = text.strip().lower().startswith(IDS), trained.vocabulary
    if by_id or known is None:
        ids = typed.from_ids(text.strip()[len(IDS) :] if by_id else text)
        words = known.spelled(ids) if known else list(map(str, ids))
        told = as_text(trained, ids, by_id)
    else:
        rows = None if trained.settings or trained.vectors is None else len(trained.vectors)
        ids, words, _ = known.read(text, rows)
        told = known.told_again(text, words)
    if trained.settings:
        if trained.masked:
            words = [word for word, one in zip(words, ids, strict=True) if one]
        ids, words = typed.as_trained(trained.settings, ids, words)
    else:
        padding = Padding() if by_id else trained.padding
        ids, words = typed.as_asked(trained.masked, padding, Text(np.asarray(ids), words, []))
    ids, empty = np.asarray(ids), False
    if trained.masked:
        ids, empty = ids[ids != 0], bool(len(ids)) and ids[0] == 0
    _check(trained, ids)
    W, b = (trained.params[name] for name in trained.cell.readout)
    sigmoid = len(W) == 2 and not (W[0].any() or b[0].any())
    named = tuple(w if len(w) <= _LONGEST_SHOWN else f"{w[:_LONGEST_SHOWN]}…" for w in words)
    return Given(told, ids, named, head(trained.pool, empty, sigmoid))


def as_text(trained: Trained, ids: Sequence[int] | np.ndarray, as_they_stand: bool = True) -> str:
    """A review in ids as a text: in words where they lead to these ids again, for a run but for
    padding; `as_they_stand` says that a file's network must not pad them."""
    kept = [int(one) for one in ids if one or not trained.settings]
    known, padding = trained.vocabulary, trained.padding if as_they_stand else Padding()
    if known and kept:
        marked = known.spelled([one for one in kept if one])
        words = known.told_again(" ".join(marked), marked)
        with suppress(ExperimentError):
            if padding.row(known.read(words).ids).tolist() == kept:
                return words
    told = " ".join(map(str, ids))
    return f"{IDS} {told}" if known or padding.row(np.array(kept)).tolist() != kept else told


def _check(trained: Trained, ids: np.ndarray) -> None:
    if not len(ids):
        raise ExperimentError("a review must have at least one word, got none")
    if trained.vectors is not None:
        outside = ids[(ids < 0) | (ids >= len(trained.vectors))]
        if len(outside):
            most = len(trained.vectors) - 1
            raise ExperimentError(f"ids must be between 0 and {most}, got {int(outside[0])}")
