"""The weights an Experiment may start from."""

import itertools
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType

import numpy as np

from rnnviz.core.calculus.expression import name as leaf
from rnnviz.core.cells.base import Cell

X = leaf("x")


@dataclass(frozen=True)
class Initialiser:
    """A start by name; `sentence` stands in the menu.

    Weights are those of glorot, U(-l, l), l = sqrt(6 / (fan_in + fan_out)) (Glorot & Bengio 2010),
    biases 0; `recurrent` (n_a, random) gives each gate's block on the state in their place. A
    `gaussian` start draws all of them, biases too, from the standard normal distribution.
    """

    name: str
    sentence: str
    recurrent: Callable[[int, np.random.RandomState], np.ndarray] | None = None
    gaussian: bool = False


def _orthogonal(n_a, random):
    """Q of a Gaussian's QR (Saxe et al. 2014)."""
    Q, R = np.linalg.qr(random.randn(n_a, n_a))
    return Q * np.where(np.diag(R) < 0, -1, 1)  # signs fixed, so that Q is uniform (Mezzadri 2007)


def _identity(n_a, random):
    """I (Le et al. 2015)."""
    return np.eye(n_a)


def _chain(n_a, random):
    """Each unit driven by the next (the delay lines of Ganguli, Huh & Sompolinsky 2008)."""
    return 0.5 * np.eye(n_a) + np.eye(n_a, k=1)


INITIALISERS = MappingProxyType(
    {
        one.name: one
        for one in (
            Initialiser(
                "notebook",
                "standard normal weights and biases, drawn in the notebook's order",
                gaussian=True,
            ),
            Initialiser("glorot", "uniform weights scaled by fan-in and fan-out, biases zero"),
            Initialiser(
                "orthogonal",
                "random orthogonal recurrent weights, the others glorot, biases zero",
                _orthogonal,
            ),
            Initialiser(
                "identity",
                "identity recurrent weights, the others glorot, biases zero",
                _identity,
            ),
            Initialiser(
                "chain",
                "recurrent weights 0.5 on the diagonal and 1 just above it: all eigenvalues 0.5, "
                "yet a step can stretch by up to 1.5; the others glorot, biases zero",
                _chain,
            ),
        )
    }
)


def draw(
    cell: Cell, init: str, shapes: dict[str, tuple[int, int]], random: np.random.RandomState
) -> dict[str, np.ndarray]:
    """Parameters by name, drawn in the cell's order; last, those that have a start of their own.

    The Gaussian ones are drawn (and set aside) for the other starts too.

    >>> from rnnviz.core.cells import CELLS
    >>> shapes = CELLS["rnn"].shapes(n_x=1, n_a=2, n_y=2)
    >>> draw(CELLS["rnn"], "chain", shapes, np.random.RandomState(1))["Waa"]
    array([[0.5, 1. ],
           [0. , 0.5]])
    """
    start = INITIALISERS[init]
    params = {name: random.randn(*shape) for name, shape in shapes.items()}
    biases = {gate.bias for gate in cell.gates} | {cell.readout[1]}
    for name, gaussian in params.items():
        if start.gaussian:
            break
        if name in biases:
            params[name] = np.zeros_like(gaussian)
            continue
        params[name] = _glorot(gaussian.shape, random)
        block = recurrent_block(cell, name, params[name])
        if block is not None and start.recurrent is not None:
            block[...] = start.recurrent(len(gaussian), random)
    own = {
        name: one.draw(len(params[name]), random)
        for name, one in cell.starts.items()
        if name in params
    }
    return params | own


