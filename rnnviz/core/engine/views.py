"""The views that each step reads and writes, made beforehand: slicing takes as long as adding.

Where the buffers of a Trace or of Gradients are written over again and again (`into`), its views
are kept beside it for as long as it lives. What a view is called is `calculus.writer.Key`.
"""

from collections.abc import Iterable
from weakref import WeakKeyDictionary

import numpy as np

from rnnviz.core.calculus import backward as written_back
from rnnviz.core.calculus import forward as written
from rnnviz.core.engine.weights import sigmoid_rows
from rnnviz.core.engine.workspace import Workspace
from rnnviz.core.types import Gradients, Trace

_forward: WeakKeyDictionary[Trace, list[tuple]] = WeakKeyDictionary()
_backward: WeakKeyDictionary[Gradients, tuple[Workspace, np.ndarray, list[tuple]]] = (
    WeakKeyDictionary()
)


def forward_steps(trace: Trace, into: Trace | None) -> Iterable[tuple]:
    """What each step of `forward` reads and writes, the first step first."""
    if into is None:
        return _forward_steps(trace)
    steps = _forward.get(into) or list(_forward_steps(trace))
    _forward[into] = _forward[trace] = steps
    return steps


def _forward_steps(trace: Trace) -> Iterable[tuple]:
    views = written.forward(trace.cell.derived).views
    return zip(*(_all_steps(trace, *key) for key in views), strict=True)


def _all_steps(trace: Trace, word: str, key) -> np.ndarray:
    """A view of all steps at once."""
    if word == "value":
        return trace.values[key]
    if word == "operand":
        return trace.operands[key][: trace.T_x]
    return squashed(trace, key)[word]


def squashed(trace: Trace, at: int) -> dict[str, np.ndarray]:
    """What a stage's product is written into, its rows that are squashed, and of sigmoids."""
    z, stage = trace.gate_values[at], trace.cell.stages[at]
    rows = trace.n_a * sum(bool(block.squash) for block in stage.blocks)
    return {"z": z, "squashed": z[..., :rows, :],
            "sigmoid": z[..., : sigmoid_rows(stage, trace.n_a), :]}  # fmt: skip


def backward_steps(
    trace: Trace, grads: Gradients, work: Workspace, into: Gradients | None
) -> list[tuple]:
    """What each step of `backward` reads and writes, the first step first."""
    if into is None:
        return _backward_steps(trace, grads, work)
    kept, seen, steps = _backward.get(into, (None, None, []))
    # Another thread may work where these steps did, or the values be those of another Trace.
    if kept is not work or seen is not trace.gate_values[0]:
        steps = _backward_steps(trace, grads, work)
    _backward[into] = work, trace.gate_values[0], steps
    return steps


def hand_on(into: Gradients, grads: Gradients) -> None:
    """What is kept beside `into` belongs to what it has become, too."""
    _backward[grads] = _backward[into]


def _backward_steps(trace: Trace, grads: Gradients, work: Workspace) -> list[tuple]:
    derived, length, T_x = grads.cell.derived, work.length, len(grads.seen) - 1

    def each(word: str, state: str = "") -> Iterable[np.ndarray]:
        if word == "value":
            return trace.values[state]
        if word == "seen":
            return grads.seen[:-1]
        buffer = grads.state(state)
        place = written_back.carried(derived, state)
        if word == "arriving" and place is not None:
            # It was left in the stack by the step after, one place on.
            before = list(work.inner.view("slot", place))
            return [*(before[(t + 1) % length] for t in range(T_x - 1)), buffer[-1]]
        return buffer[:-1] if word == "before" else buffer[1:]

    fixed = (work.steps[t % length] for t in range(T_x))
    return list(zip(fixed, *(each(*key) for key in work.code.views), strict=True))
