"""What a network hears for ever, and where that takes it from the states of its own run."""

from collections.abc import Mapping
from typing import NamedTuple

import numpy as np

from rnnviz.core.engine import StepMap
from rnnviz.core.errors import check_choice
from rnnviz.core.types import Pass

ZERO, CONSTANT, MEAN, DRIVEN = HELD = ("zero", "constant", "mean", "driven")
PATHS, STEPS = 8, 60  # that are drawn of states that hear nothing but the input held
FAR = 1e6  # states beyond are on their way out, and none is looked for there


class Heard(NamedTuple):
    """An input of one's own that is held, x (n_x,), by its name; states (N, some) near which fixed
    points are looked for, too; states (N, k) by name that are followed from there on; and from how
    many starts fixed points are looked for, 0 for the usual number."""

    name: str
    x: np.ndarray
    near: np.ndarray
    ends: Mapping[str, np.ndarray] = {}
    starts: int = 0


def under(run: Pass, held: str | Heard, value: float) -> StepMap:
    """The map of a run's network under an input, in float64. Raises ExperimentError.

    >>> from rnnviz import Experiment, run
    >>> under(run(Experiment(cell="gru", n_x=2)), "constant", 0.5).x.ravel()
    array([0.5, 0.5])
    """
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


def paths_of(of: StepMap, visited: np.ndarray) -> np.ndarray:
    """Where some of what is visited (N, T, m) goes, (N, STEPS + 1, some): from the ends of the
    sequences, and from states between; NaN from where one is FAR."""
    every = visited.reshape(len(visited), -1)[:, ::-1]
    states = every[:, np.linspace(0, every.shape[1] - 1, min(PATHS, every.shape[1])).astype(int)]
    path = [states]
    for _ in range(STEPS):
        states = of.step(states)
        states = np.where(
            np.abs(states).max(0) < FAR * (1 + np.abs(path[0]).max(0)), states, np.nan
        )
        path.append(states)
    return np.stack(path, axis=1)
