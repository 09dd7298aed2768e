"""Three half-lives on one ruler: a readout against scikit-learn and theory, the picture."""

from dataclasses import replace

import numpy as np
import pytest
from kinds import KINDS
from picture_laws import drawn, hovered, in_view

import rnnviz
from rnnviz import figures
from rnnviz.core import dynamics
from rnnviz.core.checks import Check
from rnnviz.core.dynamics import decoded, half_life
from rnnviz.core.errors import ExperimentError
from rnnviz.exhibits import named

RECORD = named("memory-half_lives")


def run(cell="rnn", **fields):
    return rnnviz.run(rnnviz.Experiment(cell=cell, **fields))


@pytest.mark.slow
@pytest.mark.parametrize("m", [1, 4])
def test_a_readout_is_the_ridge_regression_of_scikit_learn(m):
    from sklearn.linear_model import Ridge

    done = run("gru", m=m, T_x=100, n_a=6, n_x=2)
    states, x = done.trace.states["a"], done.trace.x
    told = decoded(states, x, 3)
    for k in range(4):
        S = np.concatenate([states[:, j, k:].T for j in range(m)])
        Y = np.concatenate([x[:, j, : 100 - k].T for j in range(m)])
        groups = np.repeat(np.arange(m), 100 - k)
        if m == 1:
            groups = np.arange(100 - k) * 5 // (100 - k)
        missed = spread = 0.0
        for one in np.unique(groups):
            fit, left = groups != one, groups == one
            centred = S[fit] - S[fit].mean(0)
            alpha = 1e-3 * np.square(centred).sum() / 6
            model = Ridge(alpha=alpha).fit(S[fit], Y[fit])
            missed += np.square(Y[left] - model.predict(S[left])).sum()
            spread += np.square(Y[left] - Y[fit].mean(0)).sum()
        assert told[k] == pytest.approx(1 - missed / spread, rel=1e-9)


@pytest.mark.slow
def test_a_linear_network_tells_as_many_inputs_as_it_has_units():
    """The memory capacity of N linear units under independent inputs is N (Jaeger 2001)."""
    theory = {"activation": "linear", "init": "orthogonal", "gain": 0.85, "signal": "gaussian"}
    done = run(n_a=6, n_x=1, m=20, T_x=200, **theory)
    told = decoded(done.trace.states["a"], done.trace.x, 60)
    # Of what no unit holds a fit to 3,000 steps finds shares of rounding about 0, 60 times.
    assert np.clip(told, 0, 1).sum() == pytest.approx(6, abs=0.4)
    assert told[0] > 0.5 > told[40]


def test_what_cannot_be_told():
    states = np.random.RandomState(0).standard_normal((3, 4, 30))
    assert np.isnan(decoded(states, np.ones((1, 4, 30)), 2)).all()
    assert (decoded(states, np.random.RandomState(1).standard_normal((1, 4, 30)), 2) < 0.1).all()
    with pytest.raises(ExperimentError, match="lags must be between 0 and 28"):
        decoded(states, states, 29)


@pytest.mark.slow
@pytest.mark.parametrize("changed", [{}, {"m": 1, "T_x": 21}, {"gain": 3.0, "dtype": "float32"}])
@pytest.mark.parametrize("cell", KINDS)
def test_the_picture_draws_and_proves_what_it_says(cell, changed):
    done = run(cell, **changed)
    one = RECORD.show(done)
    if not RECORD.fits(done):
        assert cell == "indrnn" and changed["gain"] == 3.0  # its units have no bound
        return
    assert not drawn(one, {}) and not in_view(one, {})
    assert not hovered(one, {})
    verdicts = [check for check in one.checks() if isinstance(check, Check)]
    assert len(verdicts) >= 5 and all(check.passed for check in verdicts)


def test_the_sentence_has_the_theorys_numbers():
    theory = {"activation": "linear", "init": "orthogonal", "gain": 0.8, "signal": "gaussian"}
    done = run(n_a=8, n_x=1, m=12, T_x=80, loss="upstream_last", **theory)
    one = RECORD.show(done)
    (curves,) = one.computed
    life = f"{np.log(0.5) / np.log(0.8):.3g}"
    told = one.caption()
    assert told.startswith(
        f"The last loss's gradient is half as large after **{life} steps**; a small push is half "
        f"as large after **{life} steps**. A linear readout of the state explains "
        f"{curves[2, 0]:.0%} of the input's variance as it comes in, and half of that after **"
    )
    readout = half_life(curves[2])
    assert f"half of that after **{readout:.3g} steps**. It is linear" in told
    words = one.draw().layout.meta["description"]
    assert words == (f"Half-lives in steps: gradient {life}, push {life}, readout {readout:.3g}.")
    held = run(n_a=8, n_x=1, m=12, T_x=80, **theory | {"gain": 1.0})
    assert "**more than 40 steps**; a small push" in RECORD.show(held).caption()
    few = RECORD.show(run("lstm", m=1, T_x=30)).caption()
    assert few.endswith(
        "No linear readout tells the input here: too few steps, or nothing to tell."
    )


def test_a_wrong_curve_is_noticed():
    done = run()
    (curves,) = RECORD.show(done).computed
    for row in (0, 1):
        wrong = curves.copy()
        wrong[row] *= 1.01
        checks = RECORD.show(done, (wrong,)).checks()
        assert not all(check.passed for check in checks if isinstance(check, Check))
    turned = RECORD.show(done, (curves[::-1],))
    assert drawn(replace(turned, given=(curves,)), {}) == []
    assert not all(c.passed for c in RECORD.show(done, (curves[::-1],)).checks())


def test_short_broken_and_large_runs_have_none():
    assert not RECORD.fits(run(T_x=19)) and RECORD.fits(run(T_x=20))
    assert not RECORD.fits(run(activation="relu", gain=100.0, T_x=200))
    assert not RECORD.fits(run(n_a=256, m=60, T_x=60))


@pytest.mark.slow
def test_its_lines_make_the_same_picture():
    done = run("lstm")
    one = RECORD.show(done)
    names = {"run": done, "figures": figures}
    exec("\n".join(one.lines()), names)
    assert names["fig"].to_json() == one.draw().to_json()
    assert dynamics.PUSH == 1e-4
