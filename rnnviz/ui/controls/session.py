"""What a session keeps, and the link that holds it.

A link that we did not write ourselves (a deep link, a page link with words, the browser's back) is
the authority; else the session is.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from rnnviz.core.errors import ExperimentError
from rnnviz.core.experiment import Experiment
from rnnviz.core.link import from_link, to_link, to_token
from rnnviz.core.networks import DRAWN
from rnnviz.core.settings import SETTINGS
from rnnviz.lessons.base import LessonState
from rnnviz.ui.controls.reconnected import experiment_said, still_said, view_said

_OWN = ("v", "x", "lesson")  # words of a link that are no choice of a page
_LONGEST = 400  # characters of a word that is a choice of a page: twelve scenes
_CONTROLS = ("control_", "choice_")  # how the keys of what is in the link begin


@dataclass
class Store:
    """What a session keeps between reruns and pages."""

    experiment: Experiment = field(default_factory=Experiment)
    drawn: Experiment = field(default_factory=Experiment)  # the last one of drawn weights
    view: dict[str, str] = field(default_factory=dict)
    defaults: dict[str, str] = field(default_factory=dict)  # a page's choices at their defaults
    page: str = ""
    navigation: DeltaGenerator | None = None  # the row above the picture, until it is filled
    redraw: bool = False  # in this rerun the widgets take their values from here
    written: list[dict[str, str]] = field(default_factory=list)  # addresses, the last one last
    values: dict[str, Any] = field(default_factory=dict)  # of the widgets, as last seen
    moved: bool = False  # whether the reader moved anything since then
    problems: list[str] = field(default_factory=list)
    settings: dict[str, LessonState] = field(default_factory=dict)  # by lesson
    predictions: dict[str, str] = field(default_factory=dict)  # by lesson; in no link
    forgotten: int = 0  # how often all of them were thrown away
    lesson: dict[str, str] = field(default_factory=dict)  # the link's words to the one on the page
    answers: dict[str, Any] = field(default_factory=dict)  # of widgets that are in no link
    wishes: dict[str, tuple[Any, int]] = field(default_factory=dict)  # slow pictures, by name
    opened: str = ""  # the upload that was taken over last
    adopted: bool = False  # and whether no widget shows it yet
    signals: dict = field(default_factory=dict)  # files of numbers as read, by id and meaning
    own: tuple[str, str] = ("", "")  # the origin and the equations of the last cell of one's own
    drafted: tuple[str, str] = ("", "")  # the cell and equations that the editor's text belongs to
    drafts: dict[tuple[str, str], tuple[str, str]] = field(default_factory=dict)  # text, mistake
    revision: int = 0  # of the editor's text, where it comes from elsewhere


def store() -> Store:
    """This session's store, made at its first rerun."""
    if "store" not in st.session_state:
        st.session_state["store"] = Store()
    return st.session_state["store"]


def enter(page: str, navigation) -> None:
    """Tell which page is drawn, and read its link; on another page the widgets are new."""
    kept = store()
    other, first, kept.page = kept.page != page, not kept.page, page
    kept.moved = kept.adopted | _moved(kept)
    kept.redraw = other | _take_link(kept) | kept.adopted
    if first and (said := still_said()):  # by the browser of a session that is gone
        kept.experiment = experiment_said(kept.experiment, said)
        kept.view |= view_said(page, said)
    kept.adopted = False
    kept.navigation, kept.lesson = navigation, {}


def write_link(pages: dict[str, str]) -> None:
    """Once all choices of a rerun are made: the address bar, and the links to the other pages.

    One write a rerun, and links that carry the words, so that the browser's back finds few steps.
    """
    kept = store()
    if kept.navigation is None:
        return
    kept.values = _values()
    words = _words(kept)
    _put_into_the_address(kept, words | kept.lesson)
    for name, script in pages.items():
        label = f"**{name}**" if name == kept.page else name
        kept.navigation.page_link(script, label=label, query_params=words)
    kept.navigation = None


def write_address() -> None:
    """The address bar alone, where only a part of the page is drawn anew."""
    kept = store()
    _put_into_the_address(kept, _words(kept) | kept.lesson)


def word(name: str) -> str:
    """A word of this page's link, such as the runs that it shows; "" where there is none."""
    return store().view.get(name, "")


