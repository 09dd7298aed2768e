"""What a pass is written into: a Trace or Gradients with memory laid out, and each step's views."""

from collections.abc import Iterable
from dataclasses import replace
from itertools import repeat

import numpy as np

from rnnviz.core.errors import ExperimentError
from rnnviz.core.layout import Weights, check_params, cut, steps_of, time_major
from rnnviz.core.types import Gradients, Trace
from rnnviz.core.workspace import Workspace


def trace_for(cell, params, x, initial, into) -> Trace:
    """A Trace with its memory laid out, and the inputs and initial states in place."""
    *lead, n_x, m, T_x = x.shape
    n_a = np.shape(params.get(cell.gates[0].bias, np.empty((1, 1))))[-2]
    check_params(cell, params, n_x, n_a)
    weights = Weights.pack(cell, {k: np.asarray(v, x.dtype) for k, v in params.items()})
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
    """A Trace whose memory is laid out, and nothing written."""
    *lead, m = lead
    late, memories, rows = cell.late_gates, cell.states[1:], n_a + n_x + 1
    n_y = params[cell.readout[0]].shape[-2]
    sizes = [
        (T_x + 1, rows),
        (T_x, len(cell.gates) * n_a),
        *([(T_x, rows), (T_x, len(late) * n_a)] if late else ()),
        *[(T_x + 1, n_a)] * len(memories),
        *[(T_x, n_a)] * cell.internals,
    ]
    # The outputs are one matrix, all steps side by side: a softmax over few rows is quick there.
    *buffers, outputs = cut(
        dtype, [*((steps, *lead, rows, m) for steps, rows in sizes), (*lead, n_y, T_x * m)]
    )
    given = iter(buffers)
    operand, squashed = next(given), next(given)
    return Trace(
        cell=cell,
        weights=weights,
        n_a=n_a,
        operands=(operand, next(given) if late else None),
        squashed=(squashed, next(given) if late else None),
        memories={name: next(given) for name in memories},
        internals=tuple(given),
        outputs=steps_of(outputs, T_x),
    )


def gradients_for(trace, upstream, carry, into) -> Gradients:
    """Gradients with their memory laid out, and what arrives at the last states in place."""
    cell, n_a, H = trace.cell, trace.n_a, trace.operands[0]
    *many, _, m = H.shape[1:]
    expected = (*many, n_a, m, trace.T_x)
    if upstream.shape != expected:
        raise ExperimentError(f"upstream must have shape {expected}, got {upstream.shape}")
    if into is None:
        sizes = [H.shape[-2] - 1, *[n_a] * len(cell.states[1:])]
        seen, *memories = cut(H.dtype, ((trace.T_x + 1, *many, rows, m) for rows in sizes))
        into = Gradients(cell, n_a, seen, dict(zip(cell.states[1:], memories, strict=True)), {})
    grads = replace(into, params={})
    for name in cell.states:
        grads.state(name)[-1] = carry.get(name, 0)
    grads.state("a")[-1] += upstream[..., -1]
    return grads


def steps_ahead(trace: Trace, into: Trace | None) -> Iterable[tuple]:
    """The views that each step of `forward` writes; kept where the memory is reused."""
    if into is not None and trace.kept_steps:
        return trace.kept_steps
    (operands, late), (z, z_late), n_a = trace.operands, trace.squashed, trace.n_a
    sigmoid, sigmoid_late = trace.sigmoids()
    late_a = None if late is None else late[..., :n_a, :]
    each = (operands[:-1], z, sigmoid, late, late_a, z_late, sigmoid_late)
    steps = zip(
        *(repeat(None) if view is None else view for view in each),
        zip(*trace.views(), strict=True),
        strict=False,
    )
    if into is not None:
        trace.kept_steps.extend(steps)
        return trace.kept_steps
    return steps


def steps_back(grads: Gradients, work: Workspace, into: Gradients | None) -> list:
    """The views that each step of `backward` writes; kept where the memory is reused."""
    if into is not None and grads.kept_steps:
        kept, steps = grads.kept_steps
        if kept is work:
            return steps
    dA, length = list(grads.state("a")), work.length
    T_x, d = len(dA) - 1, [dA[1:]]
    for index, name in enumerate(grads.cell.states[1:]):
        memory, before = grads.state(name), list(work.room.memory(index))
        # What arrives at a step's memory was left by the step after it, one place on in the room.
        arriving = [before[(t + 1) % length] for t in range(T_x - 1)]
        d += [[*arriving, memory[-1]], memory[1:]]
    places = [t % length for t in range(T_x)]
    fixed = ((*work.steps[place], work.up[place]) for place in places)
    steps = [
        ((*room, *each), dz, late, (*added, up), d_seen, d_a)
        for (room, dz, late, added, up), d_seen, d_a, *each in zip(
            fixed, grads.seen[:-1], dA[:-1], *d, strict=True
        )
    ]
    if into is not None:
        grads.kept_steps[:] = (work, steps)
    return steps
