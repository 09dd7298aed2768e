"""What a training made small, as the loss of one Pass: on its sequences, where answers count."""

from functools import partial

import numpy as np

from rnnviz.core.errors import check_choice
from rnnviz.core.losses import Evaluation, Loss
from rnnviz.core.training.heads import HEADS, judge

SENTENCES = {
    "regression": "the squared error of W a + b",
    "signs": "the squared error of W a + b",
    "softmax": "−log P(what was right), the cross-entropy of a softmax",
    "binary": "−log P(what was right), the cross-entropy of each output",
}


def objective(head: str, mask: np.ndarray) -> Loss:
    """The loss of answers that count where `mask` (m, T_x) is true, the mean of them.

    Its target is that of a Batch. Raises ExperimentError for a head that is none.

    >>> one = objective("regression", np.array([[False, True]]))
    >>> a, W, b = np.zeros((1, 1, 2)), np.ones((1, 1)), np.zeros((1, 1))
    >>> one.evaluate(a, W, b, np.full((1, 1, 2), 3.0)).losses
    array([0., 9.])
    """
    check_choice("head", head, HEADS)
    where = "every step" if mask.all() else f"{np.count_nonzero(mask.any(axis=0))} of the steps"
    where = "the last step" if mask.any(axis=0).tolist()[:-1].count(True) == 0 else where
    return Loss(
        name=f"task_{head}",
        kind="task",
        title="the task's loss",
        sentence=f"{SENTENCES[head]}, at {where}",
        every=bool(mask.all()),
        draw=_no_draw,
        evaluate=partial(evaluate, head=head, mask=mask),
        size=partial(size, head=head),
    )


def _no_draw(shape, n_y, random):
    raise TypeError("the target of a task comes with its input")


def evaluate(
    a: np.ndarray, W: np.ndarray, b: np.ndarray, target: np.ndarray, head: str, mask: np.ndarray
) -> Evaluation:
    """As `judge`, in the type of `a`."""
    W, b = (np.asarray(param, a.dtype) for param in (W, b))
    return judge(head, a, W, b, target, mask)


def size(a: np.ndarray, W: np.ndarray, b: np.ndarray, upstream: np.ndarray, head: str) -> float:
    """The largest that an answer may be; squared where the loss is, beside a target of 1."""
    W, b = (np.abs(np.asarray(param, float)) for param in (W, b))
    largest = float((W.sum(axis=1) * np.abs(a).max() + b[:, 0]).max())
    return (largest + 1) ** 2 if head in ("regression", "signs") else largest
