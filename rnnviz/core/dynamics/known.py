"""Points that a search has found already lead those of its starts that come near them."""

import numpy as np

from rnnviz.core.dynamics.points import merged
from rnnviz.core.engine import StepMap

_MOST = 500_000  # entries of the inverses


class Known:
    """`points` (N, count), and the inverse of dF/ds - I at each, so that beside one Newton's step
    needs no Jacobian of its own (a chord)."""

    def __init__(self, of: StepMap):
        self.of, self.points = of, np.empty((of.N, 0))
        self.inverses: list[np.ndarray] = []

    def add(self, states: np.ndarray) -> None:
        """Fixed points (N, k), of which some may be known."""
        have = self.points.shape[1]
        for state in merged(np.concatenate([self.points, states], axis=1)).T[have:]:
            if (len(self.inverses) + 1) * self.of.N**2 > _MOST:
                break
            try:
                A = self.of.jacobians(state[:, None])[0] - np.eye(self.of.N)
                self.inverses.append(np.linalg.inv(A))
            except np.linalg.LinAlgError:  # one of a line of points leads nobody
                continue
            self.points = np.concatenate([self.points, state[:, None]], axis=1)

    def stepped(self, states: np.ndarray, residual: np.ndarray) -> np.ndarray:
        """Newton's steps (N, k) with the Jacobian of the nearest point.

        >>> from rnnviz import Experiment, run
        >>> done = run(Experiment(cell="rnn", activation="linear", gain=0.5, n_a=2))
        >>> known = Known(StepMap.of(done.cell, done.params))
        >>> known.add(np.zeros((2, 1)))
        >>> states = np.ones((2, 3))
        >>> known.stepped(states, known.of.step(states) - states).round(12) + 0.0
        array([[0., 0., 0.],
               [0., 0., 0.]])
        """
        far = (self.points**2).sum(0)[:, None] - 2 * self.points.T @ states
        nearest, after = far.argmin(0), states.copy()
        for at in np.unique(nearest):
            some = nearest == at
            after[:, some] -= self.inverses[at] @ residual[:, some]
        return after
