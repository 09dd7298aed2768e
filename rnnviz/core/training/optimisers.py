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
        zeros = [{name: np.zeros_like(param) for name, param in params.items()} for _ in range(2)]
        return Moments(*zeros, t=0)

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
    """What Adam remembers after `t` steps: the gradients' mean and mean square, by name."""

    first: Arrays
    second: Arrays
    t: int
