"""Trained models as networks of core: any page shows them, with a review of their own to read."""

import hashlib
import json
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace
from functools import lru_cache, partial
from pathlib import Path

import numpy as np

from rnnviz.core import networks
from rnnviz.core.cells import CELLS, Cell
from rnnviz.core.errors import ExperimentError, shown
from rnnviz.core.losses import head
from rnnviz.core.networks import Given, Network, Source
from rnnviz.sentiment import bridge, runs, typed, uploads, vocabulary
from rnnviz.sentiment.labels import CLASSES
from rnnviz.sentiment.network import Dense, Model
from rnnviz.sentiment.runs import Folder
from rnnviz.sentiment.settings import Settings
from rnnviz.sentiment.typed import Padding
from rnnviz.sentiment.vocabulary import Text, Vectorization, Vocabulary

IDS = "ids:"  # begins a review that is told in word ids, where a network knows words, too
_LONGEST_SHOWN = 24  # characters of a word beside a picture
_LONGEST = 200  # characters of a word or a title
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
    alone = len(model.layers) == len(model.recurrent) == len(model.head) == 1
    ways = model.recurrent[0].ways
    dense = model.head[0] if alone else None
    if not isinstance(dense, Dense) or len(ways) > 1 or ways[0].backwards:
        raise ExperimentError(
            "weights must be of a model of one recurrent layer that reads forwards and one Dense "
            "layer, got another: Inside shows it"
        )
    if ways[0].cell.name not in CELLS:
        raise ExperimentError(
            f"weights must be of a cell that pages have, got {ways[0].cell.title}: Inside shows it"
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


# -- runs ------------------------------------------------------------------------------------------


def of_run(id: str) -> Network:
    """The network of a run that is kept here. Raises ExperimentError."""
    folder = runs.find(id)
    if not _finished(folder):
        raise ExperimentError(f"weights must be of a run that has trained a network, got run-{id}")
    return _of_folder(folder, folder.model.stat().st_mtime)


@lru_cache(8)
def _of_folder(folder: Folder, changed: float) -> Network:
    more = {
        "vocabulary": vocabulary.of_run(folder.words()),
        "settings": folder.settings,
        "title": folder.name,
    }
    more["classes"] = tuple(map(shown, folder.classes()))
    trained = Trained.of(bridge.read(folder.model), **more)
    return network(replace(trained, sample=_sample(folder, trained)), partial(_alike, folder))


def _sample(folder: Folder, trained: Trained) -> str:
    """The shortest of its test half's positive reviews that it judges rightly and surely."""
    kept = [one for one in folder.examples()["surest and right"] if one.label == 1]
    return as_text(trained, min(kept, key=lambda one: len(one.ids)).ids) if kept else ""


def _alike(folder: Folder) -> Mapping[str, str]:
    """The words of the newest runs of other cells on the same reviews, with the same vocabulary."""
    shipped = folder.path.parent == runs.shipped()
    own, words, alike = folder.settings, folder.words(), {}
    for one in reversed(runs.included() if shipped else runs.every()):
        if one.id == folder.id or not _finished(one):
            continue
        other = one.settings
        if other.cell != own.cell and other.data == own.data and one.words() == words:
            alike[other.cell] = f"run-{one.id}"
    return alike


def _finished(folder: Folder) -> bool:
    try:
        return folder.model.exists() and bool(folder.result())
    except ExperimentError:
        return False


def _offered() -> dict[str, str]:
    """Every finished run by its id, with its name and how much of its test half it judges right."""
    titles = {}
    for folder in [*runs.included(), *runs.every()]:
        if _finished(folder):
            score = (folder.result() or {}).get("test_accuracy")
            titles[folder.id] = folder.name + (f", {score:.1%}" if score else "")
    return titles


# -- files -----------------------------------------------------------------------------------------


def of_file(name: str) -> Network:
    """The network of a file that was sent, by the hash of its content. Raises ExperimentError."""
    path = uploads.find(name)
    return _of_upload(path, path.stat().st_mtime)


@lru_cache(4)
def _of_upload(path: Path, changed: float) -> Network:
    made = network(_unpacked(path.read_bytes()))
    if not made.digest.startswith(path.stem):
        raise ExperimentError(
            f"weights must be of the file that was opened, got another {path.stem}"
        )
    return made


def take(content: bytes, own: bool) -> str:
    """Keep a model that somebody sent, a .keras file or what `Network.pack` makes; its name."""
    packed = own or uploads.is_packed(content)
    return keep(_unpacked(content) if packed else of_model(bridge.read(content)))


def of_model(model: Model, beside: Vocabulary | None = None) -> Trained:
    """A file's model with its own words or those of a file `beside` it, and the padding that is
    guessed. Raises ExperimentError where pages of runs cannot show it."""
    padding, _ = typed.guessed(model)
    return Trained.of(model, vocabulary=model.vocabulary or beside, padding=padding)


def keep(trained: Trained) -> str:
    """Keep a network on this machine; its name."""
    name = digest(trained)[: uploads.DIGITS]
    uploads.keep(name, uploads.packed(trained.arrays, trained.named))
    return name


def _unpacked(content: bytes) -> Trained:
    """A file of our own: its shapes must be those of one of our cells. Raises ExperimentError."""
    arrays, reads = uploads.unpacked(content)
    try:
        cell = CELLS[str(reads["cell"])].with_activation(str(reads["activation"]))
        vectors = arrays.pop("vectors", None)
        W = arrays[cell.readout[0]]
        (n_y, n_a), n_x = W.shape, 1 if vectors is None else vectors.shape[1]
        expected = {"vectors": (len(vectors), n_x)} if vectors is not None else {}
        expected |= cell.shapes(n_x, n_a, n_y)
        pool, masked = reads["pool"], reads["masked"]
        words, title = tuple(reads["words"]), reads["title"]
        known = vocabulary.of_run(words) if words else None
        classes = tuple(reads["classes"])
        texts = [title, *words, *classes]
        plain = (
            pool in ("last", "max") and isinstance(masked, bool) and n_y >= 2 and len(classes) == 2
        )
        plain &= reads["activation"] == getattr(cell, "activation", "tanh")
        plain &= all(isinstance(text, str) and len(text) <= _LONGEST for text in texts)
        settings = None
        if "length" in reads:
            embedding = 0 if vectors is None else n_x
            more = {"length": reads["length"], "padding": reads["padding"], "mask": masked}
            settings = Settings(cell=cell.name, embedding=embedding, **more)
        elif "vocabulary" in reads:
            known = vocabulary.unpacked(reads["vocabulary"])
        padding = Padding(*reads.get("padded", ()))
    except (KeyError, TypeError, ValueError, AttributeError):
        plain = False
    every = arrays if not plain or vectors is None else arrays | {"vectors": vectors}
    shapes = {name: array.shape for name, array in every.items()}
    if not plain or shapes != expected or not all(map(_floats, every.values())):
        raise ExperimentError("a network's file must hold the weights of one of our cells")
    more = {"vocabulary": known, "settings": settings, "padding": padding}
    return Trained(cell, arrays, vectors, masked, pool, title=title, classes=classes, **more)


def _floats(array: np.ndarray) -> bool:
    return array.dtype.kind == "f" and array.size > 0 and bool(np.isfinite(array).all())


networks.register("run", Source(of_run, _offered))
networks.register("file", Source(of_file, dict, take))
