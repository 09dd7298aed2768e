"""The portrait in three dimensions: its places by other means, and what the page does with it."""

import numpy as np
import pytest
from test_pages import open_page

import rnnviz
from rnnviz.core import dynamics
from rnnviz.exhibits import named
from rnnviz.figures import solid

PAGE = "pages/5_Dynamics.py"


def settled(**fields):
    run = rnnviz.run(rnnviz.Experiment(**fields))
    return run, *named("dynamics-portrait").show(run).computed


def test_three_numbers_stand_as_they_are():
    _, one = settled(cell="rnn", n_a=3, T_x=9, m=2)
    seen = dynamics.space(one, 1)
    assert seen.shares is None and (seen.own == one.visited[:, :, 1]).all()
    assert (seen.points == np.array([p.state for p in one.points]).T).all()


def test_more_are_seen_along_the_eigenvectors_of_their_covariance():
    _, one = settled(cell="gru", n_a=6, T_x=20, m=1, gain=2.5)
    seen = dynamics.space(one)
    points = np.array([p.state for p in one.points]).T
    drawn = [one.visited[:, :, 0], one.paths.reshape(6, -1), points, *one.ways]
    every = np.concatenate(drawn, axis=1)
    values, vectors = np.linalg.eigh(np.cov(every, bias=True))
    assert seen.shares == pytest.approx((values / values.sum())[:-4:-1], abs=1e-10)
    centred = points - every.mean(1, keepdims=True)
    for k in range(3):  # up to a sign
        along = vectors[:, -1 - k] @ centred
        sign = np.sign(along @ seen.points[k])
        assert seen.points[k] == pytest.approx(sign * along, abs=1e-8)


def test_the_scene_has_every_point_of_the_portrait_by_its_kind():
    run, one = settled(cell="lstm", n_a=3, gain=2)
    fig, seen = solid.portrait(run, one), dynamics.space(one)
    kinds = [point.kind for point in one.points]
    drawn = {trace.name: trace for trace in fig.data}
    assert {"stable", "saddle"} == {*kinds} <= drawn.keys()
    for kind in {*kinds}:
        at = [k for k, each in enumerate(kinds) if each == kind]
        trace = drawn[kind]
        assert (np.array([trace.x, trace.y, trace.z]) == seen.points[:, at]).all()
    assert f"{len(kinds)} fixed points" in fig.layout.meta["description"]


def test_the_cube_is_that_of_the_answers():
    run = rnnviz.run(rnnviz.Experiment(weights="task-flipfloprnn"))
    settling, answers = named("flip_flop-cube").show(run).computed
    stable = next(t for t in solid.cube(run, settling, answers).data if t.name == "stable")
    W, b = (run.params[name].astype(float) for name in run.cell.readout)
    for x, y, z, state in zip(stable.x, stable.y, stable.z, settling.stable.T, strict=True):
        assert [x, y, z] == pytest.approx(W @ state + b[:, 0], abs=1e-12)
    corners = np.sign([stable.x, stable.y, stable.z]).T
    assert len({tuple(one) for one in corners}) == 8


@pytest.mark.slow
def test_the_page_shows_it_on_wish_alone():
    def titles(app):
        return [one.value for one in app.caption if "Drag to turn it" in one.value]

    app = open_page(PAGE, v="2", cell="gru", n_a="3", T_x="8")
    assert not titles(app)
    next(one for one in app.selectbox if one.label == "Drawn").set_value("solid")
    app.run()
    assert len(titles(app)) == 1 and app.session_state["store"].view["view"] == "solid"
    app = open_page(PAGE, v="2", cell="gru", n_a="2", T_x="8", view="solid")
    assert not titles(app) and not any(one.label == "Drawn" for one in app.selectbox)
