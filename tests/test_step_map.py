"""One step of many states is the step of `forward`, and its Jacobians are the chain rule's."""

from dataclasses import replace

import numpy as np
import pytest

import rnnviz
from rnnviz.core import dynamics
from rnnviz.core.dynamics import StepMap
from rnnviz.core.engine import ColumnMap

CASES = [*rnnviz.CELLS, *(f"rnn {name}" for name in ("softmax", "relu"))]


def done(case, **more):
    cell, _, activation = case.partition(" ")
    given = {"n_x": 2, "n_a": 6, "m": 4, "T_x": 7, "gain": 1.3}
    given |= {"init": "notebook", "forget_bias": 0.0, **more}
    return rnnviz.run(rnnviz.Experiment(cell=cell, activation=activation or "tanh", **given))


def at(run, t):
    """The joint states before step t (from 0), (N, m), and the inputs of it, (n_x, m)."""
    return np.concatenate([run.trace.state(s)[t] for s in run.cell.states]), run.trace.x[..., t]


@pytest.mark.parametrize("dtype", ["float64", "float32"])
@pytest.mark.parametrize("case", CASES)
def test_a_step_is_that_of_a_run_to_the_bit(case, dtype):
    run = done(case, dtype=dtype)
    one = StepMap.of(run.cell, run.params)
    for t in range(run.trace.T_x - 1):
        after = one.step(*at(run, t))
        assert after.dtype == dtype
        np.testing.assert_array_equal(after, at(run, t + 1)[0])


@pytest.mark.parametrize("case", CASES)
def test_its_jacobians_are_the_chain_rules(case):
    run = done(case)
    one = StepMap.of(run.cell, run.params)
    for t in (1, 5):
        J, back = one.jacobians(*at(run, t)), dynamics.jacobians(run, None, [t])[:, 0]
        terms = np.stack([dynamics.terms(run, n, [t])[0] for n in range(run.trace.m)])
        assert (np.abs(J - back) <= 64 * np.finfo(float).eps * (terms.max() + 1)).all()


@pytest.mark.parametrize("case", CASES)
def test_its_jacobians_are_central_differences(case):
    run = done(case, init="glorot")  # a moved state stays in a smooth place
    one, (states, x) = StepMap.of(run.cell, run.params), at(run, 3)
    J, h = one.jacobians(states, x), 1e-6
    for j in range(one.N):
        moved = np.zeros_like(states)
        moved[j] = h
        slope = (one.step(states + moved, x) - one.step(states - moved, x)) / (2 * h)
        np.testing.assert_allclose(J[:, :, j].T, slope, rtol=1e-6, atol=1e-6 * np.abs(J).max())


@pytest.mark.parametrize("case", CASES)
def test_columns_are_networks_of_their_own_gain_and_forget_bias(case):
    base = done(case, gain=1.0).experiment
    gains, biases = np.array([0.5, 1.0, 2.0, 0.0]), np.array([0.0, 1.0, -1.0, 3.0])
    states, x = at(done(case), 3)
    cell = base.cell_object
    many = ColumnMap.by_column(cell, rnnviz.run(base).params, gains, biases).step(states, x)
    for n, (gain, bias) in enumerate(zip(gains, biases, strict=True)):
        run = rnnviz.run(replace(base, gain=float(gain), forget_bias=float(bias)))
        alone = StepMap.of(cell, run.params).step(states[:, [n]], x[:, [n]])
        off = 64 * np.finfo(float).eps * (1 + np.abs(alone).max()) * tolerance_of(run)
        np.testing.assert_allclose(many[:, [n]], alone, rtol=0, atol=off)


def tolerance_of(run):
    """How much rounding of the products can weigh in what the step gives."""
    one = StepMap.of(run.cell, run.params)
    return 1 + max(float(np.abs(W).sum(1).max()) for W in one.weights)


@pytest.mark.parametrize("case", CASES)
def test_at_rest_it_leaves_the_same_states_as_they_are(case):
    """What is solved for stays in a step; all else moves to the same side as at rest."""
    run = done(case)
    one, (states, x) = StepMap.of(run.cell, run.params), at(run, 3)
    one = replace(one, x=x[:, :1])
    rest, n_a, names = one.at_rest(), one.n_a, one.cell.states
    rows = dict(zip(names, np.split(states, len(names)), strict=True))
    values = rest.values(np.concatenate([rows[name] for name in rest.cell.states]))
    rows |= {name: values[name] for name in names if name not in rest.cell.states}
    before = np.concatenate([rows[name] for name in names])
    after = dict(zip(names, np.split(one.step(before), len(names)), strict=True))
    off = 64 * n_a * np.finfo(float).eps * (1 + np.abs(before[np.isfinite(before)]).max())
    for name in names:
        with np.errstate(invalid="ignore"):
            moved, could = after[name] - rows[name], values[name] - rows[name]
        known = np.isfinite(moved) & np.isfinite(could)  # a gate of 1 keeps for ever
        moved, could = moved[known], could[known]
        assert known.any() and (moved * could >= -off).all()
        # By 1 - p times as far, p from -1 to 1; of what is solved for `could` is 0.
        assert (np.abs(moved) <= 2 * np.abs(could) + off).all()


def test_at_rest_states_are_solved_for_by_what_the_equations_say():
    unknown = {name: cell.at_rest.states for name, cell in rnnviz.CELLS.items()}
    assert unknown["lstm"] == unknown["gru"] == unknown["cifg"] == ("a",)
    assert unknown["lstm_fgr"] == ("a", "f", "i", "o") and unknown["slstm"] == ("a", "s")
    for same in ("rnn", "lstm97", "peephole", "s4d", "indrnn"):  # no leak, or it is seen elsewhere
        assert rnnviz.CELLS[same].at_rest is rnnviz.CELLS[same]
    lines = {n: rnnviz.CELLS[n].at_rest.derived.equations.lines for n in ("gru", "janet", "lstm")}
    assert lines["gru"]["a"] == lines["janet"]["a"] == ("name", ("k",))  # a gate keeps none there
    assert "i" not in lines["gru"] and "f" not in lines["janet"] and "f" in lines["lstm"]


def test_an_input_is_held_unless_another_comes():
    run = done("gru")
    held = StepMap.of(run.cell, run.params, x=[0.5, -1.0])
    free, states = StepMap.of(run.cell, run.params), at(run, 2)[0]
    np.testing.assert_array_equal(held.step(states), free.step(states, np.array([[0.5], [-1.0]])))
    assert not np.array_equal(held.step(states), free.step(states))


def test_a_trajectory_is_one_step_after_another():
    one = StepMap.of((run := done("lstm")).cell, run.params)
    states = at(run, 1)[0]
    way = one.trajectory(states, 3)
    np.testing.assert_array_equal(way[:, 4:8], one.step(one.step(states)))
    assert way.shape == (one.N, 3 * states.shape[1])


def test_wrong_shapes_get_one_sentence():
    run = done("lstm")
    with pytest.raises(rnnviz.ExperimentError, match="x must have n_x = 2 numbers, got 3"):
        StepMap.of(run.cell, run.params, x=[1, 2, 3])
    with pytest.raises(rnnviz.ExperimentError, match="got no Wf"):
        StepMap.of(run.cell, {n: p for n, p in run.params.items() if n != "Wf"})
