"""Layers that see one step's units at a time: dense ones, normalisations, activations.

Each has `apply(v)`, (n, k) to (n', k), and `vjp(v, y, dy)`, dL/dv from dL/dy; `arrays` and `having`
let its numbers be taken out and put back, moved or in another precision.
"""

from dataclasses import dataclass, replace

import numpy as np

from rnnviz.sentiment.network.squash import SQUASHES, Squash


class Pointwise:
    """A function of each step's units, the same at every step."""

    name: str  # of its layer in the file

    def apply(self, v: np.ndarray) -> np.ndarray:
        """Units (n, k) of k steps or reviews, to (n', k)."""
        raise NotImplementedError

    def vjp(self, v: np.ndarray, y: np.ndarray, dy: np.ndarray) -> np.ndarray:
        """dL/dv (n, k) from what came in, what came out, and dL/dy (n', k)."""
        raise NotImplementedError

    def arrays(self) -> tuple[np.ndarray, ...]:
        """Its numbers."""
        return ()

    def having(self, arrays: tuple[np.ndarray, ...]) -> "Pointwise":
        """The same layer with other numbers."""
        return self


@dataclass(frozen=True, eq=False)
class Dense(Pointwise):
    """W v + b, W (n', n), b (n', 1)."""

    name: str
    W: np.ndarray
    b: np.ndarray

    def apply(self, v):
        return self.W @ v + self.b

    def vjp(self, v, y, dy):
        return self.W.T @ dy

    def arrays(self):
        return self.W, self.b

    def having(self, arrays):
        return Dense(self.name, *arrays)


@dataclass(frozen=True, eq=False)
class Scaled(Pointwise):
    """factor * v + shift, both (n, 1): a trained BatchNormalization (Ioffe & Szegedy 2015)."""

    name: str
    factor: np.ndarray
    shift: np.ndarray

    def apply(self, v):
        return self.factor * v + self.shift

    def vjp(self, v, y, dy):
        return self.factor * dy

    def arrays(self):
        return self.factor, self.shift

    def having(self, arrays):
        return Scaled(self.name, *arrays)


@dataclass(frozen=True, eq=False)
class Normed(Pointwise):
    """gamma (v - mean) / sqrt(variance + epsilon) + beta over units (Ba et al. 2016)."""

    name: str
    gamma: np.ndarray
    beta: np.ndarray
    epsilon: float

    def apply(self, v):
        centred, width = self._parts(v)
        return self.gamma * (centred / width) + self.beta

    def vjp(self, v, y, dy):
        centred, width = self._parts(v)
        d, unit = self.gamma * dy, centred / width
        return (d - d.mean(axis=0) - unit * (d * unit).mean(axis=0)) / width

    def _parts(self, v):
        centred = v - v.mean(axis=0)
        width = np.sqrt((centred * centred).mean(axis=0) + np.asarray(self.epsilon, v.dtype))
        return centred, width

    def arrays(self):
        return self.gamma, self.beta

    def having(self, arrays):
        return replace(self, gamma=arrays[0], beta=arrays[1])


@dataclass(frozen=True, eq=False)
class Squashed(Pointwise):
    """An activation, by its name in Keras, or one of a layer's own numbers."""

    name: str
    activation: str
    own: Squash | None = None

    @property
    def _squash(self) -> Squash:
        return self.own or SQUASHES[self.activation]

    def apply(self, v):
        return self._squash.value(v)

    def vjp(self, v, y, dy):
        return self._squash.vjp(v, y, dy)
