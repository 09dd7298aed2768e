"""The chain rule of a cell's steps: what backpropagation, Jacobians and items share.

A step's gradients are written into a stack of blocks of n_a rows: first what is only passed on
within the step, then dz of every gate, then what reaches the states before past the gates. Each
block is one gradient times one local derivative, so that the derivatives lie in a stack of the same
shape, and the cell's `reach` says how many blocks hang on which gradient (`cells/base.py`).
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy import add

from rnnviz.core.cells.base import Cell
from rnnviz.core.layout import blocks
from rnnviz.core.types import Trace


@dataclass(frozen=True)
class Room:
    """Memory for the pulls of one step or of many side by side.

    `factors` and `stack` are (..., blocks * n_a, m); `d_operand` is (..., n_a, m), or None where
    the cell has no late gates.
    """

    cell: Cell
    n_a: int
    factors: np.ndarray
    stack: np.ndarray
    d_operand: np.ndarray | None

    @classmethod
    def of(cls, cell: Cell, n_a: int, lead: tuple[int, ...], m: int, dtype, factors=None) -> "Room":
        """Fresh memory; `factors` where they lie elsewhere already."""
        shape = (*lead, sum(cell.reach.values()) * n_a, m)
        stack = np.empty(shape, dtype)
        d_operand = np.empty((*lead, n_a, m), dtype) if cell.late_gates else None
        return cls(
            cell, n_a, np.empty(shape, dtype) if factors is None else factors, stack, d_operand
        )

    def part(self, which) -> "Room":
        """The same for some of the steps; all of them share their factors where there is one."""
        late = None if self.d_operand is None else self.d_operand[which]
        factors = self.factors[which] if len(self.factors) == len(self.stack) else self.factors
        return Room(self.cell, self.n_a, factors, self.stack[which], late)

    @property
    def dz(self) -> np.ndarray:
        """dz of every gate, early before late, (..., gates * n_a, m)."""
        return self._rows(0, len(self.cell.all_gates))

    def memory(self, index: int) -> np.ndarray:
        """What reaches the index-th state besides a before the step, (..., n_a, m)."""
        return self._rows(len(self.cell.all_gates) + self.cell.skips + index, 1)

    def views(self, *d: np.ndarray) -> tuple:
        """What `Chain.pull` takes: the cell's arguments, and where the products read and write.

        d is da, and for every other state what arrives and where the sum goes.
        """
        cell = self.cell
        by, to = (self._groups(stack) for stack in (self.factors, self.stack))
        early = len(cell.gates)
        dz, added = self._rows(0, early), []
        late = None
        if cell.late_gates:
            operand = (by.pop("operand"), to.pop("operand"))
            added.append(operand[1][0])  # the operand's first block is the share of a before
            more = (*operand, self.d_operand, blocks(dz, self.n_a))
            late = (self._rows(early, len(cell.late_gates)), self.d_operand, more)
        if cell.skips:
            added.append(self._rows(len(cell.all_gates), 1))
        return (*by.values(), *to.values(), *d), dz, late, tuple(added)

    def _groups(self, stack) -> dict[str, np.ndarray]:
        found, first = {}, 0
        for name, count in self.cell.reach.items():
            rows = stack[..., first * self.n_a : (first + count) * self.n_a, :]
            found[name] = rows if count == 1 else blocks(rows, self.n_a)
            first += count
        return found

    def _rows(self, first: int, count: int) -> np.ndarray:
        first += self.cell.passed_on
        return self.stack[..., first * self.n_a : (first + count) * self.n_a, :]


@dataclass(frozen=True)
class Chain:
    """The transposed weights of a Trace, and the cell's own steps between the products."""

    trace: Trace
    cell: Cell
    product: Callable
    W_a: np.ndarray  # (..., n_a, early gates * n_a)
    W_late_a: np.ndarray | None
    W_x: np.ndarray  # (..., n_x, all gates * n_a)

    @classmethod
    def of(cls, trace: Trace, product: Callable | None = None) -> "Chain":
        """The weights of a Trace; `product` where its steps are pulled side by side."""
        n_a = trace.n_a
        a = [None if W is None else _transposed(W[..., :n_a]) for W in trace.weights]
        early, late = (None if W is None else W[..., n_a:-1] for W in trace.weights)
        x = early if late is None else np.concatenate([early, late], axis=-2)
        many = trace.weights.early.ndim > 2
        return cls(trace, trace.cell, product or dot_or_matmul(many), *a, _transposed(x))

    def fill_factors(self, steps, out: np.ndarray, sequences: slice = slice(None)) -> None:
        """The cell's local derivatives at some steps, into (steps, ..., blocks * n_a, m)."""
        views = (view[steps][..., sequences] for view in self.trace.views())
        self.cell.factors(*views, out=blocks(out, self.trace.n_a))

    def pull(self, views: tuple, d_a: np.ndarray) -> None:
        """dL/d(states after) -> dL/da before, in d_a; the other states' lie in the room.

        views as of `Room.views`.
        """
        arguments, dz, late, added = views
        self.cell.backstep(*arguments)
        if late is not None:
            dz_late, d_operand, more = late
            self.product(self.W_late_a, dz_late, d_operand)
            self.cell.backoperand(*more)
        self.product(self.W_a, dz, d_a)
        for part in added:
            add(d_a, part, d_a)


def dot_or_matmul(many: bool) -> Callable:
    """np.dot takes half of matmul's time for a small product, but knows no axis of seeds."""
    return np.matmul if many else np.dot


def _transposed(W: np.ndarray) -> np.ndarray:
    return W.swapaxes(-1, -2).copy()
