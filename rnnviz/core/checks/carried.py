"""How far what single steps round may have grown on a gradient's way back, entry by entry."""

from collections.abc import Sequence

import numpy as np

from rnnviz.core import dynamics
from rnnviz.core.types import Pass


def sizes(run: Pass, sequence: int, steps: Sequence[int]) -> np.ndarray:
    """What the rounding of products with J is relative to, entry by entry: (steps, N, N)."""
    # A softmax subtracts what its units have in common, which may be all but the last digits.
    lost = np.abs(run.trace.weights[0][:, : run.trace.n_a]).max()
    softmax = getattr(run.cell, "activation", "") == "softmax"
    return dynamics.terms(run, sequence, steps).astype(float) + lost * softmax


class Rounding:
    """What steps round, and what their Jacobians then make of it on the way back.

    With P_t the product of the Jacobians since step t and r_t what that rounds, the sum of the
    P_t^T r_t of s steps is at most sqrt(s) times the root of the sum of their squares (Cauchy and
    Schwarz): steps may all round alike, as where nothing changes. Units of one step do not, so that
    P_t^T r_t is the root of the sum of P_t^2 r_t^2 (Higham & Mary 2019). The squares together are
    the diagonal of a matrix, which is carried along relative to its own largest entry.
    """

    def __init__(self, size: np.ndarray):
        self.steps, self.top = 0, 1.0
        self.squares = np.zeros((len(size), len(size)))
        self.carry(self.squares, size)

    def carry(self, J: np.ndarray, size: np.ndarray) -> None:
        """One step further back, which rounds as much as `size` says."""
        squares, self.steps = J.T @ self.squares @ J, self.steps + 1
        grown = self.top * np.sqrt(squares.diagonal().max())
        top = max(float(size.max()), float(grown)) or 1.0
        squares *= (self.top / top) ** 2
        self.squares, self.top = squares + np.diag((size / top) ** 2), top

    @property
    def size(self) -> np.ndarray:
        """By how many times its unit what is rounded may have grown, (N,)."""
        return self.top * np.sqrt(self.steps * np.maximum(self.squares.diagonal(), 0))
