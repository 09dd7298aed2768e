"""Order and chaos over two settings: a network for each gain and each forget bias, all at once."""

from collections.abc import Callable, Iterator, Sequence
from functools import partial

import numpy as np

from rnnviz.core.cells import Cell
from rnnviz.core.dynamics.growth import growth
from rnnviz.core.engine import ColumnMap, StepMap
from rnnviz.core.initialisers import adjust

TOGETHER = 450  # networks that take their steps side by side
UNDECIDED = 0.005  # nats a step: a finite window leaves the sign of less open
_SECANTS = 6  # steps from a guess, before the whole search
_GOES_ON = ([], [1.0], [-1.0, 2.0], [1.0, -3.0, 3.0])  # numbers before, to the next of a parabola


def exponents(
    cell: Cell,
    params: dict[str, np.ndarray],
    gains: np.ndarray,
    biases: np.ndarray,
    steps: int = 500,
    burn_in: int = 200,
    seed: int = 0,
) -> Iterator[tuple[slice, np.ndarray]]:
    """lambda_1 of networks without input, in nats a step: some of (k,) at a time, and which.

    `params` are drawn at gain 1 and forget bias 0; network j has gains[j] and biases[j]. By two
    trajectories (`growth`), of which all networks begin the first at the same state.

    >>> from rnnviz import Experiment, run
    >>> done = run(Experiment(cell="rnn", activation="linear", init="orthogonal", forget_bias=0))
    >>> gains = np.array([0.5, 0.9])
    >>> [(_, found)] = exponents(done.cell, done.params, gains, 0 * gains, steps=50)
    >>> np.abs(found - np.log(gains)).max() < 1e-6
    np.True_
    """
    gains, biases = np.broadcast_arrays(gains, biases)
    random = np.random.RandomState(seed)
    N = StepMap.of(cell, params).N
    start = random.standard_normal((N, 1))
    for at in range(0, len(gains), TOGETHER):
        some = slice(at, min(at + TOGETHER, len(gains)))
        networks = ColumnMap.by_column(cell, params, gains[some], biases[some])
        states = np.repeat(start, some.stop - at, axis=1).astype(networks.x.dtype)
        apart = np.random.RandomState(seed + 1)
        yield some, growth(networks, states, steps, burn_in, random=apart)


def border(
    cell: Cell,
    params: dict[str, np.ndarray],
    bias: float,
    low: float = 0.0,
    high: float = 16.0,
    exact: float = 1e-12,
) -> float:
    """The gain from which on the state 0 is not stable without input: where max |eig J(0)| is 1.

    Found where that is 1 up to `exact`. NaN where it does not pass 1 between `low` and `high`, or
    where 0 is no fixed point. It is not the border of chaos: finite networks settle on cycles
    first.

    >>> from rnnviz import Experiment, run
    >>> done = run(Experiment(cell="gru", init="orthogonal", forget_bias=0))
    >>> round(border(done.cell, done.params, 0.0), 6)
    2.0
    """

    radius = partial(_radius, cell, params, bias)
    below, above = radius(low) - 1, radius(high) - 1
    if not below < 0 < above:
        return float("nan")
    while high - low > exact * high:  # the Illinois rule: an end that stays counts half
        middle = low - below * (high - low) / (above - below)
        here = radius(middle) - 1
        if abs(here) < exact or not low < middle < high:
            return middle
        if here < 0:
            low, below, above = middle, here, above / 2
        else:
            high, above, below = middle, here, below / 2
    return (low + high) / 2


def borders(
    cell: Cell, params: dict[str, np.ndarray], biases: Sequence[float], exact: float = 1e-12
) -> Iterator[float]:
    """`border` of one forget bias after another: each is looked for where those before lead.

    >>> from rnnviz import Experiment, run
    >>> done = run(Experiment(cell="gru", init="orthogonal", forget_bias=0))
    >>> np.round([*borders(done.cell, done.params, [0.0, 0.5, 1.0])], 6)
    array([2., 2., 2.])
    """
    found: list[float] = []
    slope = np.nan
    for bias in biases:
        last = np.array(found[-3:])
        guess = last @ _GOES_ON[len(last)] if len(last) else np.nan
        gain, slope = _by_secants(partial(_radius, cell, params, bias), guess, slope, exact)
        found.append(gain if gain == gain else border(cell, params, bias, exact=exact))
        yield found[-1]


def _by_secants(
    radius: Callable[[float], float], gain: float, slope: float, exact: float
) -> tuple[float, float]:
    """The gain at which a radius is 1, from a guess and its slope, which is given back as it is
    there; NaN where a few steps do not come to one, or it is 1 already at no gain."""
    off = radius(gain) - 1 if gain > 0 else np.nan
    for _ in range(_SECANTS):
        if abs(off) < exact:
            return (gain if radius(0.0) < 1 else np.nan), slope
        slope = slope if slope > 0 else 1 / gain  # as where all of it is the gain's
        after = gain - off / slope
        there = radius(after) - 1 if after > 0 else np.nan
        if not abs(there) < abs(off):
            return np.nan, np.nan
        slope = (there - off) / (after - gain)
        gain, off = after, there
    return np.nan, slope


def _radius(cell: Cell, params: dict[str, np.ndarray], bias: float, gain: float) -> float:
    """max |eig J(0)| without input; NaN where 0 is no fixed point."""
    moved = {name: param.copy() for name, param in params.items()}
    adjust(cell, moved, gain, bias)
    one = StepMap.of(cell, moved)
    zero = np.zeros((one.N, 1))
    if one.step(zero).any():
        return float("nan")
    J = one.jacobians(zero)[0]
    return float(np.abs(np.linalg.eigvals(_fewer(J.reshape(-1, one.n_a, one.N)))).max())


def _fewer(J: np.ndarray) -> np.ndarray:
    """A matrix with the eigenvalues of J (states, n_a, N) but for some that are 0: of fewer rows
    where each state's are multiples of the last one's, as an LSTM's are at 0 (a is o tanh(c)).

    What is D X, D diagonal blocks on each other, has the eigenvalues of X D.
    """
    X = J[-1]
    with np.errstate(all="ignore"):
        D = (J * X).sum(-1) / (X * X).sum(-1)
        alike = np.abs(J - D[..., None] * X).max() <= 16 * np.finfo(J.dtype).eps * np.abs(J).max()
    if not alike:  # neither where a row is 0
        return J.reshape(-1, J.shape[-1])
    return (X.reshape(len(X), *D.shape) * D).sum(1)
