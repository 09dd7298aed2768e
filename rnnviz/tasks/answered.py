"""What a kept network does on sequences of its task that it was not trained on."""

from functools import lru_cache
from typing import NamedTuple

import numpy as np

from rnnviz.core.engine import forward
from rnnviz.core.training import held_out, share_right
from rnnviz.tasks.kept import Kept

_SEQUENCES = 64
_LONGER = 2  # times as long as those that it was trained on


class Answered(NamedTuple):
    """The share of answers that are `right`, and the joint states (N, count) that are `visited`."""

    right: float
    visited: np.ndarray


@lru_cache(8)
def answered(one: Kept) -> Answered:
    """On longer sequences of its task, in double precision.

    >>> from rnnviz.tasks.networks import kept
    >>> answered(kept("flipfloprnn")).visited.shape  # 64 sequences of 80 steps
    (24, 5120)
    """
    settings, cell = one.settings, one.settings.cell_object
    steps = _LONGER * settings.steps
    batch = held_out(one.task, "probe", settings.seed + 1, _SEQUENCES, steps)
    params = {name: np.asarray(param, float) for name, param in one.params.items()}
    trace = forward(cell, params, batch.x)
    W, b = (params[name] for name in cell.readout)
    a = trace.states["a"]
    right = share_right(one.task.head, a, W, b, batch.target, batch.mask)
    states = [trace.state(name)[1:].swapaxes(0, 1).reshape(len(a), -1) for name in cell.states]
    return Answered(float(right), np.concatenate(states))
