"""Where states come to rest: basins, the slice of a memory, the plane through three points."""

from dataclasses import replace

import numpy as np
import picture_mutations
import pytest
from picture_laws import drawn, in_view
from test_settling import switches

import rnnviz
from rnnviz.core.checks import Check
from rnnviz.core.dynamics import apart, basins, nullclines, plane, resting, settle
from rnnviz.core.engine import forward
from rnnviz.exhibits import named
from rnnviz.exhibits.as_drawn import as_drawn
from rnnviz.figures import dynamics as figures
from rnnviz.sentiment import verdicts

pytestmark = pytest.mark.slow
PORTRAIT = named("dynamics-portrait")


@pytest.fixture(scope="module")
def judged():
    return PORTRAIT.show(rnnviz.run(rnnviz.Experiment(weights="run-rnn")), held="neutral")


def test_two_switches_have_a_quarter_each():
    run = switches(2.0, n_a=2)
    one = settle(run)
    x, y, leads = basins(one, plane(one))
    X, Y = np.meshgrid(x, y)
    # The point at (left, down) comes first from left to right, (right, up) last.
    quarter = np.where(X < 0, np.where(Y < 0, -1.5, -0.5), np.where(Y < 0, 0.5, 1.5))
    sure = (np.abs(X) > 1e-9) & (np.abs(Y) > 1e-9)
    assert (leads == quarter)[sure].all() and sure.mean() > 0.9
    showing = PORTRAIT.show(run)
    assert "Shaded: at which stable point a state there comes to rest." in showing.caption()
    assert not drawn(showing, {}) and not in_view(showing, {})


def test_one_end_or_components_have_no_basins():
    alone = settle(switches(0.5, n_a=2))
    assert basins(alone, plane(alone)) is None
    three = settle(switches(2.0))
    assert plane(three).cut is None and basins(three, plane(three)) is None


def test_who_stays_on_the_border_or_leaves_rests_nowhere():
    one = settle(switches(2.0, n_a=2))
    states = np.array([[0.0, 0.5, np.nan], [0.5, 0.5, 0.5]])
    leads = resting(one.of, states, one.stable)
    assert leads[0] == leads[2] == -1 and (one.stable[:, leads[1]] > 0.9).all()


def lstm(**more):
    return rnnviz.run(rnnviz.Experiment(cell="lstm", n_a=2, **more))


@pytest.mark.parametrize("more", [{}, {"gain": 3.0, "seed": 3, "forget_bias": 0.0}])
def test_the_slice_of_an_lstm_is_its_equation_and_has_all_fixed_points(more):
    """a = o(a) tanh(c), number by number, and a step of a state there by hand."""
    run = lstm(**more)
    one = settle(run)
    seen = plane(one)
    assert seen.axes == ("c of unit 1", "c of unit 2") and seen.shares is None
    assert one.points and apart(seen.cut, np.array([p.state for p in one.points]).T).max() < 1e-8
    states = seen.cut.lift(np.random.RandomState(1).uniform(-2, 2, (2, 30)))
    states = states[:, np.isfinite(states).all(0)]
    assert states.shape[1] > 10
    W, b = run.params["Wo"][:, :2], run.params["bo"]
    o = 1 / (1 + np.exp(-(W @ states[:2] + b)))
    np.testing.assert_allclose(states[:2], o * np.tanh(states[2:]), atol=1e-8)
    for k, pieces in enumerate(nullclines(one, seen)):
        states = seen.cut.lift(pieces[:, np.isfinite(pieces).all(0)])
        moved = (one.of.step(states) - states)[2 + k]
        assert np.nanmax(np.abs(moved)) < 0.05  # straight within cells of a fine grid


def test_how_far_the_run_is_from_the_slice_is_told():
    run = lstm()
    trace = run.trace
    W, b = run.params["Wo"][:, :2], run.params["bo"][:, 0]
    far = []
    for t in range(trace.T_x):
        c, a = trace.states["c"][:, 1, t], np.zeros(2)
        for _ in range(500):
            a = np.tanh(c) / (1 + np.exp(-(W @ a + b)))
        far.append(np.linalg.norm(trace.states["a"][:, 1, t] - a))
    told = PORTRAIT.show(run, sequence=1).caption()
    assert "Drawn is the slice `a = o * tanh(c)`, on which all fixed points lie." in told
    much = f"{np.median(far):.3g} (median) and at most {max(far):.3g} away from it."
    assert told.endswith(f"This run's states are {much}")


