"""Every number that a page's sentence counts, against a formula or a plain recomputation."""

import math

import numpy as np
import pytest

import rnnviz
from rnnviz.core import measures
from rnnviz.core.checks import rounding

EPS = float(np.finfo(float).eps)


def test_half_life_of_a_gate_held_open_follows_its_bias():
    # ln 0.5 / ln sigmoid(b): GROUND TRUTH table for b = 0 .. 5.
    for bias, steps in ((0, 1.00), (1, 2.21), (2, 5.46), (3, 14.27), (4, 38.19), (5, 103.2)):
        gate = np.full((2, 3, 4), 1 / (1 + math.exp(-bias)))
        assert measures.half_life(gate) == pytest.approx(steps, rel=2e-3)
    assert (measures.half_life(np.ones((1, 1, 3))) == np.inf).all()
    assert (measures.half_life(np.zeros((1, 1, 3))) == 0).all()


@pytest.mark.parametrize("cell", rnnviz.CELLS)
def test_retention_is_what_the_old_state_is_multiplied_with(cell):
    run = rnnviz.run(rnnviz.Experiment(cell=cell, T_x=6))
    kept = measures.retention(run.trace)
    if run.cell.memory is None:
        assert kept is None
        return
    name = "c" if "c" in run.cell.states else "a"
    old, new = run.trace.state(name)[:-1], run.trace.state(name)[1:]
    gates = run.trace.gates
    share = gates["input"] if "input" in gates else 1 if cell == "lstm_nig" else 1 - kept
    candidate = gates.get("candidate", run.trace.preactivations["candidate"])
    written = candidate * share
    assert np.moveaxis(new, 0, -1) == pytest.approx(np.moveaxis(old, 0, -1) * kept + written)


@pytest.mark.parametrize("cell", [name for name, cell in rnnviz.CELLS.items() if cell.memory])
def test_a_higher_forget_bias_keeps_more_in_every_cell(cell):
    kept = [
        measures.retention(rnnviz.run(rnnviz.Experiment(cell=cell, forget_bias=b)).trace).mean()
        for b in (-3.0, 0.0, 3.0)
    ]
    assert kept[0] < kept[1] < kept[2]


def test_saturation_counts():
    states = np.array([[[0.96, 0.2]], [[-0.99, -0.97]]])  # 2 units, 1 sequence, 2 steps
    assert measures.saturated_share(states).tolist() == [1.0, 0.5]
    gate = np.array([[[0.05, 0.5, 0.95, 0.99]]])
    left, right = measures.gate_saturation(gate)
    assert (left.tolist(), right.tolist()) == ([0.25], [0.5])


def test_principal_components_match_the_covariance():
    states = rnnviz.run(rnnviz.Experiment()).trace.states["a"][:, 0]
    coordinates, explained = measures.principal_components(states)
    eigenvalues = np.linalg.eigvalsh(np.cov(states))[::-1]
    assert coordinates.var(axis=1, ddof=1) == pytest.approx(eigenvalues[:2])
    assert explained == pytest.approx(eigenvalues[:2] / eigenvalues.sum())
    single, shares = measures.principal_components(np.array([[3.0]]))
    assert single.tolist() == [[0.0], [0.0]] and shares.tolist() == [0.0, 0.0]


@pytest.mark.parametrize("threshold", [1e-3, 0.1, 1e6])
def test_clipping_keeps_the_direction(threshold):
    gradients = rnnviz.run(rnnviz.Experiment(loss="upstream_every")).gradients.params
    clipped, before = measures.clip(gradients, threshold)
    flat, cut = (np.concatenate([g.ravel() for g in d.values()]) for d in (gradients, clipped))
    assert before == pytest.approx(np.linalg.norm(flat))
    rounded = 4 * EPS + rounding.total(flat.size, EPS)  # a norm, a quotient, and every product
    assert np.linalg.norm(cut) == pytest.approx(min(before, threshold), rel=rounded)
    cosine = flat @ cut / np.linalg.norm(flat) / np.linalg.norm(cut)
    assert cosine == pytest.approx(1, abs=rounded)


def test_clipping_refuses_a_threshold_of_nothing():
    with pytest.raises(rnnviz.ExperimentError, match=r"^threshold must be above 0, got 0"):
        measures.clip({"W": np.ones((1, 1))}, 0)


@pytest.mark.parametrize(("gain", "factor"), [(0.9, 2.656e-5), (1.0, 1.0), (1.1, 1.378e4)])
@pytest.mark.parametrize("init", ["orthogonal", "identity"])
def test_the_theory_line_is_what_a_linear_network_does(gain, factor, init):
    experiment = rnnviz.Experiment(
        cell="rnn", activation="linear", init=init, gain=gain, T_x=101, n_a=8, loss="upstream_last"
    )
    expected = measures.expected_decay(experiment)
    run = rnnviz.run(experiment)
    norms = run.gradients.norms["a"]
    walked = 2 * rounding.step(run) * 8**0.5 * 101  # each step back rounds again
    assert norms / norms[-1] == pytest.approx(expected, rel=walked)
    assert expected[0] == pytest.approx(factor, rel=1e-3)


def test_there_is_no_theory_line_where_none_is_exact():
    changes = ({"cell": "lstm"}, {"activation": "tanh"}, {"init": "glorot"}, {"init": "chain"})
    for change in changes:
        linear = {"cell": "rnn", "activation": "linear", "init": "orthogonal"}
        assert measures.expected_decay(rnnviz.Experiment(**linear | change)) is None


@pytest.mark.parametrize(("cell", "gates"), [("rnn", 1), ("lstm", 4), ("gru", 3)])
def test_parameter_counts(cell, gates):
    count = measures.parameter_count(rnnviz.run(rnnviz.Experiment(cell=cell, n_a=7, n_x=4, n_y=3)))
    assert count == {"cell": gates * 7 * (7 + 4 + 1), "readout": 3 * (7 + 1)}
