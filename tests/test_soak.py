"""The short form of benchmarks/soak.py: ever new settings, and no more is held than may be."""

import gc
import sys
import weakref
from pathlib import Path

import pytest
from conftest import awaited
from test_pages import open_page

import rnnviz
from rnnviz.core import memory
from rnnviz.core.memory import Budget
from rnnviz.ui import shared_runs

sys.path.insert(0, str(Path(__file__).parent.parent / "benchmarks"))

import soak


@pytest.mark.slow
def test_pages_that_are_moved_to_ever_new_settings_hold_no_more_than_the_budget(monkeypatch):
    made = []

    def carry_out(experiment):
        made.append(weakref.ref(one := rnnviz.run(experiment)))
        return one

    shared_runs.bounded()
    before, size = memory.budget(), rnnviz.Experiment(n_a=5, T_x=20).bytes
    budget = Budget(10 * size, patience=0, spare=shared_runs.small.drop)
    monkeypatch.setattr(shared_runs, "carry_out", carry_out)
    monkeypatch.setattr(shared_runs.small, "most", 4 * size)
    memory.limit(budget)
    shared_runs.small.clear()
    try:
        app = open_page("pages/2_States.py", n_a="5", T_x="20", v="2")
        for seed in range(500, 520):
            app.number_input(key="control_seed").set_value(seed).run()
            assert not app.exception and not app.error
            assert budget.taken <= budget.most and shared_runs.small.size <= 4 * size
    finally:
        memory.limit(before)
        shared_runs.small.clear()
    gc.collect()
    assert len(made) == 21 and sum(one() is not None for one in made) <= 1  # that on the page
    assert not budget.refused


@pytest.mark.slow
def test_a_few_moves_of_the_soak_have_no_fault(server):
    done = []
    assert awaited(soak.soak(server, 12, 2, lambda: done.append(1))) == []
    assert len(done) == 12


def test_what_grows_is_told_from_what_is_flat():
    assert soak.flat([300, 700, 800, 790, 810, 805, 800, 795])
    assert not soak.flat([300, 400, 500, 600, 700, 800, 900, 1000])
    assert soak.flat([500])
