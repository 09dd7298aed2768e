"""Pictures that take long: a button, a bar while they are computed, which can be stopped, and the
picture; then a button to compute it over more steps, in a process of its own while it stands."""

from collections.abc import Hashable, Mapping
from functools import partial
from typing import Any

import streamlit as st

from rnnviz.core.dynamics import WINDOWS
from rnnviz.core.errors import ExperimentError
from rnnviz.exhibits import Exhibit
from rnnviz.export.refined import Folder
from rnnviz.jobs.folder import OVER
from rnnviz.ui import cache, controls
from rnnviz.ui.controls.wanted import stop_unless_wanted
from rnnviz.ui.letters import letter_by_letter
from rnnviz.ui.page import write_link

_FIRST, _REFINED = WINDOWS


def window(one: Exhibit, subject: Any, choices: Mapping[str, Any]) -> int | None:
    """Over how many steps the picture is at hand, once it is; None until somebody asks for it.

    What was asked for holds for what the arrays follow from: with another seed there is the button
    again, and nothing slow is computed unasked. What is at hand already is drawn.
    """
    key = cache.key_of(one, subject, choices)
    wished = controls.wished(one.name, key)
    if wished and _at_hand(one, subject, choices, wished):
        return wished
    if wished:  # the refined one is waited for below the first
        if not _at_hand(one, subject, choices, _FIRST):
            _compute(one, subject, choices)
        return _FIRST
    write_link()
    with st.container(border=True):
        st.markdown(f"**{one.asked[:1].upper()}{one.asked[1:]}**")
        label = f"Draw it ({_FIRST} steps of many networks)"
        st.button(label, key=f"wish {one.name}", on_click=controls.wish,
                  args=(one.name, key, _FIRST))  # fmt: skip
    return None


def more(one: Exhibit, subject: Any, choices: Mapping[str, Any]) -> None:
    """Under a picture of the first steps the button for more, or how far these are."""
    if choices["window"] != _FIRST:
        return
    key = cache.key_of(one, subject, choices)
    if controls.wished(one.name, key) == _REFINED:
        _follow(one, subject, {**choices, "window": _REFINED}, key)
    else:
        label = f"Over {_REFINED:,} steps"
        st.button(label, key=f"more {one.name}", on_click=controls.wish, type="tertiary",
                  icon=":material/zoom_in:", args=(one.name, key, _REFINED))  # fmt: skip


def _follow(one: Exhibit, subject: Any, choices: Mapping[str, Any], key: Hashable) -> None:
    """The bar of the job, and the picture once it is done; Stop ends the job alone."""
    try:
        folder = cache.refined().submit(one, subject, choices)
        controls.claim(folder)
    except ExperimentError as error:
        st.error(f"{letter_by_letter(error)}.")
        return

    @st.fragment(run_every=0.5)
    def live():
        progress = folder.progress()
        if progress["state"] == "done":
            _take(one, subject, choices, folder)
            st.rerun()
        if progress["state"] in OVER:
            controls.wish(one.name, key, _FIRST)
            st.error(f"{letter_by_letter(progress.get('reason', 'It was stopped'))}.")
            return
        with st.container(border=True, horizontal=True, vertical_alignment="center"):
            if st.button("Stop", key=f"stop {one.name}"):
                if controls.mine(folder):
                    cache.refined().cancel(folder)
                controls.wish(one.name, key, _FIRST)
                st.rerun()
            waits = progress["state"] == "queued" and cache.refined().place(folder)
            told = f"waiting, {waits} before it" if waits else f"over {_REFINED:,} steps"
            st.progress(min(float(progress.get("share", 0)), 1.0), f"The same {told}")

    live()


def _take(one: Exhibit, subject: Any, choices: Mapping[str, Any], folder: Folder) -> None:
    """Keep what a job that is done has computed."""
    try:
        cache.keep(one, subject, choices, (folder.diagram(),))
    except ExperimentError:  # somebody wrote into it: once more
        folder.delete()


def _at_hand(one: Exhibit, subject: Any, choices: Mapping[str, Any], steps: int) -> bool:
    return cache.asked(one, subject, {**choices, "window": steps}) is not None


def _compute(one: Exhibit, subject: Any, choices: Mapping[str, Any]) -> None:
    """Compute it under a bar; Stop, and any other move, ends this rerun and the work with it."""
    write_link()
    place, key = st.empty(), cache.key_of(one, subject, choices)
    told = f"{one.asked[:1].upper()}{one.asked[1:]}, {_FIRST:,} steps"
    with place.container(border=True, horizontal=True, vertical_alignment="center"):
        # In front: the button that began this keeps its place while it has the focus, and goes the
        # moment that a mouse is pressed.
        st.button("Stop", key=f"stop {one.name}", on_click=controls.wish,
                  args=(one.name, key, 0))  # fmt: skip
        bar = st.progress(0.0, told)
    cache.asked(one, subject, {**choices, "window": _FIRST}, partial(_show, bar, told, [0.0]))
    place.empty()


def _show(bar, told: str, shown: list[float], share: float | None) -> None:
    """Move the bar, a hundredth at a time: each move is a message to the browser."""
    stop_unless_wanted()
    if share is not None and share - shown[0] >= 0.01:
        shown[0] = share
        bar.progress(min(share, 1.0), told)
