"""The views that each step reads and writes, made beforehand: slicing takes as long as adding.

Where the buffers of a Trace or of Gradients are written over again and again (`into`), its views
are kept beside it for as long as it lives.
"""

from collections.abc import Iterable
from itertools import repeat
from weakref import WeakKeyDictionary

import numpy as np

from rnnviz.core.axes import blocks
from rnnviz.core.engine.weights import sigmoid_rows
from rnnviz.core.engine.workspace import Workspace
from rnnviz.core.types import Gradients, Trace

_forward: WeakKeyDictionary[Trace, list[tuple]] = WeakKeyDictionary()
_backward: WeakKeyDictionary[Gradients, tuple[Workspace, list[tuple]]] = WeakKeyDictionary()


def of_cell(trace: Trace) -> tuple[np.ndarray, ...]:
    """What a cell's `step` and `local_derivatives` take, all steps at once (T_x, ..., n_a, m)."""
    stages = (stage for stage in trace.gate_values if stage is not None)
    gates = [block for stage in stages for block in blocks(stage, trace.n_a)]
    states = [trace.state(name) for name in trace.cell.states]
    return (*gates, *(s[:-1] for s in states), *(s[1:] for s in states), *trace.internals)


def forward_steps(trace: Trace, into: Trace | None) -> Iterable[tuple]:
    """What each step of `forward` reads and writes, the first step first."""
    if into is None:
        return _forward_steps(trace)
    steps = _forward.get(into) or list(_forward_steps(trace))
    _forward[into] = _forward[trace] = steps
    return steps


def _forward_steps(trace: Trace) -> Iterable[tuple]:
    (operands, late), (z, z_late), n_a = trace.operands, trace.gate_values, trace.n_a
    sigmoid, sigmoid_late = _sigmoids(trace)
    late_a = None if late is None else late[..., :n_a, :]
    each = (operands[:-1], z, sigmoid, late, late_a, z_late, sigmoid_late)
    return zip(
        *(repeat(None) if view is None else view for view in each),
        zip(*of_cell(trace), strict=True),
        strict=False,
    )


def _sigmoids(trace: Trace) -> tuple[np.ndarray | None, ...]:
    """The rows of each stage that hold sigmoid gates, or None where a stage has none."""
    stages = (trace.cell.gates, trace.cell.late_gates)
    rows = (sigmoid_rows(gates, trace.n_a) for gates in stages)
    return tuple(
        stage[..., :n, :] if n else None for stage, n in zip(trace.gate_values, rows, strict=True)
    )


def backward_steps(grads: Gradients, work: Workspace, into: Gradients | None) -> list[tuple]:
    """What each step of `backward` reads and writes, the first step first."""
    if into is None:
        return _backward_steps(grads, work)
    kept, steps = _backward.get(into, (None, []))
    if kept is not work:  # another thread may work where these steps did
        steps = _backward_steps(grads, work)
    _backward[into] = work, steps
    return steps


def _backward_steps(grads: Gradients, work: Workspace) -> list[tuple]:
    dA, length = list(grads.state("a")), work.length
    T_x, d = len(dA) - 1, [dA[1:]]
    for index, name in enumerate(grads.cell.states[1:]):
        whole, before = grads.state(name), list(work.inner.state(index))
        # What arrives at a step's state was left by the step after it, one place on.
        arriving = [before[(t + 1) % length] for t in range(T_x - 1)]
        d += [[*arriving, whole[-1]], whole[1:]]
    places = [t % length for t in range(T_x)]
    fixed = ((*work.steps[place], work.up[place]) for place in places)
    return [
        ((*inner, *each), dz, late, (*added, up), d_seen, d_a)
        for (inner, dz, late, added, up), d_seen, d_a, *each in zip(
            fixed, grads.seen[:-1], dA[:-1], *d, strict=True
        )
    ]
