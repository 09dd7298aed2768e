"""What a lesson is: a question, an experiment, a prediction, and the engine's own answer."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from types import MappingProxyType
from typing import NamedTuple

import numpy as np

from rnnviz.core.errors import ExperimentError
from rnnviz.core.experiment import Experiment
from rnnviz.core.link import from_link, to_link
from rnnviz.core.types import Run
from rnnviz.lessons import markup
from rnnviz.lessons.predictions import Choice, Number, told


class Comparison(NamedTuple):
    """One number of a run against an independent one; the tolerance is a difference."""

    what: str
    computed: float
    expected: float
    tolerance: float
    source: str  # where the expected number comes from

    @property
    def holds(self) -> bool:
        """Whether the two agree."""
        return bool(abs(self.computed - self.expected) <= self.tolerance)

    @property
    def table(self) -> str:
        """What was computed, what was expected, and whether the two agree, as Markdown."""
        verdict = "they agree" if self.holds else "they do **not** agree"
        computed, expected = (told(float(value), 10) for value in (self.computed, self.expected))
        return (
            f"| {self.what} | here, now |\n| --- | --- |\n"
            f"| computed | **{computed}** |\n"
            f"| expected: {self.source} | {expected} |\n"
            f"| allowed to differ by {told(float(self.tolerance))} | {verdict} |"
        )


class LessonState(NamedTuple):
    """An experiment, and what the picture is told besides, in a link's words (t = 7, lag = 10)."""

    experiment: Experiment
    choices: Mapping[str, int | float | str]

    @property
    def words(self) -> dict[str, str]:
        """The words of a link to it."""
        return to_link(self.experiment) | {name: str(v) for name, v in self.choices.items()}


class Picture(NamedTuple):
    """An exhibit by its name, such as "gradients-norms"; `cells` to compare."""

    exhibit: str
    cells: tuple[str, ...] = ()


@dataclass(frozen=True, eq=False)
class Lesson:
    """One lesson; its functions take a Run of the experiment and the choices by name.

    `setup` is what a student reads before the prediction, `explanation` after it, both Markdown;
    `answer` is a number or an option of the prediction, computed from the run; `check` holds it, or
    the number behind it, against an independent one, for every setting that `tries` leads to.
    `tries` is a text of `markup`: its `[3](forget_bias=3)` sets a field or a choice. `thumbnail` is
    the array (n, T) that the lesson's card shows. `place` orders the lessons.
    """

    name: str
    place: int
    title: str
    question: str
    experiment: Experiment
    setup: Callable[..., str]
    prediction: Number | Choice
    answer: Callable[..., float | str]
    check: Callable[..., Comparison]
    picture: Picture
    explanation: Callable[..., str]
    paper: str
    tries: str
    thumbnail: Callable[[Run], np.ndarray]
    choices: Mapping[str, int | float | str] = field(default_factory=dict)

    @property
    def own(self) -> LessonState:
        """The setting that the prediction is about."""
        return LessonState(self.experiment, self.choices)

    @cached_property
    def links(self) -> tuple[markup.Link, ...]:
        """What the tries offer to set."""
        return markup.links(self.tries)

    @cached_property
    def reachable(self) -> dict[str, set[str]]:
        """The words of a link that lead to a setting of this lesson, by name."""
        reachable = {name: {word} for name, word in self.own.words.items()}
        for link in self.links:
            words = self.changed(self.own, link.words).words
            # A network leaves no choice of its cell and shapes, so these come with it.
            for name in words if "weights" in link.words else link.words:
                reachable[name].add(words[name])
        return reachable

    def changed(self, setting: LessonState, words: Mapping[str, str]) -> LessonState:
        """A setting with some words of a link in place; ExperimentError where they make none."""
        fields = {name: word for name, word in words.items() if name not in self.choices}
        experiment, problems = from_link(to_link(setting.experiment) | fields)
        if problems:
            raise ExperimentError(problems[0])
        try:
            kinds = {name: type(value) for name, value in self.choices.items()}
            given = {name: kinds[name](words[name]) for name in kinds if name in words}
        except ValueError:
            raise ExperimentError(f"{self.name} needs numbers for {', '.join(kinds)}") from None
        return LessonState(experiment, {**setting.choices, **given})

    def at(self, words: Mapping[str, str]) -> LessonState:
        """The setting that a link's words lead to; the lesson's own where they lead elsewhere."""
        known = {name: word for name, word in words.items() if name in self.reachable}
        try:
            setting = self.changed(self.own, known)
        except ExperimentError:
            return self.own
        reached = all(word in self.reachable[name] for name, word in setting.words.items())
        return setting if reached else self.own


_registry: dict[str, Lesson] = {}
LESSONS = MappingProxyType(_registry)  # read it anywhere; only `register` writes it


def register(lesson: Lesson) -> Lesson:
    """Make a lesson known to the page and to every test, in the order of the places."""
    known = {**_registry, lesson.name: lesson}
    _registry.clear()
    _registry.update(sorted(known.items(), key=lambda pair: (pair[1].place, pair[0])))
    return lesson