def adjust(cell: Cell, params: dict[str, np.ndarray], gain: float, forget_bias: float) -> None:
    """Scale recurrent blocks and vectors by the gain, and shift the memory gate's bias, in place.

    >>> from rnnviz.core.cells import CELLS
    >>> params = {n: np.ones(s) for n, s in CELLS["lstm"].shapes(1, 2, 2).items()}
    >>> adjust(CELLS["lstm"], params, gain=3.0, forget_bias=1.0)
    >>> params["Wf"], params["bf"][0]  # the columns of a, not the one of x
    (array([[3., 3., 1.],
           [3., 3., 1.]]), array([2.]))
    """
    for gate in cell.gates:
        for name in gate.weights:
            recurrent = recurrent_block(cell, name, params[name])
            if recurrent is not None:
                recurrent *= gain
        if cell.memory is not None and gate.name == cell.memory[0] and gate.bias:
            params[gate.bias] += cell.memory[1] * forget_bias
    for name in cell.recurrent_vectors:
        params[name] *= gain


def recurrent_block(cell: Cell, name: str, matrix: np.ndarray) -> np.ndarray | None:
    """The view of a gate's matrix that acts on the state; None if `name` acts on the input only.

    >>> from rnnviz.core.cells import CELLS
    >>> recurrent_block(CELLS["lstm"], "Wf", np.zeros((5, 8))).shape
    (5, 5)
    >>> recurrent_block(CELLS["rnn"], "Wax", np.zeros((5, 3))) is None
    True
    """
    looks = (seen for block in cell.derived.blocks for W, seen in block.matrices if name == W)
    for seen in looks:
        if seen[0] != X:
            return matrix[:, : len(matrix)]
        if seen[1:]:
            return matrix[:, -len(matrix) * (len(seen) - 1) :][:, : len(matrix)]
    return None


def _parts(cell: Cell, name: str, matrix: np.ndarray) -> list[tuple[bool, np.ndarray]]:
    """The views of a matrix by what they see, and whether that is x; none where it is a vector."""
    n_a, width = matrix.shape
    for seen in (seen for block in cell.derived.blocks for W, seen in block.matrices if name == W):
        kinds = [part == X for part in seen]
        widths = [width - n_a * kinds.count(False) if is_x else n_a for is_x in kinds]
        ends = itertools.accumulate(widths)
        views = (matrix[:, end - wide : end] for end, wide in zip(ends, widths, strict=True))
        return list(zip(kinds, views, strict=True))
    return []


def shared(
    cell: Cell,
    shapes: Mapping[str, tuple[int, int]],
    base: Cell,
    given: Mapping[str, np.ndarray],
    init: str,
    random: np.random.RandomState,
) -> dict[str, np.ndarray]:
    """Parameters of a cell that was made from another: those of the same name are the other's.

    A matrix that sees less or more shares the columns on x, and those on other things in their
    order; what is new is drawn.

    >>> from rnnviz.core.cells import CELLS
    >>> lstm, gru = CELLS["lstm"].shapes(1, 2, 2), CELLS["gru"].shapes(1, 2, 2)
    >>> given, random = {n: np.ones(s) for n, s in lstm.items()}, np.random.RandomState(1)
    >>> params = shared(CELLS["gru"], gru, CELLS["lstm"], given, "notebook", random)
    >>> float(params["Wi"].min()), "Wr" in given, list(params) == list(gru)
    (1.0, False, True)
    """
    new = {name: shape for name, shape in shapes.items()
           if name not in given or given[name].shape != shape}  # fmt: skip
    drawn = draw(cell, init, new, random)
    for name in drawn.keys() & given.keys():
        for kind in (True, False):  # x, then all else
            mine, other = (
                [view for is_x, view in _parts(*one) if is_x is kind]
                for one in ((cell, name, drawn[name]), (base, name, given[name]))
            )
            for here, there in zip(mine, other, strict=False):
                here[...] = there
    return {name: drawn[name] if name in drawn else given[name].copy() for name in shapes}


def _glorot(shape: tuple[int, int], random: np.random.RandomState) -> np.ndarray:
    limit = np.sqrt(6 / sum(shape))
    return random.uniform(-limit, limit, shape)
