"""Pictures of many networks: their numbers, their sentences, and that nobody waits unasked."""

import shlex
import time
from dataclasses import replace
from sys import modules

import dynamics_sentences
import numpy as np
import pytest
from picture_laws import WILD, checked, drawn, hovered, in_view
from test_browser import settled
from test_pages import charts, open_page

import rnnviz
from rnnviz.__main__ import main
from rnnviz.core import dynamics
from rnnviz.core.checks import Check
from rnnviz.core.dynamics import StepMap, growth
from rnnviz.exhibits import bifurcation, diagrams, every, named, of_pass, of_run
from rnnviz.exhibits.base import carried_out
from rnnviz.exhibits.marks import Mark
from rnnviz.export import again
from rnnviz.export.dress import look
from rnnviz.export.refined import Folder, Refined
from rnnviz.ui import cache

SLOW = [one for one in every() if one.asked]
PAGE = "pages/5_Dynamics.py"


def run_of(cell="rnn", **more):
    given = {"n_a": 6, "T_x": 4, "m": 2, "init": "orthogonal", "forget_bias": 0.0}
    return rnnviz.run(rnnviz.Experiment(cell=cell, **given | more))


def phase(run, **more):
    (found,) = carried_out(diagrams.phases(run, **more))
    return found


@pytest.mark.slow
def test_networks_of_a_picture_are_those_that_a_click_opens():
    """Each has the exponent of a run of its own, in double precision."""
    run = run_of("lstm", forget_bias=2.0, gain=3.0)
    found = phase(run)
    start = np.random.RandomState(0).standard_normal((12, 1))
    for row, column in ((0, 0), (29, 0), (15, 3)):  # these settle
        gain, bias = float(found.gains[column]), float(found.biases[row])
        own = rnnviz.run(replace(run.experiment, gain=gain, forget_bias=bias))
        one = StepMap.of(own.cell, own.params)
        alone = growth(one, start, 500, 100, random=np.random.RandomState(1))[0]
        # They differ in the first direction, which turns within the burn-in, and in rounding 1e-4.
        assert found.exponents[row, column] == pytest.approx(alone, abs=2e-2 + 0.02 * abs(alone))


@pytest.mark.slow
def test_theory_of_large_random_networks_holds_in_single_precision():
    """Sompolinsky, Crisanti & Sommers 1988: 0.1547 at g = 2, 0.3103 at 3, ln g below 1."""
    cell, n = rnnviz.CELLS["rnn"], 250
    params = {name: np.zeros(shape) for name, shape in cell.shapes(1, n, 1).items()}
    params["Waa"] = np.random.RandomState(2).standard_normal((n, n)) / n**0.5
    found = dynamics.exhausted(dynamics.phase_diagram(cell, params, steps=150))
    at = [int(np.abs(found.gains - gain).argmin()) for gain in (2.0, 3.0, 0.5)]
    theory = [0.1547, 0.3103, np.log(found.gains[at[2]])]
    assert np.abs(found.exponents[0, at] - theory).max() < 0.05  # of 250 units
    assert found.border[0] == pytest.approx(1.0, abs=0.1)
    kinds = found.kinds[0]
    assert (kinds[found.gains < 0.8] == -1).all() and (kinds[found.gains > 1.6] == 1).all()


@pytest.mark.slow
@pytest.mark.parametrize(("cell", "gain"), [("lstm", 2.0), ("gru", 2.0)])
def test_the_line_is_that_of_the_closed_form_and_is_told(cell, gain):
    run = run_of(cell)
    found, told = phase(run), ""
    told = diagrams.phase_caption(run, found)
    at = int(np.abs(found.along).argmin())
    assert found.border[at] == pytest.approx(gain, rel=2e-2)  # exact for many units alone
    assert f"max |eig J(0)| = 1 at gain {gain:g}" in told or f"{found.border[at]:.3g}" in told
    assert "**not the border of chaos**" in told


