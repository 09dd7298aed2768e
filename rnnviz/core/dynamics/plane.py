"""The plane in which states are drawn: of one number its next value, of two themselves, of more
two principal components."""

from dataclasses import dataclass

import numpy as np

from rnnviz.core import measures
from rnnviz.core.dynamics.settling import Settling

_ARROWS, _FINE = 17, 81  # places a side, of the field and of the lines where it changes sign


@dataclass(frozen=True, eq=False)
class Plane:
    """Places (2, ..) of what is drawn, and the axes' titles.

    `own` (2, T) is a sequence's own path, `paths` (2, steps, some), `points` (2, count), `slow`
    (2, count), `ways` (2, steps) each. `shares` (2,) of the variance, None where nothing is lost.
    """

    axes: tuple[str, str]
    own: np.ndarray
    paths: np.ndarray
    points: np.ndarray
    slow: np.ndarray
    ways: tuple[np.ndarray, ...]
    shares: np.ndarray | None


def plane(settling: Settling, sequence: int = 0) -> Plane:
    """Where everything stands. The components are of all that is drawn together.

    >>> from rnnviz import Experiment, run
    >>> from rnnviz.core.dynamics.settling import settle
    >>> plane(settle(run(Experiment(n_a=2, cell="gru")))).axes
    ('a of unit 1', 'a of unit 2')
    """
    one, N = settling, settling.of.N
    own, paths = one.visited[:, :, sequence], one.paths
    points = np.array([point.state for point in one.points]).reshape(-1, N).T
    every = [own, paths.reshape(N, -1), points, one.slow, *one.ways]
    if N == 1:
        placed = [_next(own), _next(paths), *(np.repeat(each, 2, 0) for each in every[2:])]
        axes: tuple[str, str] = ("a", "a after one step")
        return Plane(axes, placed[0], placed[1], *placed[2:4], tuple(placed[4:]), None)
    if N == 2:
        axes = ("a of unit 1", "a of unit 2") if one.of.n_a == 2 else one.of.cell.states[:2]
        shares = None
    else:
        drawn = np.concatenate(every, axis=1)
        fine = np.isfinite(drawn).all(0)
        coordinates = np.full((2, drawn.shape[1]), np.nan)
        with np.errstate(all="ignore"):
            coordinates[:, fine], shares = measures.principal_components(drawn[:, fine])
        ends = np.cumsum([each.shape[1] for each in every])[:-1]
        every = np.split(coordinates, ends, axis=1)
        axes = (f"component 1 ({shares[0]:.0%} of the variance)", f"component 2 ({shares[1]:.0%})")
    return Plane(
        axes, every[0], every[1].reshape(2, *paths.shape[1:]), every[2], every[3],
        tuple(every[4:]), shares,
    )  # fmt: skip


def _next(states: np.ndarray) -> np.ndarray:
    """Pairs of a number and the next one, (2, T - 1, ..), of a joint state of one."""
    return np.concatenate([states[:, :-1], states[:, 1:]])


def box(seen: Plane, wider: float = 0.15) -> tuple[np.ndarray, np.ndarray]:
    """The lowest and the highest place that is drawn, (2,) each, with room on each side.

    >>> from rnnviz import Experiment, run
    >>> from rnnviz.core.dynamics.settling import settle
    >>> one = settle(run(Experiment(cell="gru", n_a=2)))
    >>> low, high = box(plane(one))
    >>> bool((low < high).all())
    True
    """
    every = [seen.own, seen.paths.reshape(2, -1), seen.points, seen.slow, *seen.ways]
    drawn = np.concatenate(every, axis=1)
    drawn = drawn[:, np.isfinite(drawn).all(0)]
    drawn = drawn if drawn.size else np.zeros((2, 1))
    low, high = drawn.min(1), drawn.max(1)
    room = wider * np.maximum(high - low, 1e-3)
    return low - room, high + room


def arrows(settling: Settling, seen: Plane) -> np.ndarray:
    """Of two numbers: steps (2, 2, count) on a grid, from and to, none longer than a cell of it.

    >>> from rnnviz import Experiment, run
    >>> from rnnviz.core.dynamics.settling import settle
    >>> one = settle(run(Experiment(cell="gru", n_a=2)))
    >>> arrows(one, plane(one)).shape
    (2, 2, 289)
    """
    (x0, y0), (x1, y1) = box(seen)
    X, Y = np.meshgrid(np.linspace(x0, x1, _ARROWS), np.linspace(y0, y1, _ARROWS))
    begin = np.stack([X.ravel(), Y.ravel()])
    with np.errstate(all="ignore"):
        move = settling.of.step(begin) - begin
    cell = np.array([[x1 - x0], [y1 - y0]]) / (_ARROWS - 1)
    longest = float(np.nan_to_num(np.hypot(*(move / cell)), posinf=0.0).max()) or 1.0
    size = np.hypot(*(move / cell)) / longest  # drawn by its root, lest the small ones vanish
    with np.errstate(all="ignore"):
        scaled = 0.9 * move / (longest * np.sqrt(size))
    return np.stack([begin, begin + np.nan_to_num(scaled, posinf=0.0, neginf=0.0)])


def nullclines(settling: Settling, seen: Plane) -> list[np.ndarray]:
    """Of two numbers: for each the line on which it stays as it is, as pieces (2, 3 count) with a
    NaN after each. Marching squares: straight between where a side of the grid changes sign.

    >>> from rnnviz import Experiment, run
    >>> from rnnviz.core.dynamics.settling import settle
    >>> one = settle(run(Experiment(cell="gru", n_a=2)))
    >>> [len(line) for line in nullclines(one, plane(one))]
    [2, 2]
    """
    low, high = box(seen)
    x, y = (np.linspace(low[k], high[k], _FINE) for k in (0, 1))
    X, Y = np.meshgrid(x, y)
    begin = np.stack([X.ravel(), Y.ravel()])
    with np.errstate(all="ignore"):
        move = (settling.of.step(begin) - begin).reshape(2, _FINE, _FINE)
    return [_zeros(each, X, Y) for each in move]


def _zeros(height: np.ndarray, X: np.ndarray, Y: np.ndarray) -> np.ndarray:
    corners = [(0, 0), (0, 1), (1, 1), (1, 0)]
    n = len(height) - 1
    at = [(slice(i, n + i), slice(j, n + j)) for i, j in corners]
    crossings, crossed = [], []
    for first, second in zip(at, [*at[1:], at[0]], strict=True):
        h, k = height[first], height[second]
        changes = (h > 0) != (k > 0)
        share = np.where(changes, h / np.where(h == k, 1, h - k), 0)
        place = [(Z[first] + share * (Z[second] - Z[first])) for Z in (X, Y)]
        crossings.append(np.stack(place))
        crossed.append(changes)
    sides, cut = np.stack(crossings), np.stack(crossed)
    pieces = []
    for i, j in np.argwhere(cut.sum(0) >= 2):
        ends = np.flatnonzero(cut[:, i, j])
        for one, other in zip(ends[::2], ends[1::2], strict=True):
            gap = np.full(2, np.nan)
            pieces += [sides[one, :, i, j], sides[other, :, i, j], gap]
    return np.array(pieces).reshape(-1, 2).T
