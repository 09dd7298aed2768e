"""One scale for several pictures, and for the rows of one, on the figures' own arrays."""

import json

import numpy as np
import plotly.graph_objects as go
import pytest

import rnnviz
from rnnviz import Experiment, ExperimentError
from rnnviz.exhibits import of_run
from rnnviz.export import pages, stills
from rnnviz.export.common import Scale, on_scale, scale_of
from rnnviz.export.dress import dress, look
from rnnviz.export.dress import scale_of as in_common

RUN = rnnviz.run(Experiment(cell="lstm", seed=9, n_a=5, m=4, T_x=11, init="notebook"))
SHOWN = of_run(RUN)
WORN = look("light")._replace(common=True)


def drawn(name, worn=WORN, scale=None):
    return json.loads(dress(SHOWN[name], worn, scale).to_json())


def colours(figure):
    """The ends of every heatmap around 0, and of the bars beside them."""
    heats = [t for t in figure["data"] if t["type"] == "heatmap" and t["zmin"] < 0]
    bars = [t["marker"] for t in figure["data"] if "colorbar" in t.get("marker", {})]
    return [(t["zmin"], t["zmax"]) for t in heats], [(b["cmin"], b["cmax"]) for b in bars]


def test_states_and_memory_share_the_widest_scale():
    tops = {name: np.abs(state[:, 0]).max() for name, state in RUN.trace.states.items()}
    assert tops["a"] < tops["c"]
    own, ends = colours(drawn("states-overview", look("light")))
    assert own == ends == [(-tops["a"], tops["a"]), (-tops["c"], tops["c"])]
    heats, bars = colours(drawn("states-overview"))
    assert heats == bars == [(-tops["c"], tops["c"])] * 2
    seeds = (of_run(rnnviz.run(Experiment(cell="gru", seed=n, T_x=9))) for n in range(1, 9))
    for fig in (dress(one["states-overview"], WORN) for one in seeds):
        bars = [t.marker.colorbar for t in fig.data if t.type == "scatter" and t.marker.colorbar]
        assert not any(bar.ticktext for bar in bars)  # nothing lies beyond, whatever the rounding


def test_gates_keep_the_scale_from_nothing_to_all():
    of_gates = [
        (t["zmin"], t["zmax"])
        for t in drawn("gates-overview", scale=scale_of([SHOWN["states-overview"].draw()]))["data"]
        if t["type"] == "heatmap" and t["name"] in ("forget", "input", "output")
    ]
    assert of_gates == [(0, 1)] * 3


def test_axes_of_one_name_share_the_widest_range():
    names = ["compare-norms", "compare-band"]
    own = [drawn(name, look("light"))["layout"]["yaxis"]["range"] for name in names]
    assert own[0] != own[1]
    scale = in_common([SHOWN[name] for name in names], WORN)
    widest = [min(low for low, _ in own), max(high for _, high in own)]
    for name in names:
        assert drawn(name, scale=scale)["layout"]["yaxis"]["range"] == widest
    for run in SHOWN["compare-norms"].subject.values():
        felt = np.log10(run.gradients.norms["a"])
        assert widest[0] <= felt.min() and felt.max() <= widest[1]
    assert drawn("compare-norms")["layout"]["yaxis"]["range"] == own[0]  # alone it has its own


def test_axes_without_a_range_go_as_far_as_their_numbers():
    layout = {"yaxis": {"title": {"text": "a"}}}
    lines = ([1.0, 3.0], [2.0, None, 5.0])
    figures = [go.Figure({"data": [{"type": "scatter", "y": y}], "layout": layout}) for y in lines]
    low, high = on_scale(figures[0], scale_of(figures)).layout.yaxis.range
    assert low < 1 < 5 < high < low + 1.2 * 4


def test_a_bar_says_whether_numbers_lie_beyond_its_ends():
    showing = SHOWN["compare-states"]
    a = [run.trace.states["a"][:, 0] for run in showing.subject.values()]
    top = max(np.abs(one).max() for one in a)
    for end in (0.5 * top, 2 * top):
        fig = on_scale(showing.draw(), Scale(end, {}))
        (bar,) = (t.marker.colorbar for t in fig.data if t.type == "scatter")
        assert bool(bar.ticktext) == (end < top)
        assert {(t.zmin, t.zmax) for t in fig.data if t.type == "heatmap"} == {(-end, end)}


def test_panels_are_drawn_on_the_scale_of_all(monkeypatch):
    made = []
    monkeypatch.setattr(
        pages.images, "draw", lambda orders: made.extend(o.make() for o in orders) or []
    )
    names = ["states-overview", "compare-states"]
    asked = {name: SHOWN[name] for name in names}
    with pytest.raises(KeyError):  # no Chrome drew them
        list(pages.together(asked, "panels", WORN))
    top = np.abs(RUN.trace.states["c"][:, 0]).max()
    ends = [end for fig in made for end in colours(json.loads(fig.to_json()))[0]]
    assert ends == [(-top, top)] * 5


def test_a_step_is_on_scales_of_its_own():
    with pytest.raises(
        ExperimentError, match="common must be no of pictures of one step, got tape"
    ):
        stills.svg(RUN, stills.Still("tape"), WORN)
