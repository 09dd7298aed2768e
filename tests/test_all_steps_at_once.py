"""The picture of Newton's method over time: what it draws, counts and proves."""

import numpy as np
import pytest
from kinds import KINDS
from picture_laws import drawn, hovered, in_view

import rnnviz
from rnnviz import figures
from rnnviz.core import glossary
from rnnviz.core.checks import Check
from rnnviz.exhibits import named
from rnnviz.ui.chart import axis_titles

RECORD = named("newton-corrections")
pytestmark = pytest.mark.slow


def run(cell="rnn", **fields):
    return rnnviz.run(rnnviz.Experiment(cell=cell, **{"n_a": 6, "T_x": 24} | fields))


@pytest.mark.parametrize("gain", [0.7, 2.5])
@pytest.mark.parametrize("cell", KINDS)
def test_the_picture_draws_and_proves_what_it_says(cell, gain):
    done = run(cell, gain=gain)
    if not RECORD.fits(done):
        assert done.trace.finite_steps < 24
        return
    one = RECORD.show(done)
    assert not drawn(one, {}) and not in_view(one, {}) and not hovered(one, {})
    assert all(check.passed for check in one.checks() if isinstance(check, Check))
    assert None not in {glossary.of_axis(title) for title in axis_titles(one.draw())}


def test_few_corrections_where_states_meet_and_none_that_end_in_chaos():
    """Near 4 at an exponent of -.73, near 17 at -.05, none at +.22 (n_a = 32, T = 200)."""
    counts = {}
    for gain in (0.5, 1.2, 3.0):
        done = run(n_a=32, T_x=190, init="orthogonal", gain=gain)
        gains, exponents, taken, solved = RECORD.show(done).computed
        assert gains[0] == gain and len(gains) == 7
        counts[gain] = exponents[0], taken[0], solved[0]
    assert counts[0.5][0] < -0.5 and counts[0.5][1] <= 6 and counts[0.5][2]
    assert -0.5 < counts[1.2][0] < 0 and 6 < counts[1.2][1] <= 40 and counts[1.2][2]
    assert counts[3.0][0] > 0.1 and not counts[3.0][2]


def test_its_exponent_is_that_of_theory_and_a_linear_network_takes_one():
    done = run(activation="linear", init="orthogonal", gain=0.8)
    one = RECORD.show(done)
    gains, exponents, counts, solved = one.computed
    np.testing.assert_allclose(exponents, np.log(gains), atol=1e-10)
    assert counts[:4].tolist() == [1] * 4 and solved[:4].all()
    told = one.caption()
    assert f"where λ₁ = {np.log(0.8):.3g}".replace("-", "−") in told
    assert "Guess all 24 states at once" in told and "right after **1** corrections." in told
    many = f"{(~solved).sum()} of 7 gains are given up" if not solved.all() else "No gain is given"
    assert many in told
    words = one.draw().layout.meta["description"]
    assert words == "At its own gain of 0.8 all 24 steps are right after 1 corrections."


def test_what_does_not_end_is_told_and_not_checked():
    done = run()
    gains, exponents, counts, _ = RECORD.show(done).computed
    one = RECORD.show(done, (gains, exponents, counts, np.zeros(7, bool)))
    assert f"right not after {counts[0]} corrections. 7 of 7 gains are given up." in one.caption()
    assert not any("at once" in check.what for check in one.checks() if isinstance(check, Check))


def test_trained_short_and_large_runs_have_none():
    assert not RECORD.fits(rnnviz.run(rnnviz.Experiment(weights="run-rnn")))
    assert not RECORD.fits(run(T_x=19)) and not RECORD.fits(run(n_a=64, T_x=60))
    assert not RECORD.fits(run(gain=51.0)) and not RECORD.fits(run(gain=0.0))
    assert RECORD.fits(rnnviz.run(rnnviz.Experiment()))
    steep = RECORD.show(run(gain=50.0))
    assert steep.caption() and all(getattr(one, "passed", True) for one in steep.checks())


def test_its_lines_make_the_same_picture():
    done = run("gru")
    one = RECORD.show(done)
    names = {"run": done, "figures": figures}
    exec("\n".join(one.lines()), names)
    assert names["fig"].to_json() == one.draw().to_json()
