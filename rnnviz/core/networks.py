"""Networks with weights of their own: where they come from, and how one reads an input.

Core trains and stores none. A room that has some registers a Source; a module that does so is named
by `provide`, and imported when a network is first asked for.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from importlib import import_module
from typing import NamedTuple

import numpy as np

from rnnviz.core import array_files
from rnnviz.core.cells.base import Cell
from rnnviz.core.errors import ExperimentError, shown
from rnnviz.core.losses import LOSSES, Loss

DRAWN = "drawn"
MOST_TEXT = 20_000  # characters of an input
_WORD = re.compile(r"(run|task|file)-([0-9a-z]{2,32})")


@dataclass(frozen=True)
class Weights:
    """Where weights come from: "drawn" from the seed; of a trained "run", or of a training on a
    "task", by its id; of a "file" that somebody sent, by the hash of its content.

    >>> Weights.of("run-lstm")
    Weights(source='run', name='lstm')
    >>> str(Weights.of("run-lstm")), str(Weights())
    ('run-lstm', 'drawn')
    """

    source: str = DRAWN
    name: str = ""

    @classmethod
    def of(cls, word: object) -> "Weights":
        """What a link or a command line says. Raises ExperimentError."""
        if word == DRAWN:
            return cls()
        known = _WORD.fullmatch(word) if isinstance(word, str) else None
        if not known:
            raise ExperimentError(
                "weights must be drawn, run- and the id of a trained run, task- and that of a "
                f"training, or file- and the hash of a file, got {shown(word)}"
            )
        return cls(*known.groups())

    def __str__(self) -> str:
        return f"{self.source}-{self.name}" if self.name else self.source


class Given(NamedTuple):
    """An input as a network reads it: the same input in its shortest words, the ids (T_x,) of the
    vectors that it sees, a word for each step, and how its head judges what it has read.

    Where it sees no vectors `x` (n_x, 1, T_x) is what it sees; `by_hand` computes that once more by
    other means, `by` in words, and how far the two may lie apart, or is None where that takes too
    long. `target` is what ought to come out, where no label is chosen.
    """

    text: str
    ids: np.ndarray
    words: tuple[str, ...]
    loss: Loss
    x: np.ndarray | None = None
    by_hand: Callable[[], tuple[np.ndarray, float]] | None = None
    by: str = "the words read by hand up to this layer, number by number"
    target: np.ndarray | None = None


@dataclass(frozen=True, eq=False)
class Network:
    """A network with weights of its own.

    `params` are the cell's, the readout among them, one row a class, of one type; `vectors`
    (count, n_x) what the cell sees of each id, or None where it sees the id itself. `digest` is the
    SHA-256 of all that its numbers follow from, `sample` the input where none is given.

    `read` makes an input of a text, `pack` bytes that `taken` reads again; `beside` are the words
    of networks of other cells that were trained alike and read the same words, by cell; `note` says
    how a review is brought to its length, `asks` what a review is called. Where the input has a
    target there are no `classes` to choose from. `equations` are those of a person's own cell,
    which was made from `origin`.
    """

    title: str
    cell: Cell
    params: Mapping[str, np.ndarray]
    vectors: np.ndarray | None
    classes: tuple[str, ...]
    digest: str
    sample: str
    read: Callable[[str], Given]
    pack: Callable[[], bytes]
    beside: Callable[[], Mapping[str, str]] = dict
    note: str = ""
    asks: str = "Review"
    equations: str = ""
    origin: str = ""

    @property
    def dtype(self) -> np.dtype:
        """The type of its numbers."""
        return self.params[self.cell.readout[0]].dtype

    def x(self, given: Given) -> np.ndarray:
        """What the cell sees of an input, (n_x, 1, T_x)."""
        if given.x is not None:
            return given.x
        if self.vectors is None:
            return given.ids[None, None].astype(self.dtype)
        return np.moveaxis(self.vectors[given.ids[None]].astype(self.dtype), -1, 0)

    def fixes(self, given: Given) -> dict[str, object]:
        """The fields of an Experiment that the network and an input leave no choice of."""
        n_y, n_a = self.params[self.cell.readout[0]].shape
        n_x = len(self.x(given))
        shapes = {"n_x": n_x, "n_a": n_a, "n_y": n_y, "m": 1, "T_x": len(given.ids)}
        activation = getattr(self.cell, "activation", "tanh")
        cell = self.origin or self.cell.name
        names = {"cell": cell, "activation": activation, "dtype": str(self.dtype)}
        # Of no use here, but drawn weights of these shapes must be able to have it.
        loss = {"loss": "upstream_last"} if n_y < LOSSES["cross_entropy_last"].least_n_y else {}
        return names | shapes | loss | {"equations": self.equations}


class Source(NamedTuple):
    """A room's networks: one by its name, those that are there to choose by name with a title, and
    one out of a file's bytes, which is kept, as its name; `take` is told whether the file must be
    of our own form. `find` and `take` raise ExperimentError.
    """

    find: Callable[[str], Network]
    offered: Callable[[], Mapping[str, str]] = dict
    take: Callable[[bytes, bool], str] | None = None


_modules: list[str] = []
_sources: dict[str, Source] = {}


def provide(module: str) -> None:
    """Name a module that registers sources when it is imported.

    >>> provide("rnnviz.sentiment.networks")
    """
    _modules.append(module)


def register(name: str, source: Source) -> None:
    """Make a source known under its name: "run", "task" or "file".

    >>> register("run", _known()["run"])
    """
    _sources[name] = source


def _known() -> Mapping[str, Source]:
    while _modules:
        import_module(_modules[-1])
        _modules.pop()
    return _sources


def find(weights: Weights) -> Network | None:
    """The network of some weights, None of drawn ones. Raises ExperimentError where it is gone.

    >>> find(Weights.of("run-gru")).cell.title
    'GRU'
    """
    if weights.source == DRAWN:
        return None
    source = _known().get(weights.source)
    if source is None:
        raise ExperimentError(f"weights must be of networks that are here, got {weights}")
    return source.find(weights.name)


def offered() -> dict[str, str]:
    """The words of all networks that are there to choose, with their titles.

    >>> "run-rnn" in offered()
    True
    """
    every = _known().items()
    return {f"{kind}-{name}": title for kind, one in every for name, title in one.offered().items()}


def taken(content: bytes, own: bool = False) -> str:
    """Keep a network out of a file's bytes; its word. Raises ExperimentError for any other file.

    It is a file of another program, such as .keras, or what `Network.pack` makes; `own` takes the
    latter alone.

    >>> taken(b"no network")  # doctest: +ELLIPSIS
    Traceback (most recent call last):
        ...
    rnnviz.core.errors.ExperimentError: a model must be a .keras file (a zip of JSON and HDF5), ...
    """
    kind = array_files.source_of(content)
    take = _known()[kind].take if kind in _known() else None
    if take is None:
        raise ExperimentError("weights of a file must have a place here that keeps them, got none")
    return f"{kind}-{take(content, own)}"


def check_text(text: object) -> str:
    """An input's text as it may stand in an Experiment. Raises ExperimentError.

    >>> check_text("a good film")
    'a good film'
    """
    if not isinstance(text, str):
        raise ExperimentError(f"review must be text, got {shown(repr(text))}")
    if len(text) > MOST_TEXT:
        raise ExperimentError(f"review must have at most {MOST_TEXT} characters, got {len(text)}")
    return text
