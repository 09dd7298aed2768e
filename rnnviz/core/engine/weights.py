"""A cell's parameters packed, so that one product a step covers state, input and bias of all gates.

Packed weights are a pair (early, late or None) of (..., gates * n_a, n_a + n_x + 1), the gates
above one another, the columns those of the operand [a_{t-1}; x_t; 1].
"""

from collections.abc import Mapping
from itertools import pairwise

import numpy as np

from rnnviz.core.cells.base import Cell, Gate
from rnnviz.core.errors import ExperimentError

Packed = tuple[np.ndarray, np.ndarray | None]


def pack(cell: Cell, params: Mapping[str, np.ndarray]) -> Packed:
    """Stack the parameters of (..., n_a, width) by gate."""
    early = _stack(cell.gates, params)
    return early, _stack(cell.late_gates, params) if cell.late_gates else None


def unpack(cell: Cell, n_a: int, packed: tuple[np.ndarray, ...]) -> dict[str, np.ndarray]:
    """The parameters by name again, each a contiguous copy."""
    params = {}
    for gates, stack in zip((cell.gates, cell.late_gates), packed, strict=False):
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
