"""A trained model on one review, word by word, by our own cells.

Masked steps carry the state unchanged, so they are left out: stepping through padding instead
would be another computation.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from rnnviz.core.axes import time_major
from rnnviz.core.engine import backward, forward
from rnnviz.core.errors import ExperimentError
from rnnviz.core.experiment import bytes_per_step
from rnnviz.core.types import Pass
from rnnviz.sentiment.bridge import Model


@dataclass(frozen=True, eq=False)
class Reading:
    """What a model did with one review of T_x ids.

    `run` holds states, gates and the gradient of the last log-odds of class 1 (against class 0)
    with respect to every state; `probabilities` (T_x,) of class 1 after each word; `influence`
    (T_x,) each word's share of the log-odds to first order, dz/dx . x; `log_odds` z at the end;
    `missed` (T_x,) how much z falls when that word is left out (NaN where that was not asked for).
    `pool` is what the readout saw: the "last" state, or the "max" over time.
    """

    run: Pass
    ids: np.ndarray
    probabilities: np.ndarray
    influence: np.ndarray
    log_odds: float
    missed: np.ndarray
    pool: str


_TOGETHER = 32  # reviews that lie in memory side by side
_MOST_BYTES = 700 * 2**20  # that they, or one alone, take there
_MOST_PRODUCTS = 10**11  # with the weights, that the readings without each word take together


def read(model: Model, ids: Sequence[int], dtype=None, leave_out: bool = False) -> Reading:
    """Run a model over the ids of one review, forward and backward.

    Zeros are skipped where the model masks them. `leave_out` reads the review once more without
    each word, where that takes at most _MOST_PRODUCTS. Raises ExperimentError where no id is left
    or one is beyond the model's vocabulary, or where the review is too long for the memory.
    """
    ids = np.asarray(ids, int)
    if model.masked:
        ids = ids[ids != 0]
    if not len(ids):
        raise ExperimentError("a review must have at least one word, got none")
    if model.embedding is not None and not 0 <= ids.min() <= ids.max() < len(model.embedding):
        raise ExperimentError(
            f"ids must be between 0 and {len(model.embedding) - 1}, got {ids.max()}"
        )
    cell = model.cell
    stored = model.params[cell.readout[0]].dtype
    dtype = np.dtype(dtype or ("float32" if stored.itemsize <= 4 else "float64"))
    params = {name: value.astype(dtype) for name, value in model.params.items()}
    W, b = (params[name] for name in cell.readout)
    direction, n_a, T_x = W[1] - W[0], W.shape[1], len(ids)
    n_x = 1 if model.embedding is None else model.embedding.shape[1]
    most = _MOST_BYTES // bytes_per_step(cell, n_x, n_a, len(W), 1, dtype.itemsize)
    if T_x > most:
        raise ExperimentError(f"a review for this model must have at most {most} words, got {T_x}")
    x = _inputs(model, ids[None], dtype)
    trace = forward(cell, params, x)
    seen, last = _pooled(model.pool, time_major(trace.states["a"])[..., 0], T_x)
    log_odds = seen @ direction + (b[1] - b[0])
    upstream = np.zeros((n_a, 1, T_x), dtype)
    units = np.flatnonzero(last >= 0)  # a maximum may lie before the first word, at zero
    upstream[units, 0, last[units]] = direction[units]
    gradients = backward(trace, upstream)
    losses = np.zeros(T_x, dtype)
    losses[-1] = log_odds[-1]
    run = Pass(cell, params, trace, losses, upstream, gradients)
    influence = (gradients.x * trace.x).sum(axis=0)[0]
    missed = np.full(T_x, np.nan)
    products = T_x**2 * sum(param.size for param in params.values())
    if leave_out and T_x > 1 and products <= _MOST_PRODUCTS:
        missed = log_odds[-1] - _without_each(model, ids, params)
    p = _sigmoid(log_odds)
    return Reading(run, ids, p, influence, float(log_odds[-1]), missed, model.pool)


def _inputs(model: Model, ids: np.ndarray, dtype) -> np.ndarray:
    """What the cell sees of ids (m, T_x): (n_x, m, T_x)."""
    if model.embedding is None:
        return ids[None].astype(dtype)
    return np.moveaxis(model.embedding[ids].astype(dtype), -1, 0)


def _without_each(model: Model, ids: np.ndarray, params: dict) -> np.ndarray:
    """The log-odds of the review without its t-th word, for every t."""
    W, b = (params[name] for name in model.cell.readout)
    T_x = len(ids)
    others = np.array([np.delete(np.arange(T_x), t) for t in range(T_x)])
    n_x = 1 if model.embedding is None else model.embedding.shape[1]
    one = T_x * bytes_per_step(model.cell, n_x, W.shape[1], len(W), 1, W.itemsize)
    together, found = max(1, min(_TOGETHER, _MOST_BYTES // one)), []
    for start in range(0, T_x, together):
        x = _inputs(model, ids[others[start : start + together]], W.dtype)
        states = forward(model.cell, params, x).states["a"]
        top = states[..., -1] if model.pool == "last" else np.maximum(states.max(axis=-1), 0)
        found.append((W[1] - W[0]) @ top + (b[1] - b[0]))
    return np.concatenate(found)


def _pooled(pool: str, states: np.ndarray, T_x: int) -> tuple[np.ndarray, np.ndarray]:
    """What the readout sees after each word (T_x, n_a), and where each unit's value came from."""
    if pool == "last":
        return states, np.full(states.shape[1], T_x - 1)
    # Padding stands before every review, so the empty state takes part in the maximum.
    highest = np.maximum(np.maximum.accumulate(states, axis=0), 0)
    from_word = states.max(axis=0) > 0
    return highest, np.where(from_word, states.argmax(axis=0), -1)


def _sigmoid(z: np.ndarray) -> np.ndarray:
    return 0.5 + 0.5 * np.tanh(z / 2)
