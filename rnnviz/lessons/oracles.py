"""Independent ways to the engine's numbers, for the lessons' checks: slow, plain, and short."""

from collections.abc import Callable

import numpy as np

from rnnviz.core import dynamics
from rnnviz.core.engine import forward
from rnnviz.core.run import draw
from rnnviz.core.types import Pass, Run


def kept(run: Pass) -> float:
    """What share of the last hidden state's gradient is left at the first step."""
    norms = run.gradients.norms["a"]
    return float(norms[0] / norms[-1])


def kept_by_jacobians(run: Run) -> float:
    """The same for a loss at the last step, as the product of every step's Jacobian."""
    n_a, squares = run.trace.n_a, np.zeros(2)
    for sequence in range(run.experiment.m):
        d = np.zeros(n_a * len(run.cell.states))
        d[:n_a] = run.upstream[:, sequence, -1]
        last = d
        for J in dynamics.jacobians(run, sequence)[:0:-1]:
            d = J.T @ d
        squares += np.square(d[:n_a]).sum(), np.square(last).sum()
    return float(np.sqrt(squares[0] / squares[1]))


def sigmoid(z: np.ndarray) -> np.ndarray:
    """1 / (1 + exp(-z)) as it is written."""
    return 1 / (1 + np.exp(-z))


def loss_with(run: Run, unit: int, sequence: int) -> Callable[[float], float]:
    """The given-gradient loss as a function of a nudge to one initial state; units from 0."""
    drawn = draw(run.experiment)

    def loss(nudge: float) -> float:
        a0 = drawn.a0.copy()
        a0[unit, sequence] += nudge
        trace = forward(run.cell, drawn.params, drawn.x, {"a": a0})
        return float((trace.states["a"] * drawn.target).sum())

    return loss
