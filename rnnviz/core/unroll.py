"""A cell through time: `forward` fills a Trace, `backward` carries the chain rule back along it."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from itertools import repeat
from typing import NamedTuple

import numpy as np
from numpy import add, multiply, tanh

from rnnviz.core.activations import softmax
from rnnviz.core.cells.base import Cell
from rnnviz.core.errors import ExperimentError
from rnnviz.core.layout import Weights, blocks, check_params, columns, halved, time_major
from rnnviz.core.types import Gradients, Trace

_CHUNK_BYTES = 1 << 19  # of dz: what lies between two weight products should stay in the cache


def forward(
    cell: Cell,
    params: Mapping[str, np.ndarray],
    x: np.ndarray,
    initial: Mapping[str, np.ndarray] | None = None,
    into: Trace | None = None,
) -> Trace:
    """Run the cell over x and keep everything it saw.

    params by the cell's names (`cell.shapes`), x (..., n_x, m, T_x), initial states (..., n_a, m),
    zeros where left out; the type of x is the type of the run. `into`: an earlier Trace of the same
    shapes, whose memory is written over. Raises ExperimentError on wrong shapes or missing names.
    Overflow is no error here: see `Trace.nonfinite_step`.
    """
    trace = _prepare(cell, params, x, initial or {}, into)
    weights, n_a, n_early = trace.weights, trace.n_a, len(cell.gates)
    product = _product(x.ndim - 3)
    W = halved(cell.gates, weights.early, n_a)
    W_late = None if weights.late is None else halved(cell.late_gates, weights.late, n_a)
    squashed = bool(cell.gates[0].squash)
    half = np.array(0.5, x.dtype)  # an array, because converting a Python float takes longer
    with np.errstate(all="ignore"):
        for step in _steps(trace, into):
            operand, a_prev, z, sigmoid, late, late_a, z_late, sigmoid_late, views = step
            product(W, operand, out=z)
            if squashed:
                _squash(z, sigmoid, half)
            if W_late is not None:
                cell.operand(*views[:n_early], a_prev, out=late_a)
                product(W_late, late, out=z_late)
                _squash(z_late, sigmoid_late, half)
            cell.step(*views)
        Wy, by = (np.asarray(params[name], x.dtype) for name in cell.readout)
        y = np.matmul(Wy, trace.state("a")[1:], out=trace.outputs)
        softmax(add(y, by, out=y), out=y)
    return trace


def _squash(z, sigmoid, half):
    """One tanh for all rows: the sigmoid ones come in halved, 1/2 + tanh(z/2)/2."""
    tanh(z, out=z)
    if sigmoid is not None:
        multiply(sigmoid, half, out=sigmoid)
        add(sigmoid, half, out=sigmoid)


def backward(
    trace: Trace,
    upstream: np.ndarray,
    carry: Mapping[str, np.ndarray] | None = None,
    into: Gradients | None = None,
) -> Gradients:
    """Backpropagation through time.

    upstream is dL/da (..., n_a, m, T_x) as each step's own loss sees it; carry is dL/d(state) that
    arrives at the last states from beyond, (..., n_a, m), zero where left out. The readout is not
    in it: its gradients are the loss's (see `losses`). `into` as in `forward`.
    """
    n_a, T_x = trace.n_a, trace.T_x
    grads = _prepare_gradients(trace, upstream, carry or {}, into)
    chain = Chain.of(trace)
    stack, stack_late = (None if W is None else np.zeros_like(W) for W in trace.weights)
    length = max(1, min(T_x, _CHUNK_BYTES // trace.squashed[0][0].nbytes))
    work, steps = _back_steps(grads, chain, length, into)
    ups = [np.zeros((), upstream.dtype), *time_major(upstream)[:-1]]  # none before the first step
    with np.errstate(all="ignore"):
        for start in reversed(range(0, T_x, length)):
            stop = min(start + length, T_x)
            now = slice(start, stop)
            factors = list(chain.factors_by_step(now))
            for t in range(stop - 1, start - 1, -1):
                d, views, d_operand, d_a, d_memories = steps[t]
                chain.pull(factors[t - start], d, views, d_operand, d_a, d_memories)
                add(d_a, ups[t], out=d_a)
            stack += _outer(work.dz[: stop - start], trace.operands[0][now])
            if work.dz_late is not None:
                stack_late += _outer(work.dz_late[: stop - start], trace.operands[1][now])
    grads.params.update(Weights(stack, stack_late).unpack(trace.cell, n_a))
    return grads


def _outer(dz, operand):
    """Sum over steps and sequences of dz operand^T, as one product."""
    return columns(dz) @ np.swapaxes(columns(operand), -1, -2)


class Work(NamedTuple):
    """What a pull through one or many steps writes besides the states' gradients.

    dz and dz_late are (steps, ..., gates * n_a, m), d_late (steps, ..., n_a + n_x, m), skip
    (steps, ..., n_a, m); None where the cell has no late gates, or no skip.
    """

    dz: np.ndarray
    dz_late: np.ndarray | None
    d_late: np.ndarray | None
    skip: np.ndarray | None
    n_a: int

    def part(self, steps: slice) -> "Work":
        """The same room for some of the steps only."""
        return Work(*(None if a is None else a[steps] for a in self[:-1]), self.n_a)

    def views(self) -> tuple:
        """As `Chain.pull` takes them, all steps at once; last what the cell's backstep fills."""
        gates, late = (None if z is None else blocks(z, self.n_a) for z in self[:2])
        d_late_a = None if self.d_late is None else self.d_late[..., : self.n_a, :]
        filled = tuple(view for view in (gates, late, self.skip) if view is not None)
        return self.dz, self.dz_late, self.d_late, d_late_a, self.skip, filled

    def steps(self) -> Iterable[tuple]:
        """As `Chain.pull` takes them, step by step."""
        *arrays, filled = self.views()
        time_first = (v.swapaxes(0, 1) if v.ndim > self.dz.ndim else v for v in filled)
        each = (repeat(None) if array is None else array for array in arrays)
        return zip(*each, zip(*time_first, strict=True), strict=False)


