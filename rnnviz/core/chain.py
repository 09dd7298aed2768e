"""The chain rule of a cell's steps: what backpropagation, Jacobians and items share.

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

from rnnviz.core.cells.base import Cell
from rnnviz.core.layout import blocks, cut
from rnnviz.core.products import times
from rnnviz.core.types import Trace


@dataclass(frozen=True)
class Room:
    """Memory for the pulls of one step or of many side by side.

    `factors` and `stack` are (..., blocks * n_a, m); `d_operand` is (..., rows, m), the first rows
    of dL/d[operand; x_t] that are asked for, or None where the cell has no late gates.
    """

    cell: Cell
    n_a: int
    factors: np.ndarray
    stack: np.ndarray
    d_operand: np.ndarray | None

    @classmethod
    def of(
        cls, cell: Cell, n_a: int, lead: tuple[int, ...], m: int, dtype, factors=None, rows=None
    ) -> "Room":
        """Fresh memory; `factors` where they lie elsewhere already; n_a rows by default."""
        shape = (*lead, sum(cell.reach.values()) * n_a, m)
        (stack,) = cut(dtype, [shape])
        d_operand = np.empty((*lead, rows or n_a, m), dtype) if cell.late_gates else None
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
        """Of a step of `Chain.pull`: the cell's arguments, and where the products read and write.

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
            more = (*operand, self.d_operand[..., : self.n_a, :], blocks(dz, self.n_a))
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
        product = product or partial(times, m=trace.outputs.shape[-1])
        back = (None if W is None else product(_transposed(W[..., :rows])) for W in trace.weights)
        return cls(trace.cell, trace.n_a, trace.views(), *back)

    def fill_factors(self, steps, out: np.ndarray, sequences: slice = slice(None)) -> None:
        """The cell's local derivatives at some steps, into (steps, ..., blocks * n_a, m)."""
        views = (view[steps, ..., sequences] for view in self.views)
        self.cell.factors(*views, out=blocks(out, self.n_a))

    def pull(self, steps: Iterable[tuple]) -> None:
        """dL/d(states after) -> dL/d[a_{t-1}; x_t], in d_seen; the other states' lie in the room.

        Each step is what `Room.views` gives, then d_seen, (..., rows, m), and its rows of a once
        more. Late steps come first. What late gates let through to x stays in the room, too.
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
