"""The table behind a picture holds the numbers of the run, every one of them."""

import numpy as np
import pytest
import tolerance
from kinds import KINDS

import rnnviz
from rnnviz import figures
from rnnviz.core import dynamics
from rnnviz.figures.columns import columns


@pytest.fixture(scope="module")
def run():
    return rnnviz.run(rnnviz.Experiment(T_x=6, loss="cross_entropy_every"))


def test_lines_over_one_axis_share_it(run):
    runs = {cell: rnnviz.run(rnnviz.Experiment(cell=cell, T_x=6)) for cell in KINDS}
    table = columns(figures.compare.norms(runs))
    assert list(table) == [
        "time step k",
        *(f"{r.cell.title}: norm of dL/da, all sequences" for r in runs.values()),
    ]
    for run in runs.values():
        norms = run.gradients.norms["a"]
        drawn = np.where(norms > 0, norms, np.nan)  # 0 has no place on a log axis
        assert np.array_equal(
            table[f"{run.cell.title}: norm of dL/da, all sequences"], drawn, equal_nan=True
        )


def test_points_of_their_own_keep_both_numbers(run):
    table = columns(figures.gates.saturation(run))
    for name in ("forget", "input", "output"):
        gate = run.trace.gates[name]
        shut = table[f"{name}: share of time below 0.1 (shut)"]
        assert np.array_equal(shut, (gate < 0.1).mean(axis=(1, 2)))


def test_a_matrix_gives_a_column_for_each_row_in_full_precision(run):
    steps = dynamics.itemised_steps(run)
    items = dynamics.itemised(run, steps)
    table = columns(figures.gradients.itemised(run, items, steps))
    for step, row in zip(steps + 1, items, strict=True):
        assert np.array_equal(table[f"loss's time step t {step}"], row, equal_nan=True)


def test_rows_of_pictures_name_their_time(run):
    table = columns(figures.states.overview(run, units=(1,)))
    assert np.array_equal(table["time step t"], np.arange(1, 7))
    drawn = run.trace.states["c"][2, 0]  # in single precision
    np.testing.assert_allclose(table["c 3"], drawn, rtol=tolerance.FLOAT32)
    assert np.array_equal(table["unit 2: a"], run.trace.states["a"][1, 0])
