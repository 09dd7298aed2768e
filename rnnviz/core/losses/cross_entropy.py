"""Softmax cross-entropy against seeded labels: how surprised the outputs are."""

from functools import partial

import numpy as np

from rnnviz.core.axes import public, time_major
from rnnviz.core.losses.base import Evaluation, Loss, counted, register


def draw(shape: tuple[int, int, int], n_y: int, random: np.random.RandomState) -> np.ndarray:
    """Labels (m, T_x) from 0 to n_y - 1."""
    return random.randint(n_y, size=shape[1:])


def evaluate(
    a: np.ndarray, W: np.ndarray, b: np.ndarray, target: np.ndarray, every: bool
) -> Evaluation:
    """The mean over sequences of -log y[label], summed over the steps that count.

    With z = W a + b and y = softmax(z), dL/dz is y less the label's one, over m.
    """
    losses, upstream = np.zeros((*a.shape[:-3], a.shape[-1]), a.dtype), np.zeros_like(a)
    W, b = (np.asarray(param, a.dtype) for param in (W, b))
    steps = counted(every)
    with np.errstate(all="ignore"):
        m, states = a.shape[-2], time_major(a[..., steps])  # (steps, ..., n_a, m)
        logits = W @ states + b
        hit = time_major(target[..., steps])[..., None, :] == np.arange(b.shape[-2])[:, None]
        top = logits.max(axis=-2, keepdims=True)
        e = np.exp(logits - top)
        total = e.sum(axis=-2, keepdims=True)
        chosen = np.where(hit, logits, 0).sum(axis=-2, keepdims=True)
        each = (top + np.log(total) - chosen).mean(axis=(-2, -1))
        losses[..., steps] = public(each)
        d_logits = (e / total - hit) / m
        time_major(upstream)[steps] = W.swapaxes(-1, -2) @ d_logits
        dW = (d_logits @ states.swapaxes(-1, -2)).sum(axis=0)
        db = d_logits.sum(axis=-1, keepdims=True).sum(axis=0)
    return Evaluation(losses, upstream, dW, db)


def size(a: np.ndarray, W: np.ndarray, b: np.ndarray, upstream: np.ndarray, every: bool) -> float:
    """The largest that a logit may be, times the steps that count."""
    W, b = (np.abs(np.asarray(param, float)) for param in (W, b))
    steps = a.shape[-1] if every else 1
    return steps * float((W.sum(axis=1) * np.abs(a).max() + b[:, 0]).max())


for _every, _where in ((False, "last"), (True, "every")):
    register(
        Loss(
            name=f"cross_entropy_{_where}",
            kind="cross_entropy",
            title=f"cross-entropy, {_where} step",
            sentence="softmax cross-entropy against seeded labels, at "
            + ("every step" if _every else "the last step only"),
            every=_every,
            draw=draw,
            evaluate=partial(evaluate, every=_every),
            size=partial(size, every=_every),
            least_n_y=2,  # one class is always right
        )
    )
