"""What a page shows while it waits for large runs: how far they are, and Stop."""

from collections.abc import Callable, Hashable, Iterator
from contextlib import contextmanager

import streamlit as st
from streamlit.runtime.scriptrunner import get_script_run_ctx

from rnnviz.ui import controls
from rnnviz.ui.page import write_link

_NAME = "large run"  # of the wish that it be stopped


def on_a_page() -> bool:
    """Whether anybody looks."""
    return get_script_run_ctx(suppress_warning=True) is not None


@contextmanager
def told(sentence: str) -> Iterator[None]:
    """Say it on the page, where there is one, while something is waited for."""
    if not on_a_page():
        yield
    else:
        with st.spinner(sentence):
            yield


@contextmanager
def bar(key: Hashable) -> Iterator[Callable[[float, str], None]]:
    """A bar with Stop, moved by calls of (share, sentence). Who has stopped what the key names
    finds a button to begin it again, and the page ends there."""
    if not on_a_page():
        yield lambda share, sentence: None
        return
    write_link()
    place = st.empty()
    if controls.wished(_NAME, key):
        with place.container(border=True, horizontal=True, vertical_alignment="center"):
            st.button("Run it", key="run it", on_click=controls.wish, args=(_NAME, key, 0))
            st.markdown("A large network, which was stopped.")
        st.stop()
    with place.container(border=True, horizontal=True, vertical_alignment="center"):
        st.button("Stop", key="stop the run", on_click=controls.wish, args=(_NAME, key, 1))
        progress = st.progress(0.0, "A large network ..")

    def move(share: float, sentence: str) -> None:
        progress.progress(share, sentence)

    yield move
    place.empty()
