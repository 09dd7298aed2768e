"""The weights an Experiment may start from."""

import numpy as np

from rnnviz.core.cells.base import Cell


def draw(
    cell: Cell, init: str, shapes: dict[str, tuple[int, int]], random: np.random.RandomState
) -> dict[str, np.ndarray]:
    """Parameters by name, drawn in the cell's order.

    notebook: randn for all; glorot: U(-l, l), l = sqrt(6 / (fan_in + fan_out)) (Glorot & Bengio
    2010); orthogonal: the recurrent block Q of a Gaussian's QR (Saxe et al. 2014); identity: the
    recurrent block I (Le et al. 2015); chain: 0.5 I and ones just above the diagonal, each unit
    driven by the next (the delay lines of Ganguli, Huh & Sompolinsky 2008); the latter four with
    glorot elsewhere and biases 0.
    """
    params = {name: random.randn(*shape) for name, shape in shapes.items()}
    if init == "notebook":
        return params
    biases = {gate.bias for gate in cell.all_gates} | {cell.readout[1]}
    for name, gaussian in params.items():
        if name in biases:
            params[name] = np.zeros_like(gaussian)
            continue
        params[name] = _glorot(gaussian.shape, random)
        if init != "glorot" and name != cell.readout[0]:
            recurrent = recurrent_block(cell, name, params[name])
            n_a = len(gaussian)
            if recurrent is None:
                continue
            if init == "orthogonal":
                recurrent[...] = _orthogonal(random.randn(n_a, n_a))
            elif init == "identity":
                recurrent[...] = np.eye(n_a)
            else:
                recurrent[...] = 0.5 * np.eye(n_a) + np.eye(n_a, k=1)
    return params


def adjust(cell: Cell, params: dict[str, np.ndarray], gain: float, forget_bias: float) -> None:
    """Scale every recurrent block by the gain, and shift the memory gate's bias, in place."""
    gates = {gate.name: gate for gate in cell.all_gates}
    for gate in gates.values():
        for name in gate.weights:
            recurrent = recurrent_block(cell, name, params[name])
            if recurrent is not None:
                recurrent *= gain
    if cell.memory is not None:
        gate, sign = cell.memory
        params[gates[gate].bias] += sign * forget_bias


def recurrent_block(cell: Cell, name: str, matrix: np.ndarray) -> np.ndarray | None:
    """The view of a gate's matrix that acts on the state; None if `name` acts on the input only."""
    for gate in cell.all_gates:
        if name == gate.weights[0]:
            return matrix[:, : len(matrix)]
    return None


def _glorot(shape: tuple[int, int], random: np.random.RandomState) -> np.ndarray:
    limit = np.sqrt(6 / sum(shape))
    return random.uniform(-limit, limit, shape)


def _orthogonal(gaussian: np.ndarray) -> np.ndarray:
    Q, R = np.linalg.qr(gaussian)
    return Q * np.where(np.diag(R) < 0, -1, 1)  # signs fixed, so that Q is uniform (Mezzadri 2007)
