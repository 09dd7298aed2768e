"""Inside: what did the trained model see, word by word?"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import NamedTuple

import numpy as np

from rnnviz.core.checks import Verdict
from rnnviz.core.types import Pass
from rnnviz.exhibits import gates, gradients, states
from rnnviz.exhibits.base import Columns, Exhibit, register
from rnnviz.exhibits.marks import Item, Mark, across, largest, line, on, steps
from rnnviz.figures import gates as gate_figures
from rnnviz.figures import gradients as gradient_figures
from rnnviz.figures import reviews as figures
from rnnviz.figures import states as state_figures
from rnnviz.figures.parts import Words
from rnnviz.sentiment import reading_checks as checks
from rnnviz.sentiment.labels import CLASSES
from rnnviz.sentiment.network import Model
from rnnviz.sentiment.network.model import VALUES
from rnnviz.sentiment.reading import Reading
from rnnviz.sentiment.vocabulary import PADDING, START_MARK

MARKS = (START_MARK, PADDING)  # stand for what is no word
_AXIS = "word at time step t"
_UNITS = (0, 1, 2)  # drawn as lines


def class_names(count: int, names: Sequence[str] = ()) -> tuple[str, ...]:
    """So many classes by name: as they were told, else by their usual names or by number.

    >>> class_names(2), class_names(3, ["calm", "angry"])
    (('negative', 'positive'), ('calm', 'angry', 'class 2'))
    """
    usual = CLASSES if count == 2 else ()
    given = [*names, *usual[len(names) :]][:count]
    return (*given, *(f"class {k}" for k in range(len(given), count)))


def names_of(model: Model, names: Sequence[str] = ()) -> tuple[str, ...]:
    """A model's classes by name; of one that tells none apart its outputs, or the units of the last
    state."""
    if model.final != VALUES:
        return class_names(model.classes, names)
    what = "output" if model.head else "unit"
    given = [*names][: model.classes]
    return (*given, *(f"{what} {k + 1}" for k in range(len(given), model.classes)))


class Read(NamedTuple):
    """A review as a model read it: a title, the reading, a word for each of its words' ids, the
    classes' names, where they are known, and its label, if any, from 0. `weights` name the model as
    an Experiment does, "" where it has no name."""

    title: str
    reading: Reading
    words: Sequence[str]
    names: Sequence[str] = ()
    weights: str = ""
    label: int | None = None

    @property
    def classes(self) -> tuple[str, ...]:
        """The classes by name: as they were told, else by their usual names or by number."""
        return names_of(self.reading.model, self.names)

    @property
    def along(self) -> Words:
        """The words along the axis of every picture of the review."""
        reading = self.reading
        felt = reading.missed if np.isfinite(reading.missed).all() else reading.influence
        return Words(self.words, reading.places + 1, felt)

    @property
    def of(self) -> str:
        """The class that words are weighed for."""
        return self.classes[self.reading.target]

    @property
    def others(self) -> dict[str, np.ndarray]:
        """P of the other classes after each word, where one number does not tell them all."""
        every = self.reading.each_class
        if self.values:  # which may be many, and have no scale in common
            return {}
        if len(every) == 2 and len(self.reading.outputs) == 1:
            return {}
        both = len(every) == 2 and self.reading.model.final != "sigmoid"
        names = [] if both else range(len(every))
        return {self.classes[k]: every[k] for k in names if k != self.reading.target}

    @property
    def values(self) -> bool:
        """Whether the model tells no classes apart: its numbers stand for themselves."""
        return self.reading.model.final == VALUES

    @property
    def said(self) -> str:
        """What stands at the axis of what the model says."""
        return self.of if self.values else "P(class)" if self.others else f"P({self.of})"

    @property
    def run(self) -> Pass:
        """What the recurrent layer did."""
        return self.reading.run


def _units(one: Read) -> tuple[int, ...]:
    return _UNITS[: one.run.trace.n_a]


def verdict_marks(one: Read) -> list[Item]:
    """The probability after each word, what is lost without it, its share to first order."""
    reading, time = one.reading, steps(len(one.words))
    label, others = one.said, one.others.items()
    curve = line(reading.probabilities, time, "a", ticks=one.words, name=one.of)
    marks: list[Item] = [*on((_AXIS, label), curve)]
    for place, (name, values) in enumerate(others, 1):
        marks += on((_AXIS, label), line(values, time, place, ticks=one.words, name=name))
    below = {"lost without it": reading.missed, "gradient × input": reading.influence}
    for title, values in below.items():
        bars = line(values, time, ticks=one.words, limits=largest(values), signed=True)
        marks += on((_AXIS, title), bars)
    middle = 0.0 if one.values else 0.5
    levels = [across(middle, "quiet"), across(0.0, "quiet", "y2"), across(0.0, "quiet", "y3")]
    return [*marks, *levels]


def verdict_caption(one: Read) -> str:
    """The verdict, and the word without which it would be most another."""
    reading, words = one.reading, one.words
    p, z = reading.probabilities[-1], reading.log_odds
    if one.values:
        return _value_caption(one)
    verdict = f"**{_said(one)}**, P({one.of}) = {p:.4f}"
    if one.others:
        verdict += "".join(f", P({name}) = {each[-1]:.4f}" for name, each in one.others.items())
    more = _beside(words)
    if not np.isfinite(reading.missed).all():
        return f"{verdict}.{more}"
    most = int(np.argmax(reading.missed * np.sign(z)))
    other = 1 / (1 + np.exp(reading.missed[most] - z))
    return f"{verdict}; without “{words[most]}” (t = {most + 1}) it would be **{other:.4f}**.{more}"


def _value_caption(one: Read) -> str:
    """The value at the end, and the step without which it would be most another."""
    reading, words = one.reading, one.words
    told = f"No classes: **{one.of}** is {reading.log_odds:.4f} at the end"
    more = _beside(words)
    if not np.isfinite(reading.missed).all():
        return f"{told}.{more}"
    most = int(np.argmax(np.abs(reading.missed)))
    other = reading.log_odds - reading.missed[most]
    return f"{told}; without step {most + 1} (“{words[most]}”) it would be **{other:.4f}**.{more}"


def _said(one: Read) -> str:
    """The class, or of answers that do not exclude each other all classes, that the model means."""
    end = one.reading.each_class[:, -1]
    if one.reading.model.final == "sigmoid" and len(one.reading.outputs) > 1:
        return ", ".join(np.array(one.classes)[end > 0.5]) or "none of them"
    if len(end) == 2:
        return one.classes[int(end[1] > 0.5)]
    return one.classes[int(end.argmax())]


def _beside(words: Sequence[str]) -> str:
    """Sentences on what of the steps is no word, or none that the model knows."""
    own = [word for word in words if word not in MARKS]
    unknown = sum(word.startswith("(") for word in own)
    share = f"{unknown} of {len(own)} words ({unknown / max(1, len(own)):.0%})"
    clauses = [f"{share} are outside its vocabulary, in brackets"] * bool(unknown)
    if START_MARK in words:
        clauses.append(f"{START_MARK} at t = {list(words).index(START_MARK) + 1} marks the start")
    if PADDING in words:
        clauses.append(f"{PADDING} is padding")
    return "".join(f" {clause}." for clause in clauses)


def verdict_table(one: Read) -> Columns:
    """Every word with what was made of it, and how the log-odds feel the state after it."""
    reading = one.reading
    columns: dict[str, Sequence | np.ndarray] = {
        "word": one.words,
        one.said if one.values else f"P({one.of})": reading.probabilities,
        **{f"P({name})": values for name, values in one.others.items()},
        "lost without it": reading.missed,
        "gradient x input": reading.influence,
    }
    order, felt = np.argsort(reading.places), one.run.gradients.norms.items()
    if len(order) == len(one.words):
        columns |= {f"norm of dz/d{name}": norms[order] for name, norms in felt}
    return {"t": steps(len(one.words)), **columns}


def _in_words(one: Read, items: Iterable[Item]) -> list[Item]:
    """A pass's marks at the places of its words, from left to right, whatever way it was read."""
    placed: list[Item] = []
    for item in items:
        if isinstance(item, Mark):
            places = one.reading.places[: item.values.shape[-1]]
            order = np.argsort(places)
            axes = (_AXIS, item.axes[1])
            values, at = item.values[..., order], places[order] + 1
            ticks = [one.words[place] for place in places[order]]
            item = item._replace(values=values, at=at, axes=axes, ticks=ticks)
        placed.append(item)
    return placed


