"""Central differences: the gradient as its definition has it, for the tests."""

import numpy as np

TERMS = 32  # roundings of every number that the small runs of these tests add up


def differences(function, array, h=1e-5):
    """Slopes of a scalar function by every entry, in place and back; how far the worst may be off.

    Extrapolated from h and 2 h to 0 (Richardson 1911). What the two differ by is three times what
    that takes off, and more than what it leaves. The function's rounding comes on top, over h.
    """
    slopes, bent, size = np.empty_like(array), 0.0, 1.0
    for at in np.ndindex(array.shape):
        old, ys = array[at], []
        for step in (-2, -1, 1, 2):
            array[at] = old + step * h
            ys.append(function())
        array[at] = old
        near, far = (ys[2] - ys[1]) / (2 * h), (ys[3] - ys[0]) / (4 * h)
        slopes[at] = (4 * near - far) / 3
        bent, size = max(bent, abs(near - far)), max(size, *map(abs, ys))
    return slopes, bent + TERMS * np.finfo(float).eps * size / h


def assert_slopes(gradient, function, array):
    """A gradient is what central differences of the function say."""
    slopes, off = differences(function, array)
    np.testing.assert_allclose(gradient, slopes, rtol=0, atol=off)
    assert off <= 1e-5 * max(1, np.abs(slopes).max())  # else this would say nothing