def say(name: str, value: str) -> None:
    """Put a word into this page's link, or take it out ("")."""
    view = store().view
    view.pop(name, None)
    if value:
        view[name] = value


def link_to(changed: dict) -> dict[str, str]:
    """The words of a link to the present experiment with some fields and choices changed; of one
    too large for a link the choices alone, and the session keeps it."""
    kept = store()
    fields = {name: value for name, value in changed.items() if name in SETTINGS}
    base = kept.experiment
    if fields and base.weights != DRAWN:  # a network leaves no choice of them
        alike = base.in_cells([fields["cell"]]) if fields.keys() == {"cell"} else {}
        other = alike.get(str(fields.get("cell")), kept.drawn)
        base = other if other.weights != DRAWN else kept.drawn
    base = replace(base, **fields)
    choices = {k: str(v) for k, v in changed.items() if k not in SETTINGS}
    try:
        return to_link(base) | choices
    except ExperimentError:
        return choices


def short_link() -> dict[str, str]:
    """The words of a short link to this page as it is: what stands at its default is left out."""
    kept = store()
    view = {name: word for name, word in kept.view.items() if kept.defaults.get(name) != word}
    return {"x": to_token(kept.experiment)} | view


def adopt(experiment: Experiment, upload: str) -> None:
    """Take an experiment over from an upload, once, and begin the rerun anew with it."""
    kept = store()
    if kept.opened != upload:
        kept.opened, kept.experiment, kept.adopted = upload, experiment, True
        kept.problems = []
        st.rerun()


def take_over(settings: tuple[str, ...], click: Mapping) -> None:
    """Set the settings along a picture's axes to where a click was, and begin the rerun anew."""
    said: dict[str, Any] = {}
    for name, axis in zip(settings, "xy", strict=False):
        if not isinstance(place := click.get(axis), int | float):
            return  # not ours: a browser may say anything
        said[name] = round(float(place), 3)
    try:
        experiment = replace(store().experiment, **said)
    except ExperimentError:
        return
    adopt(experiment, f"click {click.get('id')}")


def _take_link(kept: Store) -> bool:
    """Read the address bar where it holds something that this session did not write itself.

    In a link to a lesson the experiment is the lesson's own: see `lesson`.
    """
    words = foreign(kept)
    if not words:
        return False
    if "lesson" not in words or kept.page != "Lessons":
        kept.experiment, kept.problems = from_link(words)
    kept.view |= {k: v for k, v in words.items() if k not in SETTINGS and k.isidentifier()}
    kept.view = {k: v[:_LONGEST] for k, v in list(kept.view.items())[:20] if k not in _OWN}
    return True


def foreign(kept: Store) -> dict[str, str]:
    """The words of the address bar where this session did not write them itself, else none.

    An older address of our own is the browser's back, or a link. Only with a widget that moved it
    is none: a slow browser then sent the move before the next address had reached it.
    """
    words = st.query_params.to_dict()
    ours = kept.written if kept.moved else kept.written[-1:]
    return {} if words in ours else words


def _moved(kept: Store) -> bool:
    """Whether any widget says something else than before. Buttons fall back by themselves."""
    before, kept.values = kept.values, _values()
    return any(
        kept.values[key] != value and (kept.values[key] or key.startswith(_CONTROLS))
        for key, value in before.items() if key in kept.values
    )  # fmt: skip


def _values() -> dict[str, Any]:
    """What every widget says; of a component, the triggers that it sent."""
    return {
        str(key): {k: v for k, v in value.items() if v} if isinstance(value, dict) else value
        for key, value in st.session_state.items() if key != "store"
    }  # fmt: skip


def _words(kept: Store) -> dict[str, str]:
    """The words of a link to the experiment that the pages share."""
    try:
        return to_link(kept.experiment) | kept.view
    except ExperimentError as error:
        st.sidebar.caption(f"This experiment cannot be linked: {error}.")
        return {}


def _put_into_the_address(kept: Store, words: dict[str, str]) -> None:
    # Noted before it is sent: the next move of a slider may end this rerun at any call of st,
    # and an address that only the browser knows would undo that move.
    kept.written = [*kept.written[-30:], words]
    if st.query_params.to_dict() != words:
        st.query_params.from_dict(words)
