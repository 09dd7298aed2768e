"""A trained Keras model as our own cell, read from its .keras file without running any of it.

A .keras file is hostile until checked: Keras' safe_mode was passed by more than once
(CVE-2025-1550, CVE-2026-1462). So Keras never sees it. The architecture is read from the JSON
against a list of layers, the weights by name from the HDF5, each with the shape that the
architecture asks for.
"""

import io
import json
import lzma
import struct
import zipfile
import zlib
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from rnnviz.core.cells import CELLS, Cell
from rnnviz.core.errors import ExperimentError, shown
from rnnviz.sentiment import architecture
from rnnviz.sentiment.architecture import KINDS, expect, size

MOST_BYTES = 200 * 2**20  # of a file, and of what it unpacks to
_MOST_WORDS = 1_000_000
_MOST_UNITS = 2048  # of a layer: beyond, one review would take seconds a word
_DAMAGES = (  # what a zip or its JSON can raise: RuntimeError under a password or of a newer kind
    *(zipfile.BadZipFile, zlib.error, lzma.LZMAError, struct.error),
    *(EOFError, OSError, RuntimeError, ValueError, OverflowError),
)
_GATES = {  # the columns of Keras' kernels, in its order, by our gate's weights
    "rnn": ("Waa",),
    "lstm": ("Wi", "Wf", "Wc", "Wo"),
    "gru": ("Wi", "Wr", "Wc"),
}


@dataclass(frozen=True, eq=False)
class Model:
    """A model of one recurrent layer: `embedding` (words, n_x) or None for raw ids, our cell and
    its parameters, the readout among them (Wy with a row of zeros for class 0 where Keras has one
    sigmoid), `masked` where 0 is padding, `pool` "last" or "max" over time, and `length`, the
    number of ids that it was built for, None where that is any."""

    cell: Cell
    params: dict[str, np.ndarray]
    embedding: np.ndarray | None
    masked: bool
    pool: str
    length: int | None = None


def read(source: Path | bytes) -> Model:
    """The model in a .keras file, by path or as its bytes.

    Raises ExperimentError, one sentence, for whatever it cannot be read from.
    """
    there = len(source) if isinstance(source, bytes) else source.stat().st_size
    if there > MOST_BYTES:
        raise ExperimentError(f"a model may have {MOST_BYTES >> 20} MB, got {there >> 20} MB")
    try:
        with zipfile.ZipFile(io.BytesIO(source) if isinstance(source, bytes) else source) as file:
            config = json.loads(_member(file, "config.json", 5 * 2**20))
            weights = _member(file, "model.weights.h5", MOST_BYTES)
    except _DAMAGES as error:
        raise ExperimentError(
            f"a model must be a .keras file (a zip of JSON and HDF5), got: {shown(str(error))}"
        ) from None
    try:
        return _model(architecture.layers(config), weights)
    except ExperimentError:
        raise
    except (OSError, RuntimeError) as error:  # what HDF5 says of a file that is none
        raise ExperimentError(f"model.weights.h5 must be HDF5, got: {shown(str(error))}") from None
    except (KeyError, TypeError, AttributeError, IndexError, ValueError) as error:
        raise ExperimentError(
            f"config.json must describe layers as Keras 3 does, got: {shown(str(error))}"
        ) from None


def _member(file: zipfile.ZipFile, name: str, most: int) -> bytes:
    try:
        entry = file.getinfo(name)
    except KeyError:
        raise ExperimentError(f"a .keras file must hold {name}, got none") from None
    if entry.file_size > most:
        raise ExperimentError(
            f"{name} may unpack to {most >> 20} MB, got {entry.file_size >> 20} MB"
        )
    return file.read(entry)


def _model(layers: dict[str, dict], weights: bytes) -> Model:
    import h5py

    (layer,) = (name for name in layers if name in KINDS)
    pool = "max" if "GlobalMaxPooling1D" in layers else "last"
    if bool(layers[layer]["return_sequences"]) != (pool == "max"):
        raise ExperimentError("a recurrent layer must return sequences to a maximum, and only so")
    if pool == "max":
        expect(layers["GlobalMaxPooling1D"], "GlobalMaxPooling1D", data_format="channels_last")
    with h5py.File(io.BytesIO(weights), "r") as file:
        embedding, n_x, masked = None, 1, False
        if "Embedding" in layers:
            one = layers["Embedding"]
            count, n_x = size(one, "input_dim", _MOST_WORDS), size(one, "output_dim", _MOST_UNITS)
            embedding = _array(file, "layers/embedding/vars/0", (count, n_x))
            masked = bool(one["mask_zero"])
        cell, params = _cell(file, layer, layers[layer], n_x)
        n_a = len(params[cell.gates[0].bias])
        params |= _readout(file, layers["Dense"], cell, n_a)
    return Model(cell, params, embedding, masked, pool, _length(layers.get("InputLayer", {})))


