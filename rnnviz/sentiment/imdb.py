"""The IMDB reviews in Keras' format: downloaded once by Keras, or a local imdb.npz.

Its arrays of lists are pickles. They are read with an unpickler that knows NumPy's arrays and
nothing else, so that a file cannot run code.
"""

import io
import json
import lzma
import os
import pickle
import struct
import zipfile
import zlib
from pathlib import Path

import numpy as np

from rnnviz.core.errors import ExperimentError, shown

VARIABLE = "RNNVIZ_IMDB"  # the path of an imdb.npz, its imdb_word_index.json beside it
_MOST_BYTES = 1 << 30  # of one array, unpacked
_ARRAYS = ("x_train", "y_train", "x_test", "y_test")
_DAMAGES = (  # RuntimeError: a zip under a password, or, NotImplementedError, of a newer kind
    *(zipfile.BadZipFile, zlib.error, lzma.LZMAError, struct.error, pickle.UnpicklingError),
    *(EOFError, OSError, RuntimeError, ValueError, OverflowError, MemoryError),
    *(KeyError, TypeError, AttributeError, IndexError),  # what a broken pickle or header raises
)
_ALLOWED = {
    ("numpy", "ndarray"),
    ("numpy", "dtype"),
    ("numpy.core.multiarray", "_reconstruct"),
    ("numpy._core.multiarray", "_reconstruct"),
    ("numpy.core.multiarray", "scalar"),
    ("numpy._core.multiarray", "scalar"),
    ("_codecs", "encode"),  # how a pickle of protocol 2 writes bytes
}


class _Unpickler(pickle.Unpickler):
    def find_class(self, module, name):
        if (module, name) not in _ALLOWED:
            raise ExperimentError(
                f"an imdb.npz must hold arrays of lists alone, got {shown(f'{module}.{name}')}"
            )
        return super().find_class(module, name)


def cached() -> Path:
    """Where Keras keeps its download."""
    home = Path(os.environ.get("KERAS_HOME") or Path.home() / ".keras")
    return home / "datasets" / "imdb.npz"


def find() -> tuple[Path, Path]:
    """The files of reviews and of words: from the environment, from Keras' cache, or downloaded."""
    given = os.environ.get(VARIABLE)
    path = Path(given) if given else cached()
    index = path.with_name("imdb_word_index.json")
    if given and not path.is_file():
        raise ExperimentError(f"{VARIABLE} must name an imdb.npz, got {shown(given)}")
    if not path.is_file() or not index.is_file():
        _download()
    return path, index


def _download() -> None:
    from keras.datasets import imdb

    try:
        imdb.load_data()
        imdb.get_word_index()
    except Exception as error:  # whatever the network or the disk says
        raise ExperimentError(
            f"IMDB must be reachable or {VARIABLE} name a local imdb.npz, got: {shown(str(error))}"
        ) from None


def read(path: Path) -> dict[str, np.ndarray]:
    """The four arrays of an imdb.npz; reviews as int arrays of word ranks from 1."""
    try:
        with zipfile.ZipFile(path) as archive:
            arrays = {name: _array(archive, name) for name in _ARRAYS}
    except ExperimentError:
        raise
    except _DAMAGES as e:
        raise ExperimentError(
            f"{path.name} must be an imdb.npz with {', '.join(_ARRAYS)}, got: {shown(str(e))}"
        ) from None
    for part in ("train", "test"):
        if len(arrays[f"x_{part}"]) != len(arrays[f"y_{part}"]):
            raise ExperimentError(f"{path.name} must have a label for every review of {part}")
        arrays[f"x_{part}"] = [_ranks(review) for review in arrays[f"x_{part}"]]
    return arrays


def _ranks(review) -> np.ndarray:
    ranks = np.asarray(review)
    if ranks.ndim != 1 or (ranks.size and ranks.dtype.kind not in "iu"):
        raise ExperimentError("an imdb.npz must hold reviews as lists of word ranks")
    return ranks.astype(np.int64)


def _array(archive: zipfile.ZipFile, name: str) -> np.ndarray:
    entry = archive.getinfo(f"{name}.npy")
    if entry.file_size > _MOST_BYTES:
        raise ExperimentError(f"{name} must have at most {_MOST_BYTES >> 20} MB")
    stream = io.BytesIO(archive.read(entry))
    version = np.lib.format.read_magic(stream)
    reader = {
        (1, 0): np.lib.format.read_array_header_1_0,
        (2, 0): np.lib.format.read_array_header_2_0,
    }
    if version not in reader:
        raise ExperimentError(f"{name} must be an array of format 1 or 2, got {version}")
    _, _, dtype = reader[version](stream)
    if dtype.hasobject:
        return np.asarray(_Unpickler(stream).load(), object)
    stream.seek(0)
    return np.lib.format.read_array(stream, allow_pickle=False)


def words(index: Path, most: int) -> tuple[str, ...]:
    """The vocabulary by rank, as far as `most` ids reach; "#rank" where there is no word index."""
    ranks = {}
    if index.is_file():
        try:
            ranks = {int(rank): str(word) for word, rank in json.loads(index.read_text()).items()}
        except (ValueError, AttributeError) as error:
            raise ExperimentError(
                f"{index.name} must map words to ranks, got: {shown(str(error))}"
            ) from None
    return tuple(ranks.get(rank, f"#{rank}") for rank in range(1, most - 3))
