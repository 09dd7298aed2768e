"""What the papers say of their cells, and what a lesson may say after them."""

from math import log

import numpy as np
import pytest

import rnnviz
from rnnviz.core import dynamics
from rnnviz.core.cells import CELLS
from rnnviz.core.engine import forward
from rnnviz.core.initialisers import INITIALISERS
from rnnviz.core.run import draw

EPS = np.finfo(float).eps


def run_of(cell, **more):
    return rnnviz.run(rnnviz.Experiment(cell=cell, **{"T_x": 12} | more))


def scanned(factors, terms):
    """h = factor h + term for all steps at once: pairs are joined, twice as far at each level."""
    factors, terms, reach = factors.copy(), terms.copy(), 1
    while reach < len(factors):
        terms[reach:] += factors[reach:] * terms[:-reach].copy()
        factors[reach:] = factors[reach:] * factors[:-reach].copy()
        reach *= 2
    return factors, terms


@pytest.mark.parametrize("T_x", [1, 2, 50, 333])
def test_of_a_mingru_the_scan_is_the_loop(T_x):
    run = run_of("mingru", T_x=T_x)
    z, k = (run.trace.preactivations[name] for name in ("update", "candidate"))
    z = 1 / (1 + np.exp(-z))
    before = run.trace.initial["a"]
    factors, terms = scanned(np.moveaxis(1 - z, -1, 0), np.moveaxis(z * k, -1, 0))
    a = np.moveaxis(run.trace.states["a"], -1, 0)
    # Factors below 1: each step rounds numbers no larger than the largest, and forgets.
    apart = 8 * T_x * EPS * max(1, np.abs(k).max(), np.abs(before).max())
    np.testing.assert_allclose(factors * before + terms, a, rtol=0, atol=apart)


def test_of_a_mingru_the_jacobian_is_the_product_of_what_is_kept():
    run = run_of("mingru")
    z = run.trace.gates["update"][:, 3]
    whole = np.eye(run.trace.n_a)
    for one in dynamics.jacobians(run)[3]:
        whole = one @ whole
    np.testing.assert_allclose(whole, np.diag(np.prod(1 - z, axis=1)), rtol=1e-13, atol=0)


def test_an_slstm_is_the_plain_form():
    """c / n without a stabiliser: exp of the sums themselves (Beck et al. 2024, equations 8-10)."""
    run = run_of("slstm", T_x=40)
    gates = run.trace.gates
    raw = {name: np.exp(run.trace.preactivations[f"log-{name}"]) for name in ("forget", "input")}
    c, n = np.zeros((2, *run.trace.initial["a"].shape))
    for t in range(40):
        c = raw["forget"][..., t] * c + raw["input"][..., t] * gates["candidate"][..., t]
        n = raw["forget"][..., t] * n + raw["input"][..., t]
        a = gates["output"][..., t] * c / n
        np.testing.assert_allclose(run.trace.states["a"][..., t], a, rtol=0, atol=1e-12)
    assert max(gates["forget"].max(), gates["input"].max()) <= 1


def test_an_slstm_stays_finite_where_the_plain_form_does_not():
    cell, T_x = CELLS["slstm"], 300
    params = {name: np.zeros(shape) for name, shape in cell.shapes(1, 2, 2).items()}
    params["bf"] += 5.0  # exp(5)^300 is beyond float64
    params["bi"] += 1.0
    params["bk"] += 0.5
    trace = forward(cell, params, np.zeros((1, 1, T_x)), {"a": np.zeros((2, 1))})
    assert np.isfinite(trace.states["a"]).all()
    np.testing.assert_allclose(trace.states["a"][..., -1], np.tanh(0.5) / 2, rtol=1e-12)


