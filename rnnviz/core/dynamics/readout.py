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
    states = states - states.mean((1, 2), keepdims=True, dtype=float)
    x = x - x[:, :1, :1].astype(float)  # zeros where it is constant
    shares = np.empty(lags + 1)
    for k in range(lags + 1):
        missed, spread = _missed(_parts(states[:, :, k:]), _parts(x[:, :, : T - k]))
        shares[k] = 1 - missed / spread if spread > 0 else np.nan
    return shares


def _parts(of: np.ndarray) -> list[np.ndarray]:
    """What is predicted from all others: each sequence, or each fifth of the only one."""
    if of.shape[1] > 1:
        return list(of.swapaxes(0, 1))
    return np.array_split(of[:, 0], _cuts(of.shape[2]), axis=1)


def _cuts(T: int) -> np.ndarray:
    return np.flatnonzero(np.diff(np.arange(T) * _BLOCKS // T)) + 1


def _missed(states: list[np.ndarray], due: list[np.ndarray]) -> tuple[float, float]:
    """The squares that are left of each part's targets (n_x, count), and all of them.

    The sums over all other parts are those over all parts less the part's own.
    """
    count = _others(np.array([S.shape[1] for S in states]))[:, None]
    S_mean, Y_mean = (_others(np.stack([a.sum(1) for a in one])) / count for one in (states, due))
    products = np.stack([S @ np.concatenate([S, Y]).T for S, Y in zip(states, due, strict=True)])
    means = np.concatenate([S_mean, Y_mean], axis=1)
    products = _others(products) - count[:, :, None] * S_mean[:, :, None] * means[:, None]
    N = S_mean.shape[1]
    G = products[:, :, :N]
    alpha = RIDGE * np.trace(G, axis1=1, axis2=2) / N
    G = G + np.where(alpha > 0, alpha, 1.0)[:, None, None] * np.eye(N)
    W = np.linalg.solve(G, products[:, :, N:]).swapaxes(1, 2)
    missed = spread = 0.0
    for part, (S, Y) in enumerate(zip(states, due, strict=True)):
        Y = Y - Y_mean[part][:, None]
        missed += np.square(Y - W[part] @ (S - S_mean[part][:, None])).sum()
        spread += np.square(Y).sum()
    return missed, spread


def _others(parts: np.ndarray) -> np.ndarray:
    """The sum of all other parts, for each."""
    return parts.sum(0) - parts


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
