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
    the diagonal of a matrix D S D, of which D is kept beside S: a state of 1e57 and one of 1e-169
    stand in one step, and no square holds both.
    """

    def __init__(self, size: np.ndarray):
        self.steps, self.roots = 1, size.astype(float)  # D
        self.alike = np.diag((size > 0).astype(float))  # S, of ones on the diagonal or zeros

    def carry(self, J: np.ndarray, size: np.ndarray) -> None:
        """One step further back, which rounds as much as `size` says."""
        scaled = self.roots[:, None] * J
        largest = np.abs(scaled).max(axis=0)
        scaled /= np.where(largest > 0, largest, 1)
        squares, self.steps = scaled.T @ self.alike @ scaled, self.steps + 1
        grown = largest * np.sqrt(np.maximum(squares.diagonal(), 0))
        self.roots = np.hypot(grown, size)
        by = np.where(self.roots > 0, self.roots, 1)
        kept = np.where(grown > 0, largest / by, 0)
        self.alike = squares * np.outer(kept, kept) + np.diag((size / by) ** 2)

    @property
    def size(self) -> np.ndarray:
        """By how many times its unit what is rounded may have grown, (N,)."""
        return self.roots * np.sqrt(self.steps)
