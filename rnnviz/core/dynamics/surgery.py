"""What would have happened: a run that is interfered with from a step on, beside the true one."""

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np

from rnnviz.core.axes import blocks
from rnnviz.core.engine import StepMap
from rnnviz.core.errors import ExperimentError, check_bounds
from rnnviz.core.types import Pass


@dataclass(frozen=True, eq=False)
class Surgery:
    """What is done to a run as step `t` (from 1) begins, and kept until its end.

    `push` is added once, to the states by name, (n_a,) each; `hold` are letters of the equations,
    such as a gate's, and the value that each has from then on; `ablated` units are 0 in every
    state, from 0.
    """

    t: int
    push: Mapping[str, np.ndarray] = field(default_factory=dict)
    hold: Mapping[str, float] = field(default_factory=dict)
    ablated: tuple[int, ...] = ()


def operated(run: Pass, surgery: Surgery) -> dict[str, np.ndarray]:
    """The states that follow, (n_a, m, T_x) each, of all sequences; those before `t` are the run's.

    Where nothing is done they are the run's own to the bit. Raises ExperimentError where the run
    has no such step, state, letter or unit.

    >>> from rnnviz import Experiment, run
    >>> done = run(Experiment(cell="lstm"))
    >>> after = operated(done, Surgery(10, hold={"f": 1.0, "i": 0.0}))
    >>> bool((after["c"][:, :, 9:] == done.trace.states["c"][:, :, 8:9]).all())
    True
    """
    trace, names = run.trace, run.cell.states
    check_bounds("t", surgery.t, 1, trace.T_x)
    for name, pushed in surgery.push.items():
        if name not in names or np.shape(pushed) != (trace.n_a,):
            raise ExperimentError(
                f"a push must be of {' or '.join(names)} and have n_a = {trace.n_a} numbers, got "
                f"{name} of shape {np.shape(pushed)}"
            )
    for unit in surgery.ablated:
        check_bounds("unit", unit, 0, trace.n_a - 1)
    one = StepMap.of(run.cell, run.params).holding(surgery.hold)
    first = surgery.t - 1
    before = trace.initial if not first else {n: trace.states[n][:, :, first - 1] for n in names}
    state = np.concatenate([before[name] for name in names])  # (N, m)
    for name, pushed in surgery.push.items():
        rows = list(blocks(state, trace.n_a))[names.index(name)]
        rows += np.asarray(pushed, trace.dtype)[:, None]
    after = {name: trace.states[name].copy() for name in names}
    gone = list(surgery.ablated)
    for t in range(first, trace.T_x):
        for rows in blocks(state, trace.n_a) if gone else ():
            rows[gone] = 0
        state = one.step(state, trace.x[:, :, t])
        for name, rows in zip(names, blocks(state, trace.n_a), strict=True):
            if gone:
                rows[gone] = 0
            after[name][:, :, t] = rows
    return after


def distance(run: Pass, others: Mapping[str, np.ndarray]) -> np.ndarray:
    """How far other states of a run are from its own, over all units and states, (m, T_x).

    >>> from rnnviz import Experiment, run
    >>> done = run(Experiment(cell="lstm", m=2, T_x=9))
    >>> distance(done, operated(done, Surgery(4))).any()
    np.False_
    """
    with np.errstate(all="ignore"):  # what follows may grow beyond all numbers
        squares = [np.square(others[n] - run.trace.states[n]).sum(axis=0) for n in run.cell.states]
        return np.sqrt(sum(squares))
