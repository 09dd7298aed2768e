"""Exact identities: numbers that need no second program, only the theory."""

import math

import numpy as np
import pytest

import rnnviz
from rnnviz import CELLS, Experiment, run
from rnnviz.core import dynamics, measures
from rnnviz.core.run import draw
from rnnviz.core.unroll import forward

every_cell = pytest.mark.parametrize("cell", CELLS)


@pytest.mark.parametrize(("gain", "printed"), [(0.9, 2.656e-5), (1.0, 1.0), (1.1, 1.378e4)])
def test_a_linear_orthogonal_network_scales_by_its_gain_at_every_step(gain, printed):
    experiment = Experiment(
        cell="rnn", activation="linear", init="orthogonal", gain=gain, n_a=6, m=1, T_x=100
    )
    done = run(experiment)
    np.testing.assert_allclose(dynamics.singular_values(done), gain, rtol=1e-12)
    whole = np.eye(6)
    for J in dynamics.jacobians(done):
        whole = J @ whole
    values = np.linalg.svd(whole, compute_uv=False)
    np.testing.assert_allclose(values, gain**100, rtol=1e-10)
    assert values[0] == pytest.approx(printed, rel=1e-3)


def test_the_volume_of_a_tanh_step():
    # ln|det J_t| = ln|det W| + sum of ln(1 - a_i^2), for a_t = tanh(W a_{t-1} + ..).
    done = run(Experiment(cell="rnn", init="orthogonal", gain=0.8, n_a=4, m=2, T_x=30))
    _, found = np.linalg.slogdet(dynamics.jacobians(done, sequence=1))
    _, volume = np.linalg.slogdet(done.params["Waa"])
    expected = volume + np.log(1 - done.trace.states["a"][:, 1] ** 2).sum(axis=0)
    np.testing.assert_allclose(found, expected, atol=1e-10)


@every_cell
def test_an_item_is_how_one_loss_feels_one_state(cell):
    """dL_t/da_k by central differences of the state a_k, with every other loss left out."""
    experiment = Experiment(cell=cell, loss="upstream_every", n_a=3, m=2, T_x=5)
    done, drawn, k, h = run(experiment), draw(experiment), 1, 1e-5
    found = next(items.copy() for step, items in dynamics.items(done) if step == k)
    start = {name: done.trace.state(name)[k + 1].copy() for name in done.cell.states}

    def later_losses():
        trace = forward(done.cell, drawn.params, drawn.x[..., k + 1 :].copy(), start)
        return (trace.states["a"] * drawn.target[..., k + 1 :]).sum(axis=(0, 1))

    expected = np.empty_like(found[1:])
    for at in np.ndindex(start["a"].shape):
        old = start["a"][at]
        start["a"][at] = old + h
        above = later_losses()
        start["a"][at] = old - h
        expected[(slice(None), *at)] = (above - later_losses()) / (2 * h)
        start["a"][at] = old
    for item, slope in zip(found[1:], expected, strict=True):
        assert np.abs(item - slope).max() <= 1e-6 * np.abs(slope).max() + 1e-9
    np.testing.assert_array_equal(found[0], drawn.target[..., k])  # a loss feels its own state


@every_cell
def test_a_loss_at_the_last_step_has_one_item(cell):
    done = run(Experiment(cell=cell, loss="upstream_last", T_x=8), itemised=True)
    np.testing.assert_allclose(done.itemised[-1], done.gradients.norms["a"], rtol=1e-12)
    for t, row in enumerate(done.itemised[:-1]):
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
    np.testing.assert_allclose(trace.gates["forget"], f, rtol=1e-14)
    assert measures.half_life(measures.retention(trace)) == pytest.approx(steps, rel=2e-3)
    np.testing.assert_allclose(trace.states["c"][..., 9], drawn.a0 * f**10, rtol=1e-12)


@pytest.mark.parametrize(
    ("cell", "units", "total"), [("rnn", 150, 22_951), ("lstm", 50, 10_451), ("gru", 50, 7_851)]
)
def test_the_notebook_s_own_models_have_its_printed_parameter_counts(cell, units, total):
    experiment = Experiment(cell=cell, n_a=units, n_x=1, n_y=1, loss="upstream_last", T_x=3)
    assert sum(measures.parameter_count(experiment).values()) == total
    assert sum(param.size for param in run(experiment).params.values()) == total


@every_cell
@pytest.mark.parametrize("share", [0.5, 2.0])
def test_clipping_changes_the_length_alone(cell, share):
    gradients = rnnviz.run(Experiment(cell=cell, loss="upstream_every")).gradients
    clipped, before = measures.clip(gradients.params, share * gradients.param_norm)
    assert before == pytest.approx(gradients.param_norm, rel=1e-12)
    for name, gradient in gradients.params.items():
        np.testing.assert_allclose(clipped[name], min(share, 1) * gradient, rtol=1e-12)