@dataclass(frozen=True)
class Chain:
    """The chain rule of a Trace's steps: what backpropagation, Jacobians and items share."""

    trace: Trace
    cell: Cell
    W_T: np.ndarray
    W_late_T: np.ndarray | None
    product: Callable

    @classmethod
    def of(cls, trace: Trace) -> "Chain":
        """The transposed weights, without the bias column."""
        transposed = [
            None if W is None else np.swapaxes(W[..., :-1], -1, -2).copy() for W in trace.weights
        ]
        return cls(trace, trace.cell, *transposed, _product(trace.weights.early.ndim - 2))

    def work(self, shape: tuple[int, ...]) -> Work:
        """Room for operands' gradients of `shape` (steps, ..., n_a + n_x, m)."""
        cell, n_a, dtype = self.cell, self.trace.n_a, self.W_T.dtype
        *lead, _, m = shape
        early, late = (
            np.empty((*lead, len(gates) * n_a, m), dtype) if gates else None
            for gates in (cell.gates, cell.late_gates)
        )
        d_late = np.empty(shape, dtype) if cell.late_gates else None
        skip = np.empty((*lead, n_a, m), dtype) if cell.skips else None
        return Work(early, late, d_late, skip, n_a)

    def factors(self, steps, sequences: slice = slice(None)) -> tuple[np.ndarray, ...]:
        """The cell's local derivatives at some steps, (steps, ..., n_a, m) or stacks of that."""
        return self.cell.factors(*(v[steps][..., sequences] for v in self.trace.views()))

    def factors_by_step(self, steps: slice) -> Iterable[tuple[np.ndarray, ...]]:
        """The same, step by step."""
        one = self.trace.squashed[0].ndim
        factors = self.factors(steps)
        return zip(*(f.swapaxes(0, 1) if f.ndim > one else f for f in factors), strict=True)

    def pull(self, factors, d, work, d_operand, d_a, d_memories) -> None:
        """dL/d(states after) -> dL/d[a_prev; x] in d_operand (d_a its first rows), d_memories."""
        dz, dz_late, d_late, d_late_a, skip, filled = work
        self.cell.backstep(factors, *d, *filled, *d_memories)
        if dz_late is not None:
            self.product(self.W_late_T, dz_late, out=d_late)
            self.cell.backoperand(factors, d_late_a, filled[0])
        self.product(self.W_T, dz, out=d_operand)
        if dz_late is not None:
            add(d_operand, d_late, out=d_operand)
        if skip is not None:
            add(d_a, skip, out=d_a)


def _product(lead: int) -> Callable:
    """np.dot takes half of matmul's time for a small product, but knows no axis of seeds."""
    return np.matmul if lead else np.dot


