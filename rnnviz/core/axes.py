"""The two orders of axes: public (..., n, m, T_x), and time-major (T_x, ..., n, m) inside.

Inside, one step is one contiguous block, gates above one another; changing the order copies
nothing. The `...` is empty, or one axis of seeds.
"""

import numpy as np


def time_major(public: np.ndarray) -> np.ndarray:
    """The public (..., n, m, T_x) as a view of (T_x, ..., n, m).

    >>> time_major(np.zeros((5, 10, 50))).shape
    (50, 5, 10)
    """
    last = public.ndim - 1
    return public.transpose(last, *range(last))


def public(buffer: np.ndarray) -> np.ndarray:
    """A read-only view of (T_x, ..., n, m) in the public order (..., n, m, T_x).

    >>> public(np.zeros((50, 5, 10))).shape
    (5, 10, 50)
    """
    view = buffer.transpose(*range(1, buffer.ndim), 0)
    view.flags.writeable = False
    return view


def blocks(buffer: np.ndarray, n_a: int) -> np.ndarray:
    """A view of (..., gates * n_a, m) as (gates, ..., n_a, m).

    >>> blocks(np.zeros((50, 4 * 5, 10)), 5).shape
    (4, 50, 5, 10)
    """
    *lead, rows, m = buffer.shape
    n = len(lead)
    split = buffer.reshape(*lead, rows // n_a, n_a, m)
    return split.transpose(n, *range(n), n + 1, n + 2)  # moveaxis takes many times as long
