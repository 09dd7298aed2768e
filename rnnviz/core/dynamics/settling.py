"""Where a network goes under one input, and how fast neighbouring states part: of any Pass."""

from collections.abc import Generator, Mapping
from dataclasses import dataclass, field, replace
from typing import NamedTuple

import numpy as np

from rnnviz.core.dynamics.fixed_points import (
    FixedPoint,
    FixedPoints,
    exhausted,
    searching,
    starts,
)
from rnnviz.core.dynamics.lyapunov import Spectrum, growth, lyapunov
from rnnviz.core.dynamics.resting import resting
from rnnviz.core.engine import StepMap
from rnnviz.core.errors import ExperimentError, check_choice
from rnnviz.core.types import Pass, norm

ZERO, CONSTANT, MEAN, DRIVEN = HELD = ("zero", "constant", "mean", "driven")
PATHS, STEPS = 8, 60  # that are drawn of states that hear nothing but the input held
BURN_IN = 100
_FAR = 1e6  # states beyond are on their way out, and none is looked for there
_ENTRIES = 250_000  # of all Jacobians that are solved together: starts N^2
_MOST_STARTS, _FEWEST = 500, 6
_ALL = 64  # sizes of the joint state up to which every exponent is computed
_FEW = 10
_SLOW = 0.1  # of the median step of the paths
_MOVE = 1e-6  # of a state, for a difference
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


class Heard(NamedTuple):
    """An input of one's own that is held, x (n_x,), by its name; states (N, some) near which fixed
    points are looked for, too; states (N, k) by name that are followed from there on; and from how
    many starts fixed points are looked for, 0 for the usual number."""

    name: str
    x: np.ndarray
    near: np.ndarray
    ends: Mapping[str, np.ndarray] = {}
    starts: int = 0


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
    of = _network(run, held, value)
    visited = visited_states(run)
    with np.errstate(all="ignore"):  # never while others run, between the parts
        paths = _paths(of, visited)
        more = [held.near] if isinstance(held, Heard) else []
        count = held.starts if isinstance(held, Heard) else 0
        begin = _begin(of, visited, paths, _paths(of, _initial(run)), *more, count=count)
    found, ways = None, ()
    if held != DRIVEN:
        found = yield from searching(of, begin)
        with np.errstate(all="ignore"):
            ways = _ways(of, found)
        yield
    exponents, parting = _parting(of, run, held, paths)
    name = held.name if isinstance(held, Heard) else held
    one = Settling(of, name, of.x, visited, paths, found, ways, exponents, parting)
    if not isinstance(held, Heard) or not held.ends:
        return one
    leads = {name: resting(of, states, one.stable) for name, states in held.ends.items()}
    return replace(one, ends=held.ends, leads=leads)


def _network(run: Pass, held: str | Heard, value: float) -> StepMap:
    params = {name: np.asarray(param, float) for name, param in run.params.items()}
    return StepMap.of(run.cell, params, _held(run, held, value))


def visited_states(run: Pass) -> np.ndarray:
    """The joint states of a run after each step, (N, T, m), as far as they are finite; the initial
    ones where none is."""
    trace, end = run.trace, run.trace.finite_steps
    steps = slice(1, end + 1) if end else slice(1)
    every = [np.moveaxis(trace.state(name)[steps], 1, 0) for name in trace.cell.states]
    return np.nan_to_num(np.concatenate(every).astype(float), posinf=0.0, neginf=0.0)


def _held(run: Pass, held: str | Heard, value: float) -> np.ndarray | None:
    if isinstance(held, Heard):
        return held.x
    check_choice("held", held, HELD)
    if held == CONSTANT:
        return np.full(run.trace.n_x, value)
    if held == MEAN:
        x = run.trace.x[..., : max(1, run.trace.finite_steps)].astype(float)
        return np.nan_to_num(x.mean(axis=(1, 2)), posinf=0.0, neginf=0.0)
    return None


