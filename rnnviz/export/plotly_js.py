"""Plotly's JavaScript for a page: a third of it where nothing is in three dimensions.

The plotly package carries the whole alone. `assets/plotly` has plotly.js' own bundle of what is
flat, as npm has it (`npm run check` compares them), of the same version.
"""

from collections.abc import Iterable, Mapping
from pathlib import Path

import plotly

from rnnviz.sitemap import ROOT

FLAT = ROOT / "assets" / "plotly" / "plotly-cartesian.min.js"
WHOLE = Path(plotly.__file__).parent / "package_data" / "plotly.min.js"


def is_scene(drawn: Mapping) -> bool:
    """Whether something of a figure, as plain data, is in three dimensions."""
    return any(trace["type"].endswith("3d") for trace in drawn["data"])


def source(figures: Iterable[Mapping]) -> str:
    """The script that draws these figures, as plain data."""
    return (WHOLE if any(map(is_scene, figures)) else FLAT).read_text(encoding="utf-8")
