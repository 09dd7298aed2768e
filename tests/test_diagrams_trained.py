"""Many networks of trained weights: multiplied, shifted, under what they hear; by other means."""

import shlex

import dynamics_sentences
import numpy as np
import pytest
from picture_laws import drawn, hovered, in_view
from test_diagrams import wishes
from test_pages import charts, open_page

import rnnviz
from rnnviz.core import dynamics
from rnnviz.core.checks import Check
from rnnviz.core.engine import forward
from rnnviz.exhibits import many, named, of_pass
from rnnviz.export import again
from rnnviz.export.dress import look

BIFURCATION, PHASE, EXPONENT = (f"diagrams-{one}" for one in ("bifurcation", "phase", "exponent"))
NEAR = 2e-3  # all have come within 1e-3 of one value, and single precision rounds less
MEAN = "With the mean neutral word held"


def run_of(word):
    return rnnviz.run(rnnviz.Experiment(weights=word))


def settles(diagram, count=3):
    """Places of some values at which all starts end at one."""
    at = np.flatnonzero(diagram.kinds == 0)
    return at[np.linspace(0, len(at) - 1, count).astype(int)]


def test_a_factor_multiplies_what_a_trained_rnn_has_between_its_states():
    """By its equation, with the mean neutral word that sentiment has; at 1 its two ends."""
    run = run_of("run-rnn")
    one = named(BIFURCATION).show(run, held="neutral", unit=2)
    (found,) = one.computed
    W, V, b = (np.asarray(run.params[name], float) for name in ("Waa", "Wax", "ba"))
    x = V @ many.incoming(run, "neutral", 1.0)[0][:, None]
    for at in settles(found):
        h = found.starts.astype(float)
        for _ in range(600):
            h = np.tanh(found.gains[at] * W @ h + x + b)
        assert found.values[at, :, -1] == pytest.approx(h[2], abs=NEAR)
    (portrait,) = named("dynamics-portrait").show(run, held="neutral").computed
    ends = np.sort([point.state[2] for point in portrait.points if point.kind == "stable"])
    nearest = found.values[int(np.abs(found.gains - 1).argmin())]
    assert [nearest.min(), nearest.max()] == pytest.approx(ends, abs=0.05)  # 0.01 from factor 1
    assert one.caption() == dynamics_sentences.bifurcation(run, found, MEAN, trained=True)
    lines = [shape.x0 for shape in one.draw().layout.shapes]
    assert lines == [1.0] and one.opens == ()


@pytest.mark.parametrize(("along", "level"), [("forget_bias", 0.25), ("input", 1.0)])
def test_a_trained_gru_is_shifted_and_hears_more_by_the_engines_own_pass(along, level):
    run = run_of("task-flipflopgru")
    choices = {"along": along, "held": "constant", "value": level}
    one = named(BIFURCATION).show(run, **choices)
    (found,) = one.computed
    sign = -1 if along == "forget_bias" else 0  # its gate writes: less of it keeps more
    for at in settles(found):
        value = float(found.gains[at])
        params = {name: np.asarray(param, float) for name, param in run.params.items()}
        params["bi"] = params["bi"] + sign * value
        given = value * level if along == "input" else level
        x = np.full((run.trace.n_x, found.starts.shape[1], 508), given)
        trace = forward(run.cell, params, x, {"a": found.starts.astype(float)})
        assert found.values[at] == pytest.approx(trace.states["a"][0, :, -8:], abs=NEAR)
    hears = f"With every input held at {level:g}"
    assert one.caption() == dynamics_sentences.bifurcation(run, found, hears, trained=True)
    assert all(v.passed for v in one.checks() if isinstance(v, Check))


@pytest.mark.slow
@pytest.mark.parametrize(
    ("word", "name"), [("run-rnn", EXPONENT), ("run-lstm", PHASE), ("run-gru", PHASE)]
)
def test_order_and_chaos_of_a_trained_network_has_its_own_exponent_at_1(word, name):
    run = run_of(word)
    held = "neutral" if word.startswith("run") else "zero"
    one = named(name).show(run, held=held)
    (found,) = one.computed
    spectrum, _ = dynamics.exponents_of(run, many.heard(run, held), 1.0)
    at = np.abs(found.biases).argmin(), np.abs(found.gains - 1).argmin()
    # The nearest network of the grid is not quite it: a tenth of a forget bias, 0.08 of a factor.
    assert found.exponents[at] == pytest.approx(spectrum.exponents[0], abs=0.03)
    told = one.caption()
    assert told.startswith(f"Of {found.exponents.size} networks ")
    assert ("with the mean neutral word held" in told) == (held == "neutral")
    assert "Only at a factor of 1" in told and "A click" not in told and one.opens == ()
    assert [law(one, {}) for law in (drawn, in_view, hovered)] == [[]] * 3
    assert all(v.passed for v in one.checks() if isinstance(v, Check))
    assert {"recurrent factor", "λ₁ (nats a step)"} <= one.table().keys()


def test_under_an_input_there_is_no_line_and_another_exponent():
    run = rnnviz.run(rnnviz.Experiment(cell="rnn", n_a=4, T_x=6, init="orthogonal", forget_bias=0))
    still, heard = (
        named(EXPONENT).show(run, held=held, value=2.0) for held in ("zero", "constant")
    )
    assert np.isfinite(still.computed[0].border).all() and "= 1 at gain 1." in still.caption()
    assert np.isnan(heard.computed[0].border).all()
    assert "networks with every input held at 2, over" in heard.caption()
    assert "There is no line at which the state 0 lets go" in heard.caption()
    assert all(v.passed for v in heard.checks() if isinstance(v, Check))
    first = [float(one.computed[0].exponents[0, 10]) for one in (still, heard)]
    assert first[1] < first[0] - 0.1  # what is pushed to where tanh is flat forgets sooner


def test_weights_of_ones_own_have_them_too():
    run = run_of("task-flipfloprnn")
    own = rnnviz.pass_of("rnn", run.params, run.trace.x)
    every = of_pass(own, asked=True)
    assert {BIFURCATION, EXPONENT} <= every.keys() and not {BIFURCATION} & of_pass(own).keys()
    mine, theirs = (one.show(of).computed[0] for one, of in
                    ((named(EXPONENT), own), (named(EXPONENT), run)))  # fmt: skip
    np.testing.assert_array_equal(mine.exponents, theirs.exponents)


def test_what_changes_is_in_the_command():
    run = run_of("task-flipfloprnn")
    showing = named(BIFURCATION).show(run, along="input", held="constant", value=0.5)
    words = shlex.split(again.of_showing(showing, look("light"), "svg"))
    assert words[words.index("--along") + 1] == "input"
    assert words[words.index("--held") + 1 : words.index("--held") + 4] == [
        "constant",
        "--value",
        "0.5",
    ]
    showing = named(BIFURCATION).show(run)
    assert "--along" not in again.of_showing(showing, look("light"), "svg")


@pytest.mark.slow
def test_the_page_of_a_trained_network_asks_before_it_draws_them():
    app = open_page("pages/5_Dynamics.py", v="2", weights="task-flipfloprnn")
    before = len(charts(app))
    menu = next(one for one in app.selectbox if one.label == "Bifurcation over")
    assert menu.options[:2] == ["Recurrent factor", "Input size"] and len(wishes(app)) == 2
    wishes(app)[0].click()
    app.run()
    assert len(charts(app)) == before + 1 and not app.exception
    assert any("Only at a factor of 1 is it" in one.value for one in app.markdown)
