"""The gradient taken apart by the step whose loss it comes from: which loss reaches which step."""

from collections.abc import Iterator, Sequence

import numpy as np

from rnnviz.core.engine import StepsBack
from rnnviz.core.errors import ExperimentError
from rnnviz.core.types import Pass, norm

_MAX_ENTRIES = 32_000_000  # of float64: 256 MB that are worked in


def gradients_by_loss_step(
    run: Pass, steps: Sequence[int] | np.ndarray | None = None, lag: int | None = None
) -> Iterator[tuple[int, np.ndarray]]:
    """(k, dL_t/da_k) for k from the last step to the first; the array is (t >= k in steps, n_a, m).

    `steps` are the loss's steps t to keep apart, ascending, all by default. With `lag`, a loss is
    carried back that many steps and no further: truncated backpropagation (Williams & Peng 1990).
    One walk back carries all as columns. The yielded array is overwritten by the next step.

    >>> from rnnviz import Experiment, run
    >>> done = run(Experiment(n_a=5, loss="upstream_every", m=2, T_x=3))
    >>> [(k, items.shape) for k, items in gradients_by_loss_step(done)]
    [(2, (1, 5, 2)), (1, (2, 5, 2)), (0, (3, 5, 2))]
    """
    trace, n_a = run.trace, run.trace.n_a
    steps = np.arange(trace.T_x) if steps is None else np.unique(steps)
    m, n_x, count = trace.m, trace.n_x, len(steps)
    if count * m * (n_a + n_x) * 12 > _MAX_ENTRIES * 4:
        raise ExperimentError(
            f"steps must be at most {_MAX_ENTRIES // (3 * m * (n_a + n_x))} for this run, "
            f"got {count}"
        )
    back = StepsBack.of(trace, count, m, (1, m))  # all losses are carried back through one step
    da = np.zeros((count, n_a, m), trace.dtype)
    others = [np.zeros_like(da) for _ in trace.cell.states[1:]]
    first = count  # rows from `first` on belong to a t that has been met
    for k in reversed(range(trace.T_x)):
        if first and steps[first - 1] == k:
            first -= 1
            da[first] = run.upstream[..., k]
        met = slice(first, None)
        if lag is not None:
            over = first + np.flatnonzero(steps[first:] - k > lag)
            for state in (da, *others):
                state[over] = 0
        yield k, da[met]
        if k and first < count:
            back.at(slice(k, k + 1))
            states = (da, *others)
            for state, before in zip(states, back.vjp([d[met] for d in states], met), strict=True):
                state[met] = before


def itemised(
    run: Pass, steps: Sequence[int] | np.ndarray | None = None, lag: int | None = None
) -> np.ndarray:
    """||dL_t/da_k|| over units and sequences, (len(steps), T_x): row t, column k; NaN for k > t.

    >>> from rnnviz import Experiment, run
    >>> norms = itemised(run(Experiment(loss="upstream_every", T_x=3)))
    >>> np.isnan(norms)  # no step feels a loss before it
    array([[False,  True,  True],
           [False, False,  True],
           [False, False, False]])
    """
    steps = np.arange(run.trace.T_x) if steps is None else np.unique(steps)
    norms = np.full((len(steps), run.trace.T_x), np.nan)
    for k, d_a in gradients_by_loss_step(run, steps, lag):
        norms[len(steps) - len(d_a) :, k] = norm(norm(d_a, -1), -1)
    return norms


def itemised_steps(run: Pass, most: int = 100) -> np.ndarray:
    """The loss's steps worth keeping apart: those that add loss, at most `most`, evenly chosen.

    >>> from rnnviz import Experiment, run
    >>> itemised_steps(run(Experiment(loss="cross_entropy_last", T_x=50)))
    array([49])
    """
    counted = np.flatnonzero(np.abs(run.upstream).max(axis=(-3, -2)) != 0)  # NaN is no zero
    return counted[::-1][:: -(-len(counted) // most) or 1][::-1]  # keeps the last step
