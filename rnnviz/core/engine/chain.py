"""The chain rule of a cell's steps: what backpropagation and everything in `dynamics` share.

A step's gradients are written into a stack of blocks of n_a rows: first what is only passed on
within the step, then dz of every gate, then what reaches the states before past the gates. Each
block is one gradient times one local derivative, so that the derivatives lie in a stack of the same
shape, and the cell's `reach` says how many blocks hang on which gradient (`cells/base.py`).
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import partial

import numpy as np
from numpy import add

from rnnviz.core.axes import blocks
from rnnviz.core.cells.base import Cell
from rnnviz.core.engine import products, views
from rnnviz.core.types import Trace


@dataclass(frozen=True)
class Chain:
    """The cell's steps back, and the products with a Trace's transposed weights between them.

    `views` are the Trace's. `early` and `late` are functions (dz, out) that multiply dz by the
    transposed weights.
    """

    cell: Cell
    n_a: int
    views: tuple[np.ndarray, ...]
    early: Callable
    late: Callable | None

    @classmethod
    def of(cls, trace: Trace, rows: int, product: Callable | None = None) -> "Chain":
        """For the first rows of dL/d[a_{t-1}; x_t]: n_a without the inputs, n_a + n_x with them.

        One step at a time; with `products.broadcast` many steps side by side.
        """
        product = product or partial(products.multiplication, m=trace.m)
        back = (None if W is None else product(_transposed(W[..., :rows])) for W in trace.weights)
        return cls(trace.cell, trace.n_a, views.of_cell(trace), *back)

    def local_derivatives(self, steps, out: np.ndarray, sequences: slice = slice(None)) -> None:
        """The cell's local derivatives at some steps, into (steps, ..., blocks * n_a, m)."""
        some = (view[steps, ..., sequences] for view in self.views)
        self.cell.local_derivatives(*some, out=blocks(out, self.n_a))

    def vjp(self, steps: Iterable[tuple]) -> None:
        """dL/d(states after) -> dL/d[a_{t-1}; x_t], in d_seen; the other states' in the workspace.

        Each step is what `StepWorkspace.views` gives, then d_seen, (..., rows, m), and its rows of
        a once more. Late steps come first. What late gates let through to x stays in the workspace,
        too.
        """
        early, late = self.early, self.late
        backstep, backoperand = self.cell.backstep, self.cell.backoperand
        for arguments, dz, behind, added, d_seen, d_a in steps:
            backstep(*arguments)
            if behind is not None:
                dz_late, d_operand, more = behind
                late(dz_late, d_operand)
                backoperand(*more)
            early(dz, d_seen)
            for part in added:
                add(d_a, part, d_a)


def _transposed(W: np.ndarray) -> np.ndarray:
    return W.swapaxes(-1, -2).copy()
