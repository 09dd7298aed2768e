"""How fast neighbouring states of a run's network part under one input: two estimates."""

import numpy as np

from rnnviz.core.dynamics.growth import growth
from rnnviz.core.dynamics.held import DRIVEN, ZERO, Heard, paths_of, under, visited_states
from rnnviz.core.dynamics.lyapunov import Spectrum, lyapunov
from rnnviz.core.engine import StepMap
from rnnviz.core.errors import ExperimentError
from rnnviz.core.types import Pass

BURN_IN = 100
_ALL = 64  # sizes of the joint state up to which every exponent is computed
_FEW = 10
_MOVE = 1e-6  # of a state, for a difference


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
    of = under(run, held, value)
    with np.errstate(all="ignore"):
        paths = paths_of(of, visited_states(run))
    return parting_of(of, run, held, paths)


def parting_of(
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
