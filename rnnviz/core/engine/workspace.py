"""What a backward pass works in and does not hand out, kept because fresh buffers are slow."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass

import numpy as np

from rnnviz.core.axes import blocks
from rnnviz.core.calculus import derivatives as written
from rnnviz.core.calculus.backward import backward
from rnnviz.core.calculus.writer import Code
from rnnviz.core.cells.base import Cell
from rnnviz.core.engine.buffers import allocate, columns
from rnnviz.core.types import Trace

_COLUMNS = 224  # at least, for a product over many steps: with fewer it is slower
_BYTES = 1 << 18  # of dz: more steps while they are no more than that,
_MOST_BYTES = 1 << 20  # fewer once they would drive each other out of the cache
_LARGE = 1 << 13  # bytes of a block: from there on a call takes less than its numbers
_KEPT = 4  # workspaces kept between backward passes
_kept: dict[tuple, "Workspace"] = {}


@dataclass(frozen=True)
class Stack:
    """Where the gradients of one step, or of many side by side, are written.

    `derivatives` and `stack` are (..., blocks * n_a, m), in the order of `calculus.layout`;
    `operands` dL/d[what a later stage sees; x_t], (..., rows, m), by stage, None of other stages.
    """

    cell: Cell
    n_a: int
    derivatives: np.ndarray
    stack: np.ndarray
    operands: tuple[np.ndarray | None, ...]

    @classmethod
    def of(
        cls, cell: Cell, n_a: int, lead: tuple[int, ...], m: int, dtype, derivatives=None, n_x=0
    ) -> "Stack":
        """Fresh buffers; `derivatives` where they lie elsewhere already."""
        shape = (*lead, len(cell.derived.layout.edges) * n_a, m)
        (stack,) = allocate(dtype, [shape])
        operands = tuple(
            np.empty((*lead, len(stage.looks) * n_a + n_x, m), dtype)
            if stage.kind == "later" else None
            for stage in cell.stages
        )  # fmt: skip
        derivatives = np.empty(shape, dtype) if derivatives is None else derivatives
        return cls(cell, n_a, derivatives, stack, operands)

    def part(self, which) -> "Stack":
        """The same for some of the steps; all of them share their derivatives where one has any."""
        operands = tuple(None if one is None else one[which] for one in self.operands)
        flat = self.derivatives.ndim < self.stack.ndim
        shared = flat or len(self.derivatives) != len(self.stack)
        derivatives = self.derivatives if shared else self.derivatives[which]
        return Stack(self.cell, self.n_a, derivatives, self.stack[which], operands)

    def local_derivatives(self, trace: Trace, steps, count: int, sequences=slice(None)) -> None:
        """The cell's local derivatives at some steps of a Trace, into the first `count`."""
        code = written.derivatives(trace.cell.derived)
        values = [trace.values[name][steps, ..., sequences] for _, name in code.views]
        out = blocks(self.derivatives[:count], self.n_a)
        code.function(values, tuple(trace.vectors.values()), out)

    def view(self, word: str, *key: int) -> np.ndarray:
        """What the loop of the way back reads or writes (`calculus.backward`)."""
        if word in ("by", "to"):
            rows = self.rows(self.derivatives if word == "by" else self.stack, *key)
            return rows if key[1] == 1 else blocks(rows, self.n_a)
        if word == "slot":
            return self.rows(self.stack, key[0], 1)
        if word == "dz":
            counts = [len(stage.blocks) for stage in self.cell.stages]
            first = self.cell.derived.layout.start + sum(counts[: key[0]])
            return self.rows(self.stack, first, counts[key[0]])
        operand = self.operands[key[0]]
        assert operand is not None
        if word == "operand":
            return operand
        return operand[..., key[1] * self.n_a : (key[1] + 1) * self.n_a, :]

    def rows(self, stack: np.ndarray, first: int, count: int) -> np.ndarray:
        """Some of a stack's blocks."""
        return stack[..., first * self.n_a : (first + count) * self.n_a, :]


def products_back(trace: Trace, product: Callable, n_x: int) -> tuple[Callable | None, ...]:
    """Functions (dz, out) by stage that multiply dz by the transposed weights.

    With n_x rows of the inputs, or none; None of a stage that sees inputs alone.
    """
    every = zip(trace.cell.stages, trace.weights, strict=True)
    rows = [(len(stage.looks) * trace.n_a, W) for stage, W in every]
    return tuple(product(_transposed(W[..., : end + n_x])) if end else None for end, W in rows)


