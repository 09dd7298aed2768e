"""What was predicted, what came, and by how much it was missed: a row for each lesson answered."""

from collections.abc import Mapping
from typing import Any, NamedTuple

from rnnviz.core.errors import ExperimentError
from rnnviz.core.types import Run
from rnnviz.lessons.base import LESSONS, Lesson


class Answer(NamedTuple):
    """One lesson as it was answered, in words; `missed` is "" where the prediction was right."""

    lesson: str
    question: str
    predicted: str
    came: str
    missed: str

    @property
    def right(self) -> bool:
        """Whether the prediction counts as right."""
        return not self.missed


def record(lesson: Lesson, run: Run, word: str) -> Answer:
    """The row of a lesson, of the run of its experiment and the prediction as it was typed."""
    prediction: Any = lesson.prediction  # of a number or of an option, as the answer is
    said, came = prediction.read(word), lesson.answer(run, **lesson.choices)
    missed = "" if prediction.right(said, came) else prediction.missed(said, came)
    predicted, arrived = prediction.told(said), prediction.told(came)
    return Answer(lesson.title, lesson.question, predicted, arrived, missed)


def readable(given: object) -> dict[str, str]:
    """Of what a browser kept, the predictions that a lesson here can read, by its name."""
    pairs = given.items() if isinstance(given, Mapping) else ()
    return {name: word for name, word in pairs if _reads(name, word)}


def _reads(name: object, word: object) -> bool:
    lesson = LESSONS.get(name) if isinstance(name, str) else None
    if lesson is None or not isinstance(word, str) or len(word) > 1000:
        return False
    try:
        lesson.prediction.read(word)
    except ExperimentError:
        return False
    return True
