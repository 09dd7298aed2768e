"""A cell through time: `forward` fills a Trace, `backward` carries the chain rule back along it."""

from collections.abc import Iterable, Mapping
from contextlib import contextmanager
from dataclasses import replace
from itertools import repeat

import numpy as np
from numpy import add, multiply, tanh

from rnnviz.core.activations import softmax
from rnnviz.core.cells.base import Cell
from rnnviz.core.chain import Chain, Room, dot_or_matmul
from rnnviz.core.errors import ExperimentError
from rnnviz.core.layout import Weights, check_params, columns, halved, steps_of, time_major
from rnnviz.core.types import Gradients, Trace

_CHUNK_BYTES = 1 << 18  # of dz: what lies between two weight products should stay in the cache
_MOST_ROOMS = 8  # kept between backward passes, of three times as many bytes each
_rooms: dict[tuple, tuple[Room, list]] = {}


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
    product = dot_or_matmul(x.ndim > 3)
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
    T_x, n_a = trace.T_x, trace.n_a
    grads = _prepare_gradients(trace, upstream, carry or {}, into)
    chain = Chain.of(trace)
    length = max(1, min(T_x, _CHUNK_BYTES // trace.squashed[0][0].nbytes))
    upstream, none = time_major(upstream), np.zeros((), upstream.dtype)
    stacks = [None if W is None else np.zeros_like(W) for W in trace.weights]
    early, pull = len(trace.cell.gates) * n_a, chain.pull
    *many, _, m = upstream.shape[1:]
    with (
        np.errstate(all="ignore"),
        _borrowed(trace.cell, n_a, (length, *many), m, trace.outputs.dtype) as (room, rooms),
    ):
        steps, dz = _back_steps(grads, room, rooms, into), room.dz
        for start in reversed(range(0, T_x, length)):
            stop = min(start + length, T_x)
            now, count = slice(start, stop), stop - start
            chain.fill_factors(now, room.factors[:count])
            # Together, because a step alone reads a whole cache line for every number.
            ups = list(np.ascontiguousarray(upstream[max(0, start - 1) : stop - 1]))
            if not start:
                ups.insert(0, none)  # no loss before the first step
            for t, up in zip(range(stop - 1, start - 1, -1), reversed(ups), strict=True):
                views, d, d_a = steps[t]
                pull(views, d, d_a)
                add(d_a, up, out=d_a)
            every = columns(dz[:count])
            grads.inputs[now] = steps_of(chain.W_x @ every, count)
            parts = every[..., :early, :], every[..., early:, :]
            for stack, part, operand in zip(stacks, parts, trace.operands, strict=True):
                if stack is not None:
                    stack += part @ columns(operand[now]).swapaxes(-1, -2)
        for index, name in enumerate(trace.cell.states[1:]):
            grads.state(name)[0] = room.memory(index)[0]
    grads.params.update(Weights(*stacks).unpack(trace.cell, n_a))
    return grads


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


def _back_steps(grads: Gradients, room: Room, rooms: list, into: Gradients | None) -> list:
    """The views that each step of `backward` writes; kept where the memory is reused."""
    if into is not None and grads.kept_steps:
        kept, steps = grads.kept_steps
        if kept is room:
            return steps
    dA, length = grads.state("a"), len(rooms)
    T_x, d = len(dA) - 1, [dA[1:]]
    for index, name in enumerate(grads.cell.states[1:]):
        memory, before = grads.state(name), list(room.memory(index))
        # What arrives at a step's memory was left by the step after it, one place on in the room.
        arriving = [before[(t + 1) % length] for t in range(T_x - 1)]
        d += [[*arriving, memory[-1]], memory[1:]]
    views = (rooms[t % length] for t in range(T_x))
    steps = list(zip(views, zip(*d, strict=True), dA[:-1], strict=True))
    if into is not None:
        grads.kept_steps[:] = (room, steps)
    return steps


@contextmanager
def _borrowed(cell: Cell, n_a: int, lead: tuple[int, ...], m: int, dtype):
    """A room of such a shape, with the views of its steps: a used one where there is one.

    Nothing of it is handed out, so the next backward pass need not ask for fresh memory. A room
    is taken out while it is in use: another thread finds none, and makes its own.
    """
    key = (cell, n_a, lead, m, dtype)
    free = _rooms.pop(key, None)
    if free is None:
        room = Room.of(cell, n_a, lead, m, dtype)
        free = (room, [room.part(step).views() for step in range(lead[0])])
    yield free
    _rooms[key] = free
    for oldest in list(_rooms)[:-_MOST_ROOMS]:
        _rooms.pop(oldest, None)


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
        states = {name: np.empty_like(trace.state(name), order="C") for name in cell.states}
        inputs = np.empty((len(H) - 1, *H.shape[1:-2], H.shape[-2] - n_a - 1, H.shape[-1]), H.dtype)
        into = Gradients(cell, n_a, states, inputs, {})
    grads = replace(into, params={})
    for name in cell.states:
        grads.state(name)[-1] = carry.get(name, 0)
    grads.state("a")[-1] += upstream[..., -1]
    return grads