def _transposed(W: np.ndarray) -> np.ndarray:
    return W.swapaxes(-1, -2).copy()


@dataclass(frozen=True)
class Workspace:
    """Buffers for a chunk of `length` steps side by side.

    `inner` is where their gradients are written, `steps` its views by step; `up` is what each
    step's own loss adds, (length, ..., n_a, m), where there are losses. The others are columns,
    (..., rows, length * m): dz of all gates, an operand of each stage. `shares` are what the steps
    add to the gradients of the packed weights, transposed. `code` is the loop that goes back;
    `large` says that it makes the local derivatives of each step, with `numbers`, in `scratch`.
    """

    code: Code
    inner: Stack
    steps: list[tuple]
    up: np.ndarray
    dz: np.ndarray
    operands: list[np.ndarray]
    shares: list[np.ndarray]
    large: bool
    numbers: tuple[np.ndarray, ...]
    scratch: tuple[np.ndarray, ...]

    @property
    def length(self) -> int:
        """How many steps fit in."""
        return len(self.steps)

    @classmethod
    def of(cls, trace: Trace, length: int, losses: bool, n_x: int) -> "Workspace":
        """Fresh buffers for some steps of a Trace, with losses of their own or none."""
        n_a, cell, dtype = trace.n_a, trace.cell, trace.dtype
        *many, _, m = trace.outputs.shape[1:]
        large = not many and n_a * m * dtype.itemsize >= _LARGE
        code = backward(cell.derived, losses, False, large)
        shape = len(cell.derived.layout.edges) * n_a, m
        one = np.empty(shape, dtype) if large else None  # a step's local derivatives
        inner = Stack.of(cell, n_a, (length, *many), m, dtype, one, n_x)
        width, rows = length * m, [operand.shape[-2] for operand in trace.operands]
        up, dz, *rest = allocate(
            dtype,
            [
                (length, *many, n_a, m),
                (*many, len(cell.gates) * n_a, width),
                *[(*many, each, width) for each in rows],
                *[(*many, each, W.shape[-2]) for each, W in zip(rows, trace.weights, strict=True)],
            ],
        )
        operands, shares = rest[: len(rows)], rest[len(rows) :]
        steps = []
        for at in range(length):
            step = inner.part(at)
            views = (up[at] if key == ("losses",) else step.view(*key) for key in code.fixed)
            steps.append(tuple(views))
        numbers = tuple(np.array(number, dtype) for number in code.numbers)
        scratch = tuple(np.empty((n_a, m), dtype) for _ in range(code.scratch))
        return cls(code, inner, steps, up, dz, operands, shares, large, numbers, scratch)

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
        layout = trace.cell.derived.layout
        every = self.inner.rows(self.inner.stack, layout.start, len(layout.blocks))
        dz, first = columns(every[: len(chunk)], self.dz), 0
        for operand, seen, share, whole in zip(
            trace.operands, self.operands, self.shares, dW, strict=True
        ):
            d_stage = dz[..., first : first + whole.shape[-1], :]
            first += whole.shape[-1]
            seen = columns(operand[chunk.start : chunk.stop], seen)
            whole += np.matmul(seen, d_stage.swapaxes(-1, -2), out=share)


@contextmanager
def reused(trace: Trace, losses: bool, n_x: int) -> Iterator[Workspace]:
    """A workspace for a Trace: a used one where there is one. `losses` says whether its steps have
    any of their own, n_x of how many inputs it gives the gradient.

    It is taken out while it is in use: another thread finds none, and makes its own.
    """
    shapes = trace.operands[0].shape, trace.outputs.shape[1:-2]
    key = (trace.cell, trace.n_a, *shapes, trace.dtype, losses, n_x)
    work = _kept.pop(key, None)
    if work is None:
        step_bytes = sum(stage[0].nbytes for stage in trace.gate_values)
        columns = trace.outputs[0, ..., 0, :].size
        wanted = max(_COLUMNS // columns, _BYTES // step_bytes)
        # Two at least: a step reads what the step after it has left while it writes its own.
        length = min(trace.T_x, max(2, min(wanted, _MOST_BYTES // step_bytes)))
        work = Workspace.of(trace, length, losses, n_x)
    yield work
    _kept[key] = work
    for oldest in list(_kept)[:-_KEPT]:
        _kept.pop(oldest, None)
