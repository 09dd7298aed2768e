"""What a pass is written into: the buffers of a Trace or of Gradients, time-major.

Buffers are (T_x, ..., rows, m): one step is one contiguous block, so its matrix product needs no
copy. An operand is [a_{t-1}; x_t; 1], so that one product a step covers the recurrent weights, the
input weights and the bias.
"""

from collections.abc import Iterable
from dataclasses import replace
from itertools import accumulate
from math import prod

import numpy as np

from rnnviz.core.axes import time_major
from rnnviz.core.engine.weights import check_params, pack
from rnnviz.core.errors import ExperimentError
from rnnviz.core.types import Gradients, Trace

_LINE = 64  # bytes of a cache line


def allocate(dtype, shapes: Iterable[tuple[int, ...]]) -> list[np.ndarray]:
    """Uninitialised arrays of such shapes, all in one piece.

    Asked for and given back as one, it comes warm to the next run: many pieces in a row are handed
    back to the operating system, and every page that is touched again costs a fault. Each begins
    with a cache line, which the kernels of large products want, and a line of its own lies between
    any two: arrays that are a multiple of 4096 bytes apart hinder each other.
    """
    shapes, line = list(shapes), _LINE // np.dtype(dtype).itemsize
    sizes = [(-(-prod(shape) // line) + 1) * line for shape in shapes]
    whole = np.empty(sum(sizes) + line, dtype)
    first = -whole.ctypes.data % _LINE // whole.itemsize
    starts = accumulate(sizes, initial=first)
    pairs = zip(starts, shapes, strict=False)
    return [whole[start : start + prod(shape)].reshape(shape) for start, shape in pairs]


def columns(buffer: np.ndarray, out: np.ndarray) -> np.ndarray:
    """(steps, ..., rows, m) as (..., rows, steps * m): all steps side by side, for one product.

    Copied into the first columns of `out`; a view where a step is a single column anyway.
    """
    *_, m = buffer.shape
    if m == 1:
        return buffer[..., 0].transpose(*range(1, buffer.ndim - 1), 0)
    side = out[..., : len(buffer) * m]
    np.copyto(steps_of(side, len(buffer)), buffer)
    return side


def steps_of(columns: np.ndarray, T_x: int) -> np.ndarray:
    """The other way: (..., rows, T_x * m) as a view of (T_x, ..., rows, m)."""
    split = columns.reshape(*columns.shape[:-1], T_x, -1)
    last = split.ndim - 1
    return split.transpose(last - 1, *range(last - 1), last)


def trace_for(cell, params, x, initial, into) -> Trace:
    """A Trace with its buffers allocated, and the inputs and initial states in place."""
    *lead, n_x, m, T_x = x.shape
    n_a = np.shape(params.get(cell.gates[0].bias, np.empty((1, 1))))[-2]
    check_params(cell, params, n_x, n_a)
    weights = pack(cell, {k: np.asarray(v, x.dtype) for k, v in params.items()})
    if into is None:
        trace = _fresh(cell, weights, (*lead, m), x.dtype, n_a, n_x, T_x, params)
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


def _fresh(cell, weights, lead, dtype, n_a, n_x, T_x, params) -> Trace:
    """A Trace whose buffers are allocated, and nothing written."""
    *lead, m = lead
    late, others, rows = cell.late_gates, cell.states[1:], n_a + n_x + 1
    n_y = params[cell.readout[0]].shape[-2]
    sizes = [
        (T_x + 1, rows),
        (T_x, len(cell.gates) * n_a),
        *([(T_x, rows), (T_x, len(late) * n_a)] if late else ()),
        *[(T_x + 1, n_a)] * len(others),
        *[(T_x, n_a)] * cell.internals,
    ]
    # The outputs are one matrix, all steps side by side: a softmax over few rows is quick there.
    *buffers, outputs = allocate(
        dtype, [*((steps, *lead, rows, m) for steps, rows in sizes), (*lead, n_y, T_x * m)]
    )
    given = iter(buffers)
    operand, gates = next(given), next(given)
    return Trace(
        cell=cell,
        weights=weights,
        n_a=n_a,
        operands=(operand, next(given) if late else None),
        gate_values=(gates, next(given) if late else None),
        other_states={name: next(given) for name in others},
        internals=tuple(given),
        outputs=steps_of(outputs, T_x),
    )


def gradients_for(trace, upstream, carry, into) -> Gradients:
    """Gradients with their buffers allocated, and what arrives at the last states in place."""
    cell, n_a, H = trace.cell, trace.n_a, trace.operands[0]
    *many, _, m = H.shape[1:]
    expected = (*many, n_a, m, trace.T_x)
    if upstream.shape != expected:
        raise ExperimentError(f"upstream must have shape {expected}, got {upstream.shape}")
    if into is None:
        sizes = [H.shape[-2] - 1, *[n_a] * len(cell.states[1:])]
        seen, *others = allocate(H.dtype, ((trace.T_x + 1, *many, rows, m) for rows in sizes))
        into = Gradients(cell, n_a, seen, dict(zip(cell.states[1:], others, strict=True)), {})
    for name in cell.states:
        into.state(name)[-1] = carry.get(name, 0)
    into.state("a")[-1] += upstream[..., -1]
    return into
