"""Where a network settles under one input: against SciPy, formulas, and networks by hand."""

import argparse
from dataclasses import replace
from math import comb

import numpy as np
import pytest
from kinds import KINDS
from test_pages import charts, open_page

import rnnviz
from rnnviz import figures
from rnnviz.core import dynamics
from rnnviz.core.checks import Check
from rnnviz.core.dynamics import Spectrum, arrows, nullclines, plane, settle
from rnnviz.exhibits import dynamics as exhibits
from rnnviz.exhibits import exponents, inputs, named
from rnnviz.export import choices
from rnnviz.sentiment.corpus import BAD, GOOD

pytestmark = pytest.mark.slow


def switches(w, n_a=3, m=60, T_x=8):
    """Units that each see themselves alone, and inputs that throw them to and fro."""
    zeros, random = np.zeros((n_a, 1)), np.random.RandomState(4)
    params = {"Waa": w * np.eye(n_a), "Wax": np.eye(n_a), "ba": zeros}
    params |= {"Wya": np.zeros((2, n_a)), "by": np.zeros((2, 1))}
    x = 3 * random.standard_normal((n_a, m, T_x))
    return rnnviz.pass_of("rnn", params, x)


def test_three_switches_are_told_as_they_are():
    run = switches(2.0)
    one = settle(run)
    kinds = [point.kind for point in one.points]
    saddles = sum(comb(3, k) * 2 ** (3 - k) for k in (1, 2))
    assert [kinds.count(k) for k in ("stable", "saddle", "unstable")] == [8, saddles, 1]
    showing = named("dynamics-portrait").show(run)
    caption = showing.caption()
    assert caption.startswith(
        "With no input the RNN has **27 fixed points** within what it visits, from 500 starts: 8 "
        "stable, 18 saddles and 1 unstable."
    )
    verdicts = showing.checks()
    assert all(isinstance(check, Check) and check.passed for check in verdicts)
    assert any("27 fixed points, added up" in check.what for check in verdicts)
    # At a throw each unit is on its own: lambda = w (1 - h^2) of h = tanh(w h).
    h = 0.957504
    first = one.exponents.exponents[0]
    assert first == pytest.approx(np.log(2 * (1 - h**2)), abs=1e-4)
    assert f"λ₁ = −{abs(first):.3g} a step over 600 steps" in caption


