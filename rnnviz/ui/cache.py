"""What is computed once for all sessions: runs, and what is slow to compute of them."""

import hashlib
import json
from collections.abc import Callable, Hashable, Mapping
from inspect import isfunction
from pathlib import Path
from typing import Any, BinaryIO

import numpy as np
import streamlit as st

from rnnviz.core import tidy
from rnnviz.core.checks import Verdict
from rnnviz.core.errors import ExperimentError
from rnnviz.core.experiment import Experiment
from rnnviz.core.networks import Weights
from rnnviz.core.training import Settings, Training, gradient_check, restore, snapshot
from rnnviz.core.types import Run
from rnnviz.exhibits import Exhibit, Showing, step
from rnnviz.exhibits.answer_plane import still_points
from rnnviz.exhibits.base import carried_out, chosen, nothing
from rnnviz.exhibits.duel import Duel
from rnnviz.exhibits.inside import Read
from rnnviz.exhibits.replay import replay, replay_duel
from rnnviz.exhibits.training import Watched
from rnnviz.export.film.jobs import Films
from rnnviz.export.film.training_jobs import TrainingFilms
from rnnviz.export.refined import Refined
from rnnviz.figures.answer_plane import Still
from rnnviz.sentiment import bridge, reviews_csv, word_files
from rnnviz.sentiment import networks as trained
from rnnviz.sentiment.bridge import Model
from rnnviz.sentiment.jobs import Jobs
from rnnviz.sentiment.reviews_csv import Reviews
from rnnviz.sentiment.vocabulary import Vocabulary
from rnnviz.tasks.find import Asked
from rnnviz.tasks.runs import Folder
from rnnviz.tasks.runs.queue import Trainings
from rnnviz.ui.by_bytes import ByBytes
from rnnviz.ui.chart import Picture
from rnnviz.ui.controls.wanted import stop_unless_wanted
from rnnviz.ui.shared_runs import digest_of, run

_MOST_ASKED = 100  # diagrams of many networks that are kept, 100 kB each
_PICTURES = 64 * 2**20  # bytes of all pictures that are kept, of 5 to 40 kB each


@st.cache_data(max_entries=50, show_spinner="Comparing the numbers ..")
def _digests(experiment: Experiment, digest: str) -> dict[str, str]:
    return tidy.digests(run(experiment))


def digests(experiment: Experiment) -> dict[str, str]:
    """SHA-256 of every array of an experiment's run."""
    return _digests(experiment, digest_of(experiment))


def computed(exhibit: Exhibit, subject: Any, choices: Mapping[str, Any]) -> tuple:
    """What an exhibit computes of a subject."""
    if exhibit.compute is nothing:
        return ()
    given = chosen(exhibit.compute, choices)
    made = exhibit.compute  # what several pictures show is computed once
    plain = isfunction(made) and "<" not in made.__qualname__
    name = f"{made.__module__}.{made.__qualname__}" if plain else exhibit.name
    return _computed(exhibit.page, name, _key(subject), given, exhibit, subject)


@st.cache_data(max_entries=50, show_spinner="Computing what is shown ..")
def _computed(page: str, name: str, key: Hashable, given: dict, _exhibit, _subject) -> tuple:
    return carried_out(_exhibit.compute(_subject, **given), stop_unless_wanted)


def asked(
    exhibit: Exhibit, subject: Any, choices: Mapping[str, Any], between: Callable | None = None
) -> tuple | None:
    """What an exhibit computes that is drawn on wish; None where it is not at hand and there is
    nobody to be told `between` its parts."""
    if between and asked(exhibit, subject, choices) is None:
        given = chosen(exhibit.compute, choices)
        keep(exhibit, subject, choices, carried_out(exhibit.compute(subject, **given), between))
    return _asked().get(_asked_key(exhibit, subject, choices))


def keep(exhibit: Exhibit, subject: Any, choices: Mapping[str, Any], computed: tuple) -> None:
    """Keep what was computed elsewhere of a picture that is drawn on wish."""
    kept = _asked()
    while len(kept) >= _MOST_ASKED:
        kept.pop(next(iter(kept)), None)
    kept[_asked_key(exhibit, subject, choices)] = computed


