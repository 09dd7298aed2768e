"""What is told of a review that a model read, against reading it by hand and differences."""

import numpy as np

from rnnviz.core.checks import backward, forward, jacobians
from rnnviz.core.checks.check import Unchecked, Verdict, compare
from rnnviz.core.checks.differences import Point, slope
from rnnviz.core.types import Trace
from rnnviz.sentiment import by_hand
from rnnviz.sentiment.moved import apart, with_layer
from rnnviz.sentiment.network import classes, walk
from rnnviz.sentiment.network.model import VALUES
from rnnviz.sentiment.reading import Reading, read

_PRODUCTS = 5_000_000  # that a review may take by hand
_ODDS = "central differences of the log-odds at the end"


def verdict(reading: Reading) -> list[Verdict]:
    """Probabilities read by hand, influence by differences, missing words by reading again."""
    model, random = reading.model, np.random.default_rng(len(reading.ids))
    each = by_hand.products(model)
    count = min(len(reading.ids), max(1, _PRODUCTS // each))
    drawn = sorted({0, count - 1, *map(int, random.integers(count, size=3))})
    steps = [t for t in drawn if np.isfinite(reading.probabilities[t])]
    verdicts: list[Verdict] = []
    if steps:
        z = np.array([by_hand.last_numbers(model, reading.cut(t)) for t in steps]).T
        expected = classes.probabilities(model.final, z)
        allowed = apart(reading, lambda other: other.each_class)
        each = "every value" if model.final == VALUES else "P of every class"
        what = f"{each} after words {', '.join(str(t + 1) for t in steps)}"
        source = "the review read by hand, number by number"
        verdicts.append(compare(what, reading.each_class[:, steps], expected, allowed, source))
    verdicts += _influence(reading)
    if not np.isfinite(reading.missed).all():
        reason = "this review is too long or too short to be read without each word"
        return [*verdicts, Unchecked("what is lost without a word", reason)]
    most = int(np.abs(reading.missed).argmax())
    left = sorted({most, *map(int, random.integers(len(reading.ids), size=2))})
    whole = read(model, reading.row, float, target=reading.target).log_odds
    rest = [read(model, reading.without(t), float, target=reading.target) for t in left]
    lost = [whole - one.log_odds for one in rest]
    what = f"log-odds lost without word {', '.join(str(t + 1) for t in left)}"
    source = "the review and the review without that word, each read in double precision"
    allowed = 2 * apart(reading, lambda other: other.log_odds)
    return [*verdicts, compare(what, reading.missed[left], lost, allowed, source)]


def states(reading: Reading) -> list[Verdict]:
    """Some steps of the reading."""
    return forward.some(reading.run, 0, ["states"])


def gates(reading: Reading) -> list[Verdict]:
    """The gates of some steps."""
    return forward.some(reading.run, 0, ["gates"])


def gradients(reading: Reading) -> list[Verdict]:
    """How the log-odds feel words and weights: differences, Jacobians, norms."""
    run, chosen = reading.run, {"layer": reading.layer, "way": reading.way}
    exact = read(reading.model, reading.row, float, target=reading.target, **chosen)
    names = [gate.weights[0] for gate in run.cell.gates] + ["x"]
    verdicts = backward.differences(exact.run, names, _point(exact), _ODDS)
    if run.trace.dtype != exact.run.trace.dtype:
        computed, expected = (one.gradients.states["a"] for one in (run, exact.run))
        allowed = apart(reading, lambda other: other.run.gradients.states["a"])
        source = "the same in double precision"
        verdicts.append(compare("how every state is felt", computed, expected, allowed, source))
    return [*verdicts, *jacobians.product(run), *backward.norms(run)]


def _influence(reading: Reading) -> list[Verdict]:
    """dz/dx . x of a word is the slope of z by a factor before the word's numbers."""
    t, factor = int(np.abs(reading.influence).argmax()), np.ones(1)
    model = reading.model.in_precision(float)
    x, mask = reading.seen(float)
    at = int(np.flatnonzero(mask[0])[t])
    word = x[:, 0, at].copy()

    def value() -> float:
        x[:, 0, at] = factor[0] * word
        z = walk(model, x, mask).z[:, 0]
        return float(classes.log_odds(model.final, z, reading.target))

    by_definition = slope(value, factor, (0,), 1.0)
    what = f"gradient × input of word {t + 1}"
    if by_definition is None:
        return [Unchecked(what, "the log-odds bend too sharply here for any difference")]
    allowed = apart(reading, lambda other: other.influence[t])
    tolerance = backward.TRUNCATED * abs(by_definition[0]) + by_definition[1] + allowed
    source = "central differences: the word's numbers times 1 ± h, the review read again"
    return [compare(what, reading.influence[t], by_definition[0], tolerance, source)]


def _point(reading: Reading) -> Point:
    """The log-odds at the end as a loss of the parameters that are looked into, of what their cell
    reads and of the state it starts from."""
    run, rest = reading.run, with_layer(reading)
    initial = {name: np.zeros((run.trace.n_a, 1)) for name in run.cell.states}

    def log_odds(trace: Trace, params) -> float:
        return rest(trace)

    params = {name: np.array(value, float) for name, value in run.params.items()}
    return Point(run.cell, params, np.array(run.trace.x, float), initial, log_odds)
