"""Files of models, made of a shipped run's without TensorFlow."""

import io
import json
import zipfile

import numpy as np

from rnnviz.sentiment import runs


def shipped(cell="lstm") -> bytes:
    """The file of a shipped run."""
    return runs.find(cell).model.read_bytes()


def edited(content: bytes, change=None, arrays=None, **members) -> bytes:
    """A .keras file with its description changed in place, some arrays of its weights put in, and
    more members."""
    import h5py

    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as old, zipfile.ZipFile(out, "w") as file:
        for name in old.namelist():
            part = old.read(name)
            if name == "config.json" and change:
                config = json.loads(part)
                change(config["config"]["layers"])
                part = json.dumps(config).encode()
            if name == "model.weights.h5" and arrays:
                whole = io.BytesIO(part)
                with h5py.File(whole, "r+") as weights:
                    for path, values in arrays.items():
                        if path in weights:
                            del weights[path]
                        weights[path] = values
                part = whole.getvalue()
            file.writestr(name, part)
        for name, part in members.items():
            file.writestr(name, part)
    return out.getvalue()


def four_classes(length=None, masked=True) -> bytes:
    """The shipped LSTM with a softmax of four classes, and perhaps a fixed length or no mask."""
    random = np.random.default_rng(3)

    def change(layers):
        layers[-1]["config"].update(units=4, activation="softmax")
        next(one for one in layers if one["class_name"] == "Embedding")["config"]["mask_zero"] = (
            masked
        )
        shape = {"batch_shape": [None, length], "dtype": "int32", "name": "ids"}
        layers.insert(0, {"class_name": "InputLayer", "config": shape, "registered_name": None})

    units = runs.find("lstm").settings.units
    arrays = {
        "layers/dense/vars/0": random.normal(0, 1, (units, 4)).astype("float32"),
        "layers/dense/vars/1": random.normal(0, 1, 4).astype("float32"),
    }
    return edited(shipped(), change, arrays)


def bidirectional() -> bytes:
    """The shipped LSTM in a Bidirectional, whose backward layer has other weights."""
    random, settings = np.random.default_rng(4), runs.find("lstm").settings
    n, n_x = settings.units, settings.embedding

    def change(layers):
        at = next(i for i, one in enumerate(layers) if one["class_name"] == "LSTM")
        config = {"name": "both", "merge_mode": "concat", "layer": layers[at]}
        layers[at] = {"class_name": "Bidirectional", "config": config, "registered_name": None}

    shapes = {"0": (n_x, 4 * n), "1": (n, 4 * n), "2": (4 * n,)}
    arrays = {
        f"layers/bidirectional/{side}_layer/cell/vars/{k}": random.normal(0, 0.3, shape)
        for side in ("forward", "backward")
        for k, shape in shapes.items()
    }
    arrays["layers/dense/vars/0"] = random.normal(0, 1, (2 * n, 1))
    return edited(shipped(), change, {k: v.astype("float32") for k, v in arrays.items()})
