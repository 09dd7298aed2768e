"""Where trained networks come from: runs that are kept here, and files that somebody sent."""

from collections.abc import Mapping
from dataclasses import replace
from functools import lru_cache, partial
from pathlib import Path

import numpy as np

from rnnviz.core import array_files, networks
from rnnviz.core.cells import CELLS
from rnnviz.core.errors import ExperimentError, shown
from rnnviz.core.networks import Network, Source
from rnnviz.jobs import shelf
from rnnviz.sentiment import bridge, layered, runs, typed, vocabulary
from rnnviz.sentiment.layered import Layered
from rnnviz.sentiment.network import Model
from rnnviz.sentiment.reader import as_text
from rnnviz.sentiment.runs import Folder
from rnnviz.sentiment.settings import Settings
from rnnviz.sentiment.trained import Trained, network, plain
from rnnviz.sentiment.typed import Padding
from rnnviz.sentiment.vocabulary import Vocabulary

_LONGEST = 200  # characters of a word or a title


# -- runs ------------------------------------------------------------------------------------------


def of_run(id: str) -> Network:
    """The network of a run that is kept here. Raises ExperimentError."""
    folder = runs.find(id)
    if not folder.finished:
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
        if one.id == folder.id or not one.finished:
            continue
        other = one.settings
        if other.cell != own.cell and other.data == own.data and one.words() == words:
            alike[other.cell] = f"run-{one.id}"
    return alike


def of_folder(path: Path) -> str:
    """What an Experiment calls the network of a run's folder, wherever that lies; one that lies
    elsewhere is kept as a file's. Raises ExperimentError."""
    folder = Folder(path.resolve())
    if folder.path.parent in (runs.shipped().resolve(), runs.home().resolve()):
        of_run(folder.id)
        return f"run-{folder.id}"
    try:
        if not folder.finished:
            raise ExperimentError(
                f"run must have a trained network, got none in {shown(str(path))}"
            )
        made = _of_folder(folder, folder.model.stat().st_mtime)
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        if isinstance(error, ExperimentError):
            raise
        raise ExperimentError(
            f"run must be a folder of a training, got one that is broken: {shown(str(error))}"
        ) from None
    return f"file-{_kept(made)}"


def _offered() -> dict[str, str]:
    """Every finished run by its id, with its name and how much of its test half it judges right."""
    titles = {}
    for folder in [*runs.included(), *runs.every()]:
        if folder.finished:
            score = (folder.result() or {}).get("test_accuracy")
            titles[folder.id] = folder.name + (f", {score:.1%}" if score else "")
    return titles


# -- files -----------------------------------------------------------------------------------------


def of_file(name: str) -> Network:
    """The network of a file that was sent, by the hash of its content. Raises ExperimentError."""
    path = shelf.find(name)
    return _of_upload(path, path.stat().st_mtime)


@lru_cache(4)
def _of_upload(path: Path, changed: float) -> Network:
    made = _network(_unpacked(path.read_bytes()))
    if not made.digest.startswith(path.stem):
        raise ExperimentError(
            f"weights must be of the file that was opened, got another {path.stem}"
        )
    return made


def take(content: bytes, own: bool) -> str:
    """Keep a model that somebody sent, a .keras file or what `Network.pack` makes; its name."""
    packed = own or array_files.is_packed(content)
    return keep(_unpacked(content) if packed else of_content(content, bridge.read(content)))


def of_content(
    content: bytes,
    model: Model,
    beside: Vocabulary | None = None,
    layer: int | None = None,
    way: int = 0,
) -> Trained | Layered:
    """What pages of runs show of a file's `model`, with its own words or those of a file `beside`
    it, and the padding that is guessed: the model where it is one layer and one head, else one of
    its layers, by default the last. Raises ExperimentError for a model of numbers or values."""
    padding, _ = typed.guessed(model)
    more = {"vocabulary": model.vocabulary or beside, "padding": padding}
    if plain(model):
        return Trained.of(model, **more)
    last = len(model.recurrent) - 1
    return Layered(content, model, last if layer is None else layer, way, **more)


def keep(one: Trained | Layered) -> str:
    """Keep a network on this machine; its name."""
    return _kept(_network(one))


def _kept(made: Network) -> str:
    name = made.digest[: shelf.DIGITS]
    shelf.keep(name, made.pack())
    return name


def _network(one: Trained | Layered) -> Network:
    return layered.network(one) if isinstance(one, Layered) else network(one)


def _unpacked(content: bytes) -> Trained | Layered:
    """A file of our own: the weights of one of our cells, or a model with a layer of it. Raises
    ExperimentError."""
    arrays, reads = array_files.unpacked(content)
    if "model" in arrays:
        return _layer_of(arrays.pop("model").tobytes(), reads)
    return _trained_of(arrays, reads)


def _layer_of(content: bytes, reads: Mapping[str, object]) -> Layered:
    """A model's file, and which of its layers. Raises ExperimentError."""
    model = bridge.read(content)
    try:
        layer, way = reads["layer"], reads["way"]
        known, padding = model.vocabulary, Padding(*reads.get("padded", ()))
        if "vocabulary" in reads and known is None:
            known = vocabulary.unpacked(reads["vocabulary"])
    except (KeyError, TypeError, ValueError, AttributeError):
        layer = way = known = padding = None
    if padding is None or type(layer) is not int or type(way) is not int:
        raise ExperimentError("a network's file must say which layer of its model it is")
    return Layered(content, model, layer, way, known, padding)


def _trained_of(arrays: dict[str, np.ndarray], reads: Mapping[str, object]) -> Trained:
    """The weights of one of our cells: their shapes must be its. Raises ExperimentError."""
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
        fits = (
            pool in ("last", "max") and isinstance(masked, bool) and n_y >= 2 and len(classes) == 2
        )
        fits &= reads["activation"] == getattr(cell, "activation", "tanh")
        fits &= all(isinstance(text, str) and len(text) <= _LONGEST for text in texts)
        settings = None
        if "length" in reads:
            embedding = 0 if vectors is None else n_x
            more = {"length": reads["length"], "padding": reads["padding"], "mask": masked}
            settings = Settings(cell=cell.name, embedding=embedding, **more)
        elif "vocabulary" in reads:
            known = vocabulary.unpacked(reads["vocabulary"])
        padding = Padding(*reads.get("padded", ()))
    except (KeyError, TypeError, ValueError, AttributeError):
        fits = False
    every = arrays if not fits or vectors is None else arrays | {"vectors": vectors}
    shapes = {name: array.shape for name, array in every.items()}
    if not fits or shapes != expected or not all(map(_floats, every.values())):
        raise ExperimentError("a network's file must hold the weights of one of our cells")
    more = {"vocabulary": known, "settings": settings, "padding": padding}
    return Trained(cell, arrays, vectors, masked, pool, title=title, classes=classes, **more)


def _floats(array: np.ndarray) -> bool:
    return array.dtype.kind == "f" and array.size > 0 and bool(np.isfinite(array).all())


networks.register("run", Source(of_run, _offered))
networks.register("file", Source(of_file, dict, take))
