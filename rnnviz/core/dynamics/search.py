"""The search for states that a step leaves as they are: Levenberg-Marquardt on F(s) - s, batched.

After Sussillo & Barak 2013, "Opening the black box", with the Jacobian exact. Plain Newton runs off
to where gates are shut and every state counts as fixed. What a cell is at rest has no such places,
fewer states, and the same fixed points: these are looked for first, and where that finds none the
network's own steps are followed to where they are slow.
"""

from collections.abc import Generator
from dataclasses import dataclass

import numpy as np

from rnnviz.core.axes import blocks
from rnnviz.core.dynamics.known import Known
from rnnviz.core.engine import StepMap

ITERATIONS = 60
_PATIENCE = 8  # iterations
_CHUNK = 500_000  # entries of the Jacobians of the starts that are searched together
_CACHED = 125_000  # of those that are solved side by side: a megabyte
_LED = 0.01  # of ||F(s) - s||^2: what a step of a point known must leave
Ends = Generator[None, None, tuple[np.ndarray, np.ndarray]]


def stays(of: StepMap, states: np.ndarray, residuals: np.ndarray) -> np.ndarray:
    """Whether residuals (k,) are no more than what sums of so many terms leave."""
    return residuals <= _rounding(of) * (1 + np.abs(states).max(0))


def _rounding(of: StepMap) -> float:
    return 64 * of.N * float(np.finfo(of.x.dtype).eps)


def searched(of: StepMap, begin: np.ndarray) -> Ends:
    """The ends (N, k) of the search from some starts, and max |F(s) - s| of each, (k,)."""
    rest = of.at_rest()
    if rest is of:
        return (yield from _descended(of, begin))
    names = of.cell.states
    every = dict(zip(names, blocks(begin, of.n_a), strict=True))
    unknown = np.concatenate([every[name] for name in rest.cell.states])
    found, _ = yield from _descended(rest, unknown)
    with np.errstate(all="ignore"):
        values, shape = rest.values(found), (of.n_a, found.shape[1])
        states = np.concatenate([np.broadcast_to(values[name], shape) for name in names])
        residuals = np.abs(of.step(states) - states).max(0)
        again = ~stays(of, states, residuals)
    if again.any():
        states[:, again], residuals[again] = yield from _descended(of, begin[:, again])
    return states, residuals


def _descended(of: StepMap, begin: np.ndarray) -> Ends:
    """Some starts after others, spread over all of them: what some find leads those after them."""
    many = -(-begin.shape[1] * of.N**2 // _CHUNK)
    states, residuals = np.empty_like(begin), np.empty(begin.shape[1])
    known = Known(of)
    for at in range(many):
        some = slice(at, None, many)
        states[:, some], residuals[some] = yield from _descent(of, begin[:, some], known)
        known.add(states[:, some][:, residuals[some] <= _goal(of)])
    return states, residuals


def _goal(of: StepMap) -> float:
    return _rounding(of) / 16


def _descent(of: StepMap, states: np.ndarray, known: Known) -> Ends:
    states = states.copy()
    with np.errstate(all="ignore"):
        residual = of.step(states) - states
        cost, damping = (residual**2).sum(0), np.full(states.shape[1], 1e-3)
    active, refused = np.arange(states.shape[1]), np.zeros(states.shape[1], bool)
    goal, before = _goal(of) ** 2, np.full(states.shape[1], np.inf)
    equations = _Equations.of(of, states.shape[1])

    def moved(some: np.ndarray, tried: np.ndarray, enough: float) -> np.ndarray:
        """Whether ||F(s) - s||^2 falls below `enough` of what it was: these are there now."""
        with np.errstate(all="ignore"):
            after = of.step(tried) - tried
            better = (after**2).sum(0)
            taken = better < enough * cost[some]
        yes = some[taken]
        states[:, yes], residual[:, yes], cost[yes] = (
            tried[:, taken],
            after[:, taken],
            better[taken],
        )
        return taken

    for at in range(ITERATIONS):
        active = active[(cost[active] > goal) & (damping[active] < 1e8)]
        if at % _PATIENCE == 0:  # who has not halved ||F(s) - s|| by now is at a slow point
            active = active[cost[active] < before[active] / 4]
            before[active] = cost[active]
        if not len(active):
            break
        yield
        # Where the last step was refused nothing but the damping has changed.
        again, own = active[refused[active]], active[~refused[active]]
        if known.inverses and len(own):
            with np.errstate(all="ignore"):
                led = known.stepped(states[:, own], residual[:, own])
            own = own[~moved(own, led, _LED)]
        tried = np.empty((of.N, len(own) + len(again)))
        both = np.concatenate([own, again])
        # The damping falls with the residual: near a point the search is Newton's.
        mu = damping[both] * np.minimum(1, cost[both])
        some = max(1, _CACHED // of.N**2)
        with np.errstate(all="ignore"):
            for start in range(0, len(both), some):
                part = slice(start, start + some)
                new = own[part]
                equations.set(new, states[:, new], residual[:, new])
                tried[:, part] = states[:, both[part]] - equations.solved(both[part], mu[part])
        taken = moved(both, tried, 1.0)
        refused[both] = ~taken
        damping[both] = np.where(taken, damping[both] * 0.2, damping[both] * 5 + 1e-6)
    return states, np.abs(residual).max(0)


@dataclass(frozen=True, eq=False)
class _Equations:
    """The normal equations of some starts, `normal` (k, N, N) and `slope` (k, N, 1), without their
    damping: they hold for another try where a step was refused."""

    map: StepMap
    normal: np.ndarray
    slope: np.ndarray

    @classmethod
    def of(cls, of: StepMap, k: int) -> "_Equations":
        return cls(of, np.empty((k, of.N, of.N)), np.empty((k, of.N, 1)))

    def set(self, places: np.ndarray, states: np.ndarray, residual: np.ndarray) -> None:
        """Those of the starts at some places, from their states and residuals, (N, places)."""
        if not len(places):
            return
        diagonal = np.arange(self.map.N)
        A = self.map.jacobians(states)
        A[:, diagonal, diagonal] -= 1
        At = A.swapaxes(-1, -2)
        self.normal[places], self.slope[places] = At @ A, At @ residual.T[:, :, None]

    def solved(self, places: np.ndarray, damping: np.ndarray) -> np.ndarray:
        """The steps (N, places) that they ask for with so much damping, (places,)."""
        diagonal, normal = np.arange(self.map.N), self.normal[places]
        normal[:, diagonal, diagonal] += damping[:, None]
        return _solved(normal, self.slope[places])[:, :, 0].T


def _solved(normal: np.ndarray, slope: np.ndarray) -> np.ndarray:
    try:
        return np.linalg.solve(normal, slope)
    except np.linalg.LinAlgError:  # one of them is singular to the last bit
        ridge = 1e-12 * np.trace(normal, axis1=1, axis2=2)[:, None, None] + np.finfo(float).tiny
        return np.linalg.solve(normal + ridge * np.eye(normal.shape[-1]), slope)
