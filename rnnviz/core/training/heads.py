"""Heads: what a loss makes of the answers W a + b at the steps that count, and where it pulls."""

from collections.abc import Callable
from dataclasses import dataclass
from types import MappingProxyType

import numpy as np

from rnnviz.core.activations import sigmoid, softmax
from rnnviz.core.axes import time_major
from rnnviz.core.errors import check_choice
from rnnviz.core.losses import Evaluation


@dataclass(frozen=True)
class Head:
    """`loss` (logits, target) gives each answer's loss (steps, 1, m) and its slope by the logits
    (steps, n_y, m); `answer` turns logits into what is told; `right` (logits, target) says which
    answers are right, (steps, n_y or 1, m), None where none is."""

    loss: Callable[[np.ndarray, np.ndarray], tuple[np.ndarray, np.ndarray]]
    answer: Callable[[np.ndarray], np.ndarray]
    right: Callable[[np.ndarray, np.ndarray], np.ndarray] | None = None


def _squared(y, target):
    """The squared error, the mean over outputs."""
    apart = y - target
    return np.square(apart).mean(axis=1, keepdims=True), apart * (2 / y.shape[1])


def _surprise(logits, labels):
    """-log softmax(logits)[label], shifted by the largest logit so that nothing overflows."""
    hit = labels == np.arange(logits.shape[1])[:, None]
    shifted = logits - logits.max(axis=1, keepdims=True)
    e = np.exp(shifted)
    total = e.sum(axis=1, keepdims=True)
    chosen = np.where(hit, shifted, 0).sum(axis=1, keepdims=True)
    return np.log(total) - chosen, e / total - hit


def _coins(logits, target):
    """-log of the probability of what came, the mean over outputs; log(1 + exp z) - t z."""
    grown = np.maximum(logits, 0) + np.log1p(np.exp(-np.abs(logits)))
    each = grown - target * logits
    return each.mean(axis=1, keepdims=True), (sigmoid(logits) - target) / logits.shape[1]


HEADS = MappingProxyType(
    {
        "regression": Head(_squared, lambda y: y),
        "signs": Head(_squared, lambda y: y, lambda y, target: y * target > 0),
        "softmax": Head(
            _surprise,
            softmax,
            lambda logits, labels: logits.argmax(axis=1)[:, None] == labels,
        ),
        "binary": Head(_coins, sigmoid, lambda logits, target: (logits > 0) == (target > 0.5)),
    }
)


def counted(mask: np.ndarray) -> slice:
    """From the first to the last step at which any sequence's answer counts, of (m, T_x).

    >>> counted(np.array([[False, True, False, True, False]]))
    slice(1, 4, None)
    """
    steps = np.flatnonzero(mask.any(axis=0))
    return slice(int(steps[0]), int(steps[-1]) + 1) if len(steps) else slice(0, 0)


def wanted(target: np.ndarray, steps: slice) -> np.ndarray:
    """A target at some steps as a head takes it, (steps, n_y, m), of labels (steps, 1, m).

    >>> wanted(np.zeros((4, 9), int), slice(2, 5)).shape
    (3, 1, 4)
    """
    some = target[..., steps]
    return time_major(some if some.ndim == 3 else some[None])


def judge(
    head: str,
    a: np.ndarray,
    W: np.ndarray,
    b: np.ndarray,
    target: np.ndarray,
    mask: np.ndarray,
    count: int | None = None,
    upstream: np.ndarray | None = None,
) -> Evaluation:
    """The mean loss of the answers W a + b that count, by the step that adds it, and its gradients.

    a is (n_a, m, T_x), W (n_y, n_a), b (n_y, 1); target and mask as in `Batch`. The mean is over
    `count` answers, by default those of the mask; regression and several binary outputs have the
    mean over outputs, too. `upstream` (n_a, m, T_x) is written over where it is given.

    >>> a, mask = np.zeros((1, 1, 2)), np.array([[False, True]])
    >>> W, b = np.ones((1, 1)), np.zeros((1, 1))
    >>> judge("regression", a, W, b, np.full((1, 1, 2), 3.0), mask).upstream  # 2 (0 - 3)
    array([[[ 0., -6.]]])
    """
    check_choice("head", head, HEADS)
    if upstream is None:
        upstream = np.empty_like(a)
    losses, steps, dtype = np.zeros(a.shape[-1], a.dtype), counted(mask), a.dtype
    weight = time_major(mask[None, :, steps]) * dtype.type(1 / (count or max(1, mask.sum())))
    with np.errstate(all="ignore"):
        now = time_major(a)[steps]
        target = wanted(target, steps)
        target = target if target.dtype.kind in "iu" else target.astype(dtype)
        each, slope = HEADS[head].loss(W @ now + b, target)
        losses[steps] = (each * weight).sum(axis=(1, 2))
        slope *= weight
        felt = time_major(upstream)
        felt[: steps.start], felt[steps.stop :] = 0, 0
        np.matmul(W.T, slope, out=felt[steps])
        dW = (slope @ now.swapaxes(1, 2)).sum(axis=0)
        db = slope.sum(axis=(0, 2))[:, None]
    return Evaluation(losses, upstream, dW, db)


def share_right(
    head: str, a: np.ndarray, W: np.ndarray, b: np.ndarray, target: np.ndarray, mask: np.ndarray
) -> float:
    """The share of the answers that count which are right; NaN of a head that knows no right.

    >>> mask, a = np.ones((1, 2), bool), np.array([[[1.0, -1.0]]])
    >>> share_right("binary", a, np.ones((1, 1)), np.zeros((1, 1)), np.ones((1, 1, 2)), mask)
    0.5
    """
    right = HEADS[head].right
    if right is None:
        return float("nan")
    steps = counted(mask)
    found = right(W @ time_major(a)[steps] + b, wanted(target, steps))
    kept = np.broadcast_to(time_major(mask[None, :, steps]), found.shape)
    return float(found[kept].mean())
