"""A trained model of one recurrent layer, as a network of core, and how it reads a review."""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import lru_cache, partial

import numpy as np

from rnnviz.core import array_files
from rnnviz.core.cells import Cell
from rnnviz.core.errors import ExperimentError
from rnnviz.core.losses import head
from rnnviz.core.networks import Given, Network
from rnnviz.sentiment.labels import CLASSES
from rnnviz.sentiment.network import Dense, Model
from rnnviz.sentiment.network.model import VALUES
from rnnviz.sentiment.reader import asked, named, note, padded, sample
from rnnviz.sentiment.settings import Settings
from rnnviz.sentiment.typed import Padding
from rnnviz.sentiment.vocabulary import Vocabulary


@dataclass(frozen=True, eq=False)
class Trained:
    """A model of one recurrent layer, and what a Reader has.

    `params` are the cell's and the readout's, `vectors` (words, n_x) or None for raw ids, `pool`
    what the readout sees: the "last" state, or the "max" over time.
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
        """From a `plain` model."""
        cell, params = _only_layer(model)
        return cls(cell, params, model.embedding, model.masked, model.pool, **more)

    @property
    def rows(self) -> int | None:
        """How many ids it knows."""
        return None if self.vectors is None else len(self.vectors)

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
            reads["vocabulary"] = self.vocabulary.packed(self.rows or 10**9)
        return reads | padded(self.padding)

    @property
    def named(self) -> dict[str, object]:
        """The same with what people call it and its classes."""
        return self.reads | {"title": self.title, "classes": list(self.classes)}

    @property
    def arrays(self) -> dict[str, np.ndarray]:
        """Its parameters, and the vectors of its words, by name."""
        return dict(self.params) | ({} if self.vectors is None else {"vectors": self.vectors})


def plain(model: Model) -> bool:
    """Whether a model is one layer that reads words forwards and one Dense layer, which sees the
    last state or the maximum over time and chooses one class."""
    if model.numbers or model.final == VALUES or model.pool not in ("last", "max"):
        return False
    if not len(model.layers) == len(model.recurrent) == len(model.head) == 1:
        return False
    ways, dense = model.recurrent[0].ways, model.head[0]
    if not isinstance(dense, Dense) or len(ways) > 1 or ways[0].backwards:
        return False
    return len(dense.W) == 1 or model.final != "sigmoid"


def _only_layer(model: Model) -> tuple[Cell, dict[str, np.ndarray]]:
    """The cell of a `plain` model, and its parameters, the head among them; of one output that is
    the log-odds of class 2 against a row of zeros."""
    dense, ways = model.head[0], model.recurrent[0].ways
    assert plain(model) and isinstance(dense, Dense), "asked for before"
    W, b = dense.W, dense.b
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
    return Network(
        title=trained.title,
        cell=trained.cell,
        params=params,
        vectors=trained.vectors,
        classes=trained.classes if n_y == 2 else tuple(f"class {k}" for k in range(1, n_y + 1)),
        digest=digest(trained),
        sample=trained.sample or sample(trained),
        read=lru_cache(16)(partial(given, trained)),
        pack=partial(array_files.packed, trained.arrays, trained.named),
        beside=beside,
        note=note(trained),
    )


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
    told, ids, words = asked(trained, text)
    empty = False
    if trained.masked:
        ids, empty = ids[ids != 0], bool(len(ids)) and ids[0] == 0
    _check(trained, ids)
    W, b = (trained.params[name] for name in trained.cell.readout)
    sigmoid = len(W) == 2 and not (W[0].any() or b[0].any())
    return Given(told, ids, named(words), head(trained.pool, empty, sigmoid))


def _check(trained: Trained, ids: np.ndarray) -> None:
    if not len(ids):
        raise ExperimentError("a review must have at least one word, got none")
    if trained.rows is not None:
        outside = ids[(ids < 0) | (ids >= trained.rows)]
        if len(outside):
            raise ExperimentError(
                f"ids must be between 0 and {trained.rows - 1}, got {int(outside[0])}"
            )
