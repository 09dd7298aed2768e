"""A training played through by the browser, which is sent all frames at once."""

import json
from collections.abc import Mapping
from functools import cache as once

import streamlit as st

from rnnviz.exhibits.duel import Duel
from rnnviz.exhibits.training import Watched
from rnnviz.sitemap import ROOT
from rnnviz.ui import cache
from rnnviz.ui.chart import CONFIG
from rnnviz.ui.page import large
from rnnviz.ui.show import mode

_SECONDS = 5.0


def replay(one: Watched | Duel, press: int) -> int | None:
    """Play a record; `press` tells one press of the button from the next. The frame that it came
    to, once it is over or somebody stopped it; None before."""
    frames = cache.replayed(one.key, mode(), large(), one)
    said = {"id": press, "seconds": _SECONDS, "config": CONFIG} | frames
    result = _component()(
        key="training-replay", data=json.dumps(said).encode(), on_at_change=lambda: None
    )
    last = frames["frames"][-1]["at"]
    if not isinstance(result.at, Mapping) or result.at.get("id") != press:
        return None
    at = result.at.get("at")
    return at if isinstance(at, int) and 0 <= at <= last else last


@once
def _component():
    html, css, js = (
        (ROOT / "assets" / f"replay.{end}").read_text() for end in ("html", "css", "js")
    )
    return st.components.v2.component(
        "rnnviz_replay", html=html, css=css, js=js, isolate_styles=False
    )
