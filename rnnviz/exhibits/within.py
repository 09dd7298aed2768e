"""Which runs a small difference can be followed through."""

import numpy as np

from rnnviz.core.types import Pass

_LARGE = 1e15  # states beyond have squares that single precision has not


def within_reach(run: Pass, fewest: int) -> bool:
    """Whether a run has at least so many steps, all of them and their gradients finite (else a push
    explodes), and states that can be squared."""
    trace = run.trace
    if trace.T_x < fewest or not trace.T_x == trace.finite_steps == run.gradients.finite_steps:
        return False
    return all(float(np.abs(trace.states[name]).max()) < _LARGE for name in run.cell.states)
