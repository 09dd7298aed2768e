"""At which stable point a state comes to rest."""

import numpy as np

from rnnviz.core.engine import StepMap

STEPS = 1000  # after which a state that rests nowhere is given up
NEAR = 1e-3  # of 1 + |s|: from so near a stable point nothing leaves
_PART = 8  # steps between two looks at who has arrived


def resting(of: StepMap, states: np.ndarray, stable: np.ndarray, steps: int = STEPS) -> np.ndarray:
    """The place (k,) among `stable` (N, count) at which each of the states (N, k) comes to rest
    with the map's input held; -1 where it is at none of them after so many steps.

    >>> from rnnviz.core.cells import CELLS
    >>> one = {"Waa": 2 * np.eye(1), "Wax": np.zeros((1, 1)), "ba": np.zeros((1, 1))}
    >>> one |= {"Wya": np.zeros((2, 1)), "by": np.zeros((2, 1))}
    >>> of = StepMap.of(CELLS["rnn"], one)
    >>> resting(of, np.array([[-0.5, 0.0, 0.1]]), np.array([[-0.957504, 0.957504]]))
    array([ 0, -1,  1])
    """
    leads = np.full(states.shape[1], -1)
    if not stable.shape[1]:
        return leads
    near = NEAR * (1 + np.abs(stable).max(0))
    moving = np.flatnonzero(np.isfinite(states).all(0))
    states = states[:, moving]
    for _ in range(0, steps, _PART):
        if not len(moving):
            break
        with np.errstate(all="ignore"):
            for _ in range(_PART):
                states = of.step(states)
            far = np.abs(states[:, :, None] - stable[:, None]).max(0)
        there = (far <= near).any(1)
        leads[moving[there]] = far[there].argmin(1)
        on = ~there & np.isfinite(states).all(0)
        moving, states = moving[on], states[:, on]
    return leads
