"""All steps at once by Newton's method, against the steps one after another."""

import numpy as np
import pytest
from kinds import KINDS

import rnnviz
from rnnviz.core import dynamics
from rnnviz.core.dynamics import StepMap, at_once
from rnnviz.core.errors import ExperimentError

pytestmark = pytest.mark.slow


def both(most=None, **fields):
    """The states of a run's second sequence, (N, T_x), and those that are found at once."""
    run = rnnviz.run(rnnviz.Experiment(**{"m": 2, "init": "orthogonal"} | fields))
    names = run.cell.states
    start = np.concatenate([run.trace.initial[name][:, 1] for name in names])
    states = np.concatenate([run.trace.states[name][:, 1] for name in names])
    return states, at_once(StepMap.of(run.cell, run.params), run.trace.x[:, 1], start, most), run


@pytest.mark.parametrize("cell", KINDS)
def test_it_finds_what_the_loop_finds(cell):
    states, found, _ = both(cell=cell, gain=0.5, n_a=6, T_x=30)
    assert found.solved and found.iterations <= 30
    assert np.abs(found.states - states).max() <= 1e-10 * max(1, np.abs(states).max())


def test_a_linear_network_takes_one_correction():
    states, found, _ = both(cell="rnn", activation="linear", gain=1.0, n_a=8, T_x=40)
    assert (found.solved, found.iterations) == (True, 1)
    assert np.abs(found.states - states).max() < 1e-11


@pytest.mark.parametrize("cell", KINDS)
@pytest.mark.parametrize("k", [1, 4])
def test_k_corrections_make_k_steps_exact(cell, k):
    states, found, _ = both(k, cell=cell, gain=0.9, n_a=5, T_x=9)
    assert np.abs((found.states - states)[:, :k]).max() <= 1e-12 * max(1, np.abs(states).max())


def test_a_residual_is_what_a_step_leaves():
    _, found, run = both(0, cell="lstm", n_a=4, T_x=7)
    assert found.iterations == 0 and not found.solved
    one = StepMap.of(run.cell, run.params)
    start = found.states[:, :1]
    for t in range(7):
        left = one.step(start, run.trace.x[:, 1, t : t + 1]) - start
        assert found.residuals[0, t] == np.abs(left).max()


def test_the_exponent_decides():
    """Few corrections where neighbours meet, many near the border, no gain in chaos."""
    taken = []
    for gain in (0.5, 1.2, 1.5, 3.0):
        _, found, run = both(60, cell="rnn", gain=gain, n_a=32, T_x=200)
        J = dynamics.jacobians(run, 1, range(200))
        first = dynamics.spectrum([J], first=1).exponents[0]
        taken.append((first, found.iterations, found.solved))
    exponents, iterations, solved = zip(*taken, strict=True)
    assert list(exponents) == sorted(exponents) and exponents[0] < -0.5 and exponents[-1] > 0.15
    assert list(iterations) == sorted(iterations) and iterations[0] <= 6 < 10 <= iterations[2]
    assert solved == (True, True, True, False)


def test_what_is_wrong_is_one_sentence():
    run = rnnviz.run(rnnviz.Experiment(n_a=4, T_x=5, m=1, cell="rnn"))
    one = StepMap.of(run.cell, run.params)
    with pytest.raises(ExperimentError, match="start must have N = 4 numbers, got shape"):
        at_once(one, run.trace.x[:, 0], np.zeros(3))
    with pytest.raises(ExperimentError, match="T N\\^2 must be between 1 and 16000000"):
        at_once(one, np.zeros((3, 2_000_000)), np.zeros(4))
