"""The search for states that a step leaves as they are: Levenberg-Marquardt on F(s) - s, batched.

After Sussillo & Barak 2013, "Opening the black box", with the Jacobian exact. Plain Newton runs off
to where gates are shut and every state counts as fixed. What a cell is at rest has no such places,
fewer states, and the same fixed points: these are looked for first, and where that finds none the
network's own steps are followed to where they are slow.
"""

from collections.abc import Generator

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
    active = np.arange(states.shape[1])
    goal, before = _goal(of) ** 2, np.full(states.shape[1], np.inf)

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
        own = active
        if known.inverses:
            with np.errstate(all="ignore"):
                led = known.stepped(states[:, active], residual[:, active])
            own = active[~moved(active, led, _LED)]
        # The damping falls with the residual: near a point the search is Newton's.
        mu = damping[own] * np.minimum(1, cost[own])
        with np.errstate(all="ignore"):
            tried = _stepped(of, states[:, own], residual[:, own], mu)
        taken = moved(own, tried, 1.0)
        damping[own] = np.where(taken, damping[own] * 0.2, damping[own] * 5 + 1e-6)
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
