"""A PyTorch state_dict of an nn.RNN, nn.LSTM or nn.GRU, with an nn.Embedding and nn.Linear or not.

It says which numbers there are, not how they are put together: what is taken for granted, PyTorch's
usual way, is noted in the model. Gates stand above one another: LSTM i f g o, GRU r z n.
"""

import re
from collections.abc import Mapping

import numpy as np

from rnnviz.core.cells import CELLS
from rnnviz.core.conventions import PYTORCH
from rnnviz.core.errors import ExperimentError, shown
from rnnviz.sentiment.files import cells
from rnnviz.sentiment.files.weights import finite
from rnnviz.sentiment.network import Dense, Model, Recurrent, Way
from rnnviz.sentiment.network.model import VALUES

_WEIGHTS = re.compile(r"(.*?)weight_ih_l(\d{1,2})(_reverse)?")
_KINDS = {1: "rnn", 4: "lstm", 3: "gru"}  # by the blocks above one another
EXPORT = "save it with safetensors.torch.save_file(model.state_dict(), file)"


def model(tensors: Mapping[str, np.ndarray]) -> Model:
    """The model; an Embedding comes first and a Linear last, where there are any.

    Raises ExperimentError, which names the tensor, for what is not read here.
    """
    tensors = {name: finite(array, name) for name, array in tensors.items()}
    read = [match for match in map(_WEIGHTS.fullmatch, tensors) if match]
    prefixes = sorted({match[1] for match in read})
    if len(prefixes) != 1:
        raise ExperimentError(
            "a state_dict must hold one nn.RNN, nn.LSTM or nn.GRU (weight_ih_l0 and so on), got "
            f"{len(prefixes)}: {EXPORT}"
        )
    (prefix,) = prefixes
    _taken(tensors, f"{prefix}weight_ih_l0", 2)
    layers, kind = _layers(tensors, prefix, len(read))
    own = {name: array for name, array in tensors.items() if not name.startswith(prefix + "weight_")
           and not name.startswith(prefix + "bias_")}  # fmt: skip
    n_x = tensors[f"{prefix}weight_ih_l0"].shape[1]
    width = sum(way.n_a for way in layers[-1].ways)
    name = _embedding(own, n_x, width)
    embedding = None if name is None else _taken(own, name, 2)
    own.pop(name or "", None)
    head = _head(own, width)
    notes = ["the file is a state_dict, which says no more than the numbers"]
    if kind == "rnn":
        notes.append("an nn.RNN is read with tanh, its default")
    if len(layers[-1].ways) == 2:
        notes.append("the last states of both directions are joined, as h_n has them")
    final = "linear" if head and name else VALUES
    if not name:
        notes.append("it has no Embedding, so it reads no words but numbers")
    if not head:
        notes.append("it has no Linear, so it tells no classes apart")
    elif name:
        notes.append("the Linear is taken to read the last state, and to give log-odds")
    else:
        notes.append("the Linear is taken to read the last state; what it gives is shown as it is")
    more = {"notes": tuple(notes), "numbers": 0 if name else n_x}
    return Model(embedding, False, tuple(layers), "last", head, final, **more)


def _layers(tensors: Mapping, prefix: str, count: int) -> tuple[list[Recurrent], str]:
    both = f"{prefix}weight_ih_l0_reverse" in tensors
    depth, ways = count // (2 if both else 1), ("", "_reverse") if both else ("",)
    if f"{prefix}weight_hr_l0" in tensors:
        raise ExperimentError(f"{shown(prefix)}weight_hr_l0 projects states: use proj_size=0")
    layers, kind, n_x = [], "", tensors[f"{prefix}weight_ih_l0"].shape[-1]
    for level in range(depth):
        made = []
        for way in ways:
            one, kind = _way(tensors, prefix, f"l{level}{way}", n_x)
            made.append(one)
        n_x = sum(one.n_a for one in made)
        name = f"{CELLS[kind].title} layer {level + 1}"
        layers.append(Recurrent(name, tuple(made), sequences=level < depth - 1))
    return layers, kind


