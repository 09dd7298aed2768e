"""Loss heads: the loss against plain loops, gradients against central differences, by head."""

import math

import numpy as np
import pytest

from rnnviz import ExperimentError
from rnnviz.core.training import HEADS, judge, share_right

n_a, n_y, m, T_x = 3, 4, 5, 6


def problem(head, seed=1):
    random = np.random.default_rng(seed)
    a, W, b = (random.standard_normal(s) for s in ((n_a, m, T_x), (n_y, n_a), (n_y, 1)))
    mask = random.random((m, T_x)) < 0.6
    mask[:, 0], mask[0, -1] = False, True
    if head == "softmax":
        return a, W, b, random.integers(0, n_y, (m, T_x)), mask
    shape = (n_y, m, T_x)
    coins = random.integers(0, 2, shape)
    kinds = {"binary": coins.astype(float), "signs": 2.0 * coins - 1}
    return a, W, b, kinds.get(head, random.standard_normal(shape)), mask


def one(head, z, target):
    """The loss of a single answer, and whether it is right; plain Python."""
    if head == "softmax":
        total = sum(math.exp(each) for each in z)
        return -math.log(math.exp(z[target]) / total), [
            max(range(n_y), key=z.__getitem__) == target
        ]
    if head == "binary":
        p = [1 / (1 + math.exp(-each)) for each in z]
        loss = [-math.log(q if t else 1 - q) for q, t in zip(p, target, strict=True)]
        return sum(loss) / n_y, [(q > 0.5) == bool(t) for q, t in zip(p, target, strict=True)]
    loss = sum((y - t) ** 2 for y, t in zip(z, target, strict=True)) / n_y
    return loss, [y * t > 0 for y, t in zip(z, target, strict=True)]


def by_hand(head, a, W, b, target, mask):
    losses, right = [0.0] * T_x, []
    for k, t in zip(*np.nonzero(mask), strict=True):
        z = [sum(W[i, j] * a[j, k, t] for j in range(n_a)) + b[i, 0] for i in range(n_y)]
        wanted = target[k, t] if head == "softmax" else target[:, k, t].tolist()
        loss, hits = one(head, z, wanted)
        losses[t] += loss / mask.sum()
        right += hits
    return losses, sum(right) / len(right)


@pytest.mark.parametrize("head", HEADS)
def test_the_loss_is_the_mean_over_the_answers_that_count(head):
    given = problem(head)
    losses, right = by_hand(head, *given)
    np.testing.assert_allclose(judge(head, *given).losses, losses, rtol=0, atol=1e-13)
    if head == "regression":
        assert math.isnan(share_right(head, *given))
    else:
        assert share_right(head, *given) == pytest.approx(right)


@pytest.mark.parametrize("head", HEADS)
def test_its_gradients_are_central_differences(head):
    a, W, b, *_ = given = problem(head)
    found, h = judge(head, *given), 1e-5
    for array, gradient in ((a, found.upstream), (W, found.dW), (b, found.db)):
        for at in np.ndindex(array.shape):
            old, ends = array[at], []
            for array[at] in (old - h, old + h):
                ends.append(judge(head, *given).losses.sum())
            array[at] = old
            # Of a third derivative of some ones, h^2; of rounding, eps / h.
            assert (ends[1] - ends[0]) / (2 * h) == pytest.approx(gradient[at], abs=1e-8)


@pytest.mark.parametrize("head", HEADS)
def test_buffers_are_written_over_and_parts_add_up(head):
    a, W, b, target, mask = given = problem(head)
    whole, kept = judge(head, *given), np.full((n_a, m, T_x), np.nan)
    assert judge(head, *given, upstream=kept).upstream is kept
    np.testing.assert_array_equal(kept, whole.upstream)
    count = int(mask.sum())
    parts = [judge(head, a[..., s], W, b, target[..., s], mask[:, s], count)
             for s in (slice(0, 1), slice(1, 4), slice(4, 6))]  # fmt: skip
    assert not parts[0].losses.any() and not parts[0].dW.any()  # nothing counts there
    np.testing.assert_allclose(sum(p.dW for p in parts), whole.dW, atol=1e-15)
    np.testing.assert_allclose(np.concatenate([p.losses for p in parts]), whole.losses, atol=1e-15)


@pytest.mark.parametrize("head", ["softmax", "binary"])
def test_sure_answers_do_not_overflow(head):
    a, W, b, target, mask = problem(head)
    found = judge(head, a.astype("f4"), 1e6 * W, b, target, mask)
    assert np.isfinite(found.losses).all() and np.isfinite(found.upstream).all()
    assert found.upstream.dtype == np.float32


def test_a_head_that_is_none_is_refused():
    with pytest.raises(ExperimentError, match="head must be one of regression, signs"):
        judge("hinge", *problem("binary"))
