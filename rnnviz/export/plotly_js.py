"""Plotly's JavaScript for a page: a third of it where nothing is in three dimensions.

The plotly package carries the whole alone. `assets/plotly` has plotly.js' own bundle of what is
flat, as npm has it (`npm run check` compares them), of the same version.
"""

from collections.abc import Iterable
from pathlib import Path

import plotly
import plotly.graph_objects as go

from rnnviz.sitemap import ROOT

FLAT = ROOT / "assets" / "plotly" / "plotly-cartesian.min.js"
WHOLE = Path(plotly.__file__).parent / "package_data" / "plotly.min.js"


def is_scene(fig: go.Figure) -> bool:
    """Whether something of a figure is in three dimensions."""
    return any(trace.type.endswith("3d") for trace in fig.data)


def source(figures: Iterable[go.Figure]) -> str:
    """The script that draws these figures."""
    return (WHOLE if any(map(is_scene, figures)) else FLAT).read_text(encoding="utf-8")
