"""What a loss is: a record that says what it needs, draws its target and judges the states."""

from collections.abc import Callable
from dataclasses import dataclass
from types import MappingProxyType
from typing import NamedTuple

import numpy as np


class Evaluation(NamedTuple):
    """losses (..., T_x) per step; upstream dL/da (..., n_a, m, T_x); dL/dW and dL/db."""

    losses: np.ndarray
    upstream: np.ndarray
    dW: np.ndarray
    db: np.ndarray


@dataclass(frozen=True)
class Loss:
    """A loss by name.

    `title` names it in menus, `sentence` says what it is, `kind` is what it shares with those that
    count other steps. It counts at `every` step or at the last alone, and needs at least
    `least_n_y` outputs.

    `draw` (shape (n_a, m, T_x), n_y, random) gives the seeded target, drawn after the weights;
    `evaluate` (a, W, b, target) what it makes of hidden states (..., n_a, m, T_x) and the readout
    W a + b; `size` (a, W, b, upstream) is that of the numbers that the whole loss is a sum of, to
    which its rounding is relative.
    """

    name: str
    kind: str
    title: str
    sentence: str
    every: bool
    draw: Callable[[tuple[int, int, int], int, np.random.RandomState], np.ndarray]
    evaluate: Callable[[np.ndarray, np.ndarray, np.ndarray, np.ndarray], Evaluation]
    size: Callable[[np.ndarray, np.ndarray, np.ndarray, np.ndarray], float]
    least_n_y: int = 1


_registry: dict[str, Loss] = {}
LOSSES = MappingProxyType(_registry)  # read it anywhere; only `register` writes it


def register(loss: Loss) -> Loss:
    """Make the loss known to every menu, link and test under its name."""
    _registry[loss.name] = loss
    return loss


def counted(every: bool) -> slice:
    """The steps that count: all, or the last alone.

    >>> "abc"[counted(every=True)], "abc"[counted(every=False)]
    ('abc', 'c')
    """
    return slice(None) if every else slice(-1, None)
