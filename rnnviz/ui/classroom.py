"""A class on the page: its code on the wall, one question at a time, all predictions at once."""

from typing import Any
from urllib.parse import urlencode

import pandas as pd
import streamlit as st

from rnnviz.classroom import Asked, Room, begin, find, receipt
from rnnviz.core.errors import ExperimentError
from rnnviz.exhibits.predicted import Guesses
from rnnviz.export import qr
from rnnviz.lessons import LESSONS, Lesson
from rnnviz.lessons.predictions import Choice, Factor
from rnnviz.lessons.record import record
from rnnviz.ui import cache, controls
from rnnviz.ui.lessons import committed
from rnnviz.ui.letters import letter_by_letter
from rnnviz.ui.page import script, write_link
from rnnviz.ui.show import exhibits

_EVERY = 3.0  # seconds between two looks at what the class does
_TEXT = 44 * 16  # pixels: about 75 characters to a line
_KEPT = (
    "Of a student nothing is kept but the prediction: no name, no address, and for a day. The "
    "browser is known again by a drawn word that the server gave it."
)


def entered() -> Room | None:
    """The class that the link names; None where it names none, or one that is over."""
    code = controls.word("class")
    if not code:
        return None
    try:
        room = find(code)
        room.asked()
        return room
    except ExperimentError as error:
        controls.say("class", "")
        st.warning(f"{letter_by_letter(error)}. Ask for the code, or begin a class.")
        return None


def leads(room: Room) -> bool:
    """Whether this browser began the class."""
    return room.is_of(controls.browser())


def door() -> None:
    """No class yet: the two ways into one."""
    write_link()
    join, start = st.columns(2, gap="large")
    with join, st.form("join", border=True):
        st.subheader("I am a student", anchor=False)
        code = st.text_input("The code on the wall", max_chars=12)
        if st.form_submit_button("Join") and code:
            _enter(lambda: find(code))
    with start, st.container(border=True):
        st.subheader("I teach", anchor=False)
        st.markdown(
            "Begin a class, and put its code on the wall. All predict on their own screens, you "
            "show the answer, and everybody sees what the class had thought."
        )
        if st.button("Begin a class"):
            _enter(lambda: begin(controls.browser()))
        st.page_link(script("Status"), label="How is this server?")
    st.caption(_KEPT)


def lead(room: Room) -> None:
    """The teacher's page: code, question, how many have predicted, and all of it at once."""
    asked = room.asked()
    write_link()
    wide, narrow = st.columns([3, 1], gap="large")
    with narrow:
        link = f"{st.context.url}?{urlencode({'class': room.code})}"
        st.markdown(f"## {room.code}")
        st.image(qr.svg(link), width=240)
        st.caption(f"[{link}]({link})")
    with wide:
        lesson = _choice(room, asked)
        if lesson is None:
            return
        if asked.told:
            _together(room, lesson)
            return
        st.subheader(lesson.question, anchor=False)
        with st.container(width=_TEXT):
            st.markdown(lesson.setup(cache.run(lesson.experiment), **lesson.choices))
        _watch(room, asked, "{count} predicted.")
        if st.button("Show the answer", type="primary"):
            _ask(room, lesson.name, told=True)


def take_part(room: Room) -> None:
    """A student's page: the question, one prediction, and what came of it once it is shown."""
    asked = room.asked()
    lesson = LESSONS.get(asked.lesson)
    write_link()
    if lesson is None:
        st.markdown(f"Class **{room.code}**: the first question comes from your teacher.")
        _watch(room, asked, "")
        st.caption(_KEPT)
        return
    said = room.predicted(lesson.name, controls.browser())
    if asked.told:
        _together(room, lesson, said)
        return
    st.subheader(lesson.question, anchor=False)
    if said is not None:
        st.success(f"You predicted {_words(lesson, said)}.", icon=":material/check:")
        _watch(room, asked, "{count} predicted; your teacher shows what comes.")
    else:
        with st.container(width=_TEXT):
            st.markdown(lesson.setup(cache.run(lesson.experiment), **lesson.choices))
            if new := committed(lesson):
                _predict(room, lesson, new)
        _watch(room, asked, "{count} predicted.")
        st.caption(_KEPT)


