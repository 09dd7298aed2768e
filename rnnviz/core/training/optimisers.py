"""Optimisers: new parameters from gradients, for any dictionary of arrays."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import numpy as np

Arrays = Mapping[str, np.ndarray]


def epsilon_outside(second: np.ndarray, epsilon: float) -> np.ndarray:
    """sqrt(s) + epsilon, as Kingma & Ba 2015, algorithm 1.

    >>> epsilon_outside(np.array([4.0]), 1.0)
    array([3.])
    """
    return np.sqrt(second) + epsilon


def epsilon_inside(second: np.ndarray, epsilon: float) -> np.ndarray:
    """sqrt(s + epsilon), as the source notebook: steps along a tiny gradient are much shorter.

    >>> epsilon_inside(np.array([8.0]), 1.0)
    array([3.])
    """
    return np.sqrt(second + epsilon)


def _zeros(params: Arrays) -> "Moments":
    zeros = [{name: np.zeros_like(param) for name, param in params.items()} for _ in range(2)]
    return Moments(*zeros, t=0)


@dataclass(frozen=True)
class Adam:
    """Adam (Kingma & Ba 2015): each parameter's step is its mean gradient over its typical size.

    `beta1` and `beta2` are the shares of the moments that are kept at each step; `size` puts
    `epsilon` outside or inside of the root.

    >>> adam, weights = Adam(learning_rate=0.1), {"W": np.array([1.0, -1.0])}
    >>> moments = adam.start(weights)
    >>> weights, moments = adam.step(weights, {"W": np.array([5.0, -0.2])}, moments)
    >>> weights["W"].round(6)  # the first step is as long for any gradient
    array([ 0.9, -0.9])
    """

    learning_rate: float = 1e-3
    beta1: float = 0.9
    beta2: float = 0.999
    epsilon: float = 1e-8
    size: Callable[[np.ndarray, float], np.ndarray] = epsilon_outside

    def start(self, params: Arrays) -> "Moments":
        """Zero moments, before the first step."""
        return _zeros(params)

    def step(
        self, params: Arrays, gradients: Arrays, moments: "Moments"
    ) -> tuple[dict[str, np.ndarray], "Moments"]:
        """New parameters and moments after one more step; what is given keeps its values."""
        after, first, second, t = dict(params), {}, {}, moments.t + 1
        for name, param in params.items():
            gradient = gradients[name]
            first[name] = self.beta1 * moments.first[name] + (1 - self.beta1) * gradient
            squares = np.square(gradient)
            second[name] = self.beta2 * moments.second[name] + (1 - self.beta2) * squares
            # Both began at zero, and lean towards it by that much (section 3).
            mean, typical = first[name] / (1 - self.beta1**t), second[name] / (1 - self.beta2**t)
            after[name] = param - self.learning_rate * mean / self.size(typical, self.epsilon)
        return after, Moments(first, second, t)


@dataclass(frozen=True)
class Moments:
    """What an optimiser remembers after `t` steps: the gradients' mean (or the velocity) and their
    mean square, by name; zeros where it has no use for one."""

    first: Arrays
    second: Arrays
    t: int


@dataclass(frozen=True)
class SGD:
    """Gradient descent with momentum (Polyak 1964): the velocity keeps a share of what it was.

    >>> sgd, weights = SGD(learning_rate=0.1, momentum=0.5), {"W": np.array([1.0])}
    >>> moments = sgd.start(weights)
    >>> for _ in range(2):
    ...     weights, moments = sgd.step(weights, {"W": np.array([2.0])}, moments)
    >>> weights["W"].round(6)  # 1 - 0.1 * 2 - 0.1 * (0.5 * 2 + 2)
    array([0.5])
    """

    learning_rate: float = 1e-2
    momentum: float = 0.9

    def start(self, params: Arrays) -> Moments:
        """Nothing moves, before the first step."""
        return _zeros(params)

    def step(
        self, params: Arrays, gradients: Arrays, moments: Moments
    ) -> tuple[dict[str, np.ndarray], Moments]:
        """New parameters and velocities after one more step; what is given keeps its values."""
        velocity = {name: self.momentum * moments.first[name] + gradients[name] for name in params}
        after = {
            name: param - self.learning_rate * velocity[name] for name, param in params.items()
        }
        return after, Moments(velocity, moments.second, moments.t + 1)


@dataclass(frozen=True)
class RMSProp:
    """RMSProp (Tieleman & Hinton 2012, lecture 6e): the gradient over its typical size.

    `decay` is the share of the mean square that is kept at each step; `size` as in Adam.

    >>> one, weights = RMSProp(learning_rate=0.1, decay=0.75), {"W": np.array([1.0])}
    >>> one.step(weights, {"W": np.array([-3.0])}, one.start(weights))[0]["W"].round(6)  # 3 / 1.5
    array([1.2])
    """

    learning_rate: float = 1e-3
    decay: float = 0.9
    epsilon: float = 1e-8
    size: Callable[[np.ndarray, float], np.ndarray] = epsilon_outside

    def start(self, params: Arrays) -> Moments:
        """A mean square of zero, before the first step."""
        return _zeros(params)

    def step(
        self, params: Arrays, gradients: Arrays, moments: Moments
    ) -> tuple[dict[str, np.ndarray], Moments]:
        """New parameters and mean squares after one more step; what is given keeps its values."""
        after, second = dict(params), {}
        for name, param in params.items():
            gradient = gradients[name]
            squares = np.square(gradient)
            second[name] = self.decay * moments.second[name] + (1 - self.decay) * squares
            after[name] = param - self.learning_rate * gradient / self.size(
                second[name], self.epsilon
            )
        return after, Moments(moments.first, second, moments.t + 1)


Optimiser = Adam | SGD | RMSProp
OPTIMISERS = {"adam": Adam, "sgd": SGD, "rmsprop": RMSProp}
EPSILONS = {"outside": epsilon_outside, "inside": epsilon_inside}
