"""The functions a simple recurrent network may squash its units with, and their chain rules.

An activation has `apply(z, out)`, `derivative(a, out)` (what its chain rule
needs, from its own values) and `vjp(derivative, da, out)` (dL/dz from dL/da). Units are on axis -2.
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np


@dataclass(frozen=True)
class Activation:
    """A squashing function and its chain rule; see the module for the three callables.

    `numbers` is the same as a template for the numbers of one unit, as in `cells.Equation`.
    """

    name: str
    latex: str
    numbers: str
    apply: Callable
    derivative: Callable
    vjp: Callable


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


def _vjp_softmax(a, da, out):
    # The Jacobian of a softmax is diag(a) - a a^T: every unit feels every other.
    np.multiply(a, da, out=out)
    out -= a * out.sum(axis=-2, keepdims=True)


def _relu(z, out):
    np.maximum(z, 0, out=out)


def _copy(z, out):
    np.copyto(out, z)


def _derivative_tanh(a, out):
    np.multiply(a, a, out=out)
    np.subtract(1, out, out=out)


def _derivative_relu(a, out):
    np.greater(a, 0, out=out)


def _one(a, out):
    out[...] = 1


ACTIVATIONS = {
    activation.name: activation
    for activation in (
        Activation("tanh", r"\tanh(z_t)", r"\tanh({z_a})", np.tanh, _derivative_tanh, np.multiply),
        Activation(
            "relu",
            r"\max(0, z_t)",
            r"\max(0, {z_a})",
            _relu,
            _derivative_relu,
            np.multiply,
        ),
        Activation("linear", "z_t", "{z_a}", _copy, _one, np.multiply),
        Activation(
            "softmax",
            r"\operatorname{softmax}(z_t)",
            r"e^{{{z_a}}} \big/ \textstyle\sum_j e^{{z_j}}",
            softmax,
            _copy,
            _vjp_softmax,
        ),
    )
}
