"""A trained model's file as layers of our own, read without running any of it.

A file is hostile until checked: Keras' safe_mode was passed by more than once, and a pickle runs
whatever it likes. So neither Keras nor PyTorch sees it, and nothing is unpickled.
"""

import io
import zipfile
from pathlib import Path

from rnnviz.core.errors import ExperimentError
from rnnviz.sentiment.files import foreign, keras_h5, keras_zip, state_dict, tensors
from rnnviz.sentiment.network import Model

MOST_BYTES = keras_zip.MOST_BYTES
ENDINGS = ("keras", "h5", "hdf5", "safetensors", "npz")  # of the files that are read
OTHERS = ("zip", "pt", "pth", "pkl", "pb", "onnx")  # of those that get a sentence, or hold one


def read(source: Path | bytes) -> Model:
    """The model in a file, by path or as its bytes; what it is, its content says.

    Raises ExperimentError, one sentence, for whatever it cannot be read from.
    """
    there = len(source) if isinstance(source, bytes) else source.stat().st_size
    if there > MOST_BYTES:
        raise ExperimentError(f"a model may have {MOST_BYTES >> 20} MB, got {there >> 20} MB")
    content = source if isinstance(source, bytes) else source.read_bytes()
    names = _names(content)
    if len(names) == 1 and names[0].rpartition(".")[2] in ENDINGS:  # a download that was packed
        with zipfile.ZipFile(io.BytesIO(content)) as file:
            content = keras_zip.member(file, names[0], MOST_BYTES)
        names = _names(content)
    if content.startswith(keras_h5.SIGNATURE):
        return keras_h5.read(content)
    if not content.startswith(b"PK") and content[8:9] == b"{":
        return state_dict.model(tensors.safetensors(content))
    if names and all(name.endswith(".npy") for name in names):
        return state_dict.model(tensors.npz(content))
    foreign.check(content, names)
    return keras_zip.read(io.BytesIO(content))


def _names(content: bytes) -> list[str]:
    """What a zip holds; nothing where it is none."""
    try:
        return zipfile.ZipFile(io.BytesIO(content)).namelist()
    except keras_zip.DAMAGES:
        return []
