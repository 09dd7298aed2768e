"""A model by what somebody calls it, a file or a run, and a review as it is given to it."""

from dataclasses import dataclass
from pathlib import Path

import numpy as np

from rnnviz.core.errors import ExperimentError, shown
from rnnviz.core.tables import series
from rnnviz.sentiment import bridge, runs, typed, word_files
from rnnviz.sentiment.labels import CLASSES
from rnnviz.sentiment.network import Model
from rnnviz.sentiment.settings import Settings
from rnnviz.sentiment.typed import Padding
from rnnviz.sentiment.vocabulary import PADDING, Text, Vocabulary, of_run


@dataclass(frozen=True, eq=False)
class Opened:
    """A model with what is known of it; a run has settings, by which its reviews are padded."""

    model: Model
    vocabulary: Vocabulary | None
    padding: Padding
    why: str
    names: tuple[str, ...] = ()
    settings: Settings | None = None

    def given(self, text: str | None, ids: str | None) -> tuple[np.ndarray, list[str], Text]:
        """The row of ids that the model is given, a word for each that is read, and the review."""
        if text is not None and self.vocabulary is None:
            raise ExperimentError(
                "a text must have a vocabulary, got none in the file: name one (--vocabulary FILE) "
                "or give ids (--ids 1,14,22)"
            )
        if text is not None and self.vocabulary is not None:
            rows = None if self.model.embedding is None else len(self.model.embedding)
            review = self.vocabulary.read(text, rows)
        else:
            numbers = typed.from_ids(ids or "")
            spelled = [str(id) for id in numbers]
            if self.vocabulary is not None:
                spelled = self.vocabulary.spelled(numbers)
            review = Text(numbers, spelled, [])
        if self.settings is None:
            return *typed.as_asked(self.model.masked, self.padding, review), review
        words = review.words
        if self.settings.masked:
            words = [w for w in words if w != PADDING]
        kept = review.ids[review.ids != 0] if self.settings.masked else review.ids
        return *typed.as_trained(self.settings, kept, words), review

    def fed(self, path: Path) -> tuple[Model, np.ndarray, list[str]]:
        """The model with the numbers of a file to read, its steps as ids, and a word for each that
        is read. Raises ExperimentError where it reads words."""
        if not self.model.numbers:
            raise ExperimentError(
                "a model that reads words must be given --text or --ids, got --signal"
            )
        model, ids = self.model.fed(series.read(_content(path, series.MOST_BYTES, "signal")).rows)
        return model, ids, [str(id) for id in ids if id]

    @property
    def padded(self) -> dict[str, str | int | None]:
        """The side and the length of the padding."""
        if self.settings is None:
            return {"side": self.padding.side, "length": self.padding.length}
        side = {"pre": "front", "post": "back"}[self.settings.padding]
        return {"side": side, "length": self.settings.length}

    @property
    def sides(self) -> str:
        """On which side a zero takes the place of a word left out, as `reading.read` has it."""
        return self.settings.padding if self.settings else self.padding.reading


def opened(
    name: str, vocabulary: Path | None = None, side: str | None = None, length: int | None = None
) -> Opened:
    """The model of a file, or of a run by its id; `side` and `length` in place of the guess.

    Raises ExperimentError, one sentence.
    """
    path = Path(name)
    if path.is_dir():
        raise ExperimentError(
            f"model must be a file, got the folder {shown(name)}: of a SavedModel, save the model "
            "with model.save('model.keras')"
        )
    if not path.is_file():
        return _of_run(name, side, length)
    model = bridge.read(path)
    known = model.vocabulary
    if vocabulary is not None:
        rows = None if model.embedding is None else len(model.embedding)
        content = _content(vocabulary, word_files.MOST_BYTES, "vocabulary")
        known = word_files.read(content, rows)
    guess, why = typed.guessed(model)
    if side is not None or length is not None:
        chosen = guess.side if side is None else side
        padding = Padding(chosen, guess.length if length is None else length, guess.first)
        return Opened(model, known, padding, "Padded as was asked for.")
    return Opened(model, known, guess, why)


def _content(path: Path, most: int, what: str) -> bytes:
    try:
        if path.stat().st_size <= most:
            return path.read_bytes()
    except OSError as error:
        raise ExperimentError(
            f"{what} must be a file to read, got {shown(str(path))}: {error.strerror}"
        ) from None
    raise ExperimentError(f"a {what} may have {most >> 20} MB, got more")


def _of_run(id: str, side: str | None, length: int | None) -> Opened:
    try:
        folder = runs.find(id)
    except ExperimentError:
        raise ExperimentError(
            f"model must be a file, or a run that is kept here such as lstm, got {shown(id)}"
        ) from None
    if side is not None or length is not None:
        raise ExperimentError("a run is padded as it was trained, got another padding")
    if not folder.model.is_file():
        raise ExperimentError(f"run {id} must have a trained model, got none")
    names = folder.classes() if folder.result() else CLASSES
    return Opened(
        bridge.read(folder.model), of_run(folder.words()), Padding(),
        "Cut and padded as in training.", tuple(names), folder.settings,
    )  # fmt: skip
