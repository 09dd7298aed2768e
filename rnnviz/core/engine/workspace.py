"""What a backward pass works in and does not hand out, kept because fresh buffers are slow."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

import numpy as np

from rnnviz.core.axes import blocks
from rnnviz.core.cells.base import Cell
from rnnviz.core.engine.buffers import allocate, columns
from rnnviz.core.types import Trace

_COLUMNS = 224  # at least, for a product over many steps: with fewer it is slower
_BYTES = 1 << 18  # of dz: more steps while they are no more than that,
_MOST_BYTES = 1 << 20  # fewer once they would drive each other out of the cache
_KEPT = 4  # workspaces kept between backward passes
_kept: dict[tuple, "Workspace"] = {}


@dataclass(frozen=True)
class StepWorkspace:
    """Where the gradients of one step, or of many side by side, are written.

    `derivatives` and `stack` are (..., blocks * n_a, m); `d_operand` is (..., rows, m), the first
    rows of dL/d[operand; x_t] that are asked for, or None where the cell has no late gates.
    """

    cell: Cell
    n_a: int
    derivatives: np.ndarray
    stack: np.ndarray
    d_operand: np.ndarray | None

    @classmethod
    def of(
        cls, cell: Cell, n_a: int, lead: tuple[int, ...], m: int, dtype, derivatives=None, rows=None
    ) -> "StepWorkspace":
        """Fresh buffers; `derivatives` where they lie elsewhere already; n_a rows by default."""
        shape = (*lead, sum(cell.reach.values()) * n_a, m)
        (stack,) = allocate(dtype, [shape])
        d_operand = np.empty((*lead, rows or n_a, m), dtype) if cell.late_gates else None
        derivatives = np.empty(shape, dtype) if derivatives is None else derivatives
        return cls(cell, n_a, derivatives, stack, d_operand)

    def part(self, which) -> "StepWorkspace":
        """The same for some of the steps; all of them share their derivatives where one has any."""
        late = None if self.d_operand is None else self.d_operand[which]
        shared = len(self.derivatives) != len(self.stack)
        derivatives = self.derivatives if shared else self.derivatives[which]
        return StepWorkspace(self.cell, self.n_a, derivatives, self.stack[which], late)

    @property
    def dz(self) -> np.ndarray:
        """dz of every gate, early before late, (..., gates * n_a, m)."""
        return self._rows(0, len(self.cell.all_gates))

    def state(self, index: int) -> np.ndarray:
        """What reaches the index-th state besides a before the step, (..., n_a, m)."""
        return self._rows(len(self.cell.all_gates) + self.cell.skips + index, 1)

    def views(self, *d: np.ndarray) -> tuple:
        """Of a step of `Chain.vjp`: the cell's arguments, and where the products read and write.

        d is da, and for every other state what arrives and where the sum goes.
        """
        cell = self.cell
        by, to = (self._groups(stack) for stack in (self.derivatives, self.stack))
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
        groups, first = {}, 0
        for name, count in self.cell.reach.items():
            rows = stack[..., first * self.n_a : (first + count) * self.n_a, :]
            groups[name] = rows if count == 1 else blocks(rows, self.n_a)
            first += count
        return groups

    def _rows(self, first: int, count: int) -> np.ndarray:
        first += self.cell.passed_on
        return self.stack[..., first * self.n_a : (first + count) * self.n_a, :]


@dataclass(frozen=True)
class Workspace:
    """Buffers for a chunk of `length` steps side by side.

    `inner` is where their gradients are written, `steps` its views by step; `up` is what each
    step's own loss adds, (length, ..., n_a, m). The others are columns, (..., rows, length * m): dz
    of all gates, an operand of each stage. `shares` are what the steps add to the gradients of the
    packed weights, transposed.
    """

    inner: StepWorkspace
    steps: list[tuple]
    up: np.ndarray
    dz: np.ndarray
    operands: list[np.ndarray]
    shares: list[np.ndarray]

    @property
    def length(self) -> int:
        """How many steps fit in."""
        return len(self.steps)

    @classmethod
    def of(cls, trace: Trace, length: int) -> "Workspace":
        """Fresh buffers for some steps of a Trace."""
        H, n_a, cell = trace.operands[0], trace.n_a, trace.cell
        *many, rows, m = H.shape[1:]
        inner = StepWorkspace.of(cell, n_a, (length, *many), m, H.dtype, rows=rows - 1)
        width = length * m
        weights = [W for W in trace.weights if W is not None]
        up, dz, *rest = allocate(
            H.dtype,
            [
                (length, *many, n_a, m),
                (*many, len(cell.all_gates) * n_a, width),
                *[(*many, rows, width) for _ in weights],
                *[(*many, rows, W.shape[-2]) for W in weights],
            ],
        )
        operands, shares = rest[: len(weights)], rest[len(weights) :]
        steps = [inner.part(step).views() for step in range(length)]
        return cls(inner, steps, up, dz, operands, shares)

    def take_losses(self, upstream: np.ndarray, chunk: range) -> None:
        """What the losses of the steps before those of a chunk add to dL/da, in one piece.

        Time-major upstream. Together, because a step alone reads a whole cache line for every
        number.
        """
        first = int(chunk.start == 0)  # no loss before the first step
        self.up[:first] = 0
        self.up[first : len(chunk)] = upstream[chunk.start + first - 1 : chunk.stop - 1]

    def add_weight_gradients(self, trace: Trace, chunk: range, dW: list[np.ndarray]) -> None:
        """dL/d(packed weights, transposed), operand @ dz^T: one product for all of a chunk."""
        dz = columns(self.inner.dz[: len(chunk)], self.dz)
        early = len(trace.cell.gates) * trace.n_a
        stages = zip(
            (dz[..., :early, :], dz[..., early:, :]),
            trace.operands,
            self.operands,
            self.shares,
            dW,
            strict=False,
        )
        for d_stage, operand, seen, share, whole in stages:
            seen = columns(operand[chunk.start : chunk.stop], seen)
            whole += np.matmul(seen, d_stage.swapaxes(-1, -2), out=share)


@contextmanager
def reused(trace: Trace) -> Iterator[Workspace]:
    """A workspace for a Trace: a used one where there is one.

    It is taken out while it is in use: another thread finds none, and makes its own.
    """
    H = trace.operands[0]
    key = (trace.cell, trace.n_a, trace.T_x, H.shape[1:], H.dtype)
    work = _kept.pop(key, None)
    if work is None:
        step_bytes = sum(stage[0].nbytes for stage in trace.gate_values if stage is not None)
        columns = H[0, ..., 0, :].size
        wanted = max(_COLUMNS // columns, _BYTES // step_bytes)
        length = min(trace.T_x, max(1, min(wanted, _MOST_BYTES // step_bytes)))
        work = Workspace.of(trace, length)
    yield work
    _kept[key] = work
    for oldest in list(_kept)[:-_KEPT]:
        _kept.pop(oldest, None)