def _table_in_words(one: Read, arrays: Mapping[str, np.ndarray]) -> Columns:
    """Every unit of some arrays, one row a word, from left to right."""
    places = one.reading.places
    order = np.argsort(places)
    columns: dict[str, Sequence | np.ndarray] = {
        "t": places[order] + 1, "word": [one.words[place] for place in places[order]]
    }  # fmt: skip
    for name, array in arrays.items():
        columns |= {f"{name} {unit}": row for unit, row in enumerate(array[:, 0, order], 1)}
    return columns


def states_table(one: Read) -> Columns:
    """Every unit's states, gates and gradients, one row a word."""
    felt = {f"dz/d{name}": array for name, array in one.run.gradients.states.items()}
    every = {**one.run.trace.states, **one.run.trace.gates, **felt}
    return {k: v for k, v in _table_in_words(one, every).items() if k not in ("t", "word")}


def _felt_in_words(one: Read) -> Columns:
    """The norm of the gradient of every state, and its units, one row a word."""
    order, grads = np.argsort(one.reading.places), one.run.gradients
    units = {f"dz/d{name}": array for name, array in grads.states.items()}
    norms = {f"norm of dz/d{name}": values[order] for name, values in grads.norms.items()}
    return {**_table_in_words(one, units), **norms}


def _of_reading(check: Callable[[Reading], list[Verdict]]) -> Callable[[Read], list[Verdict]]:
    return lambda one: check(one.reading)


register(
    Exhibit(
        page="Inside",
        of=None,
        place=70,
        figure=figures.verdict,
        arguments=lambda one: (
            one.along,
            one.reading.probabilities,
            one.reading.missed,
            one.reading.influence,
            one.title,
            one.of,
            one.others,
            one.of if one.values else "",
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
        arguments=lambda one: (one.run, 0, _units(one), None, one.along),
        marks=lambda one: _in_words(one, states.overview_marks(one.run, 0, _units(one))),
        table=lambda one: _table_in_words(one, one.run.trace.states),
        checks=_of_reading(checks.states),
    )
)
register(
    Exhibit(
        page="Inside",
        of=None,
        place=72,
        figure=gate_figures.overview,
        arguments=lambda one: (one.run, 0, 0, one.along),
        marks=lambda one: _in_words(one, gates.overview_marks(one.run)),
        table=lambda one: _table_in_words(one, one.run.trace.gates),
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
        arguments=lambda one: (one.run, None, None, one.along),
        marks=lambda one: _in_words(one, gradients.norms_marks(one.run)),
        table=lambda one: _felt_in_words(one),
        checks=_of_reading(checks.gradients),
    )
)
