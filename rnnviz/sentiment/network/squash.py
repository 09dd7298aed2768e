"""Keras' activations with their chain rules, for the layers behind a recurrent one.

An activation is a pair: `value(z)` and `vjp(z, y, dy)`, dL/dz from dL/dy; units are on axis 0.
"""

import math
from collections.abc import Callable
from typing import NamedTuple

import numpy as np

_SELU = (1.6732632423543772, 1.0507009873554805)  # alpha and scale (Klambauer et al. 2017)


class Squash(NamedTuple):
    """A function of pre-activations z (n, k), and the chain rule back through it."""

    value: Callable[[np.ndarray], np.ndarray]
    vjp: Callable[[np.ndarray, np.ndarray, np.ndarray], np.ndarray]


def _each(value: Callable, slope: Callable) -> Squash:
    """A function of every number by itself, with slope(z, y)."""
    return Squash(value, lambda z, y, dy: dy * slope(z, y).astype(z.dtype))


def sigmoid(z: np.ndarray) -> np.ndarray:
    """1 / (1 + exp(-z)), which no z lets overflow.

    >>> sigmoid(np.array([0.0, -1000.0]))
    array([0.5, 0. ])
    """
    return 0.5 + 0.5 * np.tanh(z / 2)


def softmax(z: np.ndarray) -> np.ndarray:
    """exp(z) over its sum along axis 0.

    >>> softmax(np.array([0.0, 1000.0]))
    array([0., 1.])
    """
    e = np.exp(z - z.max(axis=0))
    return e / e.sum(axis=0)


def _softmax_vjp(z: np.ndarray, y: np.ndarray, dy: np.ndarray) -> np.ndarray:
    return y * (dy - (y * dy).sum(axis=0))


def _normal(z: np.ndarray) -> np.ndarray:
    """The share of a normal distribution that lies below z."""
    return (0.5 * (1 + np.vectorize(math.erf, otypes=[float])(z / math.sqrt(2)))).astype(z.dtype)


def _density(z: np.ndarray) -> np.ndarray:
    return np.exp(-z * z / 2) / math.sqrt(2 * math.pi)


def elu(alpha: float, scale: float = 1.0) -> Squash:
    """scale * z above zero, scale * alpha (exp(z) - 1) below."""
    return _each(
        lambda z: scale * np.where(z > 0, z, alpha * np.expm1(np.minimum(z, 0))).astype(z.dtype),
        lambda z, y: scale * np.where(z > 0, 1, alpha * np.exp(np.minimum(z, 0))),
    )


def leaky(slope: float) -> Squash:
    """z above zero, slope * z below."""
    return _each(
        lambda z: np.where(z > 0, z, slope * z).astype(z.dtype),
        lambda z, y: np.where(z > 0, 1, slope),
    )


def clipped(low: float, high: float, slope: float = 1.0, shift: float = 0.0) -> Squash:
    """slope * z + shift between low and high, level beyond."""
    return _each(
        lambda z: np.clip(slope * z + shift, low, high).astype(z.dtype),
        lambda z, y: slope * ((y > low) & (y < high)),
    )


_SILU = _each(lambda z: z * sigmoid(z), lambda z, y: sigmoid(z) * (1 + z * (1 - sigmoid(z))))

SQUASHES = {
    "linear": _each(lambda z: z, lambda z, y: np.ones_like(z)),
    "relu": clipped(0.0, np.inf),
    "relu6": clipped(0.0, 6.0),
    "leaky_relu": leaky(0.2),
    "sigmoid": _each(sigmoid, lambda z, y: y * (1 - y)),
    "hard_sigmoid": clipped(0.0, 1.0, 1 / 6, 0.5),
    "hard_sigmoid_2": clipped(0.0, 1.0, 0.2, 0.5),  # before Keras 3
    "softmax": Squash(softmax, _softmax_vjp),
    "tanh": _each(np.tanh, lambda z, y: 1 - y * y),
    "elu": elu(1.0),
    "selu": elu(*_SELU),
    "gelu": _each(lambda z: z * _normal(z), lambda z, y: _normal(z) + z * _density(z)),
    "silu": _SILU,
    "swish": _SILU,
    "softplus": _each(lambda z: np.logaddexp(0, z).astype(z.dtype), lambda z, y: sigmoid(z)),
    "softsign": _each(lambda z: z / (1 + np.abs(z)), lambda z, y: (1 + np.abs(z)) ** -2),
    "exponential": _each(np.exp, lambda z, y: y),
}
