"""A Plotly picture on the page, updated in place.

Streamlit's own chart is built anew, twice, whenever a number in it changes: it blinks, and takes
three to five times as long. This one hands the figure to `Plotly.react` (assets/chart.js). Plotly's
JavaScript is the file that the plotly package carries, served by Streamlit as a component's folder.
"""

import json
from functools import cache
from pathlib import Path

import plotly
import plotly.graph_objects as go
import streamlit as st
from streamlit.components.v1 import declare_component

from rnnviz.ui.page import ROOT

_LIBRARY = declare_component("plotly", path=Path(plotly.__file__).parent / "package_data")
_URL = f"component/{_LIBRARY.name}/plotly.min.js?{plotly.__version__}"


@cache
def _component():
    return st.components.v2.component(
        "rnnviz_chart",
        html='<div class="chart" role="figure"></div>',
        css=".chart { width: 100%; overflow: hidden; }",
        js=(ROOT / "assets" / "chart.js").read_text(),
        isolate_styles=False,  # Plotly puts its style into the page's head
    )


def chart(fig: go.Figure, key: str, config: dict) -> None:
    """Draw a figure; `key` names its place on the page, `config` is Plotly's."""
    head = json.dumps({"url": _URL, "config": config})
    message = f'{head[:-1]}, "figure": {fig.to_json(validate=False)}}}'
    _component()(key=key, data=message.encode(), height="content")
