"""How the head of a trained network judges what it has read: cross-entropy against one label.

No drawn experiment has this loss, so it is in no menu: a network brings it along.
"""

from functools import partial

import numpy as np

from rnnviz.core.axes import time_major
from rnnviz.core.losses.base import Evaluation, Loss
from rnnviz.core.losses.cross_entropy import size


def head(pool: str, empty: bool = False, sigmoid: bool = False) -> Loss:
    """The loss of a head that sees the "last" state or the "max" over time.

    `empty`: a state of zeros takes part in the maximum. `sigmoid`: the head has one output, of
    class 2; the row of class 1 is there to make a softmax of it, held at 0, and feels nothing.
    The target is the label of each sequence (m,), from 0.

    >>> one = head("last").evaluate(np.zeros((1, 1, 2)), np.zeros((2, 1)), np.zeros((2, 1)), [1])
    >>> one.losses.round(4)  # -log 1/2
    array([0.    , 0.6931])
    """
    seen = "the last state" if pool == "last" else "the maximum of the states over time"
    kind = "binary cross-entropy" if sigmoid else "cross-entropy"
    return Loss(
        name=f"head_{pool}",
        kind="head",
        title=f"{kind} of the head",
        sentence=f"−log P(label), the {kind} of the network's own head, which sees {seen}",
        every=False,
        draw=_no_draw,
        evaluate=partial(evaluate, pool=pool, empty=empty, sigmoid=sigmoid),
        size=partial(size, every=False),
    )


def _no_draw(shape, n_y, random):
    raise TypeError("the label of a trained network is chosen, not drawn")


def evaluate(
    a: np.ndarray, W: np.ndarray, b: np.ndarray, target, pool: str, empty: bool, sigmoid: bool
) -> Evaluation:
    """The mean over sequences of -log P(label), at the last step.

    With z the logits and s = log(sum of exp z over the other classes) - z[label] it is
    log(1 + exp s), and dL/dz[label] = -sigmoid(s): neither is a difference of nearly equal numbers
    where the network is sure.
    """
    losses, upstream = np.zeros((*a.shape[:-3], a.shape[-1]), a.dtype), np.zeros_like(a)
    W, b = (np.array(param, a.dtype) for param in (W, b))
    if sigmoid:
        W[0], b[0] = 0, 0
    pooled, source = _pooled(time_major(a), pool, empty)
    hit = np.asarray(target) == np.arange(b.shape[-2])[:, None]
    with np.errstate(all="ignore"):
        logits = W @ pooled + b
        others = np.where(hit, -np.inf, logits)
        apart = np.logaddexp.reduce(others, axis=-2) - np.where(hit, logits, 0).sum(axis=-2)
        losses[..., -1] = np.logaddexp(a.dtype.type(0), apart).mean(axis=-1)
        top = logits.max(axis=-2, keepdims=True)
        share = np.exp(others - top)
        share /= np.exp(logits - top).sum(axis=-2, keepdims=True)
        d_logits = np.where(hit, -share.sum(axis=-2, keepdims=True), share) / a.shape[-2]
        d_pooled = W.swapaxes(-1, -2) @ d_logits
    steps = np.arange(a.shape[-1])[:, None, None]
    time_major(upstream)[...] = np.where(source == steps, d_pooled, 0)
    if sigmoid:
        d_logits[0] = 0
    dW = d_logits @ pooled.swapaxes(-1, -2)
    return Evaluation(losses, upstream, dW, d_logits.sum(axis=-1, keepdims=True))


def _pooled(states: np.ndarray, pool: str, empty: bool) -> tuple[np.ndarray, np.ndarray]:
    """What the head sees (n_a, m), and the step that each unit's value came from; -1 where that is
    the state of zeros."""
    if pool == "last":
        return states[-1], np.full(states.shape[1:], len(states) - 1)
    top, source = states.max(axis=0), states.argmax(axis=0)
    if not empty:
        return top, source
    return np.maximum(top, 0), np.where(top > 0, source, -1)
