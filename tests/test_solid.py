"""The portrait in three dimensions: its places by other means, and what the page does with it."""

import re

import numpy as np
import pytest
from test_browser import settled as settled_page
from test_pages import open_page

import rnnviz
from rnnviz.core import dynamics
from rnnviz.core.checks import Check
from rnnviz.exhibits import named, of_pass, of_run
from rnnviz.export import offline
from rnnviz.export.dress import dress, look
from rnnviz.figures import solid
from rnnviz.tasks.runs import ship
from rnnviz.ui import saving

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
@pytest.mark.parametrize("cell", ship.CELLS)
def test_scenes_of_a_flip_flop_agree_with_their_marks(cell):
    run = rnnviz.run(rnnviz.Experiment(weights=f"task-flipflop{cell}"))
    for name in ("solid-cube", "solid-other_cube"):
        one = named(name).show(run)
        assert all(v.passed for v in one.checks() if isinstance(v, Check)), name
        settling, answers = one.computed
        stable = [point.state for point in settling.points if not point.unstable]
        own = len(np.unique(np.sign(answers.at(np.array(stable).T)), axis=1).T)
        assert one.caption().startswith(f"{own} of the 8 memories ")
    assert "solid-portrait" not in of_run(run, asked=True)


def test_it_is_drawn_on_wish_alone_and_leaves_like_every_picture():
    run, _ = settled(cell="gru", n_a=4, T_x=8)
    assert "solid-portrait" not in of_run(run) and "solid-portrait" not in of_pass(run)
    one = of_run(run, asked=True)["solid-portrait"]
    worn = look("print")._replace(camera=(1.0, 2.0, 3.0, 0.0, 0.0, 0.0, 0.0, 0.0, 1.0))
    fig = dress(one, worn)
    assert {trace.type for trace in fig.data} == {"scatter3d"}  # no plane behind it
    assert fig.layout.scene.camera.eye.to_plotly_json() == {"x": 1.0, "y": 2.0, "z": 3.0}
    assert one.footer in fig.layout.legend9.title.text.replace("<br>", " ")
    assert dress(one, look("print")).layout.scene.camera == one.draw().layout.scene.camera
    assert "scatter3d" in offline.html([one])


@pytest.mark.parametrize("said", ["a", [1, 2, 3], [float("nan")] * 9, [1e9] * 9, ["1"] * 9, {}])
def test_what_a_browser_says_of_its_camera_is_not_trusted(said):
    asked = {"format": "png", "theme": "light", "width": "640", "scale": 1, "camera": said}
    with pytest.raises(rnnviz.ExperimentError, match="camera must be nine numbers, got"):
        saving._order(named("solid-portrait").show(settled(n_a=3, T_x=4)[0]), asked)


@pytest.mark.slow
def test_the_page_shows_it_on_wish_alone():
    def titles(app):
        return [one.value for one in app.markdown if "Drag to turn it" in one.value]

    app = open_page(PAGE, v="2", cell="gru", n_a="3", T_x="8")
    assert not titles(app)
    next(one for one in app.selectbox if one.label == "Drawn").set_value("solid")
    app.run()
    assert len(titles(app)) == 1 and app.session_state["store"].view["view"] == "solid"
    app = open_page(PAGE, v="2", cell="gru", n_a="2", T_x="8", view="solid")
    assert not titles(app) and not any(one.label == "Drawn" for one in app.selectbox)


@pytest.mark.browser
def test_a_scene_is_saved_from_where_it_was_turned_to(browser, server):
    context = browser.new_context(viewport={"width": 1280, "height": 900})
    page = context.new_page()
    page.goto(f"{server}/Dynamics?v=2&cell=rnn&n_a=3&T_x=8&view=solid")
    drawn = page.locator(".gl-container canvas").first
    drawn.wait_for(timeout=60_000)
    settled_page(page)
    drawn.scroll_into_view_if_needed()
    box = drawn.bounding_box()
    middle = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
    page.mouse.move(*middle)
    page.mouse.down()
    page.mouse.move(middle[0] + 90, middle[1] + 20, steps=9)
    page.mouse.up()
    eye = """() => { const eye = document.querySelector(".gl-container canvas")
        .closest(".js-plotly-plot")._fullLayout.scene.camera.eye;
        return Math.abs(eye.x - 1.85) > 0.1 && [eye.x, eye.y, eye.z]; }"""
    page.wait_for_function(eye)
    menu = page.locator("details.save", has=page.locator("summary[aria-label*='in three']"))
    menu.locator("summary").click()
    menu.get_by_role("button", name="Save picture").click()
    told = page.locator("code", has_text="--camera=").inner_text(timeout=60_000)
    said = [float(n) for n in re.search(r"--camera=(\S+)", told)[1].split(",")]
    assert said[:3] == pytest.approx(page.evaluate(eye), rel=1e-4)
    context.close()