def _way(tensors: Mapping, prefix: str, suffix: str, n_x: int) -> tuple[Way, str]:
    recurrent = _taken(tensors, f"{prefix}weight_hh_{suffix}", 2)
    n_a = recurrent.shape[1]
    blocks = len(recurrent) // max(1, n_a)
    if blocks not in _KINDS or len(recurrent) != blocks * n_a or n_a > cells.MOST_UNITS:
        raise ExperimentError(
            f"{shown(prefix)}weight_hh_{suffix} must be (n, n), (3 n, n) or (4 n, n), got "
            f"{shown(recurrent.shape)}"
        )
    kind, rows = _KINDS[blocks], len(recurrent)
    kernel = _taken(tensors, f"{prefix}weight_ih_{suffix}", 2, (rows, n_x))
    names = [f"{prefix}bias_{which}_{suffix}" for which in ("ih", "hh")]
    there = names[0] in tensors
    biases = [
        _taken(tensors, name, 1, (rows,)) if there else np.zeros(rows, kernel.dtype)
        for name in names
    ]
    backwards = suffix.endswith("_reverse")
    if kind == "gru":
        cell, params = cells.of_reset_after(PYTORCH["gru_after"], kernel, recurrent, *biases)
        return Way(cell, params, backwards), kind
    params = cells.of_blocks(CELLS[kind], PYTORCH[kind], kernel, recurrent, biases[0] + biases[1])
    return Way(CELLS[kind], params, backwards), kind


def _taken(tensors: Mapping, name: str, axes: int, shape: tuple | None = None) -> np.ndarray:
    if name not in tensors:
        raise ExperimentError(f"a state_dict must hold {shown(name)}, got none")
    array = tensors[name]
    if array.ndim != axes or 0 in array.shape or (shape and array.shape != shape):
        wanted = shape or f"of {axes} axes"
        raise ExperimentError(f"{shown(name)} must be {wanted}, got {shown(array.shape)}")
    return array if array.dtype.itemsize >= 4 else array.astype(np.float32)


def _embedding(own: Mapping[str, np.ndarray], n_x: int, width: int) -> str | None:
    """The name of the Embedding: the one matrix of n_x columns without a bias beside it."""
    names = [
        name for name, array in own.items()
        if array.ndim == 2 and array.shape[1] == n_x and name.endswith("weight")
        and name.removesuffix("weight") + "bias" not in own
    ]  # fmt: skip
    if len(names) > 1:  # a Linear without a bias looks the same
        names = [name for name in names if "emb" in name.lower()] or names
    if len(names) > 1:
        raise ExperimentError(
            f"a state_dict must hold one Embedding, got {shown(' and '.join(names))}"
        )
    alone = names and n_x == width and sum(array.ndim == 2 for array in own.values()) == 1
    if alone and "emb" not in names[0].lower():
        raise ExperimentError(
            f"{shown(names[0])} must be an Embedding or a Linear, got a matrix that may be either: "
            "call an Embedding embedding, or give a Linear a bias"
        )
    return names[0] if names else None


def _head(own: Mapping[str, np.ndarray], width: int) -> tuple[Dense, ...]:
    """The one Linear, over `width` units, or nothing."""
    names = [name for name, array in own.items() if array.ndim == 2]
    if not own:
        return ()
    if len(names) != 1:
        raise ExperimentError(
            f"a state_dict must hold one nn.Linear behind the last state, got {len(names)}: what "
            "stands between several it does not say"
        )
    W = _taken(own, names[0], 2)
    bias = names[0].removesuffix("weight") + "bias"
    if W.shape[1] != width:
        raise ExperimentError(
            f"{shown(names[0])} must be of {width} columns, got {W.shape[1]}: it must read the "
            "last state"
        )
    b = _taken(own, bias, 1, (len(W),)) if bias in own else np.zeros(len(W), W.dtype)
    others = [name for name in own if name not in (names[0], bias)]
    if others:
        raise ExperimentError(
            f"a state_dict must hold an Embedding, one recurrent module and a Linear, got "
            f"{shown(others[0])}, too"
        )
    return (Dense(names[0].removesuffix(".weight"), W, b[:, None]),)
