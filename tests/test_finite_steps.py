"""How many steps are finite: leading ones of the states and outputs, trailing ones of gradients."""

import re

import numpy as np
import pytest

import rnnviz
from rnnviz.exhibits.states import overview_caption


def linear(x: float, steps_before: int) -> rnnviz.Experiment:
    """A network whose input overflows float32 at one step, after as many zeros as asked."""
    series = ((0.0,),) * steps_before + ((x,),) * (5 - steps_before)
    sizes = {"n_x": 1, "n_a": 4, "n_y": 2, "m": 2, "T_x": 5, "dtype": "float32"}
    return rnnviz.Experiment(
        cell="rnn", activation="linear", signal="csv", series=series, gain=0.1, **sizes
    )


def counted(steps) -> int:
    """How many of some steps are True before the first that is not."""
    return next((t for t, fine in enumerate(steps) if not fine), len(steps))


@pytest.mark.parametrize("before", range(6))
def test_the_first_step_counts_as_well_as_every_other(before):
    run = rnnviz.run(linear(1e39, before))
    arrays = [*run.trace.states.values(), run.trace.y]
    fine = [all(np.isfinite(array[..., t]).all() for array in arrays) for t in range(5)]
    assert run.trace.finite_steps == counted(fine) == before
    assert (run.trace.nonfinite_step is None) == (before == 5)
    felt = run.gradients.states["a"]
    back = [bool(np.isfinite(felt[..., t]).all()) for t in reversed(range(5))]
    assert run.gradients.finite_steps == counted(back)


def test_a_gradient_alone_is_counted_from_the_last_step_back():
    sizes = {"n_a": 64, "T_x": 300, "m": 1, "dtype": "float32", "loss": "upstream_last"}
    sizes |= {"init": "notebook"}
    run = rnnviz.run(rnnviz.Experiment(cell="rnn", **sizes))
    steps, felt = run.gradients.finite_steps, run.gradients.states["a"]
    assert run.trace.finite_steps == 300 and 0 < steps < 300
    assert np.isfinite(felt[..., 300 - steps :]).all()
    assert not np.isfinite(felt[..., 300 - steps - 1]).all()


@pytest.mark.parametrize("before", range(6))
def test_no_sentence_counts_what_is_not_finite(before):
    run = rnnviz.run(linear(1e39, before))
    said = overview_caption(run, 0)
    assert not re.search(r"\bnan\b|\binf", said)
    assert ("no state" in said) == (before == 0)
    assert (f"from t = {before + 1} on" in said) == (before < 5)
