"""Functions that NumPy lacks, called as its ufuncs are, f(z, out); units are on axis -2."""

import numpy as np


def sigmoid(z: np.ndarray, out: np.ndarray | None = None) -> np.ndarray:
    """1 / (1 + exp(-z)), as 1/2 + tanh(z/2)/2, which does not overflow.

    >>> sigmoid(np.array([-1000.0, 0.0]))
    array([0. , 0.5])
    """
    out = np.tanh(np.multiply(z, 0.5, out), out)
    out *= 0.5
    out += 0.5
    return out


def relu(z: np.ndarray, out: np.ndarray | None = None) -> np.ndarray:
    """max(0, z).

    >>> relu(np.array([-1.0, 2.0]))
    array([0., 2.])
    """
    return np.maximum(z, 0, out=out)


def greater(u, v, out: np.ndarray | None = None) -> np.ndarray:
    """1 where u > v, else 0, as numbers.

    >>> greater(np.array([0.0, 1.0]), 0)
    array([0., 1.])
    """
    shorter = np.greater(u, v, out=out)
    return shorter if out is not None else shorter.astype(np.result_type(u, v))


def not_less(u, v, out: np.ndarray | None = None) -> np.ndarray:
    """1 where u >= v, else 0, as numbers.

    >>> not_less(np.array([0.0, -1.0]), 0)
    array([1., 0.])
    """
    shorter = np.greater_equal(u, v, out=out)
    return shorter if out is not None else shorter.astype(np.result_type(u, v))


def softplus(z: np.ndarray, out: np.ndarray | None = None) -> np.ndarray:
    """ln(1 + exp(z)), which does not overflow.

    >>> softplus(np.array([1000.0]))
    array([1000.])
    """
    return np.logaddexp(z, 0, out)


def softmax(z: np.ndarray, out: np.ndarray | None = None) -> np.ndarray:
    """exp(z) normalised over axis -2, shifted by the maximum so that nothing overflows.

    >>> softmax(np.array([[0.0, 1000.0], [0.0, 0.0]]))
    array([[0.5, 1. ],
           [0.5, 0. ]])
    """
    e = np.subtract(z, z.max(axis=-2, keepdims=True), out=out)
    np.exp(e, out=e)
    e /= e.sum(axis=-2, keepdims=True)
    return e


ACTIVATIONS = ("tanh", "relu", "linear", "softmax")  # that a simple network may have
