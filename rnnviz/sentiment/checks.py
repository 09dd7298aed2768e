"""What is told of trained models, against counting, formulas, and reading by hand."""

import math
from collections.abc import Iterable, Mapping, Sequence

import numpy as np

from rnnviz.core.cells import CELLS
from rnnviz.core.checks import backward, forward, hand, jacobians, rounding
from rnnviz.core.checks.check import Unchecked, Verdict, compare
from rnnviz.core.checks.differences import Point, slope
from rnnviz.core.errors import shown
from rnnviz.sentiment.labels import CLASSES
from rnnviz.sentiment.reading import Reading

_Z = 1.959963984540054  # of the normal distribution: 95 % lie within
_PRODUCTS = 5_000_000  # that a review may take by hand
_EPS = float(np.finfo(float).eps)
_WHOLE = 1e-6  # counts are whole numbers: two that differ do so by 1, and shares times them round
_ODDS = "central differences of the log-odds at the end"


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


def verdict(reading: Reading) -> list[Verdict]:
    """Probabilities read by hand, influence by differences, missing words by reading again."""
    run, T_x = reading.run, reading.run.trace.T_x
    random = np.random.default_rng(T_x)
    each = len(run.cell.all_gates) * run.trace.n_a * (run.trace.n_a + len(run.trace.x))
    states = _read(reading, range(min(T_x, max(1, _PRODUCTS // each))))
    steps = sorted({0, len(states) - 1, *map(int, random.integers(len(states), size=3))})
    expected = [hand.sigmoid(_log_odds(reading, states[: t + 1])) for t in steps]
    W, b = (np.abs(run.params[name]) for name in run.cell.readout)
    terms = float(W.sum() + b.sum())  # of the log-odds, since no state is beyond 1
    apart = rounding.apart(run, lambda trace, params: _odds(trace, params, reading), terms)
    what = f"P(positive) after words {', '.join(map(str, steps))}"
    source = "the review read by hand, number by number"
    verdicts: list[Verdict] = [
        compare(what, reading.probabilities[steps], expected, apart / 4, source)
    ]
    verdicts += _influence(reading)
    if not np.isfinite(reading.missed).all():
        reason = "this review is too long or too short to be read without each word"
        return [*verdicts, Unchecked("what is lost without a word", reason)]
    left = sorted({int(np.abs(reading.missed).argmax()), *map(int, random.integers(T_x, size=2))})
    whole, lost = _point(reading), []
    for t in left:
        rest = _point(reading)
        rest.x = np.delete(rest.x, t, axis=-1)
        if reading.blank is not None:
            end = 0 if reading.padding == "pre" else rest.x.shape[-1]
            rest.x = np.insert(rest.x, end, reading.blank[:, None], axis=-1)
        lost.append(whole.value() - rest.value())
    what = f"log-odds lost without word {', '.join(map(str, left))}"
    source = "the review and the review without that word, each read in double precision"
    return [*verdicts, compare(what, reading.missed[left], lost, 2 * apart, source)]


def states(reading: Reading) -> list[Verdict]:
    """Some steps of the reading."""
    return forward.some(reading.run, 0, ["states"])


def gates(reading: Reading) -> list[Verdict]:
    """The gates of some steps."""
    return forward.some(reading.run, 0, ["gates"])


def gradients(reading: Reading) -> list[Verdict]:
    """How the log-odds feel words and weights: differences, Jacobians, norms."""
    run = reading.run
    names = [gate.weights[0] for gate in run.cell.all_gates] + ["x"]
    verdicts = backward.differences(run, names, _point(reading), _ODDS)
    return [*verdicts, *jacobians.product(run), *backward.norms(run)]


def _influence(reading: Reading) -> list[Verdict]:
    """dz/dx . x of a word is the slope of z by a factor before the word's numbers."""
    point, factor = _point(reading), np.ones(1)
    t = int(np.abs(reading.influence).argmax())
    word = point.x[..., t].copy()

    def value():
        point.x[..., t] = factor[0] * word
        return point.value()

    by_definition = slope(value, factor, (0,), point.size)
    products = reading.run.gradients.x[:, 0, t] * word
    what = f"gradient × input of word {t}"
    if by_definition is None:
        return [Unchecked(what, "the log-odds bend too sharply here for any difference")]

    def influence(run):
        return (run.gradients.x * run.trace.x)[:, 0, t].sum()

    apart = rounding.apart_after(reading.run, influence, float(np.abs(products).sum()))
    tolerance = backward.TRUNCATED * abs(by_definition[0]) + by_definition[1] + apart
    source = "central differences: the word's numbers times 1 ± h, the review read again"
    return [compare(what, reading.influence[t], by_definition[0], tolerance, source)]


def _point(reading: Reading) -> Point:
    """The log-odds at the end as a loss of parameters, words and the empty state."""
    run = reading.run
    initial = {name: np.zeros((run.trace.n_a, 1)) for name in run.cell.states}

    def log_odds(trace, params):
        return _odds(trace, params, reading)[-1]

    params = {name: np.array(value, float) for name, value in run.params.items()}
    return Point(run.cell, params, np.array(run.trace.x, float), initial, log_odds)


def _odds(trace, params, reading: Reading) -> np.ndarray:
    """The log-odds after each word, (T_x,), of a run in one piece."""
    W, b = (params[name] for name in trace.cell.readout)
    seen = trace.states["a"][:, 0]
    if reading.pool == "max":
        seen = np.maximum.accumulate(seen, axis=1)
        if reading.empty:
            seen = np.maximum(seen, 0)
    return (W[1] - W[0]) @ seen + b[1] - b[0]


def _read(reading: Reading, words: Iterable[int]) -> list[list[float]]:
    """The hidden state after each of some words, every number by hand."""
    run = reading.run
    before = {name: [0.0] * run.trace.n_a for name in run.cell.states}
    states = []
    for t in words:
        x = run.trace.x[:, 0, t].tolist()
        numbers, _ = forward.by_hand(run.cell, run.params, before, x)
        before = {name: numbers[name] for name in run.cell.states}
        states.append(before["a"])
    return states


def _log_odds(reading: Reading, states: list[list[float]]) -> float:
    W, b = (reading.run.params[name].tolist() for name in reading.run.cell.readout)
    if reading.pool == "last":
        seen = states[-1]
    else:
        before = [[0.0] * len(states[0])] if reading.empty else []
        seen = [max(unit) for unit in zip(*before, *states, strict=True)]
    direction = [one - zero for zero, one in zip(*W, strict=True)]
    return hand.dot([*direction, b[1][0] - b[0][0]], [*seen, 1.0])
