"""The weights of one recurrent layer as Keras and PyTorch keep them, as our cells' parameters."""

import re
from collections.abc import Mapping, Sequence

import numpy as np

from rnnviz.core.cells import Cell
from rnnviz.core.errors import ExperimentError, shown

Arrays = Mapping[str, np.ndarray] | Sequence[np.ndarray]
KERAS = {  # the blocks of Keras' kernels, in its order, by our gates' weights
    "rnn": ("Waa",),
    "lstm": ("Wi", "Wf", "Wc", "Wo"),
    "gru": ("Wi", "Wr", "Wc"),
    "gru_after": ("Wz", "Wr", "Wk"),
}
PYTORCH = KERAS | {"gru": ("Wr", "Wi", "Wc"), "gru_after": ("Wr", "Wz", "Wk")}
_LAYER = re.compile(r"(.*)weight_ih(.*)")


def params_of(cell: Cell, weights: Arrays) -> dict[str, np.ndarray]:
    """A cell's parameters without its readout, by our names, out of any of three conventions.

    `weights` are what Keras' `layer.get_weights()` gives: kernel (n_x, G n_a), recurrent kernel
    (n_a, G n_a) and bias; or PyTorch's `module.state_dict()` of one layer and direction; or our own
    names (`cell.shapes`). Raises ExperimentError.

    >>> from rnnviz.core.cells import CELLS
    >>> kernel, recurrent, bias = np.ones((3, 20)), np.ones((5, 20)), np.ones(20)
    >>> params = params_of(CELLS["lstm"], [kernel, recurrent, bias])
    >>> list(params), params["Wf"].shape
    (['Wf', 'bf', 'Wi', 'bi', 'Wo', 'bo', 'Wc', 'bc'], (5, 8))
    """
    if isinstance(weights, Mapping):
        every = {str(name): array(f"{name}", value) for name, value in weights.items()}
        if any(_LAYER.fullmatch(name) for name in every):
            return _ordered(cell, _of_pytorch(cell, every))
        return every
    return _ordered(cell, _of_keras(cell, [array("weights", one) for one in weights]))


def array(name: str, value: object) -> np.ndarray:
    """What is an array, a tensor or a list of numbers, as an array of floats. Raises
    ExperimentError.

    >>> array("x", [1, 2])
    array([1., 2.])
    """
    try:
        numbers = np.asarray(value)
        if numbers.dtype.kind not in "fiub":
            raise TypeError
        single = numbers.dtype == np.float32
        return numbers.astype(np.float32 if single else np.float64, copy=False)
    except (TypeError, ValueError, RuntimeError):
        raise ExperimentError(
            f"{shown(name)} must be numbers that NumPy can read, got {shown(type(value).__name__)}"
        ) from None


def readout_of(cell: Cell, weights: Arrays) -> dict[str, np.ndarray]:
    """A readout's W (n_y, n_a) and b (n_y, 1), by the cell's names, out of Keras' Dense
    (`get_weights()`), PyTorch's Linear (`state_dict()`), or our own names. Raises ExperimentError.

    >>> from rnnviz.core.cells import CELLS
    >>> readout = readout_of(CELLS["lstm"], [np.ones((5, 2)), np.zeros(2)])
    >>> {name: one.shape for name, one in readout.items()}
    {'Wy': (2, 5), 'by': (2, 1)}
    """
    W, b = cell.readout
    if isinstance(weights, Mapping):
        given = [weights.get("weight", weights.get(W)), weights.get("bias", weights.get(b))]
        turned = False
    else:
        given, turned = [*weights, None][:2], True
    if given[0] is None:
        raise ExperimentError(f"readout must hold {W} and {b}, or weight and bias, got neither")
    matrix = array("readout", given[0])
    matrix = matrix.T if turned else matrix
    if matrix.ndim != 2:
        raise ExperimentError(f"readout must begin with a matrix, got shape {matrix.shape}")
    bias = np.zeros(len(matrix)) if given[1] is None else array("readout", given[1])
    if bias.size != len(matrix):
        raise ExperimentError(f"readout must have a bias of {len(matrix)}, got {bias.shape}")
    return {W: matrix, b: bias.reshape(-1, 1)}


def parameters(
    cell: Cell, blocks: tuple[str, ...], kernel: np.ndarray, recurrent: np.ndarray, bias: np.ndarray
) -> dict[str, np.ndarray]:
    """A cell's parameters from kernel (G n_a, n_x), recurrent (G n_a, n_a) and bias (G n_a,), whose
    blocks are in the order of the gates' weights named.

    >>> from rnnviz.core.cells import CELLS
    >>> one = parameters(CELLS["rnn"], ("Waa",), np.ones((5, 3)), np.ones((5, 5)), np.ones(5))
    >>> {name: value.shape for name, value in one.items()}
    {'Waa': (5, 5), 'Wax': (5, 3), 'ba': (5, 1)}
    """
    n_a = recurrent.shape[1]
    params = {}
    for gate in cell.gates:
        at = blocks.index(gate.weights[0]) * n_a
        rows = slice(at, at + n_a)
        # Keras' and PyTorch's z keeps the old state, our i writes the new one: i = 1 - z.
        sign = -1 if (cell.name, gate.name) == ("gru", "update") else 1
        both = sign * recurrent[rows], sign * kernel[rows]
        joined = both if len(gate.weights) == 2 else (np.concatenate(both, axis=1),)
        params |= dict(zip(gate.weights, joined, strict=True))
        params[gate.bias] = sign * bias[rows][:, None]
    return params


