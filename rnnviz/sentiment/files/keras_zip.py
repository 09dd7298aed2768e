"""A .keras file: a zip of JSON and HDF5, never handed to Keras (CVE-2025-1550, CVE-2026-1462)."""

import io
import json
import lzma
import re
import struct
import zipfile
import zlib
from pathlib import Path

from rnnviz.core.errors import ExperimentError, shown
from rnnviz.sentiment.files import chain, stages, weights
from rnnviz.sentiment.files.entry import Entry
from rnnviz.sentiment.network import Model
from rnnviz.sentiment.vocabulary import Vectorization

MOST_BYTES = 500 * 2**20  # of a file, and of what it unpacks to
DAMAGES = (  # what a zip or its JSON can raise: RuntimeError under a password or of a newer kind
    *(zipfile.BadZipFile, zlib.error, lzma.LZMAError, struct.error),
    *(EOFError, OSError, RuntimeError, ValueError, OverflowError, RecursionError),
)


def read(source: Path | io.BytesIO) -> Model:
    """The model in a .keras file. Raises ExperimentError, one sentence."""
    try:
        with zipfile.ZipFile(source) as file:
            config = json.loads(member(file, "config.json", 5 * 2**20))
            content = member(file, "model.weights.h5", MOST_BYTES)
            words = _vocabularies(file)
            version = _version(file)
    except ExperimentError:
        raise
    except DAMAGES as error:
        raise ExperimentError(
            f"a model must be a .keras file (a zip of JSON and HDF5), got: {shown(str(error))}"
        ) from None

    def vocabulary(entry: Entry) -> Vectorization:
        own = (held for name, held in words.items() if re.split(r"[/\\]", name)[-2] == entry.key)
        return Vectorization.of(entry.config, next(own, None), entry.told)

    def given() -> weights.KerasWeights:
        return weights.KerasWeights(weights.opened(content))

    return described(config, given, "config.json", version, vocabulary)


def member(file: zipfile.ZipFile, name: str, most: int) -> bytes:
    """A file of the zip, if it unpacks to no more than `most` bytes."""
    try:
        entry = file.getinfo(name)
    except KeyError:
        raise ExperimentError(f"a .keras file must hold {name}, got none") from None
    if entry.file_size > most:
        raise ExperimentError(
            f"{shown(name)} may unpack to {most >> 20} MB, got {entry.file_size >> 20} MB"
        )
    return file.read(entry)


def _version(file: zipfile.ZipFile) -> str:
    """The version of Keras that wrote the file, "" where it says none."""
    if "metadata.json" not in file.namelist():
        return ""
    told = json.loads(member(file, "metadata.json", 2**20))
    return str(told.get("keras_version")) if isinstance(told, dict) else ""


def _vocabularies(file: zipfile.ZipFile) -> dict[str, bytes]:
    names = [name for name in file.namelist() if name.endswith("/vocabulary.txt")][:8]
    return {name: member(file, name, 50 * 2**20) for name in names}


def described(config: dict, opened, where: str, version: str, vocabulary=None) -> Model:
    """The model of a description, as a version of Keras wrote it, and of weights, which `opened()`
    gives. Raises ExperimentError."""
    try:
        entries = chain.entries(config, before_3=version[:2] in ("1.", "2."))
        try:
            given = opened()
        except (OSError, RuntimeError, ValueError, OverflowError) as error:
            raise ExperimentError(
                f"model.weights.h5 must be HDF5, got: {shown(str(error))}"
            ) from None
        return stages.model(entries, given, vocabulary)
    except ExperimentError:
        raise
    except (
        KeyError,
        TypeError,
        AttributeError,
        IndexError,
        ValueError,
        OSError,
        OverflowError,
        RuntimeError,
    ) as e:
        raise ExperimentError(
            f"{where} must describe layers as Keras does, got: {shown(str(e))}"
        ) from None
