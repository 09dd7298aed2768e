"""Adam for any dictionary of arrays, against its formula number by number."""

import math

import numpy as np
import pytest

import rnnviz
from rnnviz.core.training import Adam, epsilon_inside, epsilon_outside


def by_hand(w, gradients, rate, beta1, beta2, epsilon, inside):
    """Kingma & Ba 2015, algorithm 1, for one number."""
    m = v = 0.0
    for t, g in enumerate(gradients, 1):
        m, v = beta1 * m + (1 - beta1) * g, beta2 * v + (1 - beta2) * g * g
        mean, square = m / (1 - beta1**t), v / (1 - beta2**t)
        w -= rate * mean / (math.sqrt(square + epsilon) if inside else math.sqrt(square) + epsilon)
    return w


@pytest.mark.parametrize("size", [epsilon_inside, epsilon_outside])
@pytest.mark.parametrize("scale", [1.0, 1e-5])  # with the latter the place of epsilon decides
def test_every_number_follows_the_formula(size, scale):
    random = np.random.default_rng(3)
    params = {"any name": random.standard_normal((2, 3)), "other": random.standard_normal(4)}
    gradients = [
        {name: scale * random.standard_normal(value.shape) for name, value in params.items()}
        for _ in range(5)
    ]
    adam = Adam(0.01, 0.8, 0.99, 1e-8, size)
    now, moments = params, adam.start(params)
    for one in gradients:
        now, moments = adam.step(now, one, moments)
    assert moments.t == 5
    for name, value in params.items():
        for at in np.ndindex(value.shape):
            own = [float(one[name][at]) for one in gradients]
            inside = size is epsilon_inside
            expected = by_hand(float(value[at]), own, 0.01, 0.8, 0.99, 1e-8, inside)
            # Some ten roundings a step, of numbers no larger than 1 + the weight.
            assert now[name][at] == pytest.approx(expected, abs=100 * 2**-52 * (1 + abs(expected)))


def test_what_is_given_keeps_its_values():
    params, gradients = {"W": np.ones(3)}, {"W": np.full(3, 2.0)}
    adam = Adam()
    start = adam.start(params)
    adam.step(params, gradients, start)
    assert (params["W"] == 1).all() and (gradients["W"] == 2).all()
    assert start.t == 0 and not start.first["W"].any() and not start.second["W"].any()


@pytest.mark.parametrize("cell", rnnviz.CELLS)
def test_it_takes_a_runs_own_gradients(cell):
    run = rnnviz.run(rnnviz.Experiment(cell=cell, dtype="float32"))
    adam = Adam(learning_rate=0.01)
    after, _ = adam.step(run.params, run.gradients.params, adam.start(run.params))
    for name, param in run.params.items():
        assert after[name].shape == param.shape and after[name].dtype == param.dtype
        moved = np.abs(after[name] - param)[run.gradients.params[name] != 0]
        assert (moved <= 0.01 * 1.001 + 4 * np.finfo("f4").eps * np.abs(param).max()).all()
