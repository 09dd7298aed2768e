"""Where a network comes to rest, or does not, as one of its numbers changes."""

from collections.abc import Iterator, Sequence

import numpy as np

from rnnviz.core.cells import Cell
from rnnviz.core.engine import ColumnMap, StepMap
from rnnviz.core.errors import ExperimentError

SETTINGS = ("gain", "forget_bias")
INPUT = "input"
TOGETHER = 300  # states that take their steps side by side


def bifurcation(
    cell: Cell,
    params: dict[str, np.ndarray],
    along: str | tuple[str, tuple[int, ...]],
    values: np.ndarray,
    starts: np.ndarray,
    steps: int = 400,
    kept: int = 32,
    unit: int = 0,
    x: Sequence[float] | None = None,
) -> Iterator[tuple[slice, np.ndarray]]:
    """The last `kept` values of a unit of a on the way from `starts` (N, s), for each value of what
    is changed: some of (values, s, kept) at a time, and which.

    `along` is "gain" or "forget_bias", of `params` that are drawn at gain 1 and bias 0, "input", of
    which x is multiplied, one of ones where there is none, or a parameter and the place of one of
    its numbers, all others as they are. `steps` come before those that are kept. Raises
    ExperimentError where there is no such parameter or place.

    >>> from rnnviz import Experiment, run
    >>> done = run(Experiment(cell="rnn", init="identity", n_a=1, forget_bias=0))
    >>> given = {"starts": np.array([[-1.0, 1.0]]), "kept": 1}
    >>> [(_, found)] = bifurcation(done.cell, done.params, "gain", np.array([0.5, 1.5]), **given)
    >>> found[:, :, 0].round(5) + 0.0  # of tanh(g h): 0 alone, then both sides of it
    array([[ 0.     ,  0.     ],
           [-0.85856,  0.85856]])
    """
    count = starts.shape[1]
    chunk = max(1, TOGETHER // count) if along in (*SETTINGS, INPUT) else 1
    for at in range(0, len(values), chunk):
        some = slice(at, min(at + chunk, len(values)))
        each = np.repeat(values[some], count)
        one, given = _network(cell, params, along, each, x)
        states, last = np.tile(starts, some.stop - at), []
        for step in range(steps + kept):
            states = one.step(states, given)
            if step >= steps:
                last.append(states[unit])
        yield some, np.stack(last, axis=1).reshape(some.stop - at, count, kept)


def _network(cell, params, along, each, x) -> tuple[StepMap, np.ndarray | None]:
    """The map of a value for each column, or of the only one; and each column's input, where it is
    that which changes."""
    if along in SETTINGS:
        gains = each if along == "gain" else np.ones_like(each)
        biases = each if along == "forget_bias" else np.zeros_like(each)
        return ColumnMap.by_column(cell, params, gains, biases, x), None
    if along == INPUT:
        one = StepMap.of(cell, params, x)
        way = one.x if one.x.any() else np.ones_like(one.x)
        return one, way * each.astype(one.x.dtype)
    name, place = along
    if name not in params or len(place) != params[name].ndim:
        every = ", ".join((*SETTINGS, INPUT, *params))
        raise ExperimentError(f"what changes must be {every}, got {name}")
    if any(not 0 <= i < n for i, n in zip(place, params[name].shape, strict=True)):
        raise ExperimentError(f"{name} must have the place {place}, got shape {params[name].shape}")
    moved = params | {name: params[name].copy()}
    moved[name][place] = each[0]
    return StepMap.of(cell, moved, x), None