@pytest.mark.parametrize(("step", "half"), [(0.001, 1386), (0.01, 138.6), (0.1, 13.9)])
def test_a_state_space_forgets_half_in_2_ln_2_over_its_step(step, half):
    cell, T_x = CELLS["s4d"], 3000
    params = {name: np.zeros(shape) for name, shape in cell.shapes(1, 4, 2).items()}
    params["d"] += log(step)
    params["w"] = np.pi * np.arange(4.0)[:, None]
    initial = {"a": np.zeros((4, 1)), "p": np.full((4, 1), 0.6), "q": np.full((4, 1), -0.8)}
    states = forward(cell, params, np.zeros((1, 1, T_x)), initial).states
    size = np.hypot(states["p"], states["q"])[:, 0]
    assert 2 * log(2) / step == pytest.approx(half, abs=0.5 if half > 1000 else 0.05)
    for one in size:
        below = np.flatnonzero(one < 0.5)[0] + 1  # the first whole step at which half is gone
        assert below - 1 <= 2 * log(2) / step <= below
        np.testing.assert_allclose(one, np.exp(-step / 2 * np.arange(1, T_x + 1)), rtol=1e-11)


def parity_cell(eigenvalue_of_1):
    """One unit of `signed` that multiplies by 1 where it reads 0, by `eigenvalue_of_1` at a 1."""
    cell = CELLS["signed"]
    params = {name: np.zeros(shape) for name, shape in cell.shapes(1, 1, 2).items()}
    opened = (1 + eigenvalue_of_1) / 2
    at_1 = log(opened / (1 - opened)) if 0 < opened < 1 else -40.0
    params["bu"] += 40.0  # sigmoid(40) is 1 to the last bit
    params["Wu"] += at_1 - 40.0
    return cell, params


def test_a_negative_eigenvalue_counts_parity_exactly():
    bits = np.random.RandomState(0).randint(2, size=10_000)
    cell, params = parity_cell(-1)
    a = forward(cell, params, bits.reshape(1, 1, -1).astype(float), {"a": np.ones((1, 1))})
    due = np.where(np.cumsum(bits) % 2, -1.0, 1.0)
    assert (a.states["a"][0, 0] == due).all()


@pytest.mark.parametrize("cell", ["mingru", "minlstm", "signed"])
def test_a_positive_eigenvalue_cannot(cell):
    """On ones alone parity changes at every step; a unit of h = l h + b with 0 <= l <= 1 goes one
    way, so that any threshold is crossed at most once: for 200 draws of all that it has."""
    for seed in range(200):
        random = np.random.RandomState(seed)
        kind = CELLS[cell]
        params = {name: 2 * random.randn(*s) for name, s in kind.shapes(1, 3, 2).items()}
        if cell == "signed":
            params["bu"] = np.abs(params["bu"]) + np.abs(params["Wu"])  # then 2 u - 1 >= 0
        ones = np.ones((1, 1, 60))
        a = forward(kind, params, ones, {"a": random.randn(3, 1)}).states["a"][:, 0]
        steps = np.diff(a, axis=1)
        apart = 8 * EPS * np.abs(a).max()
        assert ((steps >= -apart).all(axis=1) | (steps <= apart).all(axis=1)).all()


@pytest.mark.parametrize("init", INITIALISERS)
def test_what_has_a_start_of_its_own_has_it_whatever_the_others_start_as(init):
    one = rnnviz.Experiment(cell="s4d", n_a=64, init=init)
    params = draw(one).params
    assert (params["w"][:, 0] == np.pi * np.arange(64)).all()
    D = np.exp(params["d"])
    assert 0.001 <= D.min() < 0.002 and 0.05 < D.max() <= 0.1 and len(np.unique(D)) == 64
    u = draw(rnnviz.Experiment(cell="indrnn", n_a=64, init=init)).params["u"]
    assert 0 <= u.min() < 0.1 and 0.9 < u.max() <= 1
    twice = draw(rnnviz.Experiment(cell="indrnn", n_a=64, init=init, gain=2.0)).params["u"]
    assert (twice == 2 * u).all()
    other = draw(rnnviz.Experiment(cell="s4d", n_a=64, init=init, seed=2)).params["d"]
    assert (other != params["d"]).all()


def test_the_lstm_of_1997_never_lets_go():
    """dc_T/dc_0 through the memory alone is 1: the constant error carousel."""
    cell = CELLS["lstm97"]
    params = {name: np.zeros(shape) for name, shape in cell.shapes(1, 2, 2).items()}
    initial = {"a": np.zeros((2, 1)), "c": np.array([[0.3], [-0.7]])}
    trace = forward(cell, params, np.zeros((1, 1, 5000)), initial)
    assert (trace.states["c"][..., -1] == initial["c"]).all()