def _length(config: dict) -> int | None:
    """The number of ids that a model was built for, where it is one."""
    _, length, *_ = config.get("batch_shape") or (None, None)
    return length if isinstance(length, int) else None


def _cell(file, layer: str, config: dict, n_x: int) -> tuple[Cell, dict[str, np.ndarray]]:
    """Our cell and its parameters, from kernels (n_x, G n_a), (n_a, G n_a) and bias (G n_a,)."""
    kind, n_a = KINDS[layer], size(config, "units", _MOST_UNITS)
    expect(config, layer, go_backwards=False, use_bias=True, return_state=False)
    # Older files do not name these two.
    expect({"stateful": False, "zero_output_for_mask": False} | config, layer,
           stateful=False, zero_output_for_mask=False)  # fmt: skip
    if kind != "rnn":
        expect(config, layer, activation="tanh", recurrent_activation="sigmoid")
    if kind == "gru":
        expect(config, layer, reset_after=False)
    cell = CELLS[kind]
    if kind == "rnn":
        if config["activation"] not in ("tanh", "relu", "linear", "softmax"):
            raise ExperimentError(
                "activation of the SimpleRNN must be tanh, relu, linear or softmax, got "
                f"{shown(config['activation'])}"
            )
        cell = cell.with_activation(config["activation"])
    width = len(_GATES[kind]) * n_a
    root = f"layers/{_snake(layer)}/cell/vars"
    kernel = _array(file, f"{root}/0", (n_x, width)).T
    recurrent = _array(file, f"{root}/1", (n_a, width)).T
    bias = _array(file, f"{root}/2", (width,))[:, None]
    params = {}
    for gate in cell.all_gates:
        at = _GATES[kind].index(gate.weights[0]) * n_a
        rows = slice(at, at + n_a)
        # Keras' z keeps the old state, our i writes the new one: i = 1 - z = sigmoid(-..).
        sign = -1 if (kind, gate.name) == ("gru", "update") else 1
        both = sign * recurrent[rows], sign * kernel[rows]
        joined = both if len(gate.weights) == 2 else (np.concatenate(both, axis=1),)
        params |= dict(zip(gate.weights, joined, strict=True))
        params[gate.bias] = sign * bias[rows]
    return cell, params


def _readout(file, config: dict, cell: Cell, n_a: int) -> dict[str, np.ndarray]:
    units = size(config, "units", _MOST_UNITS)
    if units > 2:
        raise ExperimentError(
            "a model must tell two classes apart, by one sigmoid or a softmax of two, got "
            f"{units} classes"
        )
    wanted = "sigmoid" if units == 1 else "softmax"
    if config["activation"] != wanted or not config["use_bias"]:
        raise ExperimentError(
            f"the Dense layer of {units} must have a bias and the activation {wanted}, got "
            f"{shown(config['activation'])}"
        )
    W = _array(file, "layers/dense/vars/0", (n_a, units)).T
    b = _array(file, "layers/dense/vars/1", (units,))[:, None]
    if units == 1:  # sigmoid(z) is the second class of softmax([0, z])
        W, b = np.concatenate([0 * W, W]), np.concatenate([0 * b, b])
    return {cell.readout[0]: W, cell.readout[1]: b}


def _array(file, name: str, shape: tuple[int, ...]) -> np.ndarray:
    """A dataset of the file itself (no link elsewhere), of a shape and a type of float."""
    import h5py

    at = file
    for part in name.split("/"):
        if not isinstance(at.get(part, getlink=True), h5py.HardLink):
            raise ExperimentError(f"the weights must hold {name}, got none")
        at = at[part]
    plain = isinstance(at, h5py.Dataset) and not at.external and not at.is_virtual
    if not plain or at.shape != shape or at.dtype.kind != "f":
        came = at.shape if plain else "no plain array"
        raise ExperimentError(f"{name} must be floats of shape {shape}, got {shown(str(came))}")
    values = at[()]
    if not np.isfinite(values).all():
        raise ExperimentError(f"{name} must hold finite numbers, got NaN or infinity")
    return values


def _snake(layer: str) -> str:
    return {"SimpleRNN": "simple_rnn"}.get(layer, layer.lower())
