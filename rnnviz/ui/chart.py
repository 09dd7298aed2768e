"""A Plotly picture on the page, updated in place, with Save under it.

Streamlit's own chart is built anew, twice, whenever a number in it changes: it blinks, and takes
three to five times as long. This one hands the figure to `Plotly.react` (assets/chart.js). Plotly's
JavaScript comes from folders that Streamlit serves as components': a third of it, and the whole
with the first scene.
"""

import json
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import NamedTuple

import plotly
import plotly.graph_objects as go
import streamlit as st
from streamlit.components.v1 import declare_component

from rnnviz.core import glossary
from rnnviz.export.modules import one_module
from rnnviz.export.player.terms import explained
from rnnviz.export.plotly_js import FLAT, WHOLE, is_scene
from rnnviz.figures.plain import as_json, plain
from rnnviz.sitemap import ROOT


def _url(name: str, file: Path) -> str:
    folder = declare_component(name, path=file.parent)
    return f"component/{folder.name}/{file.name}?{plotly.__version__}"


_FLAT, _WHOLE = _url("plotly", FLAT), _url("plotly_whole", WHOLE)
_SAVE = 26  # pixels: "Save" under a picture
CONFIG = {"displayModeBar": False, "responsive": False}  # its buttons would lie on the title


@cache
def _component():
    assets = ROOT / "assets"
    html, *css = ((assets / name).read_text() for name in ("chart.html", "chart.css", "card.css"))
    # Plotly puts its style into the page's head, so the component is not kept apart from it.
    return st.components.v2.component(
        "rnnviz_chart",
        html=html,
        css="".join(css),
        js=one_module(assets / "chart.js"),
        isolate_styles=False,
    )


class Said(NamedTuple):
    """What the reader asked of a picture at this rerun: what Save wants, and where a click was."""

    save: Mapping | None
    click: Mapping | None


class Picture(NamedTuple):
    """What the component is sent to draw a figure, as JSON, and how many pixels high it is."""

    message: bytes
    height: float


def picture(fig: go.Figure, mode: str, pdf: bool, opens: bool = False) -> Picture:
    """A figure of a mode on its way to the browser; `pdf` says whether PDF is offered, `opens`
    whether a click does something."""
    drawn = plain(fig)
    layout, scene = drawn["layout"], is_scene(drawn)
    said = {"url": _WHOLE if scene else _FLAT, "scene": scene}
    said |= {"config": CONFIG, "mode": mode, "pdf": pdf}
    said["title"] = layout["title"]["text"]
    said["terms"], said["opens"] = _terms(fig), opens
    message = f'{json.dumps(said)[:-1]}, "figure": {as_json(drawn)}}}'
    return Picture(message.encode(), layout["height"])


def chart(one: Picture, key: str) -> Said:
    """Draw a picture; `key` names its place on the page. Gives what was asked of it."""
    drawn = _component()
    with st.container(height=round(one.height) + _SAVE, border=False, key=f"place-{key}"):
        result = drawn(
            key=key, data=one.message, height="content",
            on_save_change=_nothing, on_click_change=_nothing,
        )  # fmt: skip
    return Said(*(s if isinstance(s, Mapping) else None for s in (result.save, result.click)))


def axis_titles(fig: go.Figure) -> list[str]:
    """What stands along the axes of a figure, each once."""
    layout = plain(fig)["layout"]
    axes = [layout[name] for kind in ("xaxis", "yaxis") for name in layout if name.startswith(kind)]
    titles = (axis.get("title", {}).get("text") for axis in axes)
    return list(dict.fromkeys(title for title in titles if title))


def _terms(fig: go.Figure) -> dict[str, dict[str, str]]:
    """What the axes of a figure mean, by their titles."""
    meant = {title: glossary.of_axis(title) for title in axis_titles(fig)}
    return {title: explained(one.key) | {"title": title} for title, one in meant.items() if one}


def _nothing() -> None:
    """Streamlit keeps what a component sends only where somebody listens."""
