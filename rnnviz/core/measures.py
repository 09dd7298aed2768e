"""What a picture's sentence counts: saturation, memory, principal components, clipping, theory."""

from collections.abc import Mapping

import numpy as np

from rnnviz.core.errors import ExperimentError
from rnnviz.core.experiment import Experiment
from rnnviz.core.losses import LOSSES
from rnnviz.core.types import Pass, Trace, norm

SATURATED = 0.95  # |state| beyond it


def saturated_share(states: np.ndarray, limit: float = SATURATED) -> np.ndarray:
    """Share of units with |state| > limit at each step, over units and sequences, (T_x,).

    >>> saturated_share(np.array([[[0.99, 0.1]], [[-0.97, 0.2]]]))
    array([1., 0.])
    """
    return (np.abs(states) > limit).mean(axis=(-3, -2))


def gate_saturation(
    gate: np.ndarray, left: float = 0.1, right: float = 0.9
) -> tuple[np.ndarray, np.ndarray]:
    """Shares of time (and sequences) that each unit is below left and above right, (n_a,).

    The saturation plot of Karpathy, Johnson & Fei-Fei 2015, with their limits.

    >>> gate_saturation(np.array([[[0.05, 0.95, 0.5, 0.01]]]))
    (array([0.5]), array([0.25]))
    """
    return (gate < left).mean(axis=(-2, -1)), (gate > right).mean(axis=(-2, -1))


def retention(trace: Trace) -> np.ndarray | None:
    """Share of the old state that the memory gate keeps, (n_a, m, T_x); None without one.

    >>> from rnnviz import run
    >>> retention(run(Experiment(cell="gru")).trace).shape
    (16, 10, 50)
    >>> retention(run(Experiment(cell="rnn")).trace) is None
    True
    """
    if trace.cell.memory is None:
        return None
    name, sign = trace.cell.memory
    gate = trace.gates[name]
    return gate if sign > 0 else 1 - gate


def half_life(kept: np.ndarray) -> np.ndarray:
    """Steps until half of a unit's memory is gone, ln 0.5 / ln f, (n_a,).

    f is the geometric mean over time and sequences of what is kept: after k steps f^k is left.

    >>> half_life(np.full((1, 1, 9), 0.5))
    array([1.])
    """
    with np.errstate(divide="ignore"):
        decay = np.log(kept).mean(axis=(-2, -1))
        return np.log(2) / np.abs(decay)  # decay is at most 0, and -0 would turn the sign


def principal_components(states: np.ndarray, count: int = 2) -> tuple[np.ndarray, np.ndarray]:
    """Coordinates (count, T_x) of states (n_a, T_x) on the first components, and their shares of
    the variance (count,).

    Each component's sign is fixed by its largest loading being positive, so that pictures repeat.
    Without finite states there are no coordinates (NaN).

    >>> coordinates, shares = principal_components(np.array([[1.0, 2.0, 3.0], [0.0, 0.0, 0.0]]))
    >>> coordinates.shape, shares.round(6)
    ((2, 3), array([1., 0.]))
    """
    if not np.isfinite(states).all():
        return np.full((count, states.shape[1]), np.nan), np.zeros(count)
    scale = float(np.abs(states).max()) or 1.0  # first, lest squares of large states overflow
    centred = states / scale - (states / scale).mean(axis=1, keepdims=True)
    U, s, _ = np.linalg.svd(centred, full_matrices=False)
    U, s = U[:, :count], s[:count]
    U = U * np.where(U[np.abs(U).argmax(axis=0), np.arange(U.shape[1])] < 0, -1, 1)
    coordinates, explained = np.zeros((count, states.shape[1])), np.zeros(count)
    with np.errstate(over="ignore"):
        coordinates[: U.shape[1]] = U.T @ centred * scale
    total = np.square(centred).sum()
    if total > 0:
        explained[: len(s)] = np.square(s) / total
    return coordinates, explained


def clip(
    gradients: Mapping[str, np.ndarray], threshold: float
) -> tuple[dict[str, np.ndarray], float]:
    """The gradients scaled together to a norm of at most threshold, and the norm that they had.

    Pascanu, Mikolov & Bengio 2013, algorithm 1: the direction stays.

    >>> clip({"W": np.array([3.0, 4.0])}, threshold=10.0)
    ({'W': array([3., 4.])}, 5.0)
    """
    if not threshold > 0:
        raise ExperimentError(f"threshold must be above 0, got {threshold}")
    size = float(norm(np.array([norm(g.ravel(), 0) for g in gradients.values()]), 0))
    scale = min(1.0, threshold / size) if size > 0 else 1.0
    with np.errstate(invalid="ignore"):  # an infinite gradient times 0 has no direction left
        return {name: gradient * scale for name, gradient in gradients.items()}, size


def expected_decay(experiment: Experiment) -> np.ndarray | None:
    """Theory of ||dL_T/da_k|| / ||dL_T/da_T||: g^(T - k), (T_x,); None where no such line is exact.

    Exact for a linear RNN with orthogonal or identity recurrent weights times g and a loss at the
    last step (Saxe, McClelland & Ganguli 2014).

    >>> exact = {"activation": "linear", "init": "orthogonal", "gain": 0.5}
    >>> expected_decay(Experiment(cell="rnn", T_x=4, **exact))
    array([0.125, 0.25 , 0.5  , 1.   ])
    """
    e = experiment
    exact = (
        e.cell_name == "rnn" and e.activation == "linear" and e.init in ("orthogonal", "identity")
    )
    if not exact or LOSSES[e.loss].every:
        return None
    with np.errstate(all="ignore"):
        return np.power(e.gain, np.arange(e.T_x - 1, -1, -1.0))


def parameter_count(run: Pass) -> dict[str, int]:
    """How many numbers the `cell` learns, and its `readout`.

    >>> from rnnviz import run
    >>> parameter_count(run(Experiment(cell="lstm", n_a=5, n_x=3)))
    {'cell': 180, 'readout': 12}
    """
    sizes = {name: param.size for name, param in run.params.items()}
    readout = sum(sizes.pop(name) for name in run.cell.readout)
    return {"cell": sum(sizes.values()), "readout": readout}