def _asked_key(exhibit: Exhibit, subject: Any, choices: Mapping[str, Any]) -> Hashable:
    given = json.dumps(chosen(exhibit.compute, choices), sort_keys=True)
    return exhibit.page, exhibit.name, key_of(exhibit, subject, choices), given


@st.cache_resource(show_spinner=False)
def _asked() -> dict[Hashable, tuple]:
    return {}


def picture(showing: Showing, words: tuple, make: Callable[[], Picture]) -> Picture:
    """What the browser is sent of a showing; made once for all who are shown the same runs with
    the same choices. `words` are what else it follows from, such as the mode of the theme."""
    one, choices = showing.subject, showing.choices.values()
    runs = one.values() if isinstance(one, Mapping) else [one]
    if not all(isinstance(run, Run) for run in runs) or not all(map(_plain, choices)):
        return make()
    told = json.dumps(dict(showing.choices), sort_keys=True)
    return _pictures().get(
        (showing.exhibit.page, showing.exhibit.name, _key(one), told, words), make
    )


def _plain(choice: Any) -> bool:
    """Whether JSON says all of a choice."""
    if isinstance(choice, list | tuple):
        return all(map(_plain, choice))
    return choice is None or isinstance(choice, bool | int | float | str)


@st.cache_resource(show_spinner=False)
def _pictures() -> ByBytes[Picture]:
    return ByBytes(_PICTURES, lambda picture: len(picture.message))


def key_of(exhibit: Exhibit, subject: Any, choices: Mapping[str, Any]) -> Hashable:
    """What the arrays of an exhibit that is drawn on wish follow from."""
    which = chosen(exhibit.follows, choices)
    return _key(exhibit.follows(subject, **which)), *which.values()


def checks(showing: Showing, mode: str) -> tuple[Verdict, ...]:
    """The verdicts on what is shown in a mode of the theme."""
    one = showing.exhibit
    return _checks(one.page, one.name, _key(showing.subject), showing.choices, mode, showing)


@st.cache_data(max_entries=200, show_spinner=False)
def _checks(page: str, name: str, key: Hashable, choices: Mapping, mode: str, _showing) -> tuple:
    return tuple(_showing.checks(mode))


@st.cache_data(max_entries=100, show_spinner=False)
def _player_checks(experiment: Experiment, digest: str, sequence: int) -> tuple[Verdict, ...]:
    return tuple(step.player_checks(run(experiment), sequence))


def player_checks(experiment: Experiment, sequence: int) -> tuple[Verdict, ...]:
    """The verdicts on what the player shows of one sequence."""
    return _player_checks(experiment, digest_of(experiment), sequence)


def _key(subject: Any) -> Hashable:
    """What tells a subject from others: the experiments that it follows from, or its numbers."""
    if isinstance(subject, Run):
        return _key(subject.experiment)
    if isinstance(subject, Experiment):
        return subject, digest_of(subject)
    if isinstance(subject, Mapping) and all(isinstance(one, Run) for one in subject.values()):
        return tuple(_key(run) for run in subject.values())
    if isinstance(subject, Read):
        return _digest(subject)
    if isinstance(subject, Watched | Duel):
        return subject.key
    return json.dumps(subject, sort_keys=True)


def _digest(one: Read) -> Hashable:
    """All of what a reading follows from; Streamlit's own hash looks at a sample of an array."""
    reading = one.reading
    words = (one.title, *one.words, *one.classes, reading.padding, reading.model.pool)
    chosen = (reading.target, reading.layer, reading.way, *reading.row)
    made = hashlib.blake2b(repr((words, chosen, reading.model.final)).encode())
    for array in (*reading.model.arrays(), one.run.trace.x, one.run.upstream, reading.missed):
        made.update(np.ascontiguousarray(array).data)
    return made.hexdigest()


@st.cache_resource(show_spinner=False)
def jobs() -> Jobs:
    """The one queue of training runs of this server."""
    return Jobs().take_over_all()


