"""Every loss that is registered: what its record says is what it does."""

from dataclasses import replace

import numpy as np
import pytest

from rnnviz import Experiment, ExperimentError, run
from rnnviz.core.engine import forward
from rnnviz.core.losses import LOSSES
from rnnviz.core.losses.base import _registry
from rnnviz.core.run import draw
from rnnviz.core.settings import SETTINGS

every_loss = pytest.mark.parametrize("name", LOSSES)


@every_loss
def test_it_is_in_the_menus_by_its_title_and_sentence(name):
    loss = LOSSES[name]
    assert loss.name == name and SETTINGS["loss"].sentence(name) == loss.sentence
    assert SETTINGS["loss"].title(name) == loss.title
    assert len({loss.title for loss in LOSSES.values()}) == len(LOSSES)


@every_loss
@pytest.mark.parametrize("T_x", [1, 6])
def test_the_steps_that_count_are_those_that_add_loss_and_are_felt(name, T_x):
    done = run(Experiment(loss=name, T_x=T_x, n_a=4, m=3))
    counts = [LOSSES[name].every or t == T_x - 1 for t in range(T_x)]
    assert (done.losses != 0).tolist() == counts
    assert np.abs(done.upstream).any(axis=(0, 1)).tolist() == counts


@every_loss
def test_it_refuses_fewer_outputs_than_it_needs(name):
    least = LOSSES[name].least_n_y
    assert run(Experiment(loss=name, n_y=least)).loss == pytest.approx(0, abs=1e4)
    if least > 1:
        with pytest.raises(ExperimentError, match=f"n_y must be at least {least} for"):
            Experiment(loss=name, n_y=least - 1)


@every_loss
def test_its_size_is_no_less_than_the_loss(name):
    for seed in range(5):
        done = run(Experiment(loss=name, seed=seed, n_y=2, T_x=7))
        # A cross-entropy is at most twice the largest logit, and ln n_y more.
        W, b = (done.params[param] for param in done.cell.readout)
        size = LOSSES[name].size(done.trace.states["a"], W, b, done.upstream)
        assert abs(done.loss) <= 2 * size + 7 * np.log(2)


@every_loss
def test_a_loss_under_a_name_of_its_own_runs_counts_and_is_felt_alike(name, monkeypatch):
    """No name is taken apart: what a loss does stands in its record alone."""
    monkeypatch.setitem(_registry, "mine", replace(LOSSES[name], name="mine"))
    one, other = run(Experiment(loss=name)), run(Experiment(loss="mine"))
    assert (one.losses == other.losses).all() and (one.upstream == other.upstream).all()
    for param, gradient in one.gradients.params.items():
        assert (gradient == other.gradients.params[param]).all()


@every_loss
def test_the_target_is_drawn_after_the_weights(name):
    experiment = Experiment(loss=name, m=2, T_x=5)
    drawn = draw(experiment)
    trace = forward(experiment.cell_object, drawn.params, drawn.x, {"a": drawn.a0})
    W, b = (drawn.params[param] for param in experiment.cell_object.readout)
    seen, done = LOSSES[name].evaluate(trace.states["a"], W, b, drawn.target), run(experiment)
    assert (seen.losses == done.losses).all()
    assert seen.dW.shape == W.shape and seen.db.shape == b.shape
    for param, weights in draw(replace(experiment, loss="upstream_every")).params.items():
        assert (drawn.params[param] == weights).all()
