"""How long a state remembers, against theory and against other ways to the same number."""

import numpy as np
import pytest
from kinds import KINDS

import rnnviz
from rnnviz.core import dynamics
from rnnviz.core.dynamics import felt, half_life, pushed
from rnnviz.core.errors import ExperimentError

pytestmark = pytest.mark.slow


def run(cell="rnn", **fields):
    return rnnviz.run(rnnviz.Experiment(cell=cell, **{"n_a": 6, "m": 2, "T_x": 30} | fields))


@pytest.mark.parametrize("bias, steps", [(1, 2.21), (2, 5.46), (3, 14.27), (4, 38.19), (5, 103.2)])
def test_a_forget_gate_held_at_f_has_the_half_life_of_f(bias, steps):
    f = 1 / (1 + np.exp(-bias))
    assert half_life(f ** np.arange(200)) == pytest.approx(np.log(0.5) / np.log(f), rel=1e-12)
    assert half_life(f ** np.arange(200)) == pytest.approx(steps, abs=0.05)


def test_curves_that_do_not_fall_or_begin_at_nothing():
    assert half_life(np.ones(9)) == np.inf
    assert np.isnan(half_life(np.zeros(9))) and np.isnan(half_life(np.array([np.nan, 1.0])))
    assert half_life(np.array([2.0, 0.0, 0.0])) == 1.0
    assert half_life(np.array([2.0, 3.0, 1.0, 0.5])) == 2.0


@pytest.mark.parametrize("gain", [0.7, 0.95])
def test_a_linear_orthogonal_network_forgets_by_its_gain(gain):
    done = run(activation="linear", init="orthogonal", gain=gain)
    expected = np.log(0.5) / np.log(gain)
    for curve in (*felt(done, 25), *pushed(done, 25)):
        assert half_life(curve) == pytest.approx(expected, rel=1e-6)


@pytest.mark.parametrize("loss", ["cross_entropy_every", "upstream_last"])
@pytest.mark.parametrize("cell", KINDS)
def test_what_is_felt_is_the_gradient_of_the_last_loss(cell, loss):
    """All pairs of backpropagation have its part in a; of a cell of one state that is the whole."""
    done = run(cell, loss=loss, m=1)
    curve, alone = felt(done, 12)[0], dynamics.itemised(done)[-1, ::-1]
    lags = 13 if done.cell.states == ("a",) else 1
    assert curve.shape == (13,)
    assert curve[:lags] == pytest.approx(alone[:lags], rel=1e-6)
    assert (curve[1:] >= alone[1:13] * (1 - 1e-6)).all()


@pytest.mark.parametrize("cell", KINDS)
def test_a_push_goes_by_the_jacobians(cell):
    done = run(cell, init="orthogonal", gain=0.9)
    curve = pushed(done, 8, size=1e-6)
    random = np.random.RandomState(0)
    d = np.concatenate([random.standard_normal(6) for _ in done.cell.states])
    d *= curve[1, 0] / np.linalg.norm(d)
    for k, J in enumerate(dynamics.jacobians(done, 1, range(22, 30)), 1):
        d = J @ d
        assert curve[1, k] == pytest.approx(np.linalg.norm(d), rel=2e-3, abs=1e-12)


def test_a_run_that_is_too_short_is_one_sentence():
    for curve in (felt, pushed):
        with pytest.raises(ExperimentError, match="lags must be between 0 and 29"):
            curve(run(), 30)
