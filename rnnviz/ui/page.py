"""The frame of every page: title, navigation, question."""

import ast
from functools import cache
from pathlib import Path
from typing import NamedTuple

import streamlit as st

from rnnviz.ui import controls, drawn

_CARRIED = Path(__file__).parents[1] / "_dashboard"  # what an installed package carries along
ROOT = _CARRIED if _CARRIED.is_dir() else Path(__file__).parents[2]
ASIDE = (
    "Glossary",
    "Progress",
)  # pages that the row above the picture leaves out: they stand at the foot
PROJECTOR = "projector"  # the switch's word in the link


class Page(NamedTuple):
    """A page by its file, as `st.page_link` takes it (relative to app.py), and its question."""

    script: str
    question: str


@cache
def pages() -> dict[str, Page]:
    """Every page by its title, in the order of the navigation: app.py, then pages/ by number.

    A page is its file: the first line of its docstring is "Title: question?".
    """
    known = {}
    for path in [ROOT / "app.py", *sorted((ROOT / "pages").glob("*.py"))]:
        first = (ast.get_docstring(ast.parse(path.read_text())) or "").partition("\n")[0]
        title, _, question = first.partition(": ")
        question = question[:1].upper() + question[1:]
        known[title] = Page(path.relative_to(ROOT).as_posix(), question)
    return known


def page(title: str) -> None:
    """Set the page up and draw what stands above the picture; the first call of every page."""
    drawn.start()
    st.set_page_config(
        page_title=f"{title} · rnnviz",
        page_icon=str(ROOT / "assets" / "mark.png"),
        layout="wide",
    )
    st.logo(ROOT / "assets" / "wordmark.svg", size="large", icon_image=ROOT / "assets" / "mark.svg")
    st.html(ROOT / "assets" / "page.css")
    with st.container(key="history"):
        script = (ROOT / "assets" / "history.js").read_text()
        st.html(f"<script>{script}</script>", unsafe_allow_javascript=True)
    top = st.container(key="top", horizontal=True, horizontal_alignment="distribute")
    controls.enter(title, top.container(horizontal=True, gap="xxsmall", width="content"))
    if controls.switch(PROJECTOR, "Projector", top):
        st.html(ROOT / "assets" / "projector.css")
    st.header(pages()[title].question, anchor=False)


def questions() -> None:
    """Every page with its question, as links."""
    words = controls.link_to({})
    with st.container(horizontal=True, gap="small"):
        for title, (script, question) in pages().items():
            if title not in ("Home", "Lessons", *ASIDE):
                st.page_link(script, label=f"**{title}** {question}", query_params=words)


def large() -> bool:
    """Whether the page is shown on a projector."""
    return controls.word(PROJECTOR) == "1"


def write_link() -> None:
    """Fill the navigation and the address bar, once the page's choices are made."""
    shown = {title: page.script for title, page in pages().items() if title not in ASIDE}
    controls.write_link(shown)


def script(title: str) -> str:
    """The file of a page, as `st.page_link` takes it."""
    return pages()[title].script