def _paths(of: StepMap, visited: np.ndarray) -> np.ndarray:
    """(N, STEPS + 1, some): from the ends of the sequences, and from states between."""
    every = visited.reshape(len(visited), -1)[:, ::-1]
    states = every[:, np.linspace(0, every.shape[1] - 1, min(PATHS, every.shape[1])).astype(int)]
    path = [states]
    for _ in range(STEPS):
        states = of.step(states)
        states = np.where(
            np.abs(states).max(0) < _FAR * (1 + np.abs(path[0]).max(0)), states, np.nan
        )
        path.append(states)
    return np.stack(path, axis=1)


def _initial(run: Pass) -> np.ndarray:
    """The joint states before the first step, (N, 1, m)."""
    every = [np.asarray(run.trace.initial[name], float) for name in run.cell.states]
    return np.concatenate(every)[:, None]


def _begin(of: StepMap, *several: np.ndarray, count: int = 0) -> np.ndarray:
    """Where the search starts: around what is visited, by the run and with the input held."""
    every = np.concatenate([states.reshape(of.N, -1) for states in several], axis=1)
    near = every[:, np.abs(every).max(0) < _FAR]  # NaN is not
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
            if not np.isfinite(states).all() or np.abs(states).max() > _FAR:
                break
            steps.append(states)
        ways += [*np.moveaxis(np.stack(steps, axis=1), 2, 0)]
    return tuple(ways)


def exponents_of(
    run: Pass, held: str | Heard = ZERO, value: float = 1.0
) -> tuple[Spectrum | None, float]:
    """The exponents alone, and lambda_1 by two trajectories, as `settle` has them.

    >>> from rnnviz import Experiment, run
    >>> linear = Experiment(cell="rnn", activation="linear", init="orthogonal", gain=0.9)
    >>> spectrum, parting = exponents_of(run(linear))
    >>> round(float(spectrum.exponents[0]), 6), round(parting, 6)
    (-0.105361, -0.105361)
    """
    of = _network(run, held, value)
    with np.errstate(all="ignore"):
        paths = _paths(of, visited_states(run))
    return _parting(of, run, held, paths)


def _parting(
    of: StepMap, run: Pass, held: str | Heard, paths: np.ndarray
) -> tuple[Spectrum | None, float]:
    """The exponents and lambda_1 by two trajectories, from where the first path has come to."""
    every = of.N <= _ALL
    steps, burn_in = (600 if every else 200), BURN_IN
    state, x = paths[:, -1, 0], None
    if held == DRIVEN:
        state, x = visited_states(run)[:, 0, 0], _inputs(run, steps + burn_in)
    if not np.isfinite(state).all():
        return None, np.nan
    try:
        with np.errstate(all="ignore"):
            exponents = lyapunov(of, state, steps, burn_in, x, None if every else _FEW)
            if _on_a_corner(of, state[:, None], None if x is None else x[:, :1]):
                return exponents, np.nan
            return exponents, float(growth(of, state[:, None], steps, burn_in, x)[0])
    except ExperimentError:
        return None, np.nan


def _on_a_corner(of: StepMap, state: np.ndarray, x: np.ndarray | None) -> bool:
    """Whether a step has other slopes ahead of a state than behind it, as a ReLU at 0."""
    move = _MOVE * np.eye(of.N)
    here, ahead, back = (of.step(state + one, x) for one in (0 * move, move, -move))
    return bool((np.abs(ahead + back - 2 * here) > 1e-3 * _MOVE).any())


def _inputs(run: Pass, steps: int) -> np.ndarray:
    """The sequences one after another, and again from the first on, (n_x, steps)."""
    x = run.trace.x[..., : max(1, run.trace.finite_steps)].astype(float)
    after_another = np.nan_to_num(x.reshape(len(x), -1), posinf=0.0, neginf=0.0)
    return np.resize(after_another.T, (steps, len(x))).T
