"""What result.json of a run must hold before a page draws it: shares, counts, whose they are."""

import math
from collections.abc import Mapping
from typing import Any

from rnnviz.sentiment.settings import MODELS

_NUMBERS = ("loss", "parameters", "seconds_per_epoch")
_EPS = 1e-9  # an interval's end is rounded: of 2,000 right ones of 2,000 it lies below 1
_SHARES = ("probability", "share", "accuracy")


def check(result: Mapping[str, Any]) -> None:
    """Raise KeyError, TypeError or ValueError where a result does not hold what was measured."""
    if result["cell"] not in MODELS or not isinstance(result["data"], str):
        raise ValueError("another cell, or data without a name")
    if not isinstance(result["settings"].get("ngrams", 1), int):
        raise ValueError("words of a phrase")
    for name in _NUMBERS:
        _number(result[name])
    low, high = map(_number, result["interval"])
    within = low - _EPS <= _number(result["test_accuracy"]) <= high + _EPS
    if not (within and low >= -_EPS and high <= 1 + _EPS):
        raise ValueError("an interval around the accuracy")
    counts = [count for row in result["confusion"] for count in row]
    if [len(row) for row in result["confusion"]] != [2, 2] or sum(map(_count, counts)) < 1:
        raise ValueError("two by two counts")
    if _count(result["reviews"]) < 1:
        raise ValueError("no reviews")
    for row in result["calibration"]:
        _row(row, ("probability", "share"))
    if "by_distance" in result:
        filled = [row for row in result["by_distance"] if _count(row["count"])]
        for row in filled:
            _row(row, ("accuracy", "from", "to"))
        if not filled:
            raise ValueError("no distance")


def _row(row: Mapping[str, Any], names: tuple[str, ...]) -> None:
    _count(row["count"])
    for name in names:
        if not 0 <= _number(row[name]) <= (1 + _EPS if name in _SHARES else math.inf):
            raise ValueError(name)


def _number(value: Any) -> float:
    """A number as it is; a training that ran away has a loss that is none."""
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise TypeError("a number")
    return float(value)


def _count(value: Any) -> int:
    if type(value) is not int or not 0 <= value < 2**53:
        raise TypeError("a count")
    return value
