"""All parameters as one vector with named views: clipping, a step, a snapshot are a line each."""

from collections.abc import Mapping
from dataclasses import dataclass
from math import prod

import numpy as np


@dataclass(frozen=True, eq=False)
class Flat:
    """`vector` (count,), and `views` of it by name in their shapes: writing one writes the other.

    >>> one = Flat.of({"W": np.ones((2, 3)), "b": np.zeros((2, 1))})
    >>> one.views["b"][...] = 7
    >>> one.vector.tolist()
    [1.0, 1.0, 1.0, 1.0, 1.0, 1.0, 7.0, 7.0]
    """

    vector: np.ndarray
    views: Mapping[str, np.ndarray]
    starts: np.ndarray  # where each begins

    @classmethod
    def of(cls, params: Mapping[str, np.ndarray], dtype=None) -> "Flat":
        """A copy of some parameters."""
        sizes = [prod(param.shape) for param in params.values()]
        starts = np.cumsum([0, *sizes])
        vector = np.concatenate([param.ravel() for param in params.values()]).astype(dtype)
        views = {
            name: vector[start : start + size].reshape(param.shape)
            for (name, param), start, size in zip(params.items(), starts, sizes, strict=False)
        }
        return cls(vector, views, starts[:-1])

    def add(self, params: Mapping[str, np.ndarray]) -> None:
        """Add arrays to the views of their names."""
        for name, param in params.items():
            self.views[name][...] += param

    def norms(self) -> np.ndarray:
        """The Euclidean norm of each view, in double precision."""
        return np.sqrt(np.add.reduceat(np.square(self.vector, dtype=float), self.starts))
