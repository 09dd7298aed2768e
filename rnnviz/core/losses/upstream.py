"""A seeded Gaussian gradient of the hidden state, as the source notebook hands it to its cells."""

from functools import partial

import numpy as np

from rnnviz.core.losses.base import Evaluation, Loss, counted, register

_SENTENCES = {
    "last": "a seeded Gaussian gradient of the hidden state, at the last step only",
    "every": "the notebook's: a seeded Gaussian gradient of the state, at every step",
}


def draw(shape: tuple[int, int, int], n_y: int, random: np.random.RandomState) -> np.ndarray:
    """G = dL/da itself, (n_a, m, T_x)."""
    return random.randn(*shape)


def evaluate(
    a: np.ndarray, W: np.ndarray, b: np.ndarray, target: np.ndarray, every: bool
) -> Evaluation:
    """L = sum of G * a over the steps that count, so that dL/da is G; the readout is not felt."""
    steps = counted(every)
    losses, upstream = np.zeros((*a.shape[:-3], a.shape[-1]), a.dtype), np.zeros_like(a)
    with np.errstate(all="ignore"):
        upstream[..., steps] = target[..., steps]
        losses[..., steps] = (a[..., steps] * target[..., steps]).sum(axis=(-3, -2))
        # A bias's zeros keep its signs, as in every file written so far: digests tell -0 from 0.
    dW, db = np.zeros_like(W, a.dtype), 0 * np.asarray(b, a.dtype)
    return Evaluation(losses, upstream, dW, db)


def size(a: np.ndarray, W: np.ndarray, b: np.ndarray, upstream: np.ndarray) -> float:
    """The products of states and gradient, added up without their signs."""
    return float(np.abs(a.astype(float)).ravel() @ np.abs(upstream.astype(float)).ravel())


for _every, _where in ((False, "last"), (True, "every")):
    register(
        Loss(
            name=f"upstream_{_where}",
            kind="upstream",
            title=f"given gradient, {_where} step",
            sentence=_SENTENCES[_where],
            every=_every,
            draw=draw,
            evaluate=partial(evaluate, every=_every),
            size=size,
        )
    )
