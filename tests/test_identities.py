"""Exact identities: numbers that need no second program, only the theory."""

import math
from dataclasses import replace

import numpy as np
import pytest
from differences import assert_slopes

import rnnviz
from rnnviz import CELLS, Experiment, run
from rnnviz.core import dynamics, measures
from rnnviz.core.checks import rounding
from rnnviz.core.checks.check import weight
from rnnviz.core.engine import forward
from rnnviz.core.run import draw

EPS = float(np.finfo(float).eps)
every_cell = pytest.mark.parametrize("cell", CELLS)


def walked(run):
    """What two walks back along the same factors may differ by, of each norm, for every step."""
    return 2 * run.trace.T_x * rounding.step(run) * weight(run)


@pytest.mark.parametrize(("gain", "printed"), [(0.9, 2.656e-5), (1.0, 1.0), (1.1, 1.378e4)])
def test_a_linear_orthogonal_network_scales_by_its_gain_at_every_step(gain, printed):
    experiment = Experiment(
        cell="rnn", activation="linear", init="orthogonal", gain=gain, n_a=6, m=1, T_x=100
    )
    done = run(experiment)
    each = 4 * rounding.step(done)  # Q is orthogonal up to its n_a roundings, and decomposed again
    np.testing.assert_allclose(dynamics.singular_values(done), gain, rtol=each)
    whole = np.eye(6)
    for J in dynamics.jacobians(done, 0):
        whole = J @ whole
    values = np.linalg.svd(whole, compute_uv=False)
    np.testing.assert_allclose(values, gain**100, rtol=100 * each * 6**0.5)
    assert values[0] == pytest.approx(printed, rel=1e-3)


def test_the_volume_of_a_tanh_step():
    # ln|det J_t| = ln|det W| + sum of ln(1 - a_i^2), for a_t = tanh(W a_{t-1} + ..).
    done = run(Experiment(cell="rnn", init="orthogonal", gain=0.8, n_a=4, m=2, T_x=30))
    _, computed = np.linalg.slogdet(dynamics.jacobians(done, sequence=1))
    _, volume = np.linalg.slogdet(done.params["Waa"])
    expected = volume + np.log(1 - done.trace.states["a"][:, 1] ** 2).sum(axis=0)
    # d ln|det J| = tr(J^-1 dJ): at most n times the condition number times what a step rounds.
    values = dynamics.singular_values(done, sequence=1)
    worst = 4 * (values[:, 0] / values[:, -1]).max()
    np.testing.assert_allclose(computed, expected, rtol=0, atol=worst * 4 * rounding.step(done))


@every_cell
def test_an_item_is_how_one_loss_feels_one_state(cell):
    """dL_t/da_k by central differences of the state a_k, with every other loss left out."""
    experiment = Experiment(cell=cell, loss="upstream_every", n_a=3, m=2, T_x=5)
    done, drawn, k = run(experiment), draw(experiment), 1
    computed = next(
        items.copy() for step, items in dynamics.gradients_by_loss_step(done) if step == k
    )
    start = {name: done.trace.state(name)[k + 1].copy() for name in done.cell.states}

    def later_losses():
        trace = forward(done.cell, drawn.params, drawn.x[..., k + 1 :].copy(), start)
        return (trace.states["a"] * drawn.target[..., k + 1 :]).sum(axis=(0, 1))

    for index, item in enumerate(computed[1:]):
        assert_slopes(item, lambda index=index: later_losses()[index], start["a"])
    np.testing.assert_array_equal(computed[0], drawn.target[..., k])  # a loss feels its own state


@every_cell
def test_a_loss_at_the_last_step_has_one_item(cell):
    done = run(Experiment(cell=cell, loss="upstream_last", T_x=8))
    norms = dynamics.itemised(done)
    np.testing.assert_allclose(norms[-1], done.gradients.norms["a"], rtol=walked(done))
    for t, row in enumerate(norms[:-1]):
        assert (row[: t + 1] == 0).all() and np.isnan(row[t + 1 :]).all()


@pytest.mark.parametrize(
    ("bias", "steps"), [(0, 1.00), (1, 2.21), (2, 5.46), (3, 14.27), (4, 38.19), (5, 103.2)]
)
def test_the_half_life_of_an_lstm_follows_its_forget_bias(bias, steps):
    # No input, no recurrent weights: the forget gate stays at sigmoid(bias).
    experiment = Experiment(init="identity", gain=0.0, forget_bias=bias, T_x=12)
    drawn = draw(experiment)
    trace = forward(CELLS["lstm"], drawn.params, np.zeros_like(drawn.x), {"c": drawn.a0})
    f = 1 / (1 + math.exp(-bias))
    np.testing.assert_allclose(trace.gates["forget"], f, rtol=8 * EPS)
    assert measures.half_life(measures.retention(trace)) == pytest.approx(steps, rel=2e-3)
    np.testing.assert_allclose(trace.states["c"][..., 9], drawn.a0 * f**10, rtol=10 * 8 * EPS)


@pytest.mark.parametrize(
    ("cell", "units", "total"), [("rnn", 150, 22_951), ("lstm", 50, 10_451), ("gru", 50, 7_851)]
)
def test_the_notebook_s_own_models_have_its_printed_parameter_counts(cell, units, total):
    experiment = Experiment(cell=cell, n_a=units, n_x=1, n_y=1, loss="upstream_last", T_x=3)
    assert sum(measures.parameter_count(run(experiment)).values()) == total
    shapes = CELLS[cell].shapes(n_x=1, n_a=units, n_y=1)
    assert sum(rows * columns for rows, columns in shapes.values()) == total


