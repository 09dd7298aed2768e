"""What a linear readout can tell of inputs long ago: cross-validated ridge regression."""

import numpy as np

from rnnviz.core.errors import check_bounds

RIDGE = 1e-3  # of the states' mean variance: too little to matter but where states are alike
_BLOCKS = 5  # of the one sequence, where there is no other to test on


def decoded(states: np.ndarray, x: np.ndarray, lags: int) -> np.ndarray:
    """The share of the variance of x_{t-k} that s_t explains, for lags 0 to `lags`, (lags + 1,).

    `states` (N, m, T) and x (n_x, m, T). Each sequence is predicted by a readout that was fitted to
    the others (of one sequence each fifth by the other four), so that a readout that has learned
    by heart has a share of 0 or less (Jaeger 2001, with ridge regression). NaN where x is constant.

    >>> x = np.random.RandomState(0).standard_normal((1, 4, 60))
    >>> remembered = np.concatenate([x, np.roll(x, 2, axis=2)])  # the input now, and two steps ago
    >>> decoded(remembered, x, 3).round(1) + 0.0
    array([1., 0., 1., 0.])
    """
    T = x.shape[2]
    check_bounds("lags", lags, 0, T - 2)
    shares = np.empty(lags + 1)
    for k in range(lags + 1):
        seen, due = states[:, :, k:].astype(float), x[:, :, : T - k].astype(float)
        missed = spread = 0.0
        for train, test in _folds(*seen.shape[1:]):
            (S, Y), (S_test, Y_test) = ((seen[:, f], due[:, f]) for f in (train, test))
            W, S_mean, Y_mean = ridge(S, Y)
            missed += np.square(Y_test - Y_mean - W @ (S_test - S_mean)).sum()
            spread += np.square(Y_test - Y_mean).sum()
        shares[k] = 1 - missed / spread if spread > 0 else np.nan
    return shares


def ridge(S: np.ndarray, Y: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """The readout W (n_x, N) of states (N, count) for targets (n_x, count), and both means.

    >>> W, _, _ = ridge(np.array([[1.0, 2.0, 4.0]]), np.array([[2.0, 4.0, 8.0]]))
    >>> W.round(2)
    array([[2.]])
    """
    S_mean, Y_mean = S.mean(1, keepdims=True), Y.mean(1, keepdims=True)
    S, Y = S - S_mean, Y - Y_mean
    G = S @ S.T
    alpha = RIDGE * np.trace(G) / len(G) or 1.0
    return np.linalg.solve(G + alpha * np.eye(len(G)), S @ Y.T).T, S_mean, Y_mean


def _folds(m: int, T: int) -> list[tuple[np.ndarray, np.ndarray]]:
    """What is fitted, and what is predicted, (m, T) of bool each."""
    owner = np.broadcast_to(np.arange(m)[:, None] if m > 1 else np.arange(T) * _BLOCKS // T, (m, T))
    return [(owner != one, owner == one) for one in np.unique(owner)]
