"""The controls of a training, kept in one word of the link, and the place in its record."""

import streamlit as st

from rnnviz.ui.controls.session import store

_FRAME, _PLAYING = "training frame", "training plays"
_PICTURES = 40  # that a replay shows


def field(name: str, value):
    """The key of a widget that stands at what the link says, or where it was left."""
    kept = store()
    key = f"choice_{kept.page}_{name}"
    if kept.redraw or key not in st.session_state:
        st.session_state[key] = value
    return key


def own_equations() -> tuple[str, str]:
    """The origin and the equations of the cell of one's own, "" both without one."""
    kept = store()
    if kept.experiment.equations:
        kept.own = (kept.experiment.cell, kept.experiment.equations)
    return kept.own


def replay() -> None:
    """Begin to play a record from its first frame."""
    answers = store().answers
    answers[_PLAYING], answers[_FRAME] = True, 0


def playing() -> bool:
    """Whether a record plays."""
    return bool(store().answers.get(_PLAYING))


def forget_frame() -> None:
    """Look at the last frame again, whatever was looked at before."""
    answers = store().answers
    answers[_PLAYING], answers[_FRAME] = False, None


def frame(updates: list[int]) -> int:
    """The frame of a record that is looked at, by a slider over its updates; of a record that
    plays the next one."""
    answers, last = store().answers, len(updates) - 1
    at = answers.get(_FRAME)
    at = last if at is None else min(at, last)
    if answers.get(_PLAYING):
        at = min(last, at + max(1, last // _PICTURES))
        answers[_PLAYING] = at < last
        st.session_state["training at"] = updates[at]
    elif st.session_state.get("training at") not in updates:
        st.session_state["training at"] = updates[at]
    if last > 0:
        said = st.select_slider("Update", updates, key="training at", label_visibility="collapsed")
        at = updates.index(said)
    answers[_FRAME] = None if at == last else at
    return at


def keep_guess(of: str, said: object) -> None:
    """Keep what was predicted of something, once."""
    store().answers.setdefault(f"guess {of}", said)


def guess(of: str):
    """What was predicted of something; None before that."""
    return store().answers.get(f"guess {of}")