@pytest.mark.slow
@pytest.mark.parametrize("cell", ["rnn", "lstm", "gru"])
def test_the_sentence_counts_the_networks(cell):
    run = run_of(cell, gain=1.4, forget_bias=0.7)
    found, told = phase(run), ""
    told = diagrams.phase_caption(run, found)
    every = [float(one) for one in found.exponents.ravel()]
    counts = {
        "ordered": sum(one <= -0.005 for one in every),
        "undecided": sum(abs(one) < 0.005 for one in every),
        "chaotic": sum(one >= 0.005 for one in every),
    }
    assert told.startswith(f"Of {len(every)} networks without input, over 500 steps, ")
    for kind, count in counts.items():
        assert f" {count or 'none'} {'are' if count > 1 else 'is'} {kind}" in told
    bias = 0.7 if cell != "rnn" else 0.0
    distances = {
        (abs(b - bias), abs(g - 1.4)): found.exponents[i, j]
        for i, b in enumerate(found.biases)
        for j, g in enumerate(found.gains)
    }
    own = distances[min(distances)]
    kind = "undecided" if abs(own) < 0.005 else "chaotic" if own > 0 else "ordered"
    assert f"nearest to this network is **{kind}**" in told
    assert ("A click opens" in told) == (cell != "rnn")
    assert ("no forget gate" in told) == (cell == "rnn")


@pytest.mark.slow
def test_where_zero_is_no_fixed_point_there_is_no_line():
    run = run_of("lstm", init="notebook")
    told = diagrams.phase_caption(run, phase(run))
    assert "There is no line at which the state 0 lets go" in told
    assert "not the border" not in told


@pytest.mark.slow
def test_networks_that_overflow_are_said_and_have_no_colour():
    run = run_of("rnn", activation="linear")
    found = phase(run, window=2500)
    gone = np.isnan(found.exponents)
    assert gone.any() and not gone[:, found.gains < 1].any()
    assert np.isnan(found.kinds[gone]).all()
    assert f"{gone.sum()} overflow" in diagrams.phase_caption(run, found)
    assert "nearest" not in diagrams.phase_caption(run, found)  # that at gain 1.03 is gone, too


def test_the_pitchfork_is_told():
    """tanh(g h): 0 alone up to gain 1, then two ends, h near sqrt(3 (g - 1) / g^3)."""
    run = run_of("rnn", init="identity", n_a=2)
    (found,) = carried_out(bifurcation.over_gain(run, unit=1))
    after = found.gains > 1.02
    ends = np.abs(found.values[after]).reshape(after.sum(), -1)
    first = found.gains[after][0]
    assert ends[0] == pytest.approx(np.sqrt(3 * (first - 1) / first**3), rel=0.1)
    at = int(np.abs(found.gains - 2).argmin())
    assert np.abs(found.values[at]).max() == pytest.approx(0.957504, abs=0.03)
    told = bifurcation.bifurcation_caption(run, found, unit=1)
    one, several = (found.kinds == 0).sum(), (found.kinds == 1).sum()
    assert (
        f"at **{one} gains** all end at one value, at {several} gains they end at several" in told
    )
    assert "at no gains some keep moving" in told
    start = found.gains[found.kinds == 1][0]
    assert f"The first with several ends has gain {start:.3g}." in told and 0.95 < start < 1.1
    assert "The first that moves" not in told


@pytest.mark.slow
def test_what_moves_is_told():
    run = run_of("rnn", n_a=5, seed=9)
    (found,) = carried_out(bifurcation.over_gain(run))
    moving = np.ptp(found.values, axis=2).max(axis=1) > 1e-3
    told = bifurcation.bifurcation_caption(run, found)
    assert moving.any() and f"at {moving.sum()} gains some keep moving" in told
    assert f"The first that moves has gain {found.gains[moving][0]:.3g}." in told


