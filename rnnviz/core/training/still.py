"""Where the states of a small network would stay while nothing comes in: part of its record."""

from collections.abc import Mapping

import numpy as np

from rnnviz.core.cells import Cell
from rnnviz.core.dynamics import FixedPoints, StepMap, fixed_points, starts

SMALL = 16  # numbers of a state, of all its letters: the search takes a few milliseconds
MOST_POINTS = 32  # of a record, the stable ones first
KINDS = ("stable", "saddle", "unstable", "neutral")
_STARTS = 60


def still(cell: Cell, params: Mapping[str, np.ndarray], states: np.ndarray) -> FixedPoints:
    """The fixed points that a search from `states` (N, count) finds, visited ones and what lies
    between them.

    >>> from rnnviz.core.cells import CELLS
    >>> two = {"Waa": 2 * np.eye(1), "Wax": np.zeros((1, 1)), "ba": np.zeros((1, 1))}
    >>> two |= {"Wya": np.zeros((1, 1)), "by": np.zeros((1, 1))}
    >>> still(CELLS["rnn"], two, np.array([[-0.99, 0.99]])).by_unstable  # of a = tanh(2 a)
    {0: 2, 1: 1}
    """
    double = {name: np.asarray(W, float) for name, W in params.items()}
    begin = starts(states.astype(float), _STARTS, np.random.RandomState(1))
    return fixed_points(StepMap.of(cell, double), begin)


def kept(found: FixedPoints, N: int) -> dict[str, np.ndarray]:
    """The same as arrays of one shape: `points` (N, MOST_POINTS), NaN where there is none, and
    `kinds` (MOST_POINTS,), places in KINDS, -1 where there is none."""
    points = np.full((N, MOST_POINTS), np.nan)
    kinds = np.full(MOST_POINTS, -1, "i1")
    for at, one in enumerate(found.points[:MOST_POINTS]):
        points[:, at], kinds[at] = one.state, KINDS.index(one.kind)
    return {"points": points, "kinds": kinds}


def told(row: Mapping[str, np.ndarray]) -> tuple[np.ndarray, list[str]]:
    """The other way: states (N, count) and their kinds.

    >>> points = np.array([[0.5, np.nan], [-0.5, np.nan]])
    >>> states, kinds = told({"points": points, "kinds": np.array([0, -1], "i1")})
    >>> states.ravel(), kinds
    (array([ 0.5, -0.5]), ['stable'])
    """
    there = row["kinds"] >= 0
    return row["points"][:, there], [KINDS[at] for at in row["kinds"][there]]
