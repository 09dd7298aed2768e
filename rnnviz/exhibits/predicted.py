"""Class: what all of a class predicted, beside what came."""

from bisect import bisect_left, bisect_right
from collections import Counter
from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from rnnviz.core.checks import Verdict
from rnnviz.core.checks.check import compare
from rnnviz.core.phrases import number
from rnnviz.exhibits.base import Exhibit, register
from rnnviz.exhibits.marks import Item, Mark, Note, on, upright
from rnnviz.figures import predicted as figures

_MOST_BARS = 15


class Guesses(NamedTuple):
    """What was `said` to a question: options of several, or numbers of a unit; what came; how many
    of them count as right; one's own (None: of nobody). Numbers that span powers of ten lie on a
    log scale, on which those that are not above zero have no place.
    """

    question: str
    said: Sequence[str] | Sequence[float]
    came: str | float
    right: int
    own: str | float | None = None
    options: Sequence[str] = ()
    unit: str = ""
    powers: bool = False


def of_options(guesses: Guesses) -> tuple[Sequence[str], np.ndarray, str, str, str]:
    """The options and how many chose each (k,), what came, one's own, the question."""
    counts = np.array([list(guesses.said).count(name) for name in guesses.options])
    return guesses.options, counts, str(guesses.came), str(guesses.own or ""), guesses.question


def of_numbers(guesses: Guesses) -> tuple:
    """Edges (k + 1,) and counts (k,) of up to fifteen bars of one width, which hold what came, too;
    what came, one's own, the question, the unit, and whether they are powers of ten."""
    said = placed(guesses)
    came, own = (scaled(guesses, value) for value in (guesses.came, guesses.own))
    every = np.array([*said, came])
    low, high = float(every.min()), float(every.max())
    if high - low < 1e-9 * max(abs(low), abs(high), 1e-300):
        low, high = low - 0.5, high + 0.5
    bars = int(np.clip(np.ceil(2 * np.sqrt(max(1, len(said)))), 4, _MOST_BARS))
    counts, edges = np.histogram(said, bars, (low, high))
    return edges, counts, came, own, guesses.question, guesses.unit, guesses.powers


def scaled(guesses: Guesses, value) -> float | None:
    """A number on the picture's axis; None for one that has no place there."""
    if value is None or (guesses.powers and not value > 0):
        return None
    return float(np.log10(value)) if guesses.powers else float(value)


def placed(guesses: Guesses) -> list[float]:
    """All predictions that have a place on the axis."""
    every = (scaled(guesses, value) for value in guesses.said)
    return [value for value in every if value is not None]


def options_marks(guesses: Guesses, names, counts, came, own, question) -> list[Item]:
    """A bar an option with its number beside it."""
    labels = [figures.wrapped(name) for name in names]
    notes = []
    for name, count in zip(names, counts, strict=True):
        signs = [word for word, one in ((figures.CAME, came), (figures.OWN, own)) if name == one]
        notes.append(Note(" · ".join([str(count), *signs]), float(count), figures.wrapped(name)))
    return [*on((figures.COUNT, ""), Mark(np.asarray(counts, float), labels)), *notes]


def numbers_marks(guesses: Guesses, edges, counts, came, own, question, unit, powers) -> list[Item]:
    """A bar between each two edges; lines at what came and at one's own."""
    middle = (edges[1:] + edges[:-1]) / 2
    axes = (f"prediction ({unit})" if unit else "prediction", figures.COUNT)
    signs = [
        (came, figures.CAME, "now"),
        *([(own, figures.OWN, "text")] if own is not None else []),
    ]
    lines = [upright(at, ink) for at, _, ink in signs]
    notes = [Note(words, at) for at, words, _ in signs]
    return [*on(axes, Mark(np.asarray(counts, float), middle)), *lines, *notes]


def options_checks(guesses: Guesses, names, counts, *_) -> list[Verdict]:
    """Each bar against a tally of everything that was said."""
    tally = Counter(guesses.said)
    return [
        compare(f"how many chose “{name}”", float(count), float(tally[name]), 0.0, "a tally")
        for name, count in zip(names, counts, strict=True)
    ]


def numbers_checks(guesses: Guesses, edges, counts, *_) -> list[Verdict]:
    """The bars up to each edge against the place of that edge among the sorted predictions."""
    ordered = sorted(placed(guesses))
    below = [bisect_left(ordered, edge) for edge in edges[1:-1]]
    below.append(bisect_right(ordered, edges[-1]))  # the last bar holds its right end, too
    worst = max(abs(np.cumsum(counts) - np.array(below)), default=0)
    source = "the place of each edge among the sorted predictions"
    return [compare("predictions up to each edge, off by", float(worst), 0.0, 0.0, source)]


def options_caption(guesses: Guesses, names, counts, *_) -> str:
    """How many are right, and what most chose."""
    most = names[int(np.argmax(counts))]
    others = "" if most == guesses.came else f" Most, {counts.max()}, chose “{most}”."
    return f"{_right(guesses)}{others if len(guesses.said) else ''}"


def numbers_caption(guesses: Guesses, *_) -> str:
    """How many are right, and between what the middle half lies."""
    if not guesses.said:
        return _right(guesses)
    low, high = np.quantile(np.asarray(guesses.said, float), [0.25, 0.75])
    between = f" The middle half lies between {number(low)} and {number(high)}"
    left = len(guesses.said) - len(placed(guesses))
    out = f" {left} not above zero {'has' if left == 1 else 'have'} no place here." if left else ""
    came = number(float(guesses.came))
    return f"{_right(guesses)}{between}; it is {came} {guesses.unit}".rstrip() + f".{out}"


def _right(guesses: Guesses) -> str:
    return f"**{guesses.right} of {len(guesses.said)}** predicted it rightly."


register(
    Exhibit(
        page="Class", of=None, place=10, figure=figures.options, marks=options_marks,
        checks=options_checks, caption=options_caption, compute=of_options,
        arguments=lambda guesses, *computed: computed,
        fits=lambda guesses: bool(guesses.options),
    )
)  # fmt: skip
register(
    Exhibit(
        page="Class", of=None, place=11, figure=figures.numbers, marks=numbers_marks,
        checks=numbers_checks, caption=numbers_caption, compute=of_numbers,
        arguments=lambda guesses, *computed: computed,
        fits=lambda guesses: not guesses.options,
    )
)  # fmt: skip
