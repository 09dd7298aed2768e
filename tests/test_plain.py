"""A picture that remains plain data is told in the words that Plotly's objects would use."""

import copy
import json
import pickle

import numpy as np
import plotly.graph_objects as go
import pytest
from kinds import KINDS

import rnnviz
from rnnviz.exhibits import of_run
from rnnviz.figures.figure_builder import enlarged
from rnnviz.figures.plain import PlainFigure, as_json, plain


def told(fig):
    """What a browser is sent, and what Plotly's objects say; the former first."""
    said = plain(fig)
    return json.loads(as_json(said)), json.loads(go.Figure(said, _validate=False).to_json())


@pytest.mark.slow
@pytest.mark.parametrize(
    "chosen", [*({"cell": cell} for cell in KINDS), {"n_a": 1, "m": 1, "T_x": 1}, {"gain": 3.0}]
)
def test_every_picture_is_told_as_plotly_tells_it(chosen):
    run, pictures = rnnviz.run(rnnviz.Experiment(**chosen)), 0
    for name, showing in of_run(run).items():
        for fig in (showing.draw(), enlarged(showing.draw("dark"))):
            assert "_said" in fig.__dict__, name  # nobody asked for the objects
            here, there = told(fig)
            assert here == there, name
            pictures += 1
    assert pictures > 10


@pytest.mark.parametrize(
    "array",
    [
        np.arange(6.0).reshape(2, 3).T,
        np.arange(6, dtype="float32")[::2],
        np.array([np.nan, np.inf]),
        np.arange(3),
        np.array([2**40, 1]),
        np.array([]),
        np.array([True, False]),
        np.array(["a", "b"]),
    ],
)
def test_every_kind_of_array_is_told_as_plotly_tells_it(array):
    said = {"data": [{"type": "scatter", "y": array, "meta": [array, 1]}]}
    said["layout"] = {"template": {}, "xaxis": {"range": array}}
    here, there = told(PlainFigure(said))
    assert here == there


def test_objects_are_made_when_they_are_asked_for():
    said = {
        "data": [{"type": "scatter", "y": np.arange(2.0)}],
        "layout": {"template": {}, "height": 3},
    }
    fig = PlainFigure(said)
    fig.layout.title.text = "one"
    assert plain(fig)["layout"] == said["layout"] | {"title": {"text": "one"}}
    assert "title" not in said["layout"]  # what it was made of stays
    for other in (copy.deepcopy(fig), pickle.loads(pickle.dumps(PlainFigure(said)))):
        assert other.layout.height == 3 and told(other)[0]["data"] == told(fig)[0]["data"]
    with pytest.raises(AttributeError):
        _ = PlainFigure(said).unheard_of
