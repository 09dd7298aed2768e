"""The controls of a training, kept in one word of the link, and the place in its record."""

import secrets
from bisect import bisect_right

import streamlit as st

from rnnviz.ui.controls.session import say, store, word, write_address

_PLAYING, _PRESSES = "training plays", "training presses"
_AT, _LOOKS = "training at", "training looks"
_UPDATE = "update"  # the word of the link
_ENOUGH = 6  # looks at a training while it learns: about two seconds


def field(name: str, value):
    """The key of a widget that stands at what the link says, or where it was left."""
    kept = store()
    key = f"choice_{kept.page}_{name}"
    if kept.redraw or key not in st.session_state:
        st.session_state[key] = value
    return key


def put(name: str, value) -> None:
    """Set a widget that `field` names, before it is drawn."""
    st.session_state[f"choice_{store().page}_{name}"] = value


def own_equations() -> tuple[str, str]:
    """The origin and the equations of the cell of one's own, "" both without one."""
    kept = store()
    if kept.experiment.equations:
        kept.own = (kept.experiment.cell, kept.experiment.equations)
    return kept.own


def replay(of: str) -> None:
    """Begin to play the record of a training."""
    answers = store().answers
    look_at(None)
    answers[_PRESSES] = answers.get(_PRESSES, 0) + 1
    answers[_PLAYING] = of


def playing(of: str) -> int:
    """The number of the press that plays the record of a training; 0 while it does not play."""
    answers = store().answers
    return answers.get(_PRESSES, 0) if answers.get(_PLAYING) == of else 0


def started(of: str) -> None:
    """Note that a training was started here."""
    store().answers[_LOOKS] = {of: set()}


def looked(of: str, done: int) -> None:
    """Note that a training which was started here was seen after so many updates."""
    store().answers.get(_LOOKS, {}).get(of, set()).add(done)


def hardly_seen(of: str) -> bool:
    """Whether a training that was started here was over before one could follow it; asked once."""
    seen = store().answers.get(_LOOKS, {}).pop(of, None)
    return seen is not None and len(seen) < _ENOUGH


def look_at(update: int | None) -> None:
    """Look at the frame of an update, at the last one for None; what plays has come to its end."""
    store().answers[_PLAYING] = ""
    st.session_state.pop(_AT, None)
    say(_UPDATE, "" if update is None else str(update))


def frame(updates: list[int]) -> int:
    """The frame of a record that is looked at, by a slider over its updates; the link has it."""
    answers, last, said = store().answers, len(updates) - 1, word(_UPDATE)
    if said != answers.get(_UPDATE) or st.session_state.get(_AT) not in updates:
        wanted = int(said) if said.isdecimal() else updates[-1]
        st.session_state[_AT] = updates[max(0, bisect_right(updates, wanted) - 1)]
    if last > 0:
        st.select_slider("Update", updates, key=_AT, label_visibility="collapsed")
    at = updates.index(st.session_state[_AT])
    answers[_UPDATE] = "" if at == last else str(updates[at])
    if answers[_UPDATE] != said:
        say(_UPDATE, answers[_UPDATE])
        write_address()
    return at


def who() -> str:
    """This session's name among those that watch a training."""
    return store().answers.setdefault("who", secrets.token_hex(8))


def keep_guess(of: str, said: object) -> None:
    """Keep what was predicted of something, once."""
    store().answers.setdefault(f"guess {of}", said)


def guess(of: str):
    """What was predicted of something; None before that."""
    return store().answers.get(f"guess {of}")
