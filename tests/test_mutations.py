"""A wrong engine is seen: every deliberate mistake turns a check red, the right one none."""

from functools import cache

import pytest
from mutations import MUTATIONS, OF_REVIEWS, Engine
from proofs import everything, red

import rnnviz
from rnnviz.core.engine import unroll

pytestmark = pytest.mark.slow

EVERY = {"n_a": 5, "T_x": 9, "m": 3, "loss": "cross_entropy_every"}
EVERY |= {"init": "notebook", "forget_bias": 0.0}  # no bias is 0, so that its loss shows


@cache
def red_without(experiment):
    """What disagrees before there is a mistake: nothing."""
    return red(everything(experiment))


@pytest.mark.parametrize("name", MUTATIONS)
def test_a_mistake_turns_a_check_red(name, monkeypatch):
    cell, noticed_by, changed, mutate = MUTATIONS[name]
    experiment = rnnviz.Experiment(cell=cell, **EVERY | changed)
    assert not red_without(experiment)
    mutate(Engine(monkeypatch))
    assert red(everything(experiment, noticed_by))


def test_a_gradient_that_is_right_to_five_digits_alone_is_seen(monkeypatch):
    right = unroll.backward

    def wrong(*arguments):
        grads = right(*arguments)
        if "Wf" in grads.params:  # the Workshop's pictures also run cells without it
            grads.params["Wf"] *= 1 + 1e-5
        return grads

    Engine(monkeypatch).put(right, wrong)
    disagreeing = red(everything(rnnviz.Experiment(cell="lstm", **EVERY), "gradients-norms"))
    assert ["dL/dWf" in one.what for _, one in disagreeing] == [True]


@pytest.mark.training
@pytest.mark.filterwarnings("ignore")  # TensorFlow's own
@pytest.mark.parametrize("name", OF_REVIEWS)
def test_a_mistake_about_reviews_breaks_its_law(name, monkeypatch, tmp_path):
    law, mutate = OF_REVIEWS[name]  # which holds of what is right: tests/test_review_laws.py
    mutate(monkeypatch)
    with pytest.raises(AssertionError):
        law(monkeypatch, tmp_path)