@pytest.mark.parametrize("cell", KINDS)
@pytest.mark.parametrize("held", ["zero", "constant", "mean"])
def test_scipy_finds_no_other_point_within_reach(cell, held):
    from scipy.optimize import fsolve

    run = rnnviz.run(rnnviz.Experiment(cell=cell, n_a=3, gain=1.6, seed=5, m=6, T_x=20))
    one = settle(run, held, 0.5)
    x = {"zero": np.zeros(3), "constant": np.full(3, 0.5), "mean": run.trace.x.mean((1, 2))}[held]
    np.testing.assert_allclose(one.x[:, 0], x, atol=1e-15)
    every = one.visited.reshape(one.of.N, -1)
    low, high = every.min(1), every.max(1)
    known = [point.state for point in (*one.points, *one.unproved)]
    known += [*one.found.slow.T]
    starts = every[:, :: every.shape[1] // 30].T
    for start in starts:
        end, _, code, _ = fsolve(
            lambda s: one.of.step(s[:, None])[:, 0] - s, start, full_output=True, xtol=1e-13
        )
        stays = np.abs(one.of.step(end[:, None])[:, 0] - end).max() < 1e-12
        if code == 1 and stays and ((end >= low) & (end <= high)).all():
            assert min(np.abs(end - state).max() for state in known) < 1e-3, end


@pytest.mark.parametrize("cell", KINDS)
def test_a_points_eigenvalues_are_those_of_differences(cell):
    run = rnnviz.run(rnnviz.Experiment(cell=cell, n_a=4, init="glorot", gain=1.3, seed=3))
    one = settle(run, "constant", 0.3)
    for point in one.points[:3]:
        h, s = 1e-6, point.state
        columns = [
            (one.of.step((s + d)[:, None]) - one.of.step((s - d)[:, None]))[:, 0] / (2 * h)
            for d in h * np.eye(len(s))
        ]
        sizes = np.sort(np.abs(np.linalg.eigvals(np.array(columns).T)))[::-1]
        np.testing.assert_allclose(np.abs(point.eigenvalues), sizes, atol=1e-4)


def test_the_line_on_which_a_unit_stays_and_the_field_beside_it():
    run = switches(2.0, n_a=2)
    one = settle(run)
    seen = plane(one)
    assert seen.axes == ("a of unit 1", "a of unit 2") and seen.shares is None
    np.testing.assert_array_equal(seen.own, run.trace.states["a"][:, 0])
    for k, line in enumerate(nullclines(one, seen)):
        height = line[k][np.isfinite(line[k])]
        moved = np.tanh(2 * height) - height
        assert np.abs(moved).max() < 2e-2  # straight within cells of a fine grid
        assert {*np.round(height, 1)} == {-1.0, 0.0, 1.0}
    begin, end = arrows(one, seen)
    for k in (0, 1):  # towards the nearest switch that is thrown
        np.testing.assert_array_equal(
            np.sign(end[k] - begin[k]), np.sign(np.tanh(2 * begin[k]) - begin[k])
        )


def test_the_ways_out_of_a_saddle_end_in_what_is_stable():
    one = settle(switches(2.0, n_a=2))
    stable = [point.state for point in one.points if point.kind == "stable"]
    assert len(one.ways) == 2 * sum(point.kind == "saddle" for point in one.points) == 8
    for way in one.ways:
        assert min(np.abs(way[:, -1] - state).max() for state in stable) < 1e-9


def test_a_border_is_called_one_and_no_count_is_made_up():
    """tanh(w h) at w = 1: 0 is the only point, and hundreds of ends lie about it."""
    told = exhibits.portrait_caption(run := switches(1.0, n_a=1), settle(run))
    assert told.startswith("With no input the RNN stands **at a border**. Searches end at ")
    assert "cannot be told" in told and "fixed point" not in told


def test_units_that_keep_what_they_have_are_no_points():
    line = rnnviz.Experiment(cell="rnn", activation="relu", init="identity", n_a=3)
    one = settle(rnnviz.run(line))
    assert len(one.unproved) > 10  # all but 0, where each unit stands on its corner
    assert not any(point.state.any() for point in one.points)


def test_what_drives_it_is_all_its_sequences_one_after_another():
    run = switches(0.7, n_a=1, m=3, T_x=5)
    one = settle(run, "driven")
    x = [float(run.trace.x[0, j, t]) for j in range(3) for t in range(5)]
    h, logs = float(run.trace.states["a"][0, 0, 0]), []
    for t in range(700):
        h = np.tanh(0.7 * h + x[t % 15])
        logs += [np.log(0.7 * (1 - h * h))] * (t >= 100)
    assert one.found is None and one.exponents.exponents[0] == pytest.approx(np.mean(logs))
    told = exhibits.portrait_caption(run, one)
    assert told.startswith("As the input drives it there are no fixed points")


def test_the_words_for_an_exponent_follow_its_sign():
    def told(value):
        return exponents.parts(Spectrum(np.array([value]), 600, np.array([600]), np.empty(0), 0.0))

    assert told(0.2) == "Neighbouring states **part**: λ₁ = 0.2 a step over 600 steps."
    assert told(-0.2).startswith("Neighbouring states **come together**: λ₁ = −0.2 ")
    assert told(0.004) == told(-0.004).replace("−", "") and "undecided" in told(0.004)
    assert told(-np.inf) == "Neighbouring states become one."


def test_a_set_that_is_not_complete_is_said_to_be_so():
    run = switches(2.0, n_a=2)
    one = settle(run)
    few = replace(one, found=replace(one.found, points=one.found.points[:4]))  # the stable ones
    assert "add up" not in exhibits.portrait_caption(run, one)
    told = exhibits.portrait_caption(run, few)
    assert "Their indices add up to 4, which of a complete set is 1" in told


def test_a_wrong_point_or_exponent_is_noticed():
    run = switches(2.0, n_a=2)
    one = settle(run)
    first = replace(one.points[0], state=one.points[0].state + 1e-6)
    found = replace(one.found, points=(first, *one.points[1:]))
    wrong = named("dynamics-portrait").show(run, (replace(one, found=found),))
    assert not all(check.passed for check in wrong.checks() if isinstance(check, Check))
    wrong = named("dynamics-exponents").show(run, (replace(one, parting=one.parting + 0.3),))
    assert not all(check.passed for check in wrong.checks() if isinstance(check, Check))


def test_of_two_units_the_spectrum_is_told():
    run = switches(2.0, n_a=2)
    told = named("dynamics-exponents").show(run).caption()
    assert told.startswith("0 of 2 exponents, means along one path, are above 0.005; ")
    assert told.endswith("; the Kaplan-Yorke dimension is 0.")
    level = named("dynamics-convergence").show(run).caption()
    assert level.startswith("The level is λ₁ by two neighbouring trajectories, −1.79, ")


def test_the_page_follows_what_comes_in():
    titles = {}
    for held in ("zero", "constant", "mean", "driven", "nonsense"):
        app = open_page("pages/5_Dynamics.py", v="2", n_a="4", held=held, value="0.5")
        assert not app.exception and not app.error
        titles[held] = charts(app)[0]["layout"]["title"]["text"]
        assert len(app.select_slider) == 0
        drawn = [slider.label for slider in app.slider]
        assert ("Value of every input" in drawn) == (held == "constant")
    assert titles["nonsense"] == titles["zero"] == "LSTM: where the state goes with no input"
    assert len({*titles.values()}) == 4


def trained(cell, held):
    run = rnnviz.run(rnnviz.Experiment(weights=f"run-{cell}"))
    return named("dynamics-portrait").show(run, held=held)


def test_the_sentiment_rnn_decides_under_words_without_an_opinion():
    """Two ends and a saddle between them, as an independent search found: .966, .011, .27."""
    showing = trained("rnn", "neutral")
    (one,) = showing.computed
    W, b = (np.asarray(showing.subject.params[n], float) for n in showing.subject.cell.readout)
    said = {}
    for point in one.points:
        z = W @ point.state + b[:, 0]
        said.setdefault(point.kind, []).append(1 / (1 + np.exp(z[0] - z[1])))
    assert sorted(said["stable"]) == pytest.approx([0.011, 0.966], abs=0.005)
    assert said["saddle"] == pytest.approx([0.27], abs=0.05) and len(one.points) == 3
    told = showing.caption()
    assert "**3 fixed points**" in told and "2 stable and 1 saddle" in told
    both = " and ".join(f"{p:.3g}" for p in said["stable"])
    saddle = f"{said['saddle'][0]:.3g} at the saddle"
    assert f"There it says P(positive) = {both} at the stable points, {saddle}." in told
    assert all(check.passed for check in showing.checks())
    assert showing.title == "RNN: the state with the mean neutral word held"


@pytest.mark.parametrize("word, end", [(w, 1) for w in GOOD[:3]] + [(w, 0) for w in BAD[:3]])
def test_a_word_that_judges_leaves_one_end(word, end):
    showing = trained("rnn", word)
    (one,) = showing.computed
    network = showing.subject.experiment.network
    np.testing.assert_array_equal(one.x[:, 0], network.vectors[network.read(word).ids[-1]])
    assert [point.kind for point in one.points] == ["stable"]
    W, b = (np.asarray(showing.subject.params[n], float) for n in showing.subject.cell.readout)
    z = W @ one.points[0].state + b[:, 0]
    assert (z[1] > z[0]) == bool(end) and f"with “{word}” held" in showing.title.lower()


def test_the_sentiment_lstm_remembers_without_settling():
    showing = trained("lstm", "neutral")
    assert not showing.computed[0].points
    assert "has **no fixed point** within what it visits" in showing.caption()


def test_words_are_offered_where_they_are_read():
    drawn = rnnviz.run(rnnviz.Experiment(n_a=3, T_x=4))
    assert [*inputs.choices_of(drawn)] == [*dynamics.HELD]
    offered = [*inputs.choices_of(rnnviz.run(rnnviz.Experiment(weights="run-gru")))]
    assert offered[0] == "neutral" and {*GOOD, *BAD, *dynamics.HELD} < {*offered}
    with pytest.raises(rnnviz.ExperimentError, match="held must be one of zero, constant, mean"):
        settle(drawn, "good")


def test_a_command_makes_the_same_picture_again():
    said = {"held": "constant", "value": 0.5}
    assert choices.flags(said) == ["--held", "constant", "--value", "0.5"]
    parser = argparse.ArgumentParser()
    choices.add_choices(parser)
    again = choices.choices(parser.parse_args(choices.flags(said)), rnnviz.Experiment())
    assert again == said


@pytest.mark.parametrize("held", ["zero", "constant", "driven", "good"])
@pytest.mark.parametrize("name", ["dynamics-portrait", "dynamics-exponents"])
def test_its_lines_make_the_same_picture(held, name):
    given = {"weights": "run-rnn"} if held == "good" else {"n_a": 3, "T_x": 9}
    run = rnnviz.run(rnnviz.Experiment(**given))
    showing = named(name).show(run, held=held, value=0.5)
    names = {"run": run, "figures": figures}
    exec("\n".join(showing.lines()), names)
    assert names["fig"].to_json() == showing.draw().to_json()


def test_a_trained_network_opens_here():
    app = open_page("pages/5_Dynamics.py", v="2", weights="run-rnn")
    assert not app.exception and not app.error
    (told,) = [text.value for text in app.markdown if "fixed points**" in text.value]
    assert told.startswith("With the mean neutral word held the RNN has **3 fixed")
    assert app.query_params.get("held") in (None, "neutral")


def test_on_a_corner_there_is_no_second_estimate():
    """Units of ReLU at exactly 0: a push ahead and one behind part at other rates."""
    run = rnnviz.run(rnnviz.Experiment(cell="indrnn", T_x=12, signal="impulse"))
    showing = named("dynamics-convergence").show(run)
    assert "The state stands on a corner, as that of a ReLU" in showing.caption()
    assert all(not isinstance(one, Check) or one.passed for one in showing.checks())


def test_both_estimates_follow_one_trajectory_to_the_bit():
    """In chaos another trajectory has another mean over the same steps."""
    run = rnnviz.run(rnnviz.Experiment(cell="rnn", init="notebook", gain=1.0, T_x=12))
    spectrum, parting = dynamics.exponents_of(run)
    assert spectrum.exponents[0] > 0.05
    assert parting == pytest.approx(spectrum.exponents[0], abs=0.005)
