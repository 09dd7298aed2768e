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
from rnnviz.core.engine.weights import check_params, constants, pack
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
    n_a = np.shape(params.get(cell.gates[0].weights[0], np.empty((1, 1))))[-2]
    check_params(cell, params, n_x, n_a)
    params = {k: np.asarray(v, x.dtype) for k, v in params.items()}
    weights, vectors = pack(cell, params, n_a, n_x), constants(cell, params)
    if into is None:
        trace = _fresh(cell, weights, vectors, (*lead, m), x.dtype, n_a, n_x, T_x, params)
    else:
        trace = replace(into, cell=cell, weights=weights, vectors=vectors)
    for buffer in trace.operands:
        buffer[:T_x, ..., -1 - n_x : -1, :] = time_major(x)
    for name in cell.states:
        state = initial.get(name, 0)
        if np.ndim(state) and state.shape != (*lead, n_a, m):
            raise ExperimentError(
                f"initial {name} must have shape {(*lead, n_a, m)}, got {state.shape}"
            )
        trace.state(name)[0] = state
    return trace


def _fresh(cell, weights, vectors, lead, dtype, n_a, n_x, T_x, params) -> Trace:
    """A Trace whose buffers are allocated, and nothing written."""
    *lead, m = lead
    n_y = params[cell.readout[0]].shape[-2]
    others = [name for name in cell.states if name not in cell.looked_at]
    sizes = []
    for stage in cell.stages:  # the first's states stand where the product reads them
        sizes.append((T_x + (stage.kind == "first"), len(stage.looks) * n_a + n_x + 1))
        sizes.append((T_x, len(stage.blocks) * n_a))
    sizes += [(T_x + 1, n_a)] * len(others) + [(T_x, n_a)] * len(cell.derived.lasting)
    # The outputs are one matrix, all steps side by side: a softmax over few rows is quick there.
    *buffers, outputs = allocate(
        dtype, [*((steps, *lead, rows, m) for steps, rows in sizes), (*lead, n_y, T_x * m)]
    )
    given, stages = iter(buffers), range(len(cell.stages))
    pairs = [(next(given), next(given)) for _ in stages]
    operands, gate_values = (tuple(each) for each in zip(*pairs, strict=True))
    for buffer in operands:  # what every later run leaves as it is
        buffer[..., -1, :] = 1
        buffer[T_x:, ..., -1 - n_x : -1, :] = 0  # nothing comes in after the last step
    states = {name: next(given) for name in others}
    for operand, stage in zip(operands, cell.stages, strict=True):
        if stage.kind == "first":
            states |= seen_states(cell, operand, n_a)
    states = {name: states[name] for name in cell.states}
    lasting = {name: next(given) for name in cell.derived.lasting}
    return Trace(cell, weights, n_a, operands, gate_values, states, lasting, vectors,
                 steps_of(outputs, T_x))  # fmt: skip


def seen_states(cell, buffer: np.ndarray, n_a: int) -> dict[str, np.ndarray]:
    """The states that the first product sees, as the first rows of a buffer."""
    rows = ((name, at * n_a) for at, name in enumerate(cell.looked_at))
    return {name: buffer[..., row : row + n_a, :] for name, row in rows}


def gradients_for(trace, upstream, carry, into, n_x: int) -> Gradients:
    """Gradients with their buffers allocated, and what arrives at the last states in place; with
    dL/dx of n_x inputs."""
    cell, n_a, outputs = trace.cell, trace.n_a, trace.outputs
    *many, _, m = outputs.shape[1:]
    expected = (*many, n_a, m, trace.T_x)
    if upstream is not None and upstream.shape != expected:
        raise ExperimentError(f"upstream must have shape {expected}, got {upstream.shape}")
    if into is None:
        others = [name for name in cell.states if name not in cell.looked_at]
        sizes = [len(cell.looked_at) * n_a + n_x, *[n_a] * len(others)]
        seen, *rest = allocate(outputs.dtype, ((trace.T_x + 1, *many, rows, m) for rows in sizes))
        states = seen_states(cell, seen, n_a) | dict(zip(others, rest, strict=True))
        into = Gradients(cell, n_a, seen, {name: states[name] for name in cell.states}, {})
    for name in cell.states:
        into.state(name)[-1] = carry.get(name, 0)
    if upstream is not None:
        into.state("a")[-1] += upstream[..., -1]
    return into
