"""What a network settles to as one number changes, against closed forms."""

import numpy as np
import pytest
from scipy.optimize import brentq

import rnnviz
from rnnviz.core.cells.own import own
from rnnviz.core.dynamics import StepMap, bifurcation, fixed_points
from rnnviz.core.errors import ExperimentError

pytestmark = pytest.mark.slow


def joined(parts, values, starts, kept):
    """The parts of a diagram in one array, each value there once."""
    found, seen = np.full((len(values), starts.shape[1], kept), np.nan), []
    for some, part in parts:
        found[some] = part
        seen += range(len(values))[some]
    assert seen == [*range(len(values))]
    return found


def one_unit(**more):
    given = {"cell": "rnn", "init": "identity", "n_a": 1, "n_x": 1, "m": 1, "T_x": 2}
    return rnnviz.run(rnnviz.Experiment(**given | {"gain": 1.0, "forget_bias": 0.0} | more))


def test_the_pitchfork_of_tanh():
    done, gains = one_unit(), np.linspace(0.5, 3, 401)
    starts = np.array([[-1.0, 1.0]])
    parts = bifurcation(done.cell, done.params, "gain", gains, starts, steps=3000, kept=2)
    found = joined(parts, gains, starts, 2)
    for gain, (low, high) in zip(gains, found[:, :, 0], strict=True):
        if abs(gain - 1) > 0.01:
            root = brentq(lambda h: np.tanh(gain * h) - h, 1e-3, 1) if gain > 1 else 0.0  # noqa: B023
            assert high == pytest.approx(root, abs=1e-9) and low == pytest.approx(-root, abs=1e-9)
    just = found[gains > 1.02][0, 1, 0]
    w = gains[gains > 1.02][0]
    assert just == pytest.approx(np.sqrt(3 * (w - 1) / w**3), rel=0.02)


def test_a_negative_weight_goes_to_and_fro():
    done, gains, starts = one_unit(), np.array([-2.0]), np.array([[0.3]])
    parts = bifurcation(done.cell, done.params, "gain", gains, starts, kept=4)
    (last,) = joined(parts, gains, starts, 4)[0]
    assert last[0] == pytest.approx(last[2], abs=1e-12) == pytest.approx(-last[1], abs=1e-9)
    assert abs(last[0]) == pytest.approx(0.957504, abs=1e-6)


def test_two_saddle_nodes_of_a_bias():
    """x -> 5 s(x) + b has two ends between b = -2.6556 and -2.3444 alone."""
    cell = own("a = 5 * sigmoid(w * a_prev) + b + W @ x")
    params = {name: np.zeros(shape) for name, shape in cell.shapes(1, 1, 1).items()}
    params["w"][...] = 1.0
    biases, starts = np.linspace(-2.8, -2.2, 25), np.array([[-3.0, 5.0]])
    parts = bifurcation(cell, params, ("b", (0,) * params["b"].ndim), biases, starts, 1000, 1)
    found = joined(parts, biases, starts, 1)[:, :, 0]
    two = np.abs(found[:, 1] - found[:, 0]) > 0.5
    assert (two == ((biases > -2.6556) & (biases < -2.3444))).all()


@pytest.mark.parametrize("fold, inward, place", [(-2.65564, 1, 0.9624), (-2.34436, -1, -0.9624)])
def test_a_pair_of_points_meets_where_the_slope_is_one(fold, inward, place):
    cell = own("a = 5 * sigmoid(w * a_prev) + b + W @ x")
    params = {name: np.zeros(shape) for name, shape in cell.shapes(1, 1, 1).items()}
    params["w"][...] = 1.0
    params["b"][...] = fold + 1e-4 * inward
    found = fixed_points(StepMap.of(cell, params), np.linspace(-3, 3, 200)[None])
    pair = sorted((point.state[0] for point in found.points), key=lambda x: abs(x - place))[:2]
    # Each stands sqrt(1e-4 / |x''|) = 0.015 from where they meet, to the second order of that.
    assert np.mean(pair) == pytest.approx(place, abs=1e-3) and 0.01 < np.ptp(pair) < 0.05
    params["b"][...] = fold - 1e-4 * inward
    assert len(fixed_points(StepMap.of(cell, params), np.linspace(-3, 3, 200)[None]).points) == 1


@pytest.mark.parametrize("r, steps", [(1e-4, 314), (1e-6, 3142)])
def test_a_ghost_takes_pi_over_the_root(r, steps):
    """x -> x + r + x^2, from far below to far above: 309 and 3137 were counted."""
    cell = own("a = a_prev + b + a_prev * a_prev + W @ x")
    params = {name: np.zeros(shape) for name, shape in cell.shapes(1, 1, 1).items()}
    params["b"][...] = r
    one, state, count = StepMap.of(cell, params), np.array([[-0.5]]), 0
    while state[0, 0] < 0.5:
        state, count = one.step(state), count + 1
    missed = 2 / 0.5  # the way from and to so far off, of which 1/|x| steps are left on each side
    assert steps - missed - 6 <= count <= steps


def test_the_forget_bias_changes_an_lstm_as_its_own_run():
    done = one_unit(cell="lstm", n_a=3, init="orthogonal")
    starts = np.random.RandomState(1).standard_normal((6, 2))
    biases = np.array([-1.0, 0.0, 2.0])
    parts = bifurcation(done.cell, done.params, "forget_bias", biases, starts, 5, 1, unit=2)
    found = joined(parts, biases, starts, 1)
    for bias, values in zip(biases, found[:, :, 0], strict=True):
        run = one_unit(cell="lstm", n_a=3, init="orthogonal", forget_bias=bias)
        one = StepMap.of(run.cell, run.params)
        states = starts
        for _ in range(6):
            states = one.step(states)
        assert values == pytest.approx(states[2], abs=1e-12)


@pytest.mark.parametrize(
    "along, sentence",
    [(("q", (0,)), "what changes must be gain, forget_bias, .*, got q"),
     (("Waa", (0,)), "what changes must be"), (("Waa", (0, 1)), "Waa must have the place")],
)  # fmt: skip
def test_what_is_not_there_cannot_change(along, sentence):
    done = one_unit()
    with pytest.raises(ExperimentError, match=sentence):
        next(bifurcation(done.cell, done.params, along, np.zeros(1), np.zeros((1, 1))))
