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
        (stack,) = cut(dtype, [shape])
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
    """The cell's steps back, and the products with a Trace's transposed weights between them.

    `views` are the Trace's. `early` and `late` are functions (dz, out) that multiply dz by the
    weights on a, `W_x` is (..., n_x, all gates * n_a).
    """

    cell: Cell
    n_a: int
    views: tuple[np.ndarray, ...]
    early: Callable
    late: Callable | None
    W_x: np.ndarray

    @classmethod
    def of(cls, trace: Trace, product: Callable | None = None) -> "Chain":
        """For one step at a time; with `products.broadcast` for many steps side by side."""
        n_a = trace.n_a
        product = product or partial(times, m=trace.outputs.shape[-1])
        a = (None if W is None else product(_transposed(W[..., :n_a])) for W in trace.weights)
        early, late = (None if W is None else W[..., n_a:-1] for W in trace.weights)
        x = early if late is None else np.concatenate([early, late], axis=-2)
        return cls(trace.cell, n_a, trace.views(), *a, _transposed(x))

    def fill_factors(self, steps, out: np.ndarray, sequences: slice = slice(None)) -> None:
        """The cell's local derivatives at some steps, into (steps, ..., blocks * n_a, m)."""
        views = (view[steps, ..., sequences] for view in self.views)
        self.cell.factors(*views, out=blocks(out, self.n_a))

    def pull(self, steps: Iterable[tuple]) -> None:
        """dL/d(states after) -> dL/da before, in d_a; the other states' lie in the room.

        Each step is what `Room.views` gives, and d_a, (..., n_a, m). Late steps come first.
        """
        early, late = self.early, self.late
        backstep, backoperand = self.cell.backstep, self.cell.backoperand
        for arguments, dz, behind, added, d_a in steps:
            backstep(*arguments)
            if behind is not None:
                dz_late, d_operand, more = behind
                late(dz_late, d_operand)
                backoperand(*more)
            early(dz, d_a)
            for part in added:
                add(d_a, part, d_a)


def _transposed(W: np.ndarray) -> np.ndarray:
    return W.swapaxes(-1, -2).copy()
