"""Where a step leaves the state as it is: fixed points, and points that are slow.

Searched from many starts; what is found beyond the reach of these is left out, and counted.
"""

from collections.abc import Generator

import numpy as np

from rnnviz.core.dynamics.parts import exhausted
from rnnviz.core.dynamics.points import FixedPoint, FixedPoints, merged
from rnnviz.core.dynamics.search import searched, stays
from rnnviz.core.engine import StepMap


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


def searching(
    of: StepMap, begin: np.ndarray, margin: float = 0.01
) -> Generator[None, None, FixedPoints]:
    """The same, which yields between its iterations: whoever waits no longer lets it be."""
    states, residuals = yield from searched(of, begin)
    with np.errstate(all="ignore"):
        return _sorted(of, begin, states, residuals, margin)


def _sorted(
    of: StepMap, begin: np.ndarray, states: np.ndarray, residuals: np.ndarray, margin: float
) -> FixedPoints:
    """The ends of the search as what they are."""
    low, high = begin.min(1, keepdims=True), begin.max(1, keepdims=True)
    wide = margin * (high - low)
    within = ((states >= low - wide) & (states <= high + wide)).all(0)
    fixed = within & stays(of, states, residuals)
    points = [_point(of, state) for state in merged(states[:, fixed]).T]
    ended = within & ~fixed
    slow = merged(states[:, ended][:, np.argsort(residuals[ended])], 1e-2)
    speeds = np.linalg.norm(of.step(slow) - slow, axis=0)
    points.sort(key=lambda one: (one.unstable, *one.state))
    return FixedPoints(tuple(points), slow, speeds, begin.shape[1], int((~within).sum()))


def _point(of: StepMap, state: np.ndarray) -> FixedPoint:
    column = state[:, None]
    values = np.linalg.eigvals(of.jacobians(column)[0])
    values = values[np.argsort(-np.abs(values), kind="stable")]
    return FixedPoint(state, float(np.abs(of.step(column) - column).max()), values)
