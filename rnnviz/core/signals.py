"""The inputs x that an Experiment may feed to its cell."""

import numpy as np


def make(signal: str, drawn: np.ndarray, series: tuple) -> np.ndarray:
    """The input (n_x, m, T_x); `drawn` is the seed's Gaussian of that shape, `series` (T_x, n_x).

    All but the Gaussian are the same for every sequence, so that sequences differ by a0 alone.
    """
    if signal == "gaussian":
        return drawn
    n_x, _, T_x = drawn.shape
    t = np.arange(T_x)
    rows = {
        "impulse": lambda: np.tile(t == T_x // 10, (n_x, 1)),
        "step": lambda: np.tile(t >= T_x // 2, (n_x, 1)),
        "sine": lambda: np.sin(2 * np.pi * (t / 25 + np.arange(n_x)[:, None] / n_x)),
        "csv": lambda: np.array(series).T,
    }[signal]()
    return np.broadcast_to(rows[:, None, :], drawn.shape).astype(float)
