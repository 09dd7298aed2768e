"""The frame of every page: title, navigation, question."""

import streamlit as st

from rnnviz.jobs.threads import one_thread
from rnnviz.sitemap import ASIDE, ROOT, pages
from rnnviz.ui import controls, drawn

PROJECTOR = "projector"  # the switch's word in the link


def page(title: str) -> None:
    """Set the page up and draw what stands above the picture; the first call of every page."""
    one_thread()
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
