"""Prose that drives the picture: text whose links set something, without leaving the page.

Streamlit's own Markdown opens every link in a new tab. Here a link is a button that looks like one;
choosing it comes back to Python. Only text of this project's own is ever given to it.
"""

import json
from collections.abc import Iterable, Mapping
from functools import cache

import streamlit as st

from rnnviz.lessons import markup
from rnnviz.sitemap import ROOT


@cache
def _component():
    return st.components.v2.component(
        "rnnviz_prose",
        html='<div class="prose"></div>',
        css=(ROOT / "assets" / "prose.css").read_text(),
        js=(ROOT / "assets" / "prose.js").read_text(),
    )


def prose(text: str, key: str, now: Iterable[markup.Link] = ()) -> Mapping[str, str] | None:
    """Draw a text of `lessons.markup`; the words of the link that was just chosen, or None.

    `now` are the links whose words are in force: they are marked.
    """
    links, now = markup.links(text), list(now)
    content = {"html": markup.html(text), "pressed": [link in now for link in links]}
    result = _component()(
        key=key,
        data=json.dumps(content).encode(),
        height="content",
        on_chosen_change=lambda: None,
    )
    return result.chosen if result.chosen in [link.words for link in links] else None
