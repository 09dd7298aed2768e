"""What a trained classifier is worth on a test split: numbers a page and a file can show."""

from collections.abc import Mapping

import numpy as np

BUCKETS = ((0, 9), (10, 19), (20, 39), (40, 60))  # words from the deciding passage to the end
_BINS = 10


def interval(right: int, count: int) -> tuple[float, float]:
    """Wilson's 95 % interval of a share (Wilson 1927): honest near 0 and 1, too."""
    from scipy.stats import binomtest

    low, high = binomtest(right, count).proportion_ci(confidence_level=0.95, method="wilson")
    return float(low), float(high)


def scores(probabilities: np.ndarray, labels: np.ndarray, distances=None) -> dict:
    """Accuracy with its interval, loss, confusion, calibration, and accuracy by distance.

    probabilities (n,) of class 1, labels (n,) 0 or 1, distances (n,) or None. `confusion` is
    [[true 0 said 0, said 1], [true 1 said 0, said 1]]; `calibration` a row a bin: mean probability,
    share of class 1, count.
    """
    p, y = np.asarray(probabilities, float), np.asarray(labels, int)
    right = (p > 0.5) == y
    clipped = np.clip(p, 1e-7, 1 - 1e-7)  # as Keras clips before the logarithm
    told = {
        "test_accuracy": float(right.mean()),
        "interval": interval(int(right.sum()), len(y)),
        "loss": float(-np.where(y, np.log(clipped), np.log1p(-clipped)).mean()),
        "reviews": len(y),
        "confusion": [
            [int(((p > 0.5) == said)[y == true].sum()) for said in (0, 1)] for true in (0, 1)
        ],
        "calibration": _calibration(p, y),
    }
    if distances is not None:
        told["by_distance"] = [_bucket(right, distances, low, high) for low, high in BUCKETS]
    return told


def _calibration(p, y) -> list[Mapping]:
    # A probability on an edge belongs below it, as 0.5 is no verdict for class 1.
    bins = np.searchsorted(np.linspace(0, 1, _BINS + 1)[1:-1], p)
    return [
        {"probability": float(p[bins == b].mean()), "share": float(y[bins == b].mean()), "count": n}
        for b in range(_BINS)
        if (n := int((bins == b).sum()))
    ]


def _bucket(right, distances, low, high) -> Mapping:
    inside = right[(distances >= low) & (distances <= high)]
    share = float(inside.mean()) if len(inside) else None
    between = interval(int(inside.sum()), len(inside)) if len(inside) else None
    return {"from": low, "to": high, "accuracy": share, "interval": between, "count": len(inside)}
