"""How long a state remembers: two curves by lag, of what comes back and of what goes on.

A gradient and a small push travel over the same Jacobians, one way each. They differ by where they
set out: the gradient from what the loss sees of the last state, the push from anywhere.
"""

import numpy as np

from rnnviz.core.dynamics.jacobian import jacobians
from rnnviz.core.dynamics.surgery import Surgery, distance, operated
from rnnviz.core.errors import check_bounds
from rnnviz.core.types import Pass

PUSH = 1e-4  # of the states' root mean square: small beside what saturates a gate


def half_life(curve: np.ndarray) -> float:
    """The lag at which a curve (lags + 1,) is first at half of what it is at lag 0.

    Between two lags it is taken to fall by the same factor a step; inf where it never does, NaN
    where it begins at nothing.

    >>> half_life(0.9 ** np.arange(20)) == np.log(0.5) / np.log(0.9)
    np.True_
    """
    if not 0 < curve[0] < np.inf:
        return float("nan")
    shares = np.asarray(curve, float) / curve[0]
    below = np.flatnonzero(shares <= 0.5)
    if not len(below):
        return float("inf")
    k = int(below[0])
    if shares[k] <= 0:
        return float(k)
    before, after = np.log(shares[k - 1 : k + 1])
    return float(k - 1 + (before - np.log(0.5)) / (before - after))


def felt(run: Pass, lags: int) -> np.ndarray:
    """||dL_T/ds_{T-k}|| of the last step's loss alone for lags 0 to `lags`, (m, lags + 1).

    s is the joint state: an LSTM's memory passes through its c. Raises ExperimentError where the
    run is not that long.

    >>> from rnnviz import Experiment, run
    >>> done = run(Experiment(cell="rnn", activation="linear", init="orthogonal", gain=0.9, m=2))
    >>> curve = felt(done, 10)
    >>> bool(np.allclose(curve / curve[:, :1], 0.9 ** np.arange(11)))
    True
    """
    T_x, n_a = run.trace.T_x, run.trace.n_a
    check_bounds("lags", lags, 0, T_x - 1)
    curves = np.zeros((run.trace.m, lags + 1))
    for sequence, curve in enumerate(curves):
        d = np.zeros(n_a * len(run.cell.states))
        d[:n_a] = run.upstream[:, sequence, -1]
        curve[0] = np.linalg.norm(d)
        J = jacobians(run, sequence, range(T_x - lags, T_x))
        for k in range(1, lags + 1):
            d = J[-k].T @ d
            curve[k] = np.linalg.norm(d)
    return curves


def pushed(run: Pass, lags: int, size: float = PUSH, seed: int = 0) -> np.ndarray:
    """How far a push `lags` steps before the end moves the states, for lags 0 to `lags`: the push
    itself, then the distance after each step, (m, lags + 1).

    The push is drawn by the seed, one for all sequences and states, `size` times as large as the
    states are at the root mean square.

    >>> from rnnviz import Experiment, run
    >>> done = run(Experiment(cell="rnn", activation="linear", init="orthogonal", gain=0.9, m=2))
    >>> curve = pushed(done, 10)
    >>> bool(np.allclose(curve / curve[:, :1], 0.9 ** np.arange(11), rtol=1e-8))
    True
    """
    trace, names = run.trace, run.cell.states
    check_bounds("lags", lags, 0, trace.T_x - 1)
    random = np.random.RandomState(seed)
    every = np.concatenate([np.ravel(trace.states[name]) for name in names])
    scale = size * (float(np.sqrt(np.mean(np.square(every, dtype=float)))) or 1.0)
    push = {name: scale * random.standard_normal(trace.n_a) for name in names}
    start = np.sqrt(sum(float(np.square(one).sum()) for one in push.values()))
    curve = np.full((trace.m, lags + 1), start)
    if lags:
        after = operated(run, Surgery(trace.T_x - lags + 1, push=push))
        curve[:, 1:] = distance(run, after)[:, trace.T_x - lags :]
    return curve
