"""Reviews out of a run's own test half that are worth a look: its surest and its least sure."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from rnnviz.core.errors import ExperimentError
from rnnviz.sentiment.data import Split

KINDS = ("surest and right", "surest and wrong", "least sure")
_EACH = 10  # of either class


@dataclass(frozen=True)
class Example:
    """A test review as the model read it: ids, its label 0 or 1, and P(class 1) as Keras had it."""

    ids: tuple[int, ...]
    label: int
    probability: float


def choose(p: np.ndarray, split: Split, seen) -> dict[str, list[dict]]:
    """For each kind up to 10 reviews of either class, the clearest case first, as plain data.

    p is P(class 1) of every review of the split, (n,); seen(ids) is what the model reads of one.
    """
    right, sure = (p > 0.5) == (split.labels == 1), np.abs(p - 0.5)
    orders = (np.argsort(-sure, kind="stable"),) * 2 + (np.argsort(sure, kind="stable"),)
    chosen = {}
    for kind, order, meant in zip(KINDS, orders, (right, ~right, True), strict=True):
        meant = np.broadcast_to(meant, p.shape)
        chosen[kind] = [
            {
                "ids": " ".join(map(str, seen(split.ids[i]))),
                "label": label,
                "probability": float(p[i]),
            }
            for label in (1, 0)
            for i in order[meant[order] & (split.labels[order] == label)][:_EACH]
        ]
    return chosen


def read(given: Mapping) -> dict[str, list[Example]]:
    """What `choose` gave, out of a file. Raises ExperimentError where it is something else."""
    try:
        return {
            kind: [
                Example(
                    tuple(map(int, one["ids"].split())),
                    int(one["label"]),
                    float(one["probability"]),
                )
                for one in given.get(kind, ())
            ]
            for kind in KINDS
        }
    except (TypeError, ValueError, KeyError, AttributeError):
        raise ExperimentError(
            "examples.json must hold reviews with ids, label and probability"
        ) from None
