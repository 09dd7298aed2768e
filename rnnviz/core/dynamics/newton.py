"""All steps at once: the run as one equation in all its states, solved by Newton's method.

A run is s_t = F(s_{t-1}, x_t) for every t. Newton's method guesses all states, and corrects them
together by what is linear about that guess, d_t = J_t d_{t-1} + F(s_{t-1}, x_t) - s_t (Lim et al.
2024, DEER; Danieli et al. 2025, ParaRNN). F and J of all steps are evaluated side by side, and the
corrections are a scan, so that a machine with many cores needs log T rounds instead of T. How many
iterations that takes follows from how fast neighbouring states part: where the products of the
J_t grow, so does a correction, and nothing is gained (Gonzalez et al. 2025).
"""

from dataclasses import dataclass

import numpy as np

from rnnviz.core.engine import StepMap
from rnnviz.core.errors import ExperimentError, check_bounds

MOST_ENTRIES = 16_000_000  # of the Jacobians, which are held together
_ROUNDING = 64 * np.finfo(float).eps


@dataclass(frozen=True, eq=False)
class AtOnce:
    """`states` (N, T) after the last iteration; `residuals` (iterations + 1, T) are the largest
    |F(s_{t-1}, x_t) - s_t| of each step, of the first guess and after every iteration. `solved`
    says that the last of them are rounding.
    """

    states: np.ndarray
    residuals: np.ndarray
    solved: bool

    @property
    def iterations(self) -> int:
        """How often all states were corrected."""
        return len(self.residuals) - 1


def at_once(one: StepMap, x: np.ndarray, start: np.ndarray, most: int | None = None) -> AtOnce:
    """The states that an input x (n_x, T) leads to from `start` (N,).

    The first guess is `start` at every step. After k iterations the first k steps are exact, so
    that T of them always do, in exact arithmetic; `most` is the number after which to give up, by
    default T. Raises ExperimentError where T N^2 is beyond what is held at once.

    >>> from rnnviz import Experiment, run
    >>> done = run(Experiment(cell="gru", init="orthogonal", gain=0.5, n_a=8, T_x=100))
    >>> given = done.trace.x[:, 0], done.trace.initial["a"][:, 0]
    >>> found = at_once(StepMap.of(done.cell, done.params), *given)
    >>> found.solved, bool(np.abs(found.states - done.trace.states["a"][:, 0]).max() < 1e-12)
    (True, True)
    """
    N, T = one.N, x.shape[1]
    check_bounds("T N^2", T * N * N, 1, MOST_ENTRIES)
    if start.shape != (N,):
        raise ExperimentError(f"start must have N = {N} numbers, got shape {start.shape}")
    most = T if most is None else most
    states, residuals = np.repeat(start[:, None], T, axis=1), []
    while True:
        before = np.concatenate([start[:, None], states[:, :-1]], axis=1)
        after = one.step(before, x)
        left = after - states
        residuals.append(np.abs(left).max(axis=0))
        solved = bool(residuals[-1].max() <= _ROUNDING * max(1.0, float(np.abs(after).max())))
        if solved or len(residuals) > most or not np.isfinite(residuals[-1]).all():
            return AtOnce(states, np.array(residuals), solved)
        with np.errstate(all="ignore"):  # where the products grow, so does a correction
            states = states + _corrections(one.jacobians(before, x), left)


def _corrections(J: np.ndarray, left: np.ndarray) -> np.ndarray:
    """d_t = J_t d_{t-1} + left_t of all steps, (N, T)."""
    d, every = np.zeros(len(left)), np.empty_like(left)
    for t in range(left.shape[1]):
        d = every[:, t] = J[t] @ d + left[:, t]
    return every
