"""What a backward pass works in and does not hand out, kept because fresh memory is slow."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

import numpy as np

from rnnviz.core.chain import Room
from rnnviz.core.layout import cut
from rnnviz.core.types import Trace

_COLUMNS = 224  # at least, for a product over many steps: with fewer it is slower
_BYTES = 1 << 18  # of dz: more steps while they are no more than that,
_MOST_BYTES = 1 << 20  # fewer once they would drive each other out of the cache
_KEPT = 4  # workspaces kept between backward passes
_kept: dict[tuple, "Workspace"] = {}


@dataclass(frozen=True)
class Workspace:
    """Memory for `length` steps side by side.

    `room` is where their gradients are pulled, `steps` its views by step; `up` is what each step's
    own loss adds, (length, ..., n_a, m). The others are columns, (..., rows, length * m): dz of all
    gates, an operand of each stage. `shares` are what the steps add to the gradients of the
    packed weights, transposed.
    """

    room: Room
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
        """Fresh memory for some steps of a Trace."""
        H, n_a, cell = trace.operands[0], trace.n_a, trace.cell
        *many, rows, m = H.shape[1:]
        room = Room.of(cell, n_a, (length, *many), m, H.dtype, rows=rows - 1)
        columns = length * m
        weights = [W for W in trace.weights if W is not None]
        up, dz, *rest = cut(
            H.dtype,
            [
                (length, *many, n_a, m),
                (*many, len(cell.all_gates) * n_a, columns),
                *[(*many, rows, columns) for _ in weights],
                *[(*many, rows, W.shape[-2]) for W in weights],
            ],
        )
        operands, shares = rest[: len(weights)], rest[len(weights) :]
        steps = [room.part(step).views() for step in range(length)]
        return cls(room, steps, up, dz, operands, shares)


@contextmanager
def borrowed(trace: Trace) -> Iterator[Workspace]:
    """A workspace for a Trace: a used one where there is one.

    It is taken out while it is in use: another thread finds none, and makes its own.
    """
    H = trace.operands[0]
    key = (trace.cell, trace.n_a, trace.T_x, H.shape[1:], H.dtype)
    found = _kept.pop(key, None)
    if found is None:
        step_bytes = sum(stage[0].nbytes for stage in trace.squashed if stage is not None)
        columns = H[0, ..., 0, :].size
        wanted = max(_COLUMNS // columns, _BYTES // step_bytes)
        length = min(trace.T_x, max(1, min(wanted, _MOST_BYTES // step_bytes)))
        found = Workspace.of(trace, length)
    yield found
    _kept[key] = found
    for oldest in list(_kept)[:-_KEPT]:
        _kept.pop(oldest, None)
