"""What a fixed point is: where it stands, whether it holds the states beside it, and of many how
many of each kind."""

from dataclasses import dataclass
from functools import cached_property

import numpy as np

_SAME = 1e-6  # of the size of a state: points nearer than that are one
_BORDER = 1e-9  # how near to 1 an eigenvalue of rounding's making may come


@dataclass(frozen=True, eq=False)
class FixedPoint:
    """A state (N,) with F(s) = s up to `residual`, and the Jacobian's eigenvalues there, the
    largest first."""

    state: np.ndarray
    residual: float
    eigenvalues: np.ndarray

    @property
    def unstable(self) -> int:
        """How many directions lead away from it."""
        return int((np.abs(self.eigenvalues) > 1 + _BORDER).sum())

    @property
    def neutral(self) -> int:
        """In how many directions a small distance stays as it is, up to rounding."""
        return int((np.abs(np.abs(self.eigenvalues) - 1) <= _BORDER).sum())

    @property
    def kind(self) -> str:
        """ "stable", "saddle", "unstable" where every direction leads away; "neutral" where none
        does, and some neither lead away nor back: a first order does not tell of these."""
        if not self.unstable:
            return "neutral" if self.neutral else "stable"
        return "unstable" if self.unstable == len(self.eigenvalues) else "saddle"

    @property
    def isolated(self) -> bool:
        """Whether its residual proves a point of its own: Newton's method converges from where
        residual / |1 - lambda|^2 is small (Kantorovich). Else it may be a slow point, or one of a
        line of points, that rounding cannot tell from a fixed one."""
        return 4 * max(self.residual, float(np.finfo(float).eps)) <= self.nearest**2

    @property
    def index(self) -> int:
        """The sign of det(I - J), 0 where an eigenvalue is 1."""
        if not self.nearest:
            return 0
        return int(np.sign(np.prod((1 - self.eigenvalues) / np.abs(1 - self.eigenvalues)).real))

    @property
    def time_constants(self) -> np.ndarray:
        """Steps in which a small distance shrinks by e in each direction, (N,): negative where it
        grows, infinite where it stays."""
        with np.errstate(divide="ignore"):
            return -1 / np.log(np.abs(self.eigenvalues))

    @property
    def nearest(self) -> float:
        """min |1 - lambda|: how near it is to meeting another one, where merging cannot be told."""
        return float(np.abs(1 - self.eigenvalues).min())


@dataclass(frozen=True, eq=False)
class FixedPoints:
    """What was found from `starts` starts: the points, stable ones first; slow points (N, count)
    with their speeds ||F(s) - s||, where the search ended and none is fixed; and how many ends were
    `beyond` the reach."""

    points: tuple[FixedPoint, ...]
    slow: np.ndarray
    speeds: np.ndarray
    starts: int
    beyond: int

    @cached_property
    def by_unstable(self) -> dict[int, int]:
        """How many points have so many unstable directions."""
        every = [one.unstable for one in self.points]
        return {count: every.count(count) for count in sorted({*every})}

    @property
    def index_sum(self) -> int:
        """The sum of the indices: +1 over a complete set of a bounded map (Brouwer's degree).
        Necessary, not sufficient."""
        return sum(one.index for one in self.points)

    @property
    def nearest(self) -> float:
        """The least min |1 - lambda| of all; infinity without a point."""
        return min((one.nearest for one in self.points), default=np.inf)


def merged(states: np.ndarray, same: float = _SAME) -> np.ndarray:
    """The states (N, k) without those that lie within `same` (1 + |s|) of one before them.

    >>> merged(np.array([[0.0, 1.0, 1e-9, 1.0]]))
    array([[0., 1.]])
    """
    kept: list[np.ndarray] = []
    while states.shape[1]:
        kept.append(states[:, 0])
        far = np.abs(states - states[:, :1]).max(0) > same * (1 + np.abs(states).max(0))
        far[0] = False
        states = states[:, far]
    return np.array(kept, states.dtype).reshape(len(kept), len(states)).T
