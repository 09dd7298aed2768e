"""The first Lyapunov exponent by two trajectories, without a derivative, of many states at once."""

from collections.abc import Generator

import numpy as np

from rnnviz.core.dynamics.parts import exhausted
from rnnviz.core.engine import StepMap

DISTANCE = 1e-7  # of two trajectories: the root of rounding, and small beside a state
_ROUGH = 1e-3  # the same in single precision


def growth(
    of: StepMap,
    states: np.ndarray,
    steps: int,
    burn_in: int = 0,
    x: np.ndarray | None = None,
    random: np.random.RandomState | None = None,
) -> np.ndarray:
    """lambda_1 by two trajectories, (k,) of states (N, k): apart from the chain rule altogether.

    The second begins DISTANCE away (1e-3 in single precision) and is brought back to that after
    each step; the first is to the bit the one that `lyapunov` follows, of one state, since in chaos
    any other is soon elsewhere. `steps` and x as there. -inf where the two become one.

    >>> from rnnviz import Experiment, run
    >>> done = run(Experiment(cell="rnn", activation="linear", init="orthogonal", gain=0.9))
    >>> one = StepMap.of(done.cell, done.params)
    >>> growth(one, np.ones((one.N, 2)), 100, burn_in=10).round(6)
    array([-0.105361, -0.105361])
    """
    return exhausted(growing(of, states, steps, burn_in, x, random))


def growing(
    of: StepMap,
    states: np.ndarray,
    steps: int,
    burn_in: int = 0,
    x: np.ndarray | None = None,
    random: np.random.RandomState | None = None,
) -> Generator[float, None, np.ndarray]:
    """The same, which yields the share that is done after each step.

    >>> from rnnviz import Experiment, run
    >>> done = run(Experiment(cell="gru"))
    >>> one = StepMap.of(done.cell, done.params)
    >>> list(growing(one, np.ones((one.N, 1)), steps=3, burn_in=1))
    [0.25, 0.5, 0.75, 1.0]
    """
    random = random or np.random.RandomState(0)
    apart = random.standard_normal(states.shape).astype(states.dtype)
    distance = states.dtype.type(DISTANCE if states.dtype == np.float64 else _ROUGH)
    apart *= distance / np.linalg.norm(apart, axis=0)
    logs = np.zeros(states.shape[1])
    for t in range(burn_in + steps):
        given = None if x is None else x[:, t : t + 1]
        with np.errstate(all="ignore"):
            second = of.step(states + apart, given)  # in a product of its own, lest bits change
            states = of.step(states, given)
            apart = second - states
            far = np.linalg.norm(apart, axis=0)
            if t >= burn_in:
                logs += np.log(far / distance)
            apart *= np.where(far > 0, distance / far, 0)
        yield (t + 1) / (burn_in + steps)
    return logs / steps