@pytest.mark.slow
def test_a_bifurcation_follows_the_forget_bias_and_the_unit():
    low, high = (
        carried_out(bifurcation.over_gain(run_of("lstm", forget_bias=b), 3))[0] for b in (-1, 2)
    )
    first = [one.gains[one.kinds != 0][0] for one in (low, high)]
    assert first[1] < first[0] - 0.5  # a memory that keeps more holds itself up sooner
    (other,) = carried_out(bifurcation.over_gain(run_of("lstm", forget_bias=2), 1))
    assert not np.array_equal(other.values, high.values)


def test_large_networks_are_fewer():
    cell, shares = rnnviz.CELLS["gru"], []
    params = {n: np.zeros(s) for n, s in cell.shapes(1, 160, 1).items()}
    work = dynamics.phase_diagram(cell, params, steps=2)
    try:
        while True:
            shares.append(next(work))
    except StopIteration as done:
        assert done.value.exponents.shape == (12, 12)
    assert shares == sorted(shares) and shares[-1] == 1.0


def test_no_file_of_everything_waits_for_them():
    run = run_of("lstm")
    names = {one.name for one in SLOW if one.fits(run)}
    assert names == {"diagrams-bifurcation", "diagrams-phase"}
    assert not names & of_run(run).keys() and not names & of_pass(run).keys()
    assert names <= of_run(run, asked=True).keys()


@pytest.fixture
def small(monkeypatch):
    """The same pictures of fewer networks."""
    for name, count in {"_SIDE": 5, "_FEWEST": 5, "_ALONE": 9, "_GAINS": 15}.items():
        monkeypatch.setattr(modules["rnnviz.core.dynamics.diagrams"], name, count)


@pytest.mark.slow
@pytest.mark.parametrize("cell", rnnviz.CELLS)
def test_they_obey_the_laws_of_pictures_and_agree_with_their_checks(cell, small):
    for more in ({}, {"init": "notebook"}, {"activation": "relu"} if cell == "rnn" else {}):
        run = rnnviz.run(rnnviz.Experiment(cell=cell, **WILD | more))
        for one in (one for one in SLOW if one.fits(run)):
            showing = one.show(run, unit=3)
            faults = [law(showing, {}) for law in (drawn, checked, in_view, hovered, tabled)]
            assert faults == [[]] * 5, (one.name, more, faults)


@pytest.mark.slow
def test_their_axes_have_terms():
    from rnnviz.core import glossary
    from rnnviz.ui.chart import axis_titles

    for cell in ("rnn", "lstm"):
        run = run_of(cell)
        for one in (one for one in SLOW if one.fits(run)):
            titles = axis_titles(one.show(run, unit=4).draw())
            assert len(titles) == 2 and all(map(glossary.of_axis, titles))


def tabled(showing, choices):
    """Every number that is drawn stands in the table."""
    numbers = {float(v) for c in showing.table().values() for v in c if not isinstance(v, str)}
    marks = [one for one in showing.marks() if isinstance(one, Mark)]
    values = {float(v) for one in marks for v in one.values.ravel() if v == v}
    return sorted(values - numbers)


@pytest.mark.slow
@pytest.mark.parametrize("name", ["diagrams-bifurcation", "diagrams-phase"])
def test_its_command_writes_it_again_and_only_when_it_is_named(name, small, tmp_path, capsys):
    run = run_of("lstm", gain=1.25)
    plain = of_run(run, asked=True)[name]
    showing = plain.exhibit.show(run, unit=2, window=2500)
    words = shlex.split(again.of_showing(showing, look("light"), "html"))[3:]
    words[words.index("--out") + 1] = str(tmp_path)
    assert "--window" in words and main(words) == 0
    title = showing.draw().layout.title.text
    assert title in (tmp_path / f"{name}.html").read_text()
    assert main(["export", "--window", "7", "--out", str(tmp_path)]) == 2
    assert "window must be one of 500, 2500, got 7" in capsys.readouterr().err