def _steps(trace: Trace, into: Trace | None) -> Iterable[tuple]:
    """The views that each step of `forward` writes; kept where the memory is reused."""
    if into is not None and trace.kept_steps:
        return trace.kept_steps
    (operands, late), (z, z_late), n_a = trace.operands, trace.squashed, trace.n_a
    sigmoid, sigmoid_late = trace.sigmoids()
    late_a = None if late is None else late[..., :n_a, :]
    each = (
        operands[:-1],
        operands[:-1, ..., :n_a, :],
        z,
        sigmoid,
        late,
        late_a,
        z_late,
        sigmoid_late,
    )
    steps = zip(
        *(repeat(None) if view is None else view for view in each),
        zip(*trace.views(), strict=True),
        strict=False,
    )
    if into is not None:
        trace.kept_steps.extend(steps)
        return trace.kept_steps
    return steps


def _back_steps(grads: Gradients, chain: "Chain", length: int, into: Gradients | None):
    """Room for `length` steps, and the views that each step of `backward` writes; both are kept
    where the memory is reused."""
    if into is not None and grads.kept_steps:
        return grads.kept_steps
    work = chain.work((length, *grads.operands.shape[1:]))
    rooms = list(work.steps())
    dA, memories = grads.state("a"), [grads.state(name) for name in grads.cell.states[1:]]
    T_x = len(dA) - 1
    steps = list(
        zip(
            zip(dA[1:], *(d[1:] for d in memories), strict=True),
            (rooms[t % length] for t in range(T_x)),
            grads.operands[:-1],
            dA[:-1],
            zip(*(d[:-1] for d in memories), strict=True) if memories else repeat(()),
            strict=False,
        )
    )
    if into is not None:
        grads.kept_steps.extend((work, steps))
    return work, steps


def _prepare(cell, params, x, initial, into) -> Trace:
    """A Trace with its memory laid out, and the inputs and initial states in place."""
    *lead, n_x, m, T_x = x.shape
    n_a = np.shape(params.get(cell.gates[0].bias, np.empty((1, 1))))[-2]
    check_params(cell, params, n_x, n_a)
    weights = Weights.pack(cell, {k: np.asarray(v, x.dtype) for k, v in params.items()})
    late = cell.late_gates
    if into is None:
        rows = n_a + n_x + 1

        def empty(steps, rows):
            return np.empty((steps, *lead, rows, m), x.dtype)

        trace = Trace(
            cell=cell,
            weights=weights,
            n_a=n_a,
            operands=(empty(T_x + 1, rows), empty(T_x, rows) if late else None),
            squashed=(
                empty(T_x, len(cell.gates) * n_a),
                empty(T_x, len(late) * n_a) if late else None,
            ),
            memories={name: empty(T_x + 1, n_a) for name in cell.states[1:]},
            internals=tuple(empty(T_x, n_a) for _ in range(cell.internals)),
            outputs=empty(T_x, params[cell.readout[0]].shape[-2]),
        )
    else:
        trace = replace(into, cell=cell, weights=weights)
    for buffer in trace.operands:
        if buffer is not None:
            buffer[:T_x, ..., n_a:-1, :] = time_major(x)
            buffer[..., -1, :] = 1
    for name in cell.states:
        state = initial.get(name, 0)
        if np.ndim(state) and state.shape != (*lead, n_a, m):
            raise ExperimentError(
                f"initial {name} must have shape {(*lead, n_a, m)}, got {state.shape}"
            )
        trace.state(name)[0] = state
    trace.operands[0][-1, ..., n_a:-1, :] = 0  # nothing comes in after the last step
    return trace


def _prepare_gradients(trace, upstream, carry, into) -> Gradients:
    """Gradients with their memory laid out, and what arrives at the last states in place."""
    cell, n_a, H = trace.cell, trace.n_a, trace.operands[0]
    expected = trace.states["a"].shape
    if upstream.shape != expected:
        raise ExperimentError(f"upstream must have shape {expected}, got {upstream.shape}")
    if into is None:
        dH = np.empty((*H.shape[:-2], H.shape[-2] - 1, H.shape[-1]), H.dtype)
        memories = {name: np.empty_like(memory) for name, memory in trace.memories.items()}
        into = Gradients(cell, n_a, dH, memories, {})
    grads = replace(into, params={})
    for name in cell.states:
        grads.state(name)[-1] = carry.get(name, 0)
    grads.state("a")[-1] += upstream[..., -1]
    grads.operands[-1, ..., n_a:, :] = 0
    return grads
