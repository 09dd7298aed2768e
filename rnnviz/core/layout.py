"""The memory a run is written into, time-major, and the packed weights that act on it.

Buffers are (T_x, ..., rows, m): one step is one contiguous block, so its matrix product needs no
copy. The `...` is empty, or one axis of seeds. An operand is [a_{t-1}; x_t; 1], so that one product
per step covers the recurrent weights, the input weights and the bias.
"""

from collections.abc import Iterable, Mapping
from itertools import accumulate, pairwise
from math import prod
from typing import NamedTuple

import numpy as np

from rnnviz.core.cells.base import Cell, Gate
from rnnviz.core.errors import ExperimentError

_LINE = 64  # bytes of a cache line


class Weights(NamedTuple):
    """The gates' parameters packed: early, late (or None), (..., gates * n_a, n_a + n_x + 1)."""

    early: np.ndarray
    late: np.ndarray | None = None

    @classmethod
    def pack(cls, cell: Cell, params: Mapping[str, np.ndarray]) -> "Weights":
        """Stack the parameters of (..., n_a, width) by gate, columns [a, x, bias]."""
        early = _stack(cell.gates, params)
        return cls(early, _stack(cell.late_gates, params) if cell.late_gates else None)

    def unpack(self, cell: Cell, n_a: int) -> dict[str, np.ndarray]:
        """The parameters by name again, each a contiguous copy."""
        params = {}
        for gates, stack in ((cell.gates, self.early), (cell.late_gates, self.late)):
            for j, gate in enumerate(gates):
                rows = stack[..., j * n_a : (j + 1) * n_a, :]
                edges = (0, -1) if len(gate.weights) == 1 else (0, n_a, -1)
                for name, (left, right) in zip(gate.weights, pairwise(edges), strict=True):
                    params[name] = rows[..., left:right].copy()
                params[gate.bias] = rows[..., -1:].copy()
        return params


def _stack(gates: tuple[Gate, ...], params: Mapping[str, np.ndarray]) -> np.ndarray:
    rows = [
        np.concatenate([*(params[name] for name in gate.weights), params[gate.bias]], axis=-1)
        for gate in gates
    ]
    return np.concatenate(rows, axis=-2)


def halved(gates: tuple[Gate, ...], stack: np.ndarray, n_a: int) -> np.ndarray:
    """The stack, sigmoid rows halved: sigmoid(z) = 1/2 + tanh(z/2)/2, and halving is exact."""
    rows = sigmoid_rows(gates, n_a)
    if rows:
        stack = stack.copy()
        stack[..., :rows, :] *= 0.5
    return stack


def sigmoid_rows(gates: tuple[Gate, ...], n_a: int) -> int:
    """How many of the stack's leading rows belong to sigmoid gates."""
    return n_a * sum(gate.squash == "sigmoid" for gate in gates)


def blocks(buffer: np.ndarray, n_a: int) -> np.ndarray:
    """A view of (..., gates * n_a, m) as (gates, ..., n_a, m)."""
    *lead, rows, m = buffer.shape
    n = len(lead)
    split = buffer.reshape(*lead, rows // n_a, n_a, m)
    return split.transpose(n, *range(n), n + 1, n + 2)  # moveaxis takes many times as long


def cut(dtype, shapes: Iterable[tuple[int, ...]]) -> list[np.ndarray]:
    """Uninitialised arrays of such shapes, cut from one piece of memory.

    Asked for and given back as one, it comes warm to the next run: many pieces in a row are handed
    back to the operating system, and every page that is touched again costs a fault. Each begins
    with a cache line, which the kernels of large products want, and a line of its own lies between
    any two: arrays that are a multiple of 4096 bytes apart hinder each other.
    """
    shapes, line = list(shapes), _LINE // np.dtype(dtype).itemsize
    sizes = [(-(-prod(shape) // line) + 1) * line for shape in shapes]
    whole = np.empty(sum(sizes) + line, dtype)
    first = -whole.ctypes.data % _LINE // whole.itemsize
    starts = accumulate(sizes, initial=first)
    pairs = zip(starts, shapes, strict=False)
    return [whole[start : start + prod(shape)].reshape(shape) for start, shape in pairs]


def columns(buffer: np.ndarray, out: np.ndarray) -> np.ndarray:
    """(steps, ..., rows, m) as (..., rows, steps * m): all steps side by side, for one product.

    Copied into the first columns of `out`; a view where a step is a single column anyway.
    """
    *_, m = buffer.shape
    if m == 1:
        return buffer[..., 0].transpose(*range(1, buffer.ndim - 1), 0)
    side = out[..., : len(buffer) * m]
    np.copyto(steps_of(side, len(buffer)), buffer)
    return side


def steps_of(columns: np.ndarray, T_x: int) -> np.ndarray:
    """The other way: (..., rows, T_x * m) as a view of (T_x, ..., rows, m)."""
    split = columns.reshape(*columns.shape[:-1], T_x, -1)
    last = split.ndim - 1
    return split.transpose(last - 1, *range(last - 1), last)


def time_major(public: np.ndarray) -> np.ndarray:
    """The public (..., n, m, T_x) as a view of (T_x, ..., n, m)."""
    last = public.ndim - 1
    return public.transpose(last, *range(last))


def public(buffer: np.ndarray) -> np.ndarray:
    """A read-only view of (T_x, ..., n, m) in the public order (..., n, m, T_x)."""
    view = buffer.transpose(*range(1, buffer.ndim), 0)
    view.flags.writeable = False
    return view


def check_params(cell: Cell, params: Mapping[str, np.ndarray], n_x: int, n_a: int) -> None:
    """Raise ExperimentError unless every parameter is there and has its shape."""
    readout = params.get(cell.readout[0])
    n_y = readout.shape[-2] if readout is not None and readout.ndim > 1 else 1
    for name, shape in cell.shapes(n_x, n_a, n_y).items():
        if name not in params:
            raise ExperimentError(
                f"parameters must hold {', '.join(cell.draws)}, got no {name} "
                f"({', '.join(params) or 'nothing'})"
            )
        if params[name].shape[-2:] != shape:
            raise ExperimentError(f"{name} must have shape {shape}, got {params[name].shape}")