# -- the page --------------------------------------------------------------------------------------


def wishes(app):
    return [one for one in app.button if one.label.startswith("Draw it")]


@pytest.mark.slow
def test_nothing_slow_is_computed_until_somebody_asks():
    app = open_page(PAGE, v="2", cell="gru", n_a="4")
    before = len(charts(app))
    assert len(wishes(app)) == 2 and not app.exception
    wishes(app)[1].click()
    app.run()
    assert len(charts(app)) == before + 1 and len(wishes(app)) == 1
    assert any(b.label == "Over 2,500 steps" for b in app.button)
    assert any("networks without input, over 500 steps" in one.value for one in app.markdown)


@pytest.mark.slow
def test_it_stays_while_its_settings_move_and_goes_with_another_seed(monkeypatch):
    calls, real = [], dynamics.phase_diagram
    monkeypatch.setattr(
        dynamics, "phase_diagram", lambda *a, **k: (calls.append(1), real(*a, **k))[1]
    )
    app = open_page(PAGE, v="2", cell="gru", n_a="3")
    wishes(app)[1].click()
    app.run()
    before = len(charts(app))
    assert len(calls) == 1
    app.session_state["store"].experiment = replace(
        app.session_state["store"].experiment, gain=2.0, forget_bias=-1.0
    )
    app.session_state["store"].adopted = True
    app.run()
    assert len(charts(app)) == before and len(calls) == 1
    assert any("gain 2" in one.value for one in app.markdown)
    app.session_state["store"].experiment = replace(app.session_state["store"].experiment, seed=5)
    app.session_state["store"].adopted = True
    app.run()
    assert len(charts(app)) == before - 1 and len(wishes(app)) == 2 and len(calls) == 1


@pytest.mark.slow
def test_a_refined_picture_follows_while_the_first_stands():
    app = open_page(PAGE, v="2", cell="rnn", n_a="3", seed="3")
    wishes(app)[1].click()
    app.run()
    before = len(charts(app))
    next(b for b in app.button if b.label == "Over 2,500 steps").click()
    app.run()
    end = time.monotonic() + 60
    while not any("over 2500 steps" in one.value for one in app.markdown):
        assert len(charts(app)) == before and time.monotonic() < end and not app.error
        time.sleep(0.2)
        app.run()
    assert not any(b.label in ("Stop", "Over 2,500 steps") for b in app.button)
    assert len(charts(app)) == before and not app.exception


@pytest.mark.slow
def test_stop_ends_the_job_and_nothing_else():
    app = open_page(PAGE, v="2", cell="lstm", n_a="64", seed="4")
    wishes(app)[1].click()
    app.run()
    next(b for b in app.button if b.label == "Over 2,500 steps").click()
    app.run()
    next(b for b in app.button if b.label == "Stop").click()
    app.run()
    assert any("networks without input, over 500 steps" in one.value for one in app.markdown)
    assert any(b.label == "Over 2,500 steps" for b in app.button) and not app.error
    (folder,) = [one for one in Folder.every(cache.refined().root)
                 if one.read("settings.json")["experiment"]["seed"] == 4]  # fmt: skip
    end = time.monotonic() + 20
    while folder.progress()["state"] != "cancelled":
        assert time.monotonic() < end
        time.sleep(0.1)


