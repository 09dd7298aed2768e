"""A trained model on one review, word by word, by our own cells.

The ids are read as they stand, as Keras reads them. Masked steps carry the state unchanged, so
they are left out: stepping through padding instead would be another computation. Only a maximum
over time notices them: Keras' GlobalMaxPooling1D knows no mask, and while nothing but padding has
come, the state that it sees is zero.
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
    `pool` is what the readout saw: the "last" state, or the "max" over time, in which the `empty`
    state before the first word takes part where masked padding stood in front. `padding` "pre" or
    "post" is the side on which padding took the place of a word left out, `blank` (n_x,) what the
    cell sees of it; "" and None where the review was a step shorter instead.
    """

    run: Pass
    ids: np.ndarray
    probabilities: np.ndarray
    influence: np.ndarray
    log_odds: float
    missed: np.ndarray
    pool: str
    empty: bool = False
    padding: str = ""
    blank: np.ndarray | None = None


_TOGETHER = 32  # reviews that lie in memory side by side
_MOST_BYTES = 700 * 2**20  # that they, or one alone, take there
_MOST_PRODUCTS = 10**11  # with the weights, that the readings without each word take together


def read(
    model: Model, ids: Sequence[int], dtype=None, leave_out: bool = False, padding: str = ""
) -> Reading:
    """Run a model over the ids of one review, forward and backward.

    Zeros are skipped where the model masks them. `leave_out` reads the review once more without
    each word, where that takes at most _MOST_PRODUCTS; with `padding` ("pre" or "post") the length
    stays, a zero in front or behind. Raises ExperimentError where no id is left or one is beyond
    the model's vocabulary, or where the review is too long for the memory.
    """
    ids, empty = np.asarray(ids, int), False
    if model.masked:
        empty = bool(len(ids)) and ids[0] == 0
        ids, padding = ids[ids != 0], ""
    if not len(ids):
        raise ExperimentError("a review must have at least one word, got none")
    if model.embedding is not None:
        outside = ids[(ids < 0) | (ids >= len(model.embedding))]
        if len(outside):
            most, first = len(model.embedding) - 1, int(np.ravel(outside)[0])
            raise ExperimentError(f"ids must be between 0 and {most}, got {first}")
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
    seen, last = _pooled(model.pool, time_major(trace.states["a"])[..., 0], empty)
    log_odds = seen @ direction + (b[1] - b[0])
    upstream = np.zeros((n_a, 1, T_x), dtype)
    units = np.flatnonzero(last >= 0)  # the maximum may be the empty state's
    upstream[units, 0, last[units]] = direction[units]
    gradients = backward(trace, upstream)
    losses = np.zeros(T_x, dtype)
    losses[-1] = log_odds[-1]
    run = Pass(cell, params, trace, losses, upstream, gradients)
    influence = (gradients.x * trace.x).sum(axis=0)[0]
    missed = np.full(T_x, np.nan)
    products = T_x**2 * sum(param.size for param in params.values())
    if leave_out and T_x > 1 and products <= _MOST_PRODUCTS:
        missed = log_odds[-1] - _without_each(model, ids, params, empty, padding)
    p = _sigmoid(log_odds)
    blank = _inputs(model, np.zeros((1, 1), int), dtype)[:, 0, 0] if padding else None
    end = float(log_odds[-1])
    return Reading(run, ids, p, influence, end, missed, model.pool, empty, padding, blank)


def _inputs(model: Model, ids: np.ndarray, dtype) -> np.ndarray:
    """What the cell sees of ids (m, T_x): (n_x, m, T_x)."""
    if model.embedding is None:
        return ids[None].astype(dtype)
    return np.moveaxis(model.embedding[ids].astype(dtype), -1, 0)


def _without_each(model: Model, ids: np.ndarray, params: dict, empty: bool, padding: str):
    """The log-odds (T_x,) of the review without its t-th word, for every t."""
    W, b = (params[name] for name in model.cell.readout)
    others = np.array([np.delete(ids, t) for t in range(len(ids))])
    if padding:
        others = np.insert(others, 0 if padding == "pre" else others.shape[1], 0, axis=1)
    n_x = 1 if model.embedding is None else model.embedding.shape[1]
    one = len(ids) * bytes_per_step(model.cell, n_x, W.shape[1], len(W), 1, W.itemsize)
    together, log_odds = max(1, min(_TOGETHER, _MOST_BYTES // one)), []
    for start in range(0, len(ids), together):
        x = _inputs(model, others[start : start + together], W.dtype)
        states = forward(model.cell, params, x).states["a"]
        top = states[..., -1] if model.pool == "last" else states.max(axis=-1)
        if empty and model.pool == "max":
            top = np.maximum(top, 0)
        log_odds.append((W[1] - W[0]) @ top + (b[1] - b[0]))
    return np.concatenate(log_odds)


def _pooled(pool: str, states: np.ndarray, empty: bool) -> tuple[np.ndarray, np.ndarray]:
    """What the readout sees after each word (T_x, n_a), and where each unit's value came from."""
    if pool == "last":
        return states, np.full(states.shape[1], len(states) - 1)
    highest, source = np.maximum.accumulate(states, axis=0), states.argmax(axis=0)
    if not empty:
        return highest, source
    return np.maximum(highest, 0), np.where(states.max(axis=0) > 0, source, -1)


def _sigmoid(z: np.ndarray) -> np.ndarray:
    return 0.5 + 0.5 * np.tanh(z / 2)
