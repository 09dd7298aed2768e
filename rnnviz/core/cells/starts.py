"""What parameters start as that no initialiser should draw: a part of a cell's description."""

from dataclasses import dataclass

import numpy as np


@dataclass(frozen=True)
class Uniform:
    """Uniform between two numbers, one a unit."""

    low: float
    high: float

    def draw(self, n_a: int, random: np.random.RandomState) -> np.ndarray:
        """The vector (n_a, 1)."""
        return random.uniform(self.low, self.high, (n_a, 1))

    @property
    def text(self) -> str:
        """The same as NumPy, of `n_a` and `random`."""
        return f"random.uniform({self.low!r}, {self.high!r}, (n_a, 1))"


@dataclass(frozen=True)
class Multiples:
    """0, 1, 2, .. times a number, one a unit."""

    of: float

    def draw(self, n_a: int, random: np.random.RandomState) -> np.ndarray:
        """The vector (n_a, 1)."""
        return self.of * np.arange(n_a)[:, None]

    @property
    def text(self) -> str:
        """The same as NumPy, of `n_a`."""
        return f"{self.of!r} * np.arange(n_a)[:, None]"


Start = Uniform | Multiples