def test_the_plane_goes_through_both_ends_and_the_saddle(judged):
    (one,) = judged.computed
    seen = plane(one)
    states = np.array([point.state for point in one.points]).T
    assert apart(seen.cut, states).max() < 1e-12
    ends = np.array([k for k, p in enumerate(one.points) if p.kind == "stable"])
    across = np.linalg.norm(one.stable[:, 0] - one.stable[:, 1])
    low, high = sorted(seen.points[0, ends])
    assert (low, high) == pytest.approx((0, across)) and np.abs(seen.points[1, ends]).max() < 1e-12
    x, y, leads = basins(one, seen)
    saddle = seen.points[:, [p.kind == "saddle" for p in one.points]][:, 0]
    row, column = np.abs(y - saddle[1]).argmin(), np.abs(x - saddle[0]).argmin()
    assert len({*leads[row, column - 2 : column + 3]}) == 2  # the border passes through it
    own = one.visited[:, :, 0]
    off = np.linalg.norm(own - seen.cut.lift(seen.cut.down(own)), axis=0)
    assert f"those of this run by {np.median(off):.3g} (median)" in judged.caption()
    assert "Drawn is the plane through the three points; " in judged.caption()
    assert not drawn(judged, {}) and not in_view(judged, {})


def test_forty_reviews_go_on_to_their_verdict(judged):
    """From each review by the engine, and the mean neutral word many times after it."""
    (one,) = judged.computed
    network = judged.subject.experiment.network
    params = {name: param.astype(float) for name, param in network.params.items()}
    W, b = (params[name] for name in network.cell.readout)
    texts, good = verdicts.reviews(40)
    own = {True: 0, False: 0}
    for text, kind in zip(texts, good, strict=True):
        x = network.x(network.read(" ".join(text.words))).astype(float)
        x = np.concatenate([x, np.repeat(one.x[:, :, None], 300, axis=2)], axis=2)
        a = forward(network.cell, params, x).states["a"][:, 0, -1]
        low, high = W @ a + b[:, 0]
        own[bool(kind)] += (high > low) == kind
    told = "From where reviews end it goes on to a point of their own verdict after "
    told += f"{own[True]} of 20 good reviews and {own[False]} of 20 bad reviews."
    assert told in judged.caption() and min(own.values()) > 15
    checks = [check for check in judged.checks() if isinstance(check, Check)]
    assert any("where 40 states come to rest" in check.what for check in checks)
    assert all(check.passed for check in checks)


def test_a_review_that_is_led_astray_is_noticed(judged):
    (one,) = judged.computed
    wrong = {name: 1 - leads for name, leads in one.leads.items()}
    other = PORTRAIT.show(judged.subject, (replace(one, leads=wrong),), held="neutral")
    assert not all(check.passed for check in other.checks() if isinstance(check, Check))


def test_where_nothing_rests_the_reviews_are_drawn_and_nothing_is_counted():
    run = rnnviz.run(rnnviz.Experiment(weights="run-lstm"))
    one = PORTRAIT.show(run, held="neutral")
    names = [trace.name for trace in one.draw().data]
    assert {"good review", "bad review"} < {*names}
    assert "own verdict" not in one.caption() and "Shaded" not in one.caption()


M = picture_mutations.Mistake
MISTAKES = [
    M(
        "bad reviews as good ones",
        figures._followed,
        "theme.tone(index,",
        "theme.tone(1 - index,",
        "",
    ),
    M("a basin on its side", figures.portrait, '"y": y, "opacity"', '"y": x, "opacity"', ""),
    M("basins turned round", figures.portrait, "heatmap(leads,", "heatmap(-leads,", ""),
    M("too strong", figures.basin_limits, "-_PALE * middle", "-middle", ""),
]


@pytest.mark.parametrize("mistake", MISTAKES, ids=lambda one: one.name.replace(" ", "-"))
def test_a_mistake_in_the_picture_is_noticed(judged, mistake, monkeypatch):
    marks = judged.marks()
    picture_mutations.put(mistake, monkeypatch)
    assert not all(check.passed for check in as_drawn(judged.draw(), marks, "light"))
