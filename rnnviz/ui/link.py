"""The way of an experiment from one screen to another: its link, its QR code, its capsule."""

from functools import cache
from urllib.parse import urlencode, urlparse

import streamlit as st

from rnnviz.core.errors import ExperimentError, shown
from rnnviz.export import capsule, qr
from rnnviz.sitemap import ROOT
from rnnviz.ui import controls
from rnnviz.ui.cache import digests
from rnnviz.ui.foot import part
from rnnviz.ui.letters import letter_by_letter

_HERE = ("127.0.0.1", "localhost", "::1")  # addresses that every machine has for itself


@cache
def _component():
    html, css, js = ((ROOT / "assets" / f"link.{end}").read_text() for end in ("html", "css", "js"))
    return st.components.v2.component("rnnviz_link", html=html, css=css, js=js)


def share() -> None:
    """The page's link, long and short, and the QR code of the short one."""
    place = part("Link")
    if place is None:
        return
    with place:
        try:
            words = urlencode(controls.short_link())
        except ExperimentError as error:
            st.caption(
                f"This experiment has no link: {letter_by_letter(error)}. A capsule carries it."
            )
            return
        st.caption(
            "The link is the experiment: whoever opens it sees this page as you do. The short one "
            "leaves out what stands at its default, and opens the same."
        )
        link, problem = f"{st.context.url}?{words}", ""
        try:
            code = qr.svg(link)
        except ExperimentError as error:
            code, problem = "", f"There is no QR code: {error}."
        _component()(key="link", data={"short": words, "code": code})
        st.code(link, language=None, wrap_lines=True)
        if problem:
            st.caption(letter_by_letter(problem))
        elif urlparse(link).hostname in _HERE:
            st.caption(
                "Only this machine can open this address. For a class, serve with "
                "`python -m rnnviz app --public --host 0.0.0.0` and open the page here by the "
                "machine's own name: link and code then bear that."
            )


def open_capsule() -> None:
    """An upload of a capsule, or of its settings alone; the experiment in it is then the page's."""
    label = "Open a capsule (.zip) or settings (.json)"
    file = st.file_uploader(label, type=["zip", "json"], max_upload_size=20)
    if file is None:
        return
    try:
        opened = capsule.read(file)
    except ExperimentError as error:
        st.error(letter_by_letter(f"{shown(file.name)}: {error}."))
        return
    controls.adopt(opened.experiment, file.file_id)
    if controls.store().experiment == opened.experiment:
        verdict = opened.verdict(digests(opened.experiment))
        st.success(letter_by_letter(f"{shown(file.name)} was opened. {verdict}"))
