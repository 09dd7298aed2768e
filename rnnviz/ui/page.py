"""The frame of every page: title, navigation, question."""

from pathlib import Path

import streamlit as st

from rnnviz.ui import controls, drawn

_CARRIED = Path(__file__).parents[1] / "_dashboard"  # what an installed package carries along
ROOT = _CARRIED if _CARRIED.is_dir() else Path(__file__).parents[2]
PROJECTOR = "projector"  # the switch's word in the link
QUESTIONS = {  # in the order of the navigation
    "Home": "What do you want to see?",
    "Lessons": "What do you think will happen, and why?",
    "Step": "What happens in one time step?",
    "States": "What does the network remember?",
    "Gates": "When do the gates open?",
    "Gradients": "How far back does learning reach?",
    "Compare": "Which cell does what with the same input?",
    "Sentiment": "Which cell reads reviews best?",
    "Inside": "What did the trained model see, word by word?",
}


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
    top = st.container(horizontal=True, horizontal_alignment="distribute")
    controls.enter(title, top.container(horizontal=True, gap="small", width="content"))
    if controls.switch(PROJECTOR, "Projector", top, help="Large type, thick lines, no controls"):
        st.html(ROOT / "assets" / "projector.css")
    st.header(QUESTIONS[title], anchor=False)


def questions() -> None:
    """Every page with its question, as links."""
    names = [name for name in QUESTIONS if name not in ("Home", "Lessons")]
    words = controls.link_to({})
    with st.container(horizontal=True, gap="small"):
        for name in names:
            label = f"**{name}** {QUESTIONS[name]}"
            st.page_link(script(name), label=label, query_params=words)


def large() -> bool:
    """Whether the page is shown on a projector."""
    return controls.word(PROJECTOR) == "1"


def settle() -> None:
    """Fill the navigation and the address bar, once the page's choices are made."""
    controls.settle({name: script(name) for name in QUESTIONS})


def script(name: str) -> str:
    """The file of a page, as `st.page_link` takes it: relative to app.py."""
    if name == "Home":
        return "app.py"
    return f"pages/{next(ROOT.glob(f'pages/*{name}.py')).name}"
