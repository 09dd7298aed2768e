"""A Plotly picture on the page, updated in place, with Save under it.

Streamlit's own chart is built anew, twice, whenever a number in it changes: it blinks, and takes
three to five times as long. This one hands the figure to `Plotly.react` (assets/chart.js). Plotly's
JavaScript is the file that the plotly package carries, served by Streamlit as a component's folder.
"""

import json
from collections.abc import Mapping
from functools import cache
from pathlib import Path

import plotly
import plotly.graph_objects as go
import streamlit as st
from streamlit.components.v1 import declare_component

from rnnviz.ui.page import ROOT

_LIBRARY = declare_component("plotly", path=Path(plotly.__file__).parent / "package_data")
_URL = f"component/{_LIBRARY.name}/plotly.min.js?{plotly.__version__}"
_CONFIG = {"displayModeBar": False, "responsive": False}  # its buttons would lie on the title


@cache
def _component():
    assets = ROOT / "assets"
    html, css, js = ((assets / f"chart.{end}").read_text() for end in ("html", "css", "js"))
    # Plotly puts its style into the page's head, so the component is not kept apart from it.
    return st.components.v2.component(
        "rnnviz_chart", html=html, css=css, js=js, isolate_styles=False
    )


def chart(fig: go.Figure, key: str, mode: str, pdf: bool) -> Mapping | None:
    """Draw a figure of a mode; `key` names its place on the page, `pdf` whether PDF is offered.

    Gives what Save asked for at this rerun, or None.
    """
    said = {"url": _URL, "config": _CONFIG, "mode": mode, "pdf": pdf}
    said["title"] = fig.layout.title.text
    message = f'{json.dumps(said)[:-1]}, "figure": {fig.to_json(validate=False)}}}'
    drawn = _component()
    result = drawn(key=key, data=message.encode(), height="content", on_save_change=_nothing)
    return result.save if isinstance(result.save, Mapping) else None


def _nothing() -> None:
    """Streamlit keeps what a component sends only where somebody listens."""
