"""Inside: what did the trained model see, word by word?"""

from collections.abc import Callable, Sequence
from typing import NamedTuple

import numpy as np

from rnnviz.core.checks import Verdict
from rnnviz.core.types import Pass
from rnnviz.exhibits import gates, gradients, states
from rnnviz.exhibits.base import Columns, Exhibit, register
from rnnviz.exhibits.marks import Item, across, largest, line, on, steps
from rnnviz.figures import gates as gate_figures
from rnnviz.figures import gradients as gradient_figures
from rnnviz.figures import reviews as figures
from rnnviz.figures import states as state_figures
from rnnviz.sentiment import checks, typed
from rnnviz.sentiment.reading import Reading

MARKS = ("▸", typed.PADDING)  # stand for what is no word
_UNITS = (0, 1, 2)  # drawn as lines


class Read(NamedTuple):
    """A review as a model read it: a title, the reading, and a word for each of its steps."""

    title: str
    reading: Reading
    words: Sequence[str]

    @property
    def run(self) -> Pass:
        """What the recurrent layer did."""
        return self.reading.run


def _units(one: Read) -> tuple[int, ...]:
    return _UNITS[: one.run.trace.n_a]


def verdict_marks(one: Read) -> list[Item]:
    """The probability after each word, what is lost without it, its share to first order."""
    reading, time = one.reading, steps(len(one.words))
    curve = line(reading.probabilities, time, "a", ticks=one.words)
    marks: list[Item] = [*on(("", "P(positive)"), curve)]
    below = {"lost without it": reading.missed, "gradient × input": reading.influence}
    for title, values in below.items():
        bars = line(values, time, ticks=one.words, limits=largest(values), signed=True)
        marks += on(("", title), bars)
    levels = [across(0.5, "quiet"), across(0.0, "quiet", "y2"), across(0.0, "quiet", "y3")]
    return [*marks, *levels]


def verdict_caption(one: Read) -> str:
    """The verdict, and the word without which it would be most another."""
    reading, words = one.reading, one.words
    p, z = reading.probabilities[-1], reading.log_odds
    side = "positive" if p > 0.5 else "negative"
    verdict = f"**{side}**, P(positive) = {p:.4f}"
    unknown = sum(word.startswith("(") for word in words)
    more = f" {unknown} words are outside its vocabulary." if unknown else ""
    if not np.isfinite(reading.missed).all():
        return f"{verdict}.{more}"
    most = int(np.argmax(reading.missed * np.sign(z)))
    place = sum(word not in MARKS for word in words[: most + 1])
    other = 1 / (1 + np.exp(reading.missed[most] - z))
    return f"{verdict}; without “{words[most]}” (word {place}) it would be **{other:.4f}**.{more}"


def verdict_table(one: Read) -> Columns:
    """Every word with what was made of it, and how the log-odds feel the state after it."""
    reading = one.reading
    columns: dict[str, Sequence | np.ndarray] = {
        "word": one.words,
        "P(positive)": reading.probabilities,
        "lost without it": reading.missed,
        "gradient x input": reading.influence,
    }
    felt = one.run.gradients.norms.items()
    return columns | {f"norm of dz/d{name}": norms for name, norms in felt}


def _of_reading(check: Callable[[Reading], list[Verdict]]) -> Callable[[Read], list[Verdict]]:
    return lambda one: check(one.reading)


register(
    Exhibit(
        page="Inside",
        of=None,
        place=70,
        figure=figures.verdict,
        arguments=lambda one: (
            one.words,
            one.reading.probabilities,
            one.reading.missed,
            one.reading.influence,
            one.title,
        ),
        marks=verdict_marks,
        checks=_of_reading(checks.verdict),
        caption=verdict_caption,
        table=verdict_table,
    )
)
register(
    Exhibit(
        page="Inside",
        of=None,
        place=71,
        figure=state_figures.overview,
        arguments=lambda one: (one.run, 0, _units(one)),
        marks=lambda one: states.overview_marks(one.run, 0, _units(one)),
        checks=_of_reading(checks.states),
    )
)
register(
    Exhibit(
        page="Inside",
        of=None,
        place=72,
        figure=gate_figures.overview,
        arguments=lambda one: (one.run,),
        marks=lambda one: gates.overview_marks(one.run),
        checks=_of_reading(checks.gates),
        fits=lambda one: gates.has_gates(one.run),
    )
)
register(
    Exhibit(
        page="Inside",
        of=None,
        place=73,
        figure=gradient_figures.norms,
        arguments=lambda one: (one.run,),
        marks=lambda one: gradients.norms_marks(one.run),
        checks=_of_reading(checks.gradients),
    )
)
