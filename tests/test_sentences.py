"""Every sentence, title, table and picture tells the run's own numbers, and chooses rightly."""

import pytest
from picture_laws import WILD, faults

import rnnviz

EDGES = {
    "wild": {},
    "one step": {"T_x": 1},
    "one unit": {"n_a": 1},
    "one sequence": {"m": 1},
    "all of them one": {"T_x": 1, "n_a": 1, "m": 1},
    "one loss": {"loss": "upstream_last"},
    "single": {"dtype": "float32"},
    "small": {"gain": 0.05, "T_x": 14, "loss": "cross_entropy_last"},
    "small, single": {"gain": 0.05, "T_x": 14, "loss": "upstream_last", "dtype": "float32"},
    "large": {"gain": 3.0, "forget_bias": 2.0},
}


@pytest.mark.parametrize("edge", EDGES)
@pytest.mark.parametrize("cell", rnnviz.CELLS)
def test_what_is_told_is_the_runs(cell, edge):
    assert not faults(rnnviz.Experiment(cell=cell, **WILD | EDGES[edge]))


@pytest.mark.parametrize("cell", rnnviz.CELLS)
@pytest.mark.parametrize(("t", "sequence", "unit"), [(0, 0, 0), (4, 2, 1), (9, 1, 3)])
def test_what_is_told_follows_the_choice(cell, t, sequence, unit):
    chosen = {"t": t, "sequence": sequence, "unit": unit, "units": [unit, 2], "clip": 1e3}
    assert not faults(rnnviz.Experiment(cell=cell, **WILD), **chosen)
