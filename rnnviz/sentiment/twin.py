"""A trained model on one review, word by word, by our own cells.

Masked steps carry the state unchanged, so they are left out: stepping through padding instead
would be another computation.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from rnnviz.core.errors import ExperimentError
from rnnviz.core.experiment import Experiment
from rnnviz.core.layout import time_major
from rnnviz.core.types import Run
from rnnviz.core.unroll import backward, forward
from rnnviz.sentiment.bridge import Model


@dataclass(frozen=True, eq=False)
class Reading:
    """What a model did with one review of T_x ids.

    `run` holds states, gates and the gradient of the last log-odds of class 1 (against class 0)
    with respect to every state; `probabilities` (T_x,) of class 1 after each word; `influence`
    (T_x,) each word's share of the log-odds to first order, dL/dx . x; `log_odds` at the end.
    """

    run: Run
    ids: np.ndarray
    probabilities: np.ndarray
    influence: np.ndarray
    log_odds: float


def read(model: Model, ids: Sequence[int], dtype=None) -> Reading:
    """Run a model over the ids of one review, forward and backward.

    Zeros are skipped where the model masks them. Raises ExperimentError where no id is left or one
    is beyond the model's vocabulary.
    """
    ids = np.asarray(ids, int)
    if model.masked:
        ids = ids[ids != 0]
    if not len(ids):
        raise ExperimentError("a review must have at least one word, got none")
    cell, params = model.cell, model.params
    W, b = (params[name] for name in cell.readout)
    dtype = np.dtype(dtype or W.dtype)
    if model.embedding is None:
        x = ids[None, None, :].astype(dtype)
    else:
        if ids.min() < 0 or ids.max() >= len(model.embedding):
            raise ExperimentError(
                f"ids must be between 0 and {len(model.embedding) - 1}, got {ids.max()}"
            )
        x = model.embedding[ids].T[:, None, :].astype(dtype)
    n_a = W.shape[1]
    experiment = Experiment(
        cell=cell.name, n_x=len(x), n_a=n_a, n_y=len(W), m=1, T_x=len(ids),
        activation=getattr(cell, "activation", "tanh"), dtype=dtype.name,
    )  # fmt: skip
    params = {name: value.astype(dtype) for name, value in params.items()}
    trace = forward(cell, params, x)
    direction = (params[cell.readout[0]][1] - params[cell.readout[0]][0])[:, None]
    offset = float((b[1] - b[0])[0])
    seen, last = _pooled(model.pool, time_major(trace.states["a"])[..., 0], len(ids))
    log_odds = seen @ direction[:, 0] + offset
    upstream = np.zeros((n_a, 1, len(ids)), dtype)
    units = np.flatnonzero(last >= 0)  # a maximum may lie before the first word, at zero
    upstream[units, 0, last[units]] = direction[units, 0]
    gradients = backward(trace, upstream)
    losses = np.zeros(len(ids), dtype)
    losses[-1] = log_odds[-1]
    run = Run(experiment, params, trace, losses, upstream, gradients)
    influence = (gradients.x * trace.x).sum(axis=0)[0]
    return Reading(run, ids, _sigmoid(log_odds), influence, float(log_odds[-1]))


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
