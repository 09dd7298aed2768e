"""Lessons: an experiment of their own, and what was predicted."""

from collections.abc import Callable, Mapping

import streamlit as st

from rnnviz.core.errors import shown
from rnnviz.core.link import from_link
from rnnviz.lessons.base import Lesson, LessonState
from rnnviz.ui.controls.session import foreign, store
from rnnviz.ui.letters import letter_by_letter


def lesson(lessons: Mapping[str, Lesson]) -> Lesson | None:
    """The lesson that the link names, its setting taken from the link; None where there is none.

    The experiment that the other pages share stays as it is.
    """
    kept = store()
    word, words = st.query_params.get("lesson", ""), foreign(kept)
    named = lessons.get(word)
    if named is None:
        if words:
            kept.experiment, kept.problems = from_link(words)
        if word:
            names = ", ".join(lessons)
            said = f"lesson must be one of {names}, got {shown(word)}. Choose one here."
            st.warning(letter_by_letter(said))
        return None
    if words or word not in kept.settings:
        kept.settings[word] = named.at(words)
    kept.lesson = kept.settings[word].words | {"lesson": word}
    return named


def setting(name: str) -> LessonState:
    """Where the student has moved an open lesson's controls."""
    return store().settings[name]


def move(one: Lesson, words: Mapping[str, str]) -> None:
    """Set some of the open lesson's controls, in the words of a link; none brings back its own."""
    kept = store()
    kept.settings[one.name] = one.changed(kept.settings[one.name], words) if words else one.own


def predict(name: str, word: str) -> None:
    """Keep what was predicted in a lesson, once; the browser has it, too (`answers`)."""
    store().predictions.setdefault(name, word)


def predicted(name: str) -> str | None:
    """What was predicted in a lesson; None before that."""
    return store().predictions.get(name)


def answers() -> dict[str, object]:
    """What the browser is to keep: every prediction, and how often all were thrown away."""
    kept = store()
    return {"answers": kept.predictions, "forgotten": kept.forgotten}


def hear_answers(key: str, readable: Callable[[object], dict[str, str]]) -> None:
    """Take over what a component's trigger `kept` said of earlier visits; what is not `readable` is
    not ours, and is left out."""
    for name, word in readable(st.session_state.get(key, {}).get("kept")).items():
        predict(name, word)


def forget_answers() -> None:
    """Throw all predictions away, here and in the browser."""
    kept = store()
    kept.predictions.clear()
    kept.forgotten += 1