@pytest.mark.slow
@pytest.mark.parametrize("name", ["diagrams-phase", "diagrams-bifurcation"])
def test_a_job_computes_what_a_page_would_and_is_done_once(name, tmp_path):
    run, one = run_of("gru", n_a=3, gain=1.7, forget_bias=0.5), named(name)
    queue, choices = Refined(tmp_path), {"window": 500, "unit": 2}
    folder, end = queue.submit(one, run, choices), time.monotonic() + 60
    while folder.progress()["state"] != "done":
        assert folder.progress()["state"] in ("queued", "running") and time.monotonic() < end
        time.sleep(0.1)
    found, (alone,) = folder.diagram(), one.show(run, **choices).computed
    assert type(found) is type(alone)
    np.testing.assert_array_equal(found.gains, alone.gains)
    calm = alone.kinds == (-1 if name == "diagrams-phase" else 0)  # elsewhere rounding grows
    values = "exponents" if name == "diagrams-phase" else "values"
    assert calm.sum() > 30 and found.steps == alone.steps
    given = getattr(found, values)[calm], getattr(alone, values)[calm]
    np.testing.assert_allclose(*given, rtol=0, atol=1e-3)
    assert queue.submit(one, run, choices) == folder
    (tmp_path / folder.id / "diagram.npz").write_bytes(b"PK nothing")
    with pytest.raises(rnnviz.ExperimentError, match=r"diagram\.npz must be a diagram, got: "):
        folder.diagram()


@pytest.mark.slow
def test_the_menu_draws_a_diagram_over_one_number_of_a_parameter():
    app = open_page(PAGE, v="2", cell="gru", n_a="2", T_x="8")
    before = len(charts(app))
    menu = next(one for one in app.selectbox if one.label == "Bifurcation over")
    run = rnnviz.run(rnnviz.Experiment(cell="gru", n_a=2, T_x=8))
    inner = [f"One number of {name}" for name in run.params if name not in run.cell.readout]
    assert menu.options == ["Gain", "Forget bias", "Input size", *inner]
    wishes(app)[0].click()
    app.run()
    assert len(charts(app)) == before + 1
    menu = next(one for one in app.selectbox if one.label == "Bifurcation over")
    menu.set_value("Wc")
    app.run()
    assert len(charts(app)) == before and len(wishes(app)) == 2  # nothing slow unasked
    next(one for one in app.slider if one.label == "Column of Wc").set_value(2)
    app.run()
    wishes(app)[0].click()
    app.run()
    assert len(charts(app)) == before + 1
    assert any("of Wc[1,2] all end at one value" in one.value for one in app.markdown)
    kept = app.session_state["store"]
    assert (kept.view["along"], kept.view["row"], kept.view["column"]) == ("Wc", "1", "2")


@pytest.mark.slow
def test_a_link_says_what_changes():
    app = open_page(PAGE, v="2", cell="rnn", n_a="2", T_x="8", along="ba", row="2")
    assert next(one for one in app.slider if one.label == "Row of ba").value == 2
    assert not any(one.label == "Column of ba" for one in app.slider)
    app = open_page(PAGE, v="2", cell="rnn", n_a="2", T_x="8", along="forget_bias", row="x")
    assert next(one for one in app.selectbox if one.label == "Bifurcation over").value == "gain"


def test_a_click_sets_what_is_along_the_axis_and_no_weight():
    run = rnnviz.run(rnnviz.Experiment(cell="gru", n_a=2, T_x=8))
    record = named("diagrams-bifurcation")
    opens = [record.show(run, along=one).opens for one in ("gain", "forget_bias", "Wc[1,2]")]
    assert opens == [("gain",), ("forget_bias",), ()]


@pytest.mark.slow
@pytest.mark.parametrize("along", ["gain", "forget_bias", "input", "Wc[1,2]", "bi[3]"])
def test_the_sentence_of_a_bifurcation_is_its_diagrams(along):
    run = rnnviz.run(rnnviz.Experiment(cell="gru", n_a=3, T_x=8, gain=3.0))
    one = named("diagrams-bifurcation").show(run, along=along, unit=1)
    assert one.caption() == dynamics_sentences.bifurcation(run, *one.computed)


