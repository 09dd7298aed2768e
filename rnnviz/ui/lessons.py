"""Lessons on the page: the cards, the question and its prediction, and what comes after it."""

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import streamlit as st

from rnnviz.core.errors import ExperimentError
from rnnviz.core.types import Run
from rnnviz.exhibits import Exhibit, named
from rnnviz.exhibits.base import itself
from rnnviz.lessons import LESSONS, Lesson
from rnnviz.lessons.base import LessonState
from rnnviz.lessons.markup import Link
from rnnviz.lessons.predictions import Choice
from rnnviz.ui import cache, controls
from rnnviz.ui.letters import letter_by_letter
from rnnviz.ui.page import script, write_link
from rnnviz.ui.progress import remember
from rnnviz.ui.prose import prose
from rnnviz.ui.show import mode, picture
from rnnviz.ui.thumbnail import thumbnail

_TEXT = 44 * 16  # pixels: about 75 characters to a line


def chosen() -> Lesson | None:
    """The lesson that the link names; None where the cards are to be shown."""
    return controls.lesson(LESSONS)


def cards() -> None:
    """Every lesson as a card: a picture of its own run, title, question; the whole card a link."""
    remember()
    with st.container(key="lesson-cards"):
        for lesson in LESSONS.values():
            with st.container(border=True, gap="xsmall", key=f"lesson-card-{lesson.name}"):
                st.html(thumbnail(lesson.thumbnail(cache.run(lesson.experiment)), mode()))
                done = controls.predicted(lesson.name) is not None
                _link(lesson, f"**{lesson.title}**", icon=":material/check:" if done else None)
                st.markdown(lesson.question)
    with st.container(horizontal=True, gap="medium"):
        st.page_link(script("Progress"), label="What you predicted, and what came")
        st.page_link(script("Class"), label="With a class: everybody predicts, then all see")
    write_link()


def ask(lesson: Lesson) -> bool:
    """The question, what there is to know, and the prediction; True once it is committed."""
    remember()
    with st.container(horizontal=True, vertical_alignment="center"):
        _link(None, "All lessons", icon=":material/arrow_back:")
        number = list(LESSONS).index(lesson.name) + 1
        st.markdown(f"Lesson {number} of {len(LESSONS)} · {lesson.title}")
    run, choices = cache.run(lesson.experiment), lesson.choices
    with st.container(width=_TEXT):
        st.subheader(lesson.question, anchor=False)
        st.markdown(lesson.setup(run, **choices))
        said = controls.predicted(lesson.name)
        if said is None:
            _predict(lesson)
            write_link()
            return False
        answer = lesson.answer(run, **choices)
        prediction: Any = lesson.prediction  # of a number or of an option, as the answer is
        guess = prediction.read(said)
        right = prediction.right(guess, answer)
        box, icon = (
            (st.success, ":material/check:") if right else (st.info, ":material/arrow_forward:")
        )
        box(prediction.difference(guess, answer), icon=icon)
    return True


def show(lesson: Lesson) -> None:
    """The picture, the prose that drives it, the check, the explanation and the way on."""
    place, beside = st.columns([5, 3], gap="large")
    with beside:
        st.markdown("#### Try it")
        setting = controls.setting(lesson.name)
        words = prose(lesson.tries, f"tries-{lesson.name}", _in_force(lesson, setting))
        if setting != lesson.own and st.button("Back to the lesson's own", type="tertiary"):
            words = {}
        if words is not None:
            controls.move(lesson, words)
            st.rerun()
        run = cache.run(setting.experiment)
        st.markdown(lesson.check(run, **setting.choices).table)
    with place:
        exhibit, subject, choices = shown(lesson, setting)
        picture(exhibit, subject, place=f"-{lesson.name}", **choices)
    with st.container(width=_TEXT):
        st.markdown("#### Why")
        own = cache.run(lesson.experiment)
        st.markdown(lesson.explanation(own, **lesson.choices))
        st.markdown(f":small[{' '.join(lesson.paper.split())}]")
    _onwards(lesson, setting)


def shown(lesson: Lesson, setting: LessonState) -> tuple[Exhibit, Run | dict[str, Run], dict]:
    """The exhibit of a lesson's picture, its subject and its choices.

    In a link's words units, sequences and steps count from 1, and a threshold is its power of ten.
    """
    e, choices = setting.experiment, dict[str, Any](setting.choices)
    for counted in ("t", "sequence", "unit"):
        if counted in choices:
            choices[counted] -= 1
    if "clip" in choices:
        choices["clip"] = 10.0 ** choices["clip"]
    cells = lesson.picture.cells
    several = {cell: cache.run(replace(e, cell=cell)) for cell in cells}
    exhibit = named(lesson.picture.exhibit)
    made = exhibit.of or itself
    return exhibit, several or made(cache.run(e)), choices


def committed(lesson: Lesson) -> str | None:
    """The field or the options, and the button: what was committed in this rerun, else None. What
    cannot be read is said below it."""
    with st.form(f"prediction-{lesson.name}", border=False):
        if isinstance(lesson.prediction, Choice):
            said = st.radio(lesson.prediction.ask, lesson.prediction.options, index=None)
        else:
            said = st.text_input(lesson.prediction.ask, max_chars=40, width=240)
        pressed = st.form_submit_button("Commit my prediction")
    if not pressed:
        return None
    if not said:
        st.info("Predict something first: a guess will do, and a wrong one teaches more.")
        return None
    try:
        lesson.prediction.read(said)
    except ExperimentError as error:
        st.error(f"{letter_by_letter(error)}.")
        return None
    return said


def _predict(lesson: Lesson) -> None:
    said = committed(lesson)
    st.markdown(":small[What happened, and why, is shown once you have committed yourself.]")
    if said:
        controls.predict(lesson.name, said)
        st.rerun()


def _in_force(lesson: Lesson, setting: LessonState) -> Iterator[Link]:
    words = setting.words
    return (link for link in lesson.links if lesson.changed(setting, link.words).words == words)


def _onwards(lesson: Lesson, setting: LessonState) -> None:
    """The next lesson, and the same run on the page that it comes from."""
    names = list(LESSONS)
    following = LESSONS[names[(names.index(lesson.name) + 1) % len(names)]]
    page = named(lesson.picture.exhibit).page
    with st.container(horizontal=True, gap="medium"):
        _link(following, f"Next: **{following.title}**", icon=":material/arrow_forward:")
        st.page_link(script(page), label=f"Open this run in {page}", query_params=setting.words)


def _link(lesson: Lesson | None, label: str, **more) -> None:
    words = {"lesson": lesson.name} if lesson else {}
    st.page_link(script("Lessons"), label=label, query_params=words, **more)
