"""At which stable point each state of a plane comes to rest: its basins."""

from functools import lru_cache

import numpy as np

from rnnviz.core.dynamics.plane import Plane, box
from rnnviz.core.dynamics.resting import resting
from rnnviz.core.dynamics.settling import Settling
from rnnviz.core.dynamics.slices import cut_of

_SIDE, _COARSE = 91, 5  # places a side; every how many-th is of the coarse grid


def basins(settling: Settling, seen: Plane) -> tuple[np.ndarray, np.ndarray, np.ndarray] | None:
    """Places along both axes of a plane, (side,) each, and at which stable point each state there
    comes to rest, (side, side), NaN at none: numbers about 0, in their order from left to right.

    None where the plane is no slice of the states, or fewer than two points are stable. Between
    four neighbours of a coarse grid that agree, all are taken to agree.

    >>> from rnnviz import Experiment, run
    >>> from rnnviz.core.dynamics import plane, settle
    >>> two = settle(run(Experiment(cell="rnn", n_a=2, init="identity", gain=2, forget_bias=0)))
    >>> x, y, leads = basins(two, plane(two))
    >>> leads.shape, np.unique(leads[leads == leads])
    ((91, 91), array([-1.5, -0.5,  0.5,  1.5]))
    """
    stable = settling.stable
    if seen.cut is None or stable.shape[1] < 2:
        return None
    low, high = (tuple(end.tolist()) for end in box(seen))
    x, y = (np.linspace(low[k], high[k], _SIDE) for k in (0, 1))
    leads = _leads(settling, low, high)
    order = np.lexsort(seen.cut.down(stable)[::-1])
    number = np.append(np.argsort(order) - (len(order) - 1) / 2, np.nan)  # the last: at none
    return x, y, number[leads]


@lru_cache(4)
def _leads(settling: Settling, low: tuple[float, ...], high: tuple[float, ...]) -> np.ndarray:
    """At which stable point the state at each place of a grid comes to rest, (side, side)."""
    cut = cut_of(settling)
    assert cut is not None
    X, Y = np.meshgrid(*(np.linspace(low[k], high[k], _SIDE) for k in (0, 1)))

    def found(some: np.ndarray) -> np.ndarray:
        return resting(settling.of, cut.lift(np.stack([X[some], Y[some]])), settling.stable)

    leads, known = np.full(X.shape, -1), np.zeros(X.shape, bool)
    known[::_COARSE, ::_COARSE] = True
    leads[known] = found(known)
    for i, j in np.ndindex(_SIDE // _COARSE, _SIDE // _COARSE):
        at = np.s_[i * _COARSE : (i + 1) * _COARSE + 1], np.s_[j * _COARSE : (j + 1) * _COARSE + 1]
        corners = leads[at][::_COARSE, ::_COARSE]
        if (corners == corners[0, 0]).all():
            leads[at], known[at] = corners[0, 0], True
    leads[~known] = found(~known)
    return leads
