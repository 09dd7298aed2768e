"""Order and chaos over gain and forget bias, against one network at a time and against theory."""

from dataclasses import replace

import numpy as np
import pytest
from kinds import KINDS
from scipy.optimize import brentq

import rnnviz
from rnnviz.core.cells import CELLS
from rnnviz.core.dynamics import StepMap, growth, phase

pytestmark = pytest.mark.slow


def drawn(cell, **more):
    """A run whose parameters are at gain 1 and forget bias 0."""
    given = {"n_a": 6, "T_x": 2, "m": 1, "init": "orthogonal", "gain": 1.0, "forget_bias": 0.0}
    return rnnviz.run(rnnviz.Experiment(cell=cell, **given | more))


@pytest.mark.parametrize("cell", KINDS)
def test_a_grid_is_its_networks_one_by_one(cell, monkeypatch):
    monkeypatch.setattr(phase, "TOGETHER", 3)  # the last part is smaller
    base, gains, biases = drawn(cell), np.array([0.3, 0.6, 0.9, 0.5]), np.array([0.0, 1, -1, 2])
    found = np.full(4, np.nan)
    parts = list(phase.exponents(base.cell, base.params, gains, biases, steps=30, burn_in=10))
    for some, values in parts:
        found[some] = values
    assert [values.shape for _, values in parts] == [(3,), (1,)]
    start = np.random.RandomState(0).standard_normal((StepMap.of(base.cell, base.params).N, 1))
    for j, (gain, bias) in enumerate(zip(gains, biases, strict=True)):
        run = rnnviz.run(replace(base.experiment, gain=float(gain), forget_bias=float(bias)))
        one = StepMap.of(run.cell, run.params)
        many = np.repeat(start, 3 if j < 3 else 1, axis=1)  # the push is drawn for all of a part
        alone = growth(one, many, 30, 10, random=np.random.RandomState(1))[j % 3]
        assert found[j] == pytest.approx(alone, abs=1e-5) or (found[j] == alone)


@pytest.mark.slow
def test_large_random_networks_are_those_of_the_mean_field():
    """Sompolinsky, Crisanti & Sommers 1988: 0.1547 at g = 2, 0.3103 at g = 3, -ln 2 at g = 0.5."""
    cell = CELLS["rnn"]
    params = {name: np.zeros(shape) for name, shape in cell.shapes(1, 500, 1).items()}
    params["Waa"] = np.random.RandomState(2).standard_normal((500, 500)) / 500**0.5
    gains = np.array([0.5, 2.0, 3.0])
    [(_, found)] = phase.exponents(cell, params, gains, 0.0, steps=400, burn_in=100)
    assert np.abs(found - [-0.6931, 0.1547, 0.3103]).max() < 0.03


@pytest.mark.parametrize(
    "cell, bias, gain",
    [("rnn", 0, 1.0), ("gru", 0, 2.0), ("lstm", 0, 2.0), ("lstm", 1, 1.0758), ("lstm", 2, 0.4768)],
)
def test_where_the_state_zero_loses_its_hold(cell, bias, gain):
    """In closed form for orthogonal weights: (1 - s(b_f)) / (s(b_i) s(b_o)) of an LSTM."""
    base = drawn(cell, n_a=64)
    assert phase.border(base.cell, base.params, bias) == pytest.approx(gain, rel=4e-4)


@pytest.mark.parametrize(
    "cell, keeps, writes, low, high",
    [("rnn", 0, 1, 0.85, 1.05), ("gru", 0.5, 0.25, 1.6, 2.4), ("lstm", 0.731059, 0.25, 0.9, 1.3)],
)
def test_where_gaussian_weights_let_go_of_zero(cell, keeps, writes, low, high):
    """J(0) has the eigenvalues keeps + writes g w, w those of the matrix on the candidate."""
    base = drawn(cell, n_a=64)
    params = {name: param.copy() for name, param in base.params.items()}
    name = {"rnn": "Waa", "gru": "Wc", "lstm": "Wc"}[cell]
    bias = 1.0 if cell == "lstm" else 0.0
    for seed in range(1 if cell == "lstm" else 2):
        W = np.random.RandomState(seed).standard_normal((64, 64)) / 8
        params[name][:, :64] = W
        w = np.linalg.eigvals(W)
        gain = brentq(lambda g: np.abs(keeps + writes * g * w).max() - 1, 0.1, 8)  # noqa: B023
        assert phase.border(base.cell, params, bias, exact=1e-6) == pytest.approx(gain, rel=1e-5)
        assert low < gain < high  # beside the theory for very many units: 1, 2 and 1.0758


@pytest.mark.parametrize("cell, gain, chaos", [("rnn", 1.0, 1.25), ("gru", 2.0, 1.4)])
def test_chaos_begins_beyond_where_zero_lets_go(cell, gain, chaos):
    """Finite networks settle on points or cycles first."""
    base = drawn(cell, n_a=64)
    gains = gain * np.array([0.95, 1.03, chaos])
    [(_, found)] = phase.exponents(base.cell, base.params, gains, 0.0, steps=1500, burn_in=500)
    assert found[0] < 0 and found[1] < 0.002 < found[2]


@pytest.mark.slow
def test_an_lstm_is_not_chaotic_where_zero_has_let_go():
    """GROUND_TRUTHS 4: of orthogonal weights at 1.35 times the gain of the line, or never."""
    base = drawn("lstm", n_a=64)
    gains = 1.0758 * np.array([0.95, 1.03, 1.15, 1.3])
    [(_, found)] = phase.exponents(base.cell, base.params, gains, 1.0, steps=1500, burn_in=500)
    assert found[0] < 0 and found[1:].max() < 0.002


def test_where_zero_is_no_fixed_point_there_is_no_border():
    base = drawn("rnn", init="notebook")
    params = base.params | {"ba": np.full_like(base.params["ba"], 0.5)}
    assert np.isnan(phase.border(base.cell, params, 0.0))
    base = drawn("rnn", activation="linear", init="identity")
    assert np.isnan(phase.border(base.cell, base.params, 0.0, 0.0, 0.5))


@pytest.mark.parametrize("cell", ["gru", "lstm", "cifg"])
def test_the_line_is_the_border_of_each_bias_alone(cell):
    """Also where it is looked for beside those before it; and with a gap, where there is none."""
    base = drawn(cell, init="glorot", n_a=9)
    biases = [-1.5, -1.0, -0.5, 0.0, 2.0, 40.0, 0.5]  # at 40 the gate is shut or open for good
    found = [*phase.borders(base.cell, base.params, biases, exact=1e-9)]
    for bias, gain in zip(biases, found, strict=True):
        assert gain == pytest.approx(
            phase.border(base.cell, base.params, bias), rel=1e-6, nan_ok=True
        )
        if gain == gain:
            own = replace(base.experiment, gain=gain, forget_bias=bias)
            one = StepMap.of(base.cell, rnnviz.run(own).params)
            move = 1e-5 * np.eye(one.N)
            J = (one.step(move) - one.step(-move)) / 2e-5
            assert np.abs(np.linalg.eigvals(J)).max() == pytest.approx(1, abs=1e-6)
    assert sum(gain == gain for gain in found) >= 5