@every_cell
@pytest.mark.parametrize("share", [0.5, 2.0])
def test_clipping_changes_the_length_alone(cell, share):
    gradients = rnnviz.run(Experiment(cell=cell, loss="upstream_every")).gradients
    clipped, before = measures.clip(gradients.params, share * gradients.param_norm)
    count = sum(gradient.size for gradient in gradients.params.values())
    rounded = 4 * EPS + rounding.total(count, EPS)  # a norm, a quotient, and every product with it
    assert before == pytest.approx(gradients.param_norm, rel=rounded)
    for name, gradient in gradients.params.items():
        np.testing.assert_allclose(clipped[name], min(share, 1) * gradient, rtol=rounded)


@every_cell
@pytest.mark.parametrize("lag", [0, 1, 4])
def test_truncated_items_end_at_the_lag(cell, lag):
    """Beyond the lag exactly 0, up to it as if nothing had been cut."""
    run = rnnviz.run(rnnviz.Experiment(cell=cell, loss="upstream_every", T_x=9, m=2))
    whole, cut = dynamics.itemised(run), dynamics.itemised(run, lag=lag)
    t, k = np.indices(whole.shape)
    assert (cut[t - k > lag] == 0).all()
    near = (k <= t) & (t - k <= lag)
    np.testing.assert_allclose(cut[near], whole[near], rtol=walked(run))


def linear(W, T_x=60, **more):
    """The states of a' = W a from a0, by the engine: no input, no bias."""
    n_a = len(W)
    params = {"Waa": W, "Wax": np.zeros((n_a, 1)), "ba": np.zeros((n_a, 1))}
    params |= {"Wya": np.zeros((2, n_a)), "by": np.zeros((2, 1))}
    cell = rnnviz.CELLS["rnn"].with_activation(more.get("activation", "linear"))
    return forward(cell, params, more.get("x", np.zeros((1, 1, T_x))), {"a": more["a0"]})


def test_a_linear_networks_exponents_are_the_logs_of_its_eigenvalues():
    """From the product of the engine's Jacobians; the volume's rate is their sum."""
    random = np.random.default_rng(2)
    values = np.array([1.3, 0.9, 0.6])
    basis = np.linalg.qr(random.standard_normal((3, 3)))[0] + 0.3
    run = rnnviz.run(rnnviz.Experiment(cell="rnn", activation="linear", n_a=3, m=1, T_x=80))
    W = basis @ np.diag(values) @ np.linalg.inv(basis)
    trace = linear(W, a0=random.standard_normal((3, 1)), T_x=80)
    J = dynamics.jacobians(replace(run, trace=trace), 0)
    Q, rates = np.eye(3), []
    for step in J:
        Q, R = np.linalg.qr(step @ Q)
        rates.append(np.log(np.abs(np.diag(R))))
    # Directions turn into the eigenvectors' by the ratio of neighbouring eigenvalues, step by step;
    # what is left after 40 steps is summed over the next 40 and shared by them.
    left = (values[1:] / values[:-1]).max() ** 40
    np.testing.assert_allclose(np.mean(rates[40:], axis=0), np.log(values), rtol=0, atol=left)
    volume = np.log(np.abs(np.linalg.det(J))).mean()
    worst = np.linalg.cond(W) * np.linalg.cond(basis) * 3
    assert volume == pytest.approx(np.log(values).sum(), abs=worst * rounding.step(run))


def test_a_small_singular_value_draws_two_trajectories_together():
    """sigma_max(W) < 1: under one input |a - b| shrinks at least as fast as sigma_max^t."""
    random = np.random.default_rng(3)
    W = random.standard_normal((6, 6))
    W *= 0.8 / np.linalg.norm(W, 2)
    a, b = (linear(W, activation="tanh", a0=random.standard_normal((6, 1))) for _ in range(2))
    apart = np.linalg.norm(a.states["a"] - b.states["a"], axis=0)[0]
    start = np.linalg.norm(a.initial["a"] - b.initial["a"])
    assert (apart <= start * 0.8 ** np.arange(1, 61) * (1 + 60 * 16 * EPS)).all()


def test_a_non_normal_matrix_grows_first():
    """Spectral radius 0.9, yet the state grows at once, and by no more than sigma_max."""
    W = np.array([[0.9, 5.0], [0.0, 0.9]])
    norms = np.linalg.norm(linear(W, a0=np.array([[0.0], [1.0]])).states["a"][:, 0], axis=0)
    top = np.linalg.norm(W, 2)
    assert 1 < norms[0] <= top and norms.max() > 10 and norms[-1] < 1


@pytest.mark.parametrize("gain", [0.5, 2.0])
def test_eigenvalues_of_random_weights_fill_a_disc(gain):
    """Evenly, P(|eig| < r) = (r/g)^2; the largest singular value tends to 2 g."""
    W = draw(Experiment(cell="rnn", init="glorot", gain=gain, n_a=256, m=1, T_x=2)).params["Waa"]
    sizes = np.abs(np.linalg.eigvals(W)) / gain
    for r in (0.3, 0.5, 0.8):
        assert (sizes < r).mean() == pytest.approx(r**2, abs=0.04)  # N^(-3/4) and the edge of r
    assert sizes.max() == pytest.approx(1, abs=0.08)
    assert np.linalg.norm(W, 2) / gain == pytest.approx(2, abs=0.1)
