"""A cell's parameters packed, so that one product a step covers state, input and bias of all gates.

A stage's packed weights are (..., gates * n_a, rows), the gates above one another, the columns
those of its operand: what it looks at, x_t, and 1. Where a gate does not look there are zeros.
"""

from collections.abc import Mapping
from functools import lru_cache

import numpy as np

from rnnviz.core.calculus import Stage
from rnnviz.core.calculus import forward as written
from rnnviz.core.calculus.derivatives import of_once
from rnnviz.core.calculus.expression import name
from rnnviz.core.cells.base import Cell
from rnnviz.core.errors import ExperimentError

Params = Mapping[str, np.ndarray]


@lru_cache(maxsize=256)
def _pieces(stage: Stage, n_a: int, n_x: int) -> tuple[tuple[str, slice, slice, slice], ...]:
    """Where each parameter stands: its name and columns, then the stack's rows and columns."""
    looks = {look: at * n_a for at, look in enumerate(stage.looks)}
    end, pieces = len(looks) * n_a, []
    for at, block in enumerate(stage.blocks):
        rows = slice(at * n_a, (at + 1) * n_a)
        for W, seen in block.matrices:
            left = 0
            for part in seen:
                width, column = (n_x, end) if part == name("x") else (n_a, looks[part])
                last = pieces[-1] if pieces else None
                if left and last[3].stop == column:  # goes on where the part before it ends
                    start, left = pieces.pop()[1:4:2], left + width
                    ours = slice(start[0].start, left), rows, slice(start[1].start, column + width)
                else:
                    ours = slice(left, left + width), rows, slice(column, column + width)
                    left += width
                pieces.append((W, *ours))
        if block.bias:
            pieces.append((block.bias, slice(0, 1), rows, slice(end + n_x, end + n_x + 1)))
    return tuple(pieces)


def pack(cell: Cell, params: Params, n_a: int, n_x: int) -> tuple[np.ndarray, ...]:
    """Stack the parameters of (..., n_a, width) by gate, for each stage."""
    packed = []
    for stage in cell.stages:
        first = params[stage.blocks[0].matrices[0][0]]
        shape = len(stage.blocks) * n_a, len(stage.looks) * n_a + n_x + 1
        stack = np.zeros((*first.shape[:-2], *shape), first.dtype)
        for one, columns, rows, place in _pieces(stage, n_a, n_x):
            stack[..., rows, place] += params[one][..., columns]  # two may see the same
        packed.append(stack)
    return tuple(packed)


def unpack(cell: Cell, n_a: int, n_x: int, packed: tuple[np.ndarray, ...]) -> dict[str, np.ndarray]:
    """The parameters by name again, each a contiguous copy."""
    parts: dict[str, list[np.ndarray]] = {}
    for stage, stack in zip(cell.stages, packed, strict=True):
        for one, _, rows, place in _pieces(stage, n_a, n_x):
            parts.setdefault(one, []).append(stack[..., rows, place])
    return {
        one: each[0].copy() if len(each) == 1 else np.concatenate(each, axis=-1)
        for one, each in parts.items()
    }


def constants(cell: Cell, params: Params) -> dict[str, np.ndarray]:
    """The vectors, and what is computed from them once for all steps, (..., n_a, 1)."""
    vectors = {one: params[one] for one in cell.derived.vectors}
    with np.errstate(all="ignore"):
        values = written.once(cell.derived).function(tuple(vectors.values()))
    return vectors | dict(zip(cell.derived.once, values, strict=True))


def unpacked_vectors(cell: Cell, vectors: Params, felt: Params) -> dict[str, np.ndarray]:
    """dL/d(vectors), from how each is felt in the steps, alone and in what is computed once."""
    given = tuple(vectors[one] for one in cell.derived.vectors)
    zeros = {one: np.zeros_like(value) for one, value in vectors.items()}
    each = {one: felt.get(one, zero) for one, zero in zeros.items()}
    return of_once(cell.derived).function(given, tuple(each.values()))


def halved(stage: Stage, stack: np.ndarray, n_a: int) -> np.ndarray:
    """The stack, sigmoid rows halved: sigmoid(z) = 1/2 + tanh(z/2)/2, and halving is exact."""
    rows = sigmoid_rows(stage, n_a)
    if rows:
        stack = stack.copy()
        stack[..., :rows, :] *= 0.5
    return stack


def sigmoid_rows(stage: Stage, n_a: int) -> int:
    """How many of the stack's leading rows belong to sigmoid gates."""
    return n_a * sum(block.squash == "sigmoid" for block in stage.blocks)


def check_params(cell: Cell, params: Params, n_x: int, n_a: int) -> None:
    """Raise ExperimentError unless every parameter is there and has its shape."""
    readout = params.get(cell.readout[0])
    n_y = readout.shape[-2] if readout is not None and readout.ndim > 1 else 1
    for one, shape in cell.shapes(n_x, n_a, n_y).items():
        if one not in params:
            raise ExperimentError(
                f"parameters must hold {', '.join(cell.draws)}, got no {one} "
                f"({', '.join(params) or 'nothing'})"
            )
        if params[one].shape[-2:] != shape:
            raise ExperimentError(f"{one} must have shape {shape}, got {params[one].shape}")
