"""What is sent of Plotly draws every figure, and is the version that the plotly package has."""

import ast
import re

import plotly.graph_objects as go
import pytest
from conftest import ROOT
from plotly.basedatatypes import BaseTraceType

from rnnviz.export.plotly_js import FLAT, WHOLE, is_scene, source


def kinds():
    """The kinds of traces that the figures name."""
    every = {name.lower() for name in dir(go) if is_trace(getattr(go, name))}
    for path in (ROOT / "rnnviz" / "figures").glob("*.py"):
        for node in ast.walk(ast.parse(path.read_text())):
            for key, value in zip(*fields(node), strict=True):
                if getattr(key, "value", None) == "type" and getattr(value, "value", None) in every:
                    yield value.value


def fields(node):
    return (node.keys, node.values) if isinstance(node, ast.Dict) else ((), ())


def is_trace(one):
    return isinstance(one, type) and issubclass(one, BaseTraceType)


def test_both_are_of_one_version():
    one, other = (re.search(r"v(\d+\.\d+\.\d+)", path.read_text()[:200]) for path in (FLAT, WHOLE))
    assert one[1] == other[1]


def test_a_scene_takes_the_whole_and_nothing_else_does():
    flat, scene = ({"data": [{"type": t}]} for t in ("heatmap", "scatter3d"))
    assert not is_scene(flat) and is_scene(scene)
    assert source([flat]) == FLAT.read_text() and source([flat, scene]) == WHOLE.read_text()
    assert FLAT.stat().st_size < WHOLE.stat().st_size / 3


@pytest.mark.browser
def test_what_is_flat_is_drawn_by_the_smaller_one(browser):
    page = browser.new_page()
    page.add_script_tag(path=FLAT)
    drawn = set(page.evaluate("() => Object.keys(Plotly.PlotSchema.get().traces)"))
    page.close()
    asked = set(kinds())
    assert {"scatter", "heatmap", "bar", "scatter3d"} <= asked
    assert {kind for kind in asked if not kind.endswith("3d")} <= drawn