def _choice(room: Room, asked: Asked) -> Lesson | None:
    """The question before the class, and the menu and button that put the next one."""
    names = list(LESSONS)
    with st.container(horizontal=True, vertical_alignment="bottom"):
        at = names.index(asked.lesson) if asked.lesson in names else None
        chosen = st.selectbox(
            "Question", names, at, placeholder="Choose one", width=420,
            format_func=lambda name: LESSONS[name].title,
        )  # fmt: skip
        if st.button("Ask the class", disabled=chosen in (None, asked.lesson)) and chosen:
            _ask(room, chosen)
    return LESSONS.get(asked.lesson)


def _together(room: Room, lesson: Lesson, own: str | None = None) -> None:
    """What all predicted and what came, then the ways on."""
    guesses = guessed(lesson, room.predictions(lesson.name), own)
    if own is not None:
        prediction: Any = lesson.prediction
        st.markdown(prediction.difference(prediction.read(own), guesses.came))
    exhibits("Class", guesses, of=f"class {room.code}, {lesson.title}")
    _watch(room, Asked(lesson.name, True), "")
    with st.container(horizontal=True, gap="medium"):
        label = f"Why? The lesson **{lesson.title}**"
        st.page_link(script("Lessons"), label=label, query_params={"lesson": lesson.name})
        if own is None:
            rows = pd.DataFrame({"prediction": room.predictions(lesson.name)})
            name = f"rnnviz-{room.code}-{lesson.name}.csv"
            st.download_button(
                "All predictions, as CSV", rows.to_csv(index=False), name, "text/csv"
            )
        else:
            answer = record(lesson, cache.run(lesson.experiment), own)
            try:
                text = receipt([answer._asdict() | {"class": room.code, "right": answer.right}])
            except ExperimentError as error:
                st.caption(f"There is no receipt: {letter_by_letter(error)}.")
            else:
                name = f"rnnviz-{room.code}-{lesson.name}.json"
                st.download_button("A receipt, signed", text, name, "application/json")


def guessed(lesson: Lesson, said: list[str], own: str | None = None) -> Guesses:
    """What a class said to a lesson, as its picture takes it, without what cannot be read."""
    prediction: Any = lesson.prediction
    came: Any = lesson.answer(cache.run(lesson.experiment), **lesson.choices)
    readable = []
    for word in said:
        try:
            readable.append(prediction.read(word))
        except ExperimentError:
            continue
    right = sum(prediction.right(value, came) for value in readable)
    mine = None if own is None else prediction.read(own)
    if isinstance(prediction, Choice):
        return Guesses(lesson.question, readable, came, right, mine, prediction.options)
    powers = isinstance(prediction, Factor) and came > 0
    return Guesses(
        lesson.question, readable, came, right, mine, (), prediction.unit, powers
    )  # fmt: skip


def _watch(room: Room, asked: Asked, words: str) -> None:
    """How many have predicted so far; the page begins anew when the teacher goes on."""

    @st.fragment(run_every=_EVERY)
    def look() -> None:
        try:
            if room.asked() != asked:
                st.rerun()
            count = room.count(asked.lesson) if asked.lesson else 0
        except ExperimentError as error:
            st.info(f"{letter_by_letter(error)}.")
            return
        if words:
            many = f"**{count}** {'has' if count == 1 else 'have'}" if count else "Nobody has yet"
            st.markdown(words.format(count=many))

    look()


def _enter(found) -> None:
    try:
        controls.say("class", found().code)
    except ExperimentError as error:
        st.error(f"{letter_by_letter(error)}.")
        return
    st.rerun()


def _ask(room: Room, lesson: str, told: bool = False) -> None:
    try:
        room.ask(lesson, controls.browser(), told)
    except ExperimentError as error:
        st.error(f"{letter_by_letter(error)}.")
        return
    st.rerun()


def _predict(room: Room, lesson: Lesson, said: str) -> None:
    try:
        room.predict(lesson.name, controls.browser(), said)
    except ExperimentError as error:
        st.error(f"{letter_by_letter(error)}.")
        return
    controls.predict(lesson.name, said)  # so that the lesson itself does not ask again
    st.rerun()


def _words(lesson: Lesson, said: str) -> str:
    """A prediction as it is told."""
    prediction: Any = lesson.prediction
    told = prediction.told(prediction.read(said))
    return f"“{told}”" if isinstance(lesson.prediction, Choice) else f"**{told}**"
