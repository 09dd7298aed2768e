"""Pictures that take long: a button, a bar while they are computed, which can be stopped, and the
picture; then a button to compute it over more steps."""

from collections.abc import Mapping
from functools import partial
from typing import Any

import streamlit as st

from rnnviz.core.dynamics import WINDOWS
from rnnviz.exhibits import Exhibit
from rnnviz.ui import cache, controls
from rnnviz.ui.controls.wanted import stop_unless_wanted
from rnnviz.ui.page import write_link

_FIRST, _REFINED = WINDOWS


def window(one: Exhibit, subject: Any, choices: Mapping[str, Any]) -> int | None:
    """Over how many steps the picture is at hand, once it is; None until somebody asks for it.

    What was asked for holds for what the arrays follow from: with another seed there is the button
    again, and nothing slow is computed unasked. What is at hand already is drawn.
    """
    key = cache.key_of(one, subject, choices)
    wished = controls.wished(one.name, key)
    ready = [w for w in WINDOWS if _at_hand(one, subject, choices, w)]
    if wished and wished not in ready:
        _compute(one, subject, choices, wished)
        ready.append(wished)
    if wished:
        return wished
    write_link()
    with st.container(border=True):
        st.markdown(f"**{one.asked[:1].upper()}{one.asked[1:]}**")
        label = f"Draw it ({_FIRST} steps of many networks)"
        st.button(label, key=f"wish {one.name}", on_click=controls.wish,
                  args=(one.name, key, _FIRST))  # fmt: skip
    return None


def more(one: Exhibit, subject: Any, choices: Mapping[str, Any]) -> None:
    """The button for more steps under a picture of the first."""
    if choices["window"] == _FIRST:
        key = cache.key_of(one, subject, choices)
        label = f"Over {_REFINED:,} steps"
        st.button(label, key=f"more {one.name}", on_click=controls.wish, type="tertiary",
                  icon=":material/zoom_in:", args=(one.name, key, _REFINED))  # fmt: skip


def _at_hand(one: Exhibit, subject: Any, choices: Mapping[str, Any], steps: int) -> bool:
    return cache.asked(one, subject, {**choices, "window": steps}) is not None


def _compute(one: Exhibit, subject: Any, choices: Mapping[str, Any], steps: int) -> None:
    """Compute it under a bar; Stop, and any other move, ends this rerun and the work with it."""
    write_link()
    place, key = st.empty(), cache.key_of(one, subject, choices)
    told = f"{one.asked[:1].upper()}{one.asked[1:]}, {steps:,} steps"
    back = _FIRST if steps != _FIRST and _at_hand(one, subject, choices, _FIRST) else 0
    with place.container(border=True, horizontal=True, vertical_alignment="center"):
        # In front: the button that began this keeps its place while it has the focus, and goes the
        # moment that a mouse is pressed.
        st.button("Stop", key=f"stop {one.name}", on_click=controls.wish,
                  args=(one.name, key, back))  # fmt: skip
        bar = st.progress(0.0, told)
    cache.asked(one, subject, {**choices, "window": steps}, partial(_show, bar, told, [0.0]))
    place.empty()


def _show(bar, told: str, shown: list[float], share: float | None) -> None:
    """Move the bar, a hundredth at a time: each move is a message to the browser."""
    stop_unless_wanted()
    if share is not None and share - shown[0] >= 0.01:
        shown[0] = share
        bar.progress(min(share, 1.0), told)
