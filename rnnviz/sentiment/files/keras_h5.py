"""A .h5 file, as Keras 2 wrote it: HDF5 with the model's description as an attribute."""

import json

from rnnviz.core.errors import ExperimentError, shown
from rnnviz.sentiment.files import keras_zip, weights
from rnnviz.sentiment.network import Model

SIGNATURE = b"\x89HDF\r\n\x1a\n"


def read(content: bytes) -> Model:
    """The model in a .h5 file. Raises ExperimentError, one sentence."""
    try:
        file = weights.opened(content)
        config = file.attrs.get("model_config")
        if config is None:
            raise ExperimentError(
                "a .h5 file must hold a whole model, got weights alone: save it with "
                "model.save('model.keras')"
            )
        config, version = json.loads(config), file.attrs.get("keras_version", "2.")
    except ExperimentError:
        raise
    except keras_zip.DAMAGES as error:
        raise ExperimentError(f"a .h5 file must be HDF5, got: {shown(str(error))}") from None
    version = file.attrs.get("keras_version", "2.")
    version = version.decode("latin-1") if isinstance(version, bytes) else str(version)
    return keras_zip.described(config, lambda: weights.LegacyWeights(file), "model_config", version)
