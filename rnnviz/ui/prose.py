"""Prose that drives the picture: text whose links set something, without leaving the page.

Streamlit's own Markdown opens every link in a new tab. Here a link is a button that looks like one;
choosing it comes back to Python. Only text of this project's own is ever given to it.
"""

import json
import re
from collections.abc import Iterable, Mapping
from functools import cache

import streamlit as st

from rnnviz.lessons.base import Link, pieces
from rnnviz.ui.page import ROOT

_MARKS = re.compile(r"\*\*(.+?)\*\*|\*(.+?)\*|`(.+?)`", re.DOTALL)
_KINDS = ("strong", "em", "code")


@cache
def _component():
    return st.components.v2.component(
        "rnnviz_prose",
        html='<div class="prose"></div>',
        css=(ROOT / "assets" / "prose.css").read_text(),
        js=(ROOT / "assets" / "prose.js").read_text(),
    )


def prose(text: str, key: str, now: Iterable[Link] = ()) -> Mapping[str, str] | None:
    """Draw a text; the words of the link that was just chosen, None where none was.

    Knows paragraphs, **bold**, *italics*, `code` and [label](name=word). `now` are the links whose
    words are in force: they are marked.
    """
    result = _component()(
        key=key,
        data=json.dumps(paragraphs(text, list(now))).encode(),
        height="content",
        on_chosen_change=lambda: None,
    )
    offered = [piece.words for piece in pieces(text) if isinstance(piece, Link)]
    return result.chosen if result.chosen in offered else None


def paragraphs(text: str, now: list[Link]) -> list[list[dict]]:
    """The text as the browser builds it: paragraphs of spans, each {kind, text} or a link."""
    return [
        [span for piece in pieces(" ".join(part.split())) for span in _spans(piece, now)]
        for part in text.strip().split("\n\n")
    ]


def _spans(piece: str | Link, now: list[Link]) -> list[dict]:
    if isinstance(piece, Link):
        link = {"kind": "link", "text": piece.label, "words": piece.words}
        return [link | {"now": piece in now}]
    found, end = [], 0
    for match in _MARKS.finditer(piece):
        found.append({"kind": "text", "text": piece[end : match.start()]})
        kind = _KINDS[match.lastindex - 1]
        found.append({"kind": kind, "text": match[match.lastindex]})
        end = match.end()
    return [*found, {"kind": "text", "text": piece[end:]}]
