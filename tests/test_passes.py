"""What needs no experiment takes a Pass: pictures, dynamics, data and checks of any weights."""

from dataclasses import fields

import numpy as np
import pytest

import rnnviz
from rnnviz import CELLS, Experiment, figures
from rnnviz.core import dynamics, tidy
from rnnviz.core.checks import backward, forward, gates, itemised, jacobians, states
from rnnviz.core.types import Pass

every_cell = pytest.mark.parametrize("cell", CELLS)
THEORY = {"activation": "linear", "init": "orthogonal", "loss": "upstream_last", "gain": 0.9}


def alone(run):
    """The Pass of a Run, by itself."""
    return Pass(**{field.name: getattr(run, field.name) for field in fields(Pass)})


def drawn(run):
    """Every figure of one pass, as JSON."""
    few = dynamics.itemised_steps(run)
    made = [
        figures.step.flow(run, 3, 1, 2),
        figures.states.overview(run, 1, (0, 2)),
        figures.states.trajectory(run, 1),
        figures.states.saturation(run),
        figures.gradients.norms(run, 1, 0.5),
        figures.gradients.itemised(run, dynamics.itemised(run, few), few),
        figures.gradients.singular_values(run, dynamics.singular_values(run, 1), few),
        figures.compare.states({run.cell.name: run}, 1),
        figures.compare.norms({run.cell.name: run}),
        figures.compare.parameters({run.cell.name: run}),
    ]
    if run.cell.shown_gates:
        made += [figures.gates.overview(run, 1, 2), figures.gates.saturation(run)]
    if run.cell.memory:
        made.append(figures.gates.memory(run))
    return [fig.to_json() for fig in made]


@every_cell
@pytest.mark.parametrize("dtype", ["float64", "float32"])
def test_a_pass_is_drawn_as_its_run_is(cell, dtype):
    run = rnnviz.run(Experiment(cell=cell, dtype=dtype, loss="upstream_every", T_x=20, m=2))
    assert drawn(alone(run)) == drawn(run)
    assert tidy.digests(alone(run)) == tidy.digests(run)


def test_theory_is_drawn_where_an_experiment_has_one():
    run = rnnviz.run(Experiment(cell="rnn", T_x=20, **THEORY))
    lines = [line.name for line in figures.gradients.norms(run).data]
    assert any(name.startswith("theory") for name in lines)
    without = [line.name for line in figures.gradients.norms(alone(run)).data]
    assert without == [name for name in lines if not name.startswith("theory")]


@every_cell
def test_a_pass_is_checked_without_its_experiment(cell):
    one = alone(rnnviz.run(Experiment(cell=cell, T_x=12, m=2, loss="cross_entropy_every")))
    steps = np.arange(12)
    verdicts = [
        *forward.some(one, 1, forward.KINDS),
        *jacobians.product(one, 1),
        *jacobians.singular(one, 1, dynamics.singular_values(one, 1), steps),
        *backward.norms(one),
        *itemised.total(one),
        *itemised.alone(one, dynamics.itemised(one), steps, 12),
        *states.saturated(one),
        *gates.saturation(one),
    ]
    assert all(check.passed for check in verdicts) and len(verdicts) > 6


@every_cell
def test_jacobians_of_all_sequences_are_those_of_each(cell):
    run = rnnviz.run(Experiment(cell=cell, n_a=5, T_x=9, m=3))
    every, values = dynamics.jacobians(run), dynamics.singular_values(run)
    N = 5 * len(run.cell.states)
    assert every.shape == (3, 9, N, N) and values.shape == (3, 9, N)
    for sequence in range(3):
        np.testing.assert_array_equal(every[sequence], dynamics.jacobians(run, sequence))
        np.testing.assert_array_equal(values[sequence], dynamics.singular_values(run, sequence))
    some = dynamics.jacobians(run, steps=[2, 5])
    np.testing.assert_array_equal(some, every[:, [2, 5]])
