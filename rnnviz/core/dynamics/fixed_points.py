"""Where a step leaves the state as it is: fixed points, what they are, and points that are slow.

Batched Levenberg-Marquardt on F(s) - s from many starts (after Sussillo & Barak 2013, "Opening the
black box", with the Jacobian exact). Plain Newton runs off to where gates are shut and every state
counts as fixed: what is found beyond the reach of the starts is left out, and counted.
"""

from collections.abc import Generator
from dataclasses import dataclass
from functools import cached_property
from typing import Any, TypeVar

import numpy as np

from rnnviz.core.engine import StepMap

Result = TypeVar("Result")
ITERATIONS = 60
_PATIENCE = 8  # iterations
_CHUNK = 2_000_000  # entries of the Jacobians of the starts that are searched together
_CACHED = 250_000  # of those that are solved side by side
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


def starts(visited: np.ndarray, count: int, random: np.random.RandomState) -> np.ndarray:
    """`count` starts (N, count): visited states, midpoints of pairs and of triples of them (near
    these lie saddles), and states anywhere in their box, a quarter of each.

    >>> starts(np.eye(3), 8, np.random.RandomState(1)).shape
    (3, 8)
    """
    low, high = visited.min(1, keepdims=True), visited.max(1, keepdims=True)
    sizes = [count - 3 * (count // 4), *[count // 4] * 3]
    chosen = [
        visited[:, random.randint(visited.shape[1], size=(size, among))].mean(-1)
        for size, among in zip(sizes, (1, 2, 3), strict=False)
    ]
    anywhere = low + (high - low) * random.uniform(size=(len(visited), sizes[3]))
    return np.concatenate([*chosen, anywhere], axis=1).astype(visited.dtype)


def fixed_points(of: StepMap, begin: np.ndarray, margin: float = 0.01) -> FixedPoints:
    """The fixed points that the search finds from the starts (N, count).

    Accepted are ends with a residual of rounding, within the box of the starts, made wider on each
    side by `margin` of itself: what the network visits ends beside an attractor, never beyond.

    >>> from rnnviz.core.cells import CELLS
    >>> three = {"Waa": 2 * np.eye(3), "Wax": np.zeros((3, 1)), "ba": np.zeros((3, 1))}
    >>> three |= {"Wya": np.zeros((2, 3)), "by": np.zeros((2, 1))}
    >>> begin = np.random.RandomState(1).uniform(-1, 1, (3, 500))
    >>> fixed_points(StepMap.of(CELLS["rnn"], three), begin).by_unstable
    {0: 8, 1: 12, 2: 6, 3: 1}
    """
    return exhausted(searching(of, begin, margin))


def exhausted(work: Generator[Any, None, Result]) -> Result:
    """What work in parts comes to.

    >>> from rnnviz import Experiment, run
    >>> done = run(Experiment(cell="gru", n_a=2))
    >>> one = StepMap.of(done.cell, done.params)
    >>> len(exhausted(searching(one, np.zeros((one.N, 1)))).points)
    1
    """
    while True:
        try:
            next(work)
        except StopIteration as done:
            return done.value


def searching(
    of: StepMap, begin: np.ndarray, margin: float = 0.01
) -> Generator[None, None, FixedPoints]:
    """The same, which yields between its iterations: whoever waits no longer lets it be."""
    N, count = begin.shape
    chunk = max(1, _CHUNK // N**2)
    ends = []
    for at in range(0, count, chunk):
        ends.append((yield from _search(of, begin[:, at : at + chunk])))
    with np.errstate(all="ignore"):
        return _sorted(of, begin, ends, margin)


def _sorted(
    of: StepMap, begin: np.ndarray, ends: list[tuple[np.ndarray, np.ndarray]], margin: float
) -> FixedPoints:
    """The ends of the search as what they are."""
    count = begin.shape[1]
    states, residuals = (np.concatenate(each, axis=-1) for each in zip(*ends, strict=True))
    low, high = begin.min(1, keepdims=True), begin.max(1, keepdims=True)
    wide = margin * (high - low)
    within = ((states >= low - wide) & (states <= high + wide)).all(0)
    scale = 1 + np.abs(states).max(0)
    fixed = within & (residuals <= _rounding(of) * scale)
    points = [_point(of, state) for state in merged(states[:, fixed]).T]
    ended = within & ~fixed
    slow = merged(states[:, ended][:, np.argsort(residuals[ended])], 1e-2)
    speeds = np.linalg.norm(of.step(slow) - slow, axis=0)
    points.sort(key=lambda one: (one.unstable, *one.state))
    return FixedPoints(tuple(points), slow, speeds, count, int((~within).sum()))


def _rounding(of: StepMap) -> float:
    """A residual that is no more than sums of so many terms leave."""
    return 64 * of.N * float(np.finfo(of.x.dtype).eps)


def _search(
    of: StepMap, states: np.ndarray
) -> Generator[None, None, tuple[np.ndarray, np.ndarray]]:
    """The ends (N, k) of the search, and their residuals, the largest of each."""
    states = states.copy()
    residual = of.step(states) - states
    cost, damping = (residual**2).sum(0), np.full(states.shape[1], 1e-3)
    active = np.arange(states.shape[1])
    goal, before = (_rounding(of) / 16) ** 2, np.full(states.shape[1], np.inf)
    for at in range(ITERATIONS):
        active = active[(cost[active] > goal) & (damping[active] < 1e8)]
        if at % _PATIENCE == 0:  # who has not halved ||F(s) - s|| by now is at a slow point
            active = active[cost[active] < before[active] / 4]
            before[active] = cost[active]
        if not len(active):
            break
        yield
        # The damping falls with the residual: near a point the search is Newton's.
        mu = damping[active] * np.minimum(1, cost[active])
        with np.errstate(all="ignore"):
            tried = _stepped(of, states[:, active], residual[:, active], mu)
            after = of.step(tried) - tried
            better = (after**2).sum(0)
            taken = better < cost[active]
        damping[active] = np.where(taken, damping[active] * 0.2, damping[active] * 5 + 1e-6)
        yes = active[taken]
        states[:, yes], residual[:, yes], cost[yes] = (
            tried[:, taken],
            after[:, taken],
            better[taken],
        )
    return states, np.abs(residual).max(0)


def _stepped(
    of: StepMap, states: np.ndarray, residual: np.ndarray, damping: np.ndarray
) -> np.ndarray:
    """Where the damped step leads, (N, k)."""
    tried, some = np.empty_like(states), max(1, _CACHED // of.N**2)
    diagonal = np.arange(of.N)
    for at in range(0, states.shape[1], some):
        part = slice(at, at + some)
        A = of.jacobians(states[:, part])
        A[:, diagonal, diagonal] -= 1
        At = A.swapaxes(-1, -2)
        normal, slope = At @ A, At @ residual.T[part, :, None]
        normal[:, diagonal, diagonal] += damping[part, None]
        tried[:, part] = states[:, part] - _solved(normal, slope)[:, :, 0].T
    return tried


def _solved(normal: np.ndarray, slope: np.ndarray) -> np.ndarray:
    try:
        return np.linalg.solve(normal, slope)
    except np.linalg.LinAlgError:  # one of them is singular to the last bit
        ridge = 1e-12 * np.trace(normal, axis1=1, axis2=2)[:, None, None] + np.finfo(float).tiny
        return np.linalg.solve(normal + ridge * np.eye(normal.shape[-1]), slope)


def merged(states: np.ndarray, same: float = _SAME) -> np.ndarray:
    """The states (N, k) without those that lie within `same` (1 + |s|) of one before them."""
    kept: list[np.ndarray] = []
    for state in states.T:
        near = same * (1 + np.abs(state).max())
        if not any(np.abs(state - other).max() <= near for other in kept):
            kept.append(state)
    return np.array(kept, states.dtype).reshape(len(kept), len(states)).T


def _point(of: StepMap, state: np.ndarray) -> FixedPoint:
    column = state[:, None]
    values = np.linalg.eigvals(of.jacobians(column)[0])
    values = values[np.argsort(-np.abs(values), kind="stable")]
    return FixedPoint(state, float(np.abs(of.step(column) - column).max()), values)
