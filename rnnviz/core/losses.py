"""What a run minimises, step by step, and how each step's loss feels the hidden state."""

from collections.abc import Mapping
from typing import NamedTuple

import numpy as np

from rnnviz.core.axes import public, time_major
from rnnviz.core.types import Trace


class Loss(NamedTuple):
    """losses (..., T_x) per step; upstream dL/da (..., n_a, m, T_x); readout gradients by name."""

    losses: np.ndarray
    upstream: np.ndarray
    readout: dict[str, np.ndarray]


def draw(loss: str, shape: tuple[int, int, int], n_y: int, random: np.random.RandomState):
    """The seeded target for a loss over states of `shape` (n_a, m, T_x), drawn after the weights.

    Labels (m, T_x) from 0 to n_y - 1 for the cross-entropy, else dL/da itself (n_a, m, T_x).
    """
    if loss.startswith("cross_entropy"):
        return random.randint(n_y, size=shape[1:])
    return random.randn(*shape)


def evaluate(loss: str, trace: Trace, params: Mapping[str, np.ndarray], target: np.ndarray) -> Loss:
    """The loss on a Trace.

    Cross-entropy is the mean over sequences of -log y[label], summed over the steps that count;
    an upstream gradient G gives L = sum G * a, so that dL/da is G itself, as in the notebook.
    """
    cell, a = trace.cell, trace.states["a"]
    counted = slice(None) if loss.endswith("_every") else slice(-1, None)
    losses, upstream = np.zeros((*a.shape[:-3], a.shape[-1]), a.dtype), np.zeros_like(a)
    W, b = (np.asarray(params[name], a.dtype) for name in cell.readout)
    target = target[..., counted]
    with np.errstate(all="ignore"):
        if not loss.startswith("cross_entropy"):
            upstream[..., counted] = target
            losses[..., counted] = (a[..., counted] * target).sum(axis=(-3, -2))
            return Loss(
                losses, upstream, {cell.readout[0]: np.zeros_like(W), cell.readout[1]: 0 * b}
            )
        m, states = a.shape[-2], time_major(a[..., counted])  # (steps, ..., n_a, m)
        logits = W @ states + b
        hit = time_major(target)[..., None, :] == np.arange(b.shape[-2])[:, None]
        top = logits.max(axis=-2, keepdims=True)
        e = np.exp(logits - top)
        total = e.sum(axis=-2, keepdims=True)
        chosen = np.where(hit, logits, 0).sum(axis=-2, keepdims=True)
        each = (top + np.log(total) - chosen).mean(axis=(-2, -1))
        losses[..., counted] = public(each)
        d_logits = (e / total - hit) / m
        time_major(upstream)[counted] = W.swapaxes(-1, -2) @ d_logits
        dW = (d_logits @ states.swapaxes(-1, -2)).sum(axis=0)
        db = d_logits.sum(axis=-1, keepdims=True).sum(axis=0)
    return Loss(losses, upstream, {cell.readout[0]: dW, cell.readout[1]: db})
