"""What is told of trained models, against counting and formulas."""

import math
from collections.abc import Mapping, Sequence

import numpy as np

from rnnviz.core.cells import CELLS
from rnnviz.core.checks.check import Verdict, compare
from rnnviz.core.errors import shown
from rnnviz.sentiment.labels import CLASSES

_Z = 1.959963984540054  # of the normal distribution: 95 % lie within
_EPS = float(np.finfo(float).eps)
_WHOLE = 1e-6  # counts are whole numbers: two that differ do so by 1, and shares times them round


def accuracy(rows: Sequence[Mapping], printed=None) -> list[Verdict]:
    """Accuracy against the confusion matrix, its interval against Wilson's formula."""
    verdicts: list[Verdict] = []
    for row in rows:
        label, n = _title(row.get("label", row["cell"])), row["reviews"]
        right = sum(row["confusion"][i][i] for i in (0, 1))
        source = "reviews on the confusion matrix's diagonal / all"
        what = f"{label}: accuracy"
        verdicts.append(compare(what, row["test_accuracy"], right / n, _EPS, source))
        # Wilson 1927: the shares s whose own test would not reject p, (p - s)² <= z² s (1 - s) / n.
        p = right / n
        half = math.sqrt((2 * n * p + _Z**2) ** 2 - 4 * (n + _Z**2) * n * p * p)
        # Of a difference of two numbers of its size; a root halves what is relative to itself.
        lost = 4 * _EPS * (1 + (2 * n * p + _Z**2) ** 2 / (2 * half * (n + _Z**2)))
        for end, sign, computed in zip(("lower", "upper"), (-1, 1), row["interval"], strict=True):
            root = (2 * n * p + _Z**2 + sign * half) / (2 * (n + _Z**2))
            source = "root s of (p - s)² = z² s (1 - s) / n (Wilson 1927)"
            verdicts.append(compare(f"{label}: {end} end of 95 %", computed, root, lost, source))
    return verdicts


def _title(label: str) -> str:
    """A run's label with its cell's title in front."""
    cell, *rest = label.split()
    title = CELLS[cell].title if cell in CELLS else {"bow": "bag of words"}.get(cell, cell)
    return " ".join([title, *rest])


def confusion(result: Mapping) -> list[Verdict]:
    """The four counts together are all reviews, the diagonal those that are right."""
    counts = [count for row in result["confusion"] for count in row]
    right = counts[0] + counts[3]
    share = result["test_accuracy"] * result["reviews"]
    return [
        compare("reviews in the matrix", sum(counts), result["reviews"], 0, "test reviews"),
        compare("reviews judged right", right, share, _WHOLE, "accuracy times all reviews"),
    ]


def calibration(results: Mapping[str, Mapping]) -> list[Verdict]:
    """Bins hold all reviews, as many positive ones as there are, and what belongs into them."""
    verdicts: list[Verdict] = []
    for label, result in ((_title(label), result) for label, result in results.items()):
        bins = result["calibration"]
        count = sum(row["count"] for row in bins)
        positive = math.fsum(row["share"] * row["count"] for row in bins)
        name = shown(result.get("classes", CLASSES)[1])
        source = f"the confusion matrix's row of {name}"
        verdicts.append(
            compare(f"{label}: reviews in bins", count, result["reviews"], 0, "test reviews")
        )
        verdicts.append(
            compare(
                f"{label}: {name} reviews", positive, sum(result["confusion"][1]), _WHOLE, source
            )
        )
        said = math.fsum(row["count"] for row in bins if row["probability"] > 0.5)
        verdicts.append(
            compare(
                f"{label}: reviews called {name}", said,
                sum(row[1] for row in result["confusion"]), 0, "the confusion matrix's columns",
            )
        )  # fmt: skip
    return verdicts


def distance(results: Mapping[str, Mapping]) -> list[Verdict]:
    """The buckets' counts and right answers add up to the whole test."""
    verdicts: list[Verdict] = []
    for label, result in ((_title(label), result) for label, result in results.items()):
        if "by_distance" not in result:
            continue
        buckets = [row for row in result["by_distance"] if row["count"]]
        count = sum(row["count"] for row in buckets)
        right = math.fsum(row["accuracy"] * row["count"] for row in buckets)
        expected = sum(result["confusion"][i][i] for i in (0, 1))
        verdicts += [
            compare(
                f"{label}: reviews at all distances", count, result["reviews"], 0, "test reviews"
            ),
            compare(
                f"{label}: right at all distances", right, expected, _WHOLE, "confusion matrix"
            ),
        ]
    return verdicts
