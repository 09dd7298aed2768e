"""A large run in a process of its own is the same run, and ends when nobody waits for it."""

import subprocess
import tempfile
from dataclasses import replace

import numpy as np
import pytest
from streamlit.testing.v1 import AppTest

import rnnviz
from rnnviz.core import handed_on
from rnnviz.core.cells import CELLS
from rnnviz.core.cells.base import Cell
from rnnviz.core.memory import Budget
from rnnviz.jobs import apart
from rnnviz.ui import shared_runs

ONE = rnnviz.Experiment(T_x=9, n_a=5, m=3)
needs_memfd = pytest.mark.skipif(not apart.POSSIBLE, reason="Linux hands runs on in memory")


def differences(one, other, where="run"):
    """Where two runs are not the same to the last bit, or lie in memory otherwise."""
    if isinstance(one, np.ndarray):
        alike = one.shape == other.shape and one.dtype == other.dtype
        alike &= one.strides == other.strides and one.tobytes() == other.tobytes()
        alike &= one.flags.writeable == other.flags.writeable
        alike &= not one.size or (one.ctypes.data - other.ctypes.data) % 64 == 0
        return [] if alike else [where]
    if hasattr(one, "items"):
        assert list(one) == list(other)
        return [d for name in one for d in differences(one[name], other[name], f"{where}.{name}")]
    if isinstance(one, tuple):
        pairs = zip(one, other, strict=True)
        return [d for n, pair in enumerate(pairs) for d in differences(*pair, f"{where}[{n}]")]
    if hasattr(one, "__dict__") and not isinstance(one, Cell | rnnviz.Experiment):
        return differences(vars(one), vars(other), where)
    return [] if one == other else [where]


def handed(run):
    with tempfile.TemporaryFile() as file:
        handed_on.write(run, file)
        return handed_on.read(file.fileno(), run.experiment)


@pytest.mark.parametrize("changes", [{}, {"m": 1, "n_x": 1}, {"dtype": "float32"}], ids=str)
@pytest.mark.parametrize("cell", CELLS)
def test_a_run_that_is_handed_on_is_the_same_to_the_last_bit(cell, changes):
    run = rnnviz.run(replace(ONE, cell=cell, **changes))
    other = handed(run)
    assert differences(run, other) == []
    shared = [
        {name for name, value in one.values.items() if np.shares_memory(value, one.operands[0])}
        for one in (run.trace, other.trace)
    ]
    assert shared[0] == shared[1]  # what shared memory there does so here
    other.trace.buffers["a"][0, 0, 0] += 1
    assert differences(run, other)


def test_a_cell_of_ones_own_is_handed_on_too():
    own = replace(ONE, cell="rnn", equations="a = tanh(Waa @ a_prev + Wax @ x + ba) / 2")
    run = rnnviz.run(own)
    assert differences(run, handed(run)) == []


@needs_memfd
@pytest.mark.slow
def test_a_run_apart_is_the_run_of_this_process():
    seen = []
    other = apart.carry_out(ONE, lambda: seen.append(1))
    run = rnnviz.run(ONE)
    # Where an array begins in memory decides in which order NumPy adds: sums of about ten numbers,
    # nine steps one after another.
    close = {"rtol": 9 * 10 * 2.0**-52 * 100, "atol": 1e-14}
    np.testing.assert_allclose(other.losses, run.losses, **close)
    for name, gradient in run.gradients.params.items():
        np.testing.assert_allclose(other.gradients.params[name], gradient, **close)
    assert seen and other.experiment is ONE


@needs_memfd
@pytest.mark.slow
def test_the_process_ends_when_nobody_waits(monkeypatch):
    begun = []

    class Noted(subprocess.Popen):
        def __init__(self, *words, **more):
            super().__init__(*words, **more)
            begun.append(self)

    def leave():
        raise KeyError

    monkeypatch.setattr(apart.subprocess, "Popen", Noted)
    with pytest.raises(KeyError):
        apart.carry_out(replace(ONE, T_x=5000, n_a=64), leave)
    assert [process.returncode for process in begun] == [-9]


@pytest.mark.parametrize("code", [apart._FULL, -9])
def test_a_process_that_got_no_memory_is_a_memory_error(code, monkeypatch):
    monkeypatch.setattr(apart, "_work", lambda *_: (code, ""))
    with pytest.raises(MemoryError):
        apart.carry_out(ONE, lambda: None)


def test_what_is_wrong_with_an_experiment_is_its_sentence(monkeypatch):
    monkeypatch.setattr(apart, "_work", lambda *_: (1, "n_a must be large, got 3"))
    with pytest.raises(rnnviz.ExperimentError, match="n_a must be large, got 3"):
        apart.carry_out(ONE, lambda: None)
    monkeypatch.setattr(apart, "_work", lambda *_: (1, ""))
    with pytest.raises(RuntimeError, match="ended with 1"):
        apart.carry_out(ONE, lambda: None)


@pytest.fixture
def each_apart(monkeypatch):
    """Every run counts as one that takes long; gives those that were made apart."""
    made = []

    def carry_out(experiment, between):
        made.append(experiment)
        between()
        return rnnviz.run(experiment)

    for name in ("_SMALL", "_APART"):
        monkeypatch.setattr(shared_runs, name, 0)
    monkeypatch.setattr(apart, "carry_out", carry_out)
    monkeypatch.setattr(apart, "POSSIBLE", True)
    shared_runs.large.clear()
    yield made
    shared_runs.large.clear()


def stopped_and_begun_again():
    import streamlit as st

    import rnnviz
    from rnnviz import ui
    from rnnviz.ui import controls

    each = rnnviz.Experiment(T_x=9, n_a=5, m=3).in_cells()
    if st.toggle("stopped", key="stopped"):
        controls.wish("large run", tuple(each.values()), 1)
    st.write(", ".join(ui.runs(each)))


def test_what_is_stopped_is_not_computed_until_it_is_asked_for_again(each_apart):
    app = AppTest.from_function(stopped_and_begun_again)
    app.session_state["stopped"] = True
    app.run()
    assert not app.exception and [one.label for one in app.button] == ["Run it"]
    before = len(each_apart)
    app.run()
    assert len(each_apart) == before and not app.exception
    app.toggle[0].set_value(False)
    app.button[0].click().run()
    assert app.markdown[0].value == "rnn, lstm, gru" and not app.button and not app.exception
    assert len(each_apart) == 3


def one_large():
    import streamlit as st

    import rnnviz
    from rnnviz import ui

    st.write(ui.run(rnnviz.Experiment(T_x=9, n_a=5, m=3)).cell.title)


def test_who_waited_in_vain_for_the_large_runs_of_others_is_told(each_apart, monkeypatch):
    monkeypatch.setattr(shared_runs, "_PATIENCE", 0)
    app = AppTest.from_function(one_large)
    with shared_runs._one_large:
        app.run()
    assert [one.value for one in app.error] == [
        "a large network must wait for others, at most 0 s; they still run. Try again in a moment, "
        "or ask for less."
    ]
    assert not app.exception and not app.markdown and not each_apart
    app.run()
    assert app.markdown[0].value == "LSTM" and not app.error


def test_a_run_apart_has_its_part_of_the_budget(each_apart, monkeypatch):
    shared_runs.bounded()  # once, or the first run would do it
    budget = Budget(10**9)
    before = shared_runs.memory.budget()
    shared_runs.memory.limit(budget)
    try:
        one = shared_runs.run(ONE)
        assert budget.taken >= ONE.bytes and each_apart == [ONE] and one.experiment == ONE
    finally:
        shared_runs.memory.limit(before)
