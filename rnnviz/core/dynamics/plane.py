"""The plane in which states are drawn: of one number its next value, of more a slice of them where
there is one, else two principal components."""

from dataclasses import dataclass, field

import numpy as np

from rnnviz.core import measures
from rnnviz.core.dynamics.settling import Settling
from rnnviz.core.dynamics.slices import Slice, cut_of

_ARROWS, _FINE = 17, 81  # places a side, of the field and of the lines where it changes sign


@dataclass(frozen=True, eq=False)
class Plane:
    """Places (2, ..) of what is drawn, and the axes' titles.

    `own` (2, T) is a sequence's own path, `paths` (2, steps, some), `points` (2, count), `slow`
    (2, count), `ways` (2, steps) each, `ends` (2, k) by name. `shares` (2,) of the variance, None
    where nothing is lost, or the plane is bent. `cut` is the slice that it is, None of components.
    """

    axes: tuple[str, str]
    own: np.ndarray
    paths: np.ndarray
    points: np.ndarray
    slow: np.ndarray
    ways: tuple[np.ndarray, ...]
    shares: np.ndarray | None
    ends: dict[str, np.ndarray] = field(default_factory=dict)
    cut: Slice | None = None


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
    every = [own, paths.reshape(N, -1), points, one.slow, *one.ways, *one.ends.values()]
    cut = cut_of(one)
    shares, axes = None, ("a", "a after one step")
    if N == 1:
        every = [_next(own), _next(paths), *(np.repeat(each, 2, 0) for each in every[2:])]
    elif cut is None:
        every, shares = components(every, 2)
        axes = ("component 1", "component 2")
    else:
        shares = _shares(cut, np.concatenate(every, axis=1)) if cut.flat else None
        every, axes = [cut.down(each) for each in every], cut.axes
    if shares is not None:
        axes = (f"{axes[0]} ({shares[0]:.0%} of the variance)", f"{axes[1]} ({shares[1]:.0%})")
    first = 4 + len(one.ways)
    return Plane(
        axes, every[0], every[1].reshape(2, -1, paths.shape[2]), every[2], every[3],
        tuple(every[4:first]), shares, dict(zip(one.ends, every[first:], strict=True)), cut,
    )  # fmt: skip


def components(every: list[np.ndarray], count: int) -> tuple[list[np.ndarray], np.ndarray]:
    """The first principal components of all that is drawn, states (N, ..) each, (count, ..) of
    each, and their shares of the variance, (count,).

    >>> places, shares = components([np.eye(3), np.zeros((3, 1))], 3)
    >>> [one.shape for one in places], round(float(shares.sum()), 6)
    ([(3, 3), (3, 1)], 1.0)
    """
    drawn = np.concatenate(every, axis=1)
    fine = np.isfinite(drawn).all(0)
    coordinates = np.full((count, drawn.shape[1]), np.nan)
    with np.errstate(all="ignore"):
        coordinates[:, fine], shares = measures.principal_components(drawn[:, fine], count)
    return np.split(coordinates, np.cumsum([each.shape[1] for each in every])[:-1], axis=1), shares


def _shares(cut: Slice, drawn: np.ndarray) -> np.ndarray:
    """How much of the variance of all that is drawn each direction has, (2,)."""
    drawn = drawn[:, np.isfinite(drawn).all(0)]
    return cut.down(drawn).var(1) / (drawn.var(1).sum() or 1.0)


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
    every += seen.ends.values()
    drawn = np.concatenate(every, axis=1)
    drawn = drawn[:, np.isfinite(drawn).all(0)]
    drawn = drawn if drawn.size else np.zeros((2, 1))
    low, high = drawn.min(1), drawn.max(1)
    room = wider * np.maximum(high - low, 1e-3)
    return low - room, high + room


def arrows(settling: Settling, seen: Plane) -> np.ndarray:
    """Of a slice: steps (2, 2, count) on a grid, from and to, none longer than a cell of it.

    >>> from rnnviz import Experiment, run
    >>> from rnnviz.core.dynamics.settling import settle
    >>> one = settle(run(Experiment(cell="gru", n_a=2)))
    >>> arrows(one, plane(one)).shape
    (2, 2, 289)
    """
    (x0, y0), (x1, y1) = box(seen)
    X, Y = np.meshgrid(np.linspace(x0, x1, _ARROWS), np.linspace(y0, y1, _ARROWS))
    begin = np.stack([X.ravel(), Y.ravel()])
    move = _moves(settling, seen, begin)
    cell = np.array([[x1 - x0], [y1 - y0]]) / (_ARROWS - 1)
    longest = float(np.nan_to_num(np.hypot(*(move / cell)), posinf=0.0).max()) or 1.0
    size = np.hypot(*(move / cell)) / longest  # drawn by its root, lest the small ones vanish
    with np.errstate(all="ignore"):
        scaled = 0.9 * move / (longest * np.sqrt(size))
    return np.stack([begin, begin + np.nan_to_num(scaled, posinf=0.0, neginf=0.0)])


def nullclines(settling: Settling, seen: Plane) -> list[np.ndarray]:
    """Of a slice: for each number the line on which it stays, as pieces (2, 3 count) with a NaN
    after each. Marching squares: straight between where a side of the grid changes sign.

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
    move = _moves(settling, seen, begin).reshape(2, _FINE, _FINE)
    return [_zeros(each, X, Y) for each in move]


def _moves(settling: Settling, seen: Plane, places: np.ndarray) -> np.ndarray:
    """By how much a step moves the states at places (2, k), (2, k)."""
    assert seen.cut is not None
    with np.errstate(all="ignore"):
        return seen.cut.down(settling.of.step(seen.cut.lift(places))) - places


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