@pytest.mark.browser
def test_a_click_on_the_picture_opens_that_network(browser, server):
    page = browser.new_page(viewport={"width": 1280, "height": 900})
    page.goto(f"{server}/Dynamics?v=2&cell=gru&n_a=3&T_x=10")
    page.get_by_role("button", name="Draw it").nth(1).click()
    page.get_by_role("button", name="Over 2,500 steps").wait_for(timeout=60_000)
    settled(page)
    picture = page.locator(".chart.opens .nsewdrag").last
    picture.scroll_into_view_if_needed()
    box = picture.bounding_box()
    page.mouse.click(box["x"] + 0.75 * box["width"], box["y"] + 0.25 * box["height"])
    page.wait_for_function("new URLSearchParams(location.search).get('gain') > 3")
    words = page.evaluate("Object.fromEntries(new URLSearchParams(location.search))")
    assert float(words["gain"]) == pytest.approx(0.15 + 0.75 * 4.35, abs=0.16)
    assert float(words["forget_bias"]) == pytest.approx(3.8 - 0.25 * 5.8, abs=0.21)
    assert page.get_by_role("button", name="Over 2,500 steps").count() == 1
    page.close()


@pytest.mark.browser
def test_what_takes_long_can_be_stopped_and_the_first_picture_stands(browser, server):
    page = browser.new_page(viewport={"width": 1280, "height": 900})
    page.goto(f"{server}/Dynamics?v=2&cell=lstm&n_a=100&T_x=10&seed=7")
    page.get_by_role("button", name="Draw it").nth(1).click(timeout=60_000)
    longer = page.get_by_role("button", name="Over 2,500 steps")
    longer.click(timeout=60_000)
    settled(page)
    count = page.locator(".chart .main-svg").count()
    stop = page.locator(".st-key-stop-diagrams-phase button")  # Streamlit has a Stop of its own
    stop.click(timeout=60_000)
    longer.wait_for(timeout=60_000)
    stop.wait_for(state="detached")
    assert page.locator(".chart .main-svg").count() == count
    page.close()


@pytest.mark.parametrize(
    "cell, along", [("lstm", "forget_bias"), ("rnn", "Waa[2,1]"), ("gru", "bi[3]")]
)
def test_a_bifurcation_over_any_one_number_is_that_of_its_networks(cell, along):
    """Each value again as a run of its own, or with that one number in its place."""
    run = rnnviz.run(rnnviz.Experiment(cell=cell, n_a=3, T_x=12, m=1, gain=0.8, init="orthogonal"))
    one = named("diagrams-bifurcation").show(run, along=along, unit=1)
    (found,) = one.computed
    title = along.replace("_", " ")
    assert not drawn(one, {}) and one.draw().layout.xaxis.title.text == title
    assert all(check.passed for check in one.checks() if isinstance(check, Check))
    for at in np.flatnonzero(found.kinds == 0)[[0, -1]]:
        value, params = float(found.gains[at]), {n: p.copy() for n, p in run.params.items()}
        if along == "forget_bias":
            again = replace(run.experiment, forget_bias=value)
            params = rnnviz.run(again).params
        else:
            params[along.split("[")[0]][{"rnn": (1, 0), "gru": (2, 0)}[cell]] = value
        states = found.starts.astype(float)
        for _ in range(found.steps):
            states = StepMap.of(run.cell, params).step(states)
        assert np.abs(states[1] - found.values[at, :, -1]).max() < 2e-3
    count = int((found.kinds == 0).sum())
    assert f"at **{count} value{'' if count == 1 else 's'}** of {title} all end at" in one.caption()


@pytest.mark.parametrize("along", ["q", "Waa[9,1]", "Waa", "forget_bias", "Waa[0,1]"])
def test_what_is_no_number_of_a_network_is_one_sentence(along):
    run = rnnviz.run(rnnviz.Experiment(cell="rnn", n_a=3, T_x=12, m=1))
    with pytest.raises(rnnviz.ExperimentError, match="along must be gain, forget_bias of a cell"):
        named("diagrams-bifurcation").show(run, along=along).caption()