@st.cache_resource(show_spinner=False)
def films() -> Films:
    """The one queue of films of this server."""
    return Films().take_over_all()


@st.cache_resource(show_spinner=False)
def training_films() -> TrainingFilms:
    """The one queue of films of trainings of this server."""
    return TrainingFilms().take_over_all()


@st.cache_resource(show_spinner=False)
def trainings() -> Trainings:
    """The one queue of small networks that learn, of this server."""
    return Trainings().take_over_all()


@st.cache_resource(max_entries=30, show_spinner=False)
def begun(asked: Asked, settings: Settings, digest: str, _data: bytes | None) -> Training:
    """A training after its first update: what there is to see before anybody starts one.

    What an update needs besides, up to 100 MB, is not kept.
    """
    task = asked.task(_data)
    one, kept = Training(task, settings), Training(task, settings)
    one.advance()
    restore(kept, snapshot(one))
    kept.fault = one.fault
    return kept


@st.cache_resource(max_entries=30, show_spinner=False)
def learned(path: str, changed: float) -> Training | None:
    """A training that is over, with its whole record; `changed` is the time of its last note."""
    return Folder(Path(path)).followed()


@st.cache_data(max_entries=300, show_spinner=False)
def still(key: str, frame: int, _one: Watched) -> tuple[Still, ...]:
    """The fixed points of a frame of a training that is over."""
    return still_points(_one, frame)


@st.cache_data(max_entries=20, show_spinner=False)
def replayed(key: str, mode: str, large: bool, _one: Watched | Duel) -> dict:
    """What the browser plays of a training, or of a duel."""
    return replay_duel(_one, mode) if isinstance(_one, Duel) else replay(_one, mode, large)


@st.cache_data(max_entries=200, show_spinner=False)
def found(asked: Asked, settings: Settings, digest: str, _data: bytes | None) -> str:
    """What the gradient check says of the mistake of some settings; "" where it finds none."""
    one = gradient_check(asked.task(_data), settings)
    return one.sentence if one else ""


@st.cache_resource(show_spinner=False)
def refined() -> Refined:
    """The one queue of diagrams over more steps of this server."""
    return Refined().take_over_all()


@st.cache_resource(max_entries=8, show_spinner="Reading the model ..")
def model(path: str, changed: float) -> Model:
    """A trained model of a run folder; `changed` is its file's time, so that a new one is read."""
    return bridge.read(Path(path))


@st.cache_resource(max_entries=3, show_spinner="Reading the reviews ..")
def uploaded_reviews(
    id: str, text: str, label: str, header: str, _file: BinaryIO
) -> Reviews | ExperimentError:
    """A file of reviews that somebody sent, or what is wrong with it; read once, by its id."""
    _file.seek(0)
    try:
        return reviews_csv.read(_file.read(), text, label, header)
    except ExperimentError as error:
        return error


@st.cache_resource(max_entries=4, show_spinner="Reading the model ..")
def uploaded_model(content: bytes) -> Model:
    """A model that somebody sent."""
    return bridge.read(content)


@st.cache_data(max_entries=8, show_spinner="Reading the model ..")
def kept_network(
    content: bytes, words: bytes = b"", layer: int | None = None, way: int = 0
) -> tuple[str, str]:
    """What an Experiment calls the network in a file that somebody sent, or a layer of it, maybe
    with a vocabulary beside it, which are kept; else "", and the reason."""
    try:
        model = uploaded_model(content)
        rows = 0 if model.embedding is None else len(model.embedding)
        beside = vocabulary(words, rows) if words and rows else None
        return str(
            Weights("file", trained.keep(trained.of_content(content, model, beside, layer, way)))
        ), ""
    except ExperimentError as error:
        return "", str(error)


@st.cache_resource(max_entries=4, show_spinner="Reading the vocabulary ..")
def vocabulary(content: bytes, rows: int) -> Vocabulary:
    """A vocabulary that somebody sent for a model of so many ids."""
    return word_files.read(content, rows)
