"""Where a network goes under one input, and where it comes to rest: of any Pass."""

from collections.abc import Generator, Mapping
from dataclasses import dataclass, field, replace

import numpy as np

from rnnviz.core.dynamics.fixed_points import searching, starts
from rnnviz.core.dynamics.held import (
    DRIVEN,
    FAR,
    STEPS,
    ZERO,
    Heard,
    paths_of,
    under,
    visited_states,
)
from rnnviz.core.dynamics.lyapunov import Spectrum
from rnnviz.core.dynamics.parting import parting_of
from rnnviz.core.dynamics.parts import exhausted
from rnnviz.core.dynamics.points import FixedPoint, FixedPoints
from rnnviz.core.dynamics.resting import resting
from rnnviz.core.engine import StepMap
from rnnviz.core.types import Pass, norm

_ENTRIES = 250_000  # of all Jacobians that are solved together: starts N^2
_MOST_STARTS, _FEWEST = 500, 6
_SLOW = 0.1  # of the median step of the paths
_WAYS = 6  # saddles whose way out is followed


@dataclass(frozen=True, eq=False)
class Settling:
    """Where a network goes under one input, `held` as "zero", "constant", "mean" or
    "driven", or by the name of what is `Heard`.

    `x` (n_x, 1) is what is held. `visited` (N, T, m) are the states of its own run after each step,
    as far as they are finite; `paths` (N, STEPS + 1, some) go on from some of them with
    the input held, NaN where they have left. `found` are the fixed points; None under an input that
    changes. `ways` lead out of the saddles, (N, steps) each. `exponents` is None where the states
    overflow; `parting` is lambda_1 by two trajectories over the same steps, NaN on a corner.
    `ends` (N, k) by name are states that others were left in, and `leads` (k,) at which of the
    `stable` points each of them comes to rest, -1 at none.
    """

    of: StepMap
    held: str
    x: np.ndarray
    visited: np.ndarray
    paths: np.ndarray
    found: FixedPoints | None
    ways: tuple[np.ndarray, ...]
    exponents: Spectrum | None
    parting: float
    ends: Mapping[str, np.ndarray] = field(default_factory=dict)
    leads: Mapping[str, np.ndarray] = field(default_factory=dict)

    @property
    def stable(self) -> np.ndarray:
        """The stable points, (N, count)."""
        states = [one.state for one in self.points if one.kind == "stable"]
        return np.array(states).reshape(-1, self.of.N).T

    @property
    def points(self) -> tuple[FixedPoint, ...]:
        """The fixed points that are proved to be points of their own."""
        return tuple(one for one in self.found.points if one.isolated) if self.found else ()

    @property
    def unproved(self) -> tuple[FixedPoint, ...]:
        """Ends that stay up to rounding, where that may be one point, several, or a slow place."""
        return tuple(one for one in self.found.points if not one.isolated) if self.found else ()

    @property
    def slow(self) -> np.ndarray:
        """States (N, count) at which the search ended, none proved to be fixed, where a step moves
        less than a tenth of what it moves elsewhere. Those that are `unproved` come first."""
        if self.found is None:
            return np.empty((self.of.N, 0))
        unproved = [one.state[:, None] for one in self.unproved]
        moves = norm(self.paths[:, 1] - self.paths[:, 0], 0)
        moves = moves[np.isfinite(moves)]  # the others have left
        slower = self.found.speeds < _SLOW * (np.median(moves) if len(moves) else 0.0)
        return np.concatenate([*unproved, self.found.slow[:, slower]], axis=1)


def settle(run: Pass, held: str | Heard = ZERO, value: float = 1.0) -> Settling:
    """All of it, in float64. With "constant" every input is `value`, with "mean" each is its mean
    over the run; "driven" hears the run's sequences one after another. Raises ExperimentError.

    >>> from rnnviz import Experiment, run
    >>> settled = settle(run(Experiment(cell="gru", n_a=4)))
    >>> [point.kind for point in settled.points], bool(settled.exponents.exponents[0] < 0)
    (['stable'], True)
    """
    return exhausted(settling(run, held, value))


def settling(
    run: Pass, held: str | Heard = ZERO, value: float = 1.0
) -> Generator[None, None, Settling]:
    """The same, which yields between its parts.

    >>> from rnnviz import Experiment, run
    >>> sum(1 for part in settling(run(Experiment(cell="gru", n_a=4)))) > 3
    True
    """
    of = under(run, held, value)
    visited = visited_states(run)
    with np.errstate(all="ignore"):  # never while others run, between the parts
        paths = paths_of(of, visited)
        more = [held.near] if isinstance(held, Heard) else []
        count = held.starts if isinstance(held, Heard) else 0
        begin = _begin(of, visited, paths, paths_of(of, _initial(run)), *more, count=count)
    found, ways = None, ()
    if held != DRIVEN:
        found = yield from searching(of, begin)
        with np.errstate(all="ignore"):
            ways = _ways(of, found)
        yield
    exponents, parting = parting_of(of, run, held, paths)
    name = held.name if isinstance(held, Heard) else held
    one = Settling(of, name, of.x, visited, paths, found, ways, exponents, parting)
    if not isinstance(held, Heard) or not held.ends:
        return one
    leads = {name: resting(of, states, one.stable) for name, states in held.ends.items()}
    return replace(one, ends=held.ends, leads=leads)


def _initial(run: Pass) -> np.ndarray:
    """The joint states before the first step, (N, 1, m)."""
    every = [np.asarray(run.trace.initial[name], float) for name in run.cell.states]
    return np.concatenate(every)[:, None]


def _begin(of: StepMap, *several: np.ndarray, count: int = 0) -> np.ndarray:
    """Where the search starts: around what is visited, by the run and with the input held."""
    every = np.concatenate([states.reshape(of.N, -1) for states in several], axis=1)
    near = every[:, np.abs(every).max(0) < FAR]  # NaN is not
    near = near if near.shape[1] else np.zeros((of.N, 1))
    count = count or int(np.clip(_ENTRIES // of.N**2, _FEWEST, _MOST_STARTS))
    return starts(near, count, np.random.RandomState(1))


def _ways(of: StepMap, found: FixedPoints) -> tuple[np.ndarray, ...]:
    """The unstable manifold's slow-moving images: from each saddle along its leading direction,
    both ways, for as long as they move."""
    ways = []
    saddles = [one for one in found.points if one.isolated and one.kind == "saddle"]
    for point in saddles[:_WAYS]:
        values, vectors = np.linalg.eig(of.jacobians(point.state[:, None])[0])
        lead = int(np.abs(values).argmax())
        if values[lead].imag or values[lead].real < 1:
            continue  # it winds or jumps to and fro: no line leads out
        away = vectors[:, lead].real * 1e-3 * (1 + np.abs(point.state).max())
        states = point.state[:, None] + np.stack([away, -away], axis=1)
        steps = [np.repeat(point.state[:, None], 2, axis=1), states]
        for _ in range(3 * STEPS):
            states = of.step(states)
            if not np.isfinite(states).all() or np.abs(states).max() > FAR:
                break
            steps.append(states)
        ways += [*np.moveaxis(np.stack(steps, axis=1), 2, 0)]
    return tuple(ways)
