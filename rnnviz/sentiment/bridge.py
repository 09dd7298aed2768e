"""A trained model's file as layers of our own, read without running any of it.

A file is hostile until checked: Keras' safe_mode was passed by more than once, and a pickle runs
whatever it likes. So neither Keras nor PyTorch sees it, and nothing is unpickled.
"""

import io
from pathlib import Path

from rnnviz.core.errors import ExperimentError
from rnnviz.sentiment.files import keras_h5, keras_zip
from rnnviz.sentiment.network import Model

MOST_BYTES = keras_zip.MOST_BYTES
ENDINGS = ("keras", "h5", "hdf5", "safetensors", "npz")  # of the files that are read


def read(source: Path | bytes) -> Model:
    """The model in a file, by path or as its bytes; what it is, its content says.

    Raises ExperimentError, one sentence, for whatever it cannot be read from.
    """
    there = len(source) if isinstance(source, bytes) else source.stat().st_size
    if there > MOST_BYTES:
        raise ExperimentError(f"a model may have {MOST_BYTES >> 20} MB, got {there >> 20} MB")
    content = source if isinstance(source, bytes) else source.read_bytes()
    if content.startswith(keras_h5.SIGNATURE):
        return keras_h5.read(content)
    return keras_zip.read(io.BytesIO(content))
