"""The trainings that come with the package are what their settings make, and are told truly."""

from dataclasses import replace

import numpy as np
import pytest

import rnnviz
from rnnviz.core.checks import Check
from rnnviz.core.training import Training
from rnnviz.exhibits import of_run
from rnnviz.tasks.networks import shipped
from rnnviz.tasks.trained import SEEDS, TRIALS, of_seeds

every_trial = pytest.mark.parametrize("name", TRIALS)


def test_they_are_small_and_all_there():
    files = {path.stem for path in shipped().glob("*.npz")}
    assert files >= {f"{name}{seed}" for name in TRIALS for seed in SEEDS}
    assert sum(path.stat().st_size for path in shipped().glob("*.npz")) < 2**20


@every_trial
def test_its_settings_are_those_that_are_documented(name):
    for seed, one in zip(SEEDS, of_seeds(name), strict=True):
        assert one.settings == replace(TRIALS[name].settings, seed=seed)
        assert one.asked == TRIALS[name].asked
        assert one.ended == (one.done < one.settings.updates) == (name == "free" and seed != 2)
    other = TRIALS[TRIALS[name].beside]
    assert other.beside == name
    ours, theirs = (trial.settings.to_dict() for trial in (TRIALS[name], other))
    assert len([n for n in ours if ours[n] != theirs[n]]) == 1  # a fair comparison


@every_trial
def test_its_first_updates_come_again(name):
    """Single precision rounds each of the first losses by few units in its last place; what another
    processor's products round otherwise has had no time to grow."""
    for one in of_seeds(name):
        again = Training(one.task, one.settings)
        for _ in again.run(3):
            pass
        np.testing.assert_allclose(again.record.loss, one.loss[:3], rtol=1e-3)


@every_trial
def test_the_weights_that_are_kept_have_the_loss_that_was_noted(name):
    for one in of_seeds(name):
        _, noted, exact = one.again("float64")
        rounding = abs(one.again("float32")[2] - exact)
        assert noted == pytest.approx(exact, abs=4 * rounding + 1e-5 * max(1, exact))


@every_trial
def test_the_picture_of_a_trial_draws_its_losses(name):
    run = rnnviz.run(rnnviz.Experiment(weights=f"task-{name}2"))
    picture = of_run(run)["losses-trials"]
    for mode in ("light", "dark"):
        assert all(v.passed for v in picture.checks(mode) if isinstance(v, Check))
    own = [line for line in picture.draw().data if line.opacity == 1]
    assert [line.name for line in own] == [f"{TRIALS[name].label}, seed 2"]
    solved = [one.solved_at for one in of_seeds(name) if one.solved_at]
    assert all(f"{update:,}" in picture.caption() for update in solved)


def test_other_runs_have_no_such_picture():
    for word in ("drawn", "run-gru"):
        assert "losses-trials" not in of_run(rnnviz.run(rnnviz.Experiment(weights=word)))