def _of_keras(cell: Cell, weights: list[np.ndarray]) -> dict[str, np.ndarray]:
    if cell.name not in KERAS:
        raise ExperimentError(
            f"weights of {cell.name} must be by name, {', '.join(cell.draws)}, got a list"
        )
    if len(weights) not in (2, 3) or weights[0].ndim != 2 or weights[1].ndim != 2:
        raise ExperimentError(
            "weights must be a kernel, a recurrent kernel and a bias, got arrays of "
            f"{shown(', '.join(str(one.shape) for one in weights))}"
        )
    kernel, recurrent = weights[0].T, weights[1].T
    after = cell.name == "gru_after"
    bias = weights[2] if len(weights) == 3 else np.zeros((2, len(kernel)) if after else len(kernel))
    if cell.name == "gru" and bias.ndim == 2:
        raise ExperimentError(
            "cell must be gru_after for a GRU with two biases (Keras' default, reset_after), "
            "got gru"
        )
    both = tuple(bias) if bias.ndim == 2 and len(bias) == 2 else (bias, None)
    return _checked(cell, KERAS[cell.name], kernel, recurrent, both)


def _of_pytorch(cell: Cell, tensors: Mapping[str, np.ndarray]) -> dict[str, np.ndarray]:
    found = [match for match in map(_LAYER.fullmatch, tensors) if match]
    if len(found) != 1:
        every = ", ".join(match[0] for match in found)
        raise ExperimentError(f"weights must be of one layer and direction, got {shown(every)}")
    if cell.name == "gru":
        raise ExperimentError(
            "cell must be gru_after for PyTorch's GRU, whose reset gate acts behind the product, "
            "got gru"
        )
    if cell.name not in PYTORCH:
        raise ExperimentError(
            f"weights of {cell.name} must be by name, {', '.join(cell.draws)}, got PyTorch's"
        )
    before, after = found[0].groups()
    if f"{before}weight_hh{after}" not in tensors or f"{before}weight_hr{after}" in tensors:
        raise ExperimentError(
            f"weights must hold weight_ih{after} and weight_hh{after} alone, got "
            f"{shown(', '.join(tensors))}"
        )
    kernel, recurrent = tensors[f"{before}weight_ih{after}"], tensors[f"{before}weight_hh{after}"]
    none = np.zeros(len(kernel))
    both = tuple(tensors.get(f"{before}bias_{which}{after}", none) for which in ("ih", "hh"))
    return _checked(cell, PYTORCH[cell.name], kernel, recurrent, both)


def _checked(cell: Cell, blocks, kernel, recurrent, biases) -> dict[str, np.ndarray]:
    """The parameters, once the arrays' shapes fit one another."""
    rows = len(blocks) * recurrent.shape[1] if recurrent.ndim == 2 else 0
    every = [kernel, recurrent, *(one for one in biases if one is not None)]
    after = cell.name == "gru_after"
    lacks = after and biases[1] is None
    if lacks or kernel.ndim != 2 or any(len(one) != rows for one in every):
        shapes = shown(" ".join(str(one.shape).replace(" ", "") for one in every))
        raise ExperimentError(
            f"weights of {cell.name} must have {len(blocks)} blocks of n_a units, got {shapes}"
        )
    if not after:
        bias = biases[0] if biases[1] is None else biases[0] + biases[1]
        return parameters(cell, blocks, kernel, recurrent, bias)
    return reset_after(blocks, kernel, recurrent, *biases)


def reset_after(
    blocks: tuple[str, ...],
    kernel: np.ndarray,
    recurrent: np.ndarray,
    bias: np.ndarray,
    inside: np.ndarray,
) -> dict[str, np.ndarray]:
    """The same of the GRU whose reset gate acts behind the product (`gru_after`), whose z keeps the
    old state as theirs does; `inside` (G n_a,) is the bias within that product.

    >>> ones = np.ones(15)
    >>> list(reset_after(KERAS["gru_after"], np.ones((15, 3)), np.ones((15, 5)), ones, ones))
    ['Wk', 'bk', 'Uk', 'ck', 'Wz', 'bz', 'Wr', 'br']
    """
    n_a = recurrent.shape[1]
    at = {name: slice(k * n_a, (k + 1) * n_a) for k, name in enumerate(blocks)}
    bias, inside = bias[:, None], inside[:, None]
    params = {"Wk": kernel[at["Wk"]], "bk": bias[at["Wk"]]}
    params |= {"Uk": recurrent[at["Wk"]], "ck": inside[at["Wk"]]}
    for name in ("Wz", "Wr"):
        rows = at[name]
        params[name] = np.concatenate([recurrent[rows], kernel[rows]], axis=1)
        params[f"b{name[1:]}"] = bias[rows] + inside[rows]
    return params


def _ordered(cell: Cell, params: dict[str, np.ndarray]) -> dict[str, np.ndarray]:
    return {name: params[name] for name in cell.draws if name in params}
