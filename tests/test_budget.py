"""What large runs may take: seeds under a band, seeds side by side, runs that are kept."""

import gc
import weakref

import numpy as np
import pytest
from streamlit.runtime.scriptrunner import get_script_run_ctx
from streamlit.testing.v1 import AppTest
from test_pages import charts, open_page

import rnnviz
from rnnviz import ui
from rnnviz.core import run as running
from rnnviz.exhibits import band, of_run
from rnnviz.exhibits.band import band_note
from rnnviz.ui import cache, shared_runs

LARGE = rnnviz.Experiment(n_a=256, m=64, T_x=396)
SIZES = [{}, {"n_a": 64, "m": 32, "T_x": 200}, {"n_a": 128, "m": 64, "T_x": 300}, {"T_x": 5000}]


def whole(experiment) -> int:
    """Bytes of one seed in the cells of a comparison."""
    return sum(e.bytes_per_step * e.T_x for e in experiment.in_cells().values())


@pytest.mark.parametrize("wanted", [2, 20, 100])
@pytest.mark.parametrize("experiment", [rnnviz.Experiment(**size) for size in SIZES] + [LARGE])
def test_a_band_goes_through_no_more_than_its_budget(experiment, wanted):
    each = experiment.in_cells().values()
    count, most = running.affordable_seeds(each, wanted), running.MAX_BAND_BYTES
    assert count * whole(experiment) <= most and count != 1 and count <= wanted
    assert count == wanted or max(2, count + 1) * whole(experiment) > most
    said = band_note(each, wanted)
    assert bool(said) == (count < wanted)
    assert ("not drawn" in said) == (count == 0)
    assert f"over {count} of {wanted} seeds" in said or count in (0, wanted)
    assert f"{whole(experiment) / 2**20:,.0f} MB" in said or not said


def test_the_sizes_of_this_file_are_on_both_sides_of_the_budget():
    counts = [
        running.affordable_seeds(rnnviz.Experiment(**size).in_cells().values(), 20)
        for size in SIZES
    ]
    assert 20 in counts and any(0 < count < 20 for count in counts)
    assert running.affordable_seeds(LARGE.in_cells().values(), 20) == 0


def test_seeds_lie_side_by_side_only_as_far_as_they_fit(monkeypatch):
    e = rnnviz.Experiment(T_x=9)
    expected = running.seed_norms(e, 7)
    monkeypatch.setattr(running, "_SIDE_BY_SIDE", 3 * e.bytes_per_step * e.T_x)
    parts = list(running.seed_norms_by_parts(e, 7))
    assert [len(part) for part in parts] == [3, 3, 1]
    np.testing.assert_allclose(np.concatenate(parts), expected, rtol=1e-12)


def test_a_band_that_is_too_large_is_a_sentence_everywhere(monkeypatch):
    link = {"n_a": "4", "T_x": "12", "seeds": "9"}
    e = rnnviz.Experiment(n_a=4, T_x=12)
    for count, budget in ((9, running.MAX_BAND_BYTES), (3, 3 * whole(e)), (0, 2 * whole(e) - 1)):
        monkeypatch.setattr(running, "MAX_BAND_BYTES", budget)
        cache._computed.clear()
        cache._pictures.clear()  # of the same runs, drawn within another budget
        app = open_page("pages/5_Compare.py", **link)
        assert not app.exception
        titles = [fig["layout"]["title"]["text"] for fig in charts(app)]
        assert any(f"Over {count} seeds" in title for title in titles) == (count > 0)
        assert any("The band is" in one.value for one in app.caption) == (count < 9)
        assert ("compare-band" in of_run(rnnviz.run(e))) == (count > 0)


@pytest.fixture
def all_large(monkeypatch):
    """Every run counts as a large one; gives the experiments that were carried out."""
    done = []

    def carry_out(experiment):
        done.append(experiment)
        return rnnviz.run(experiment)

    monkeypatch.setattr(shared_runs, "_SMALL", 0)
    monkeypatch.setattr(shared_runs, "carry_out", carry_out)
    shared_runs.large.clear()
    yield done
    shared_runs.large.clear()
    cache._computed.clear()


@pytest.mark.slow
@pytest.mark.parametrize(("room", "kept_of_it"), [(0.5, 0), (1.9, 0), (2, 3)])
def test_the_cells_of_one_comparison_are_kept_and_others_while_they_fit(
    all_large, monkeypatch, room, kept_of_it
):
    one, other = (rnnviz.Experiment(seed=seed, T_x=5).in_cells() for seed in (1, 2))
    together = sum(e.bytes for e in one.values())
    monkeypatch.setattr(shared_runs, "_FEW", int(room * together))
    kept = [weakref.ref(run) for run in ui.runs(one).values()]
    for _ in range(2):  # the second time, all are there
        assert [weakref.ref(run) for run in ui.runs(one).values()] == kept
    assert all_large == list(one.values())
    again = ui.runs(other)
    gc.collect()
    assert list(again) == list(other) and shared_runs.large.size <= max(1, room) * together
    assert sum(run() is not None for run in kept) >= kept_of_it
    assert len(all_large) == 2 * len(one)
    ui.runs(other)
    assert len(all_large) == 2 * len(one)


@pytest.mark.parametrize(("leaves", "parts"), [("at once", 0), ("between", 1), ("never", 5)])
def test_a_rerun_that_nobody_waits_for_stops_between_its_parts(
    leaves, parts, all_large, monkeypatch
):
    def script():
        import streamlit as st

        import rnnviz
        from rnnviz.exhibits import named
        from rnnviz.ui import cache

        st.write("begun")
        e = rnnviz.Experiment(T_x=5, gain=0.5)
        st.session_state.leave("at once")
        runs = {e.cell: cache.run(e)}
        cache.computed(named("compare-band"), runs, {"seeds": 5})
        st.write("done")

    asked = []

    def leave(when):
        if when == leaves:
            get_script_run_ctx().script_requests.request_stop()

    def by_parts(experiment, count):
        for seed in range(count):
            asked.append((experiment.cell, seed))
            leave("between")
            yield np.zeros((1, experiment.T_x))

    monkeypatch.setattr(band, "seed_norms_by_parts", by_parts)
    app = AppTest.from_function(script)
    app.session_state.leave = leave
    app.run()
    said = ["begun", "done"] if leaves == "never" else ["begun"]
    assert [one.value for one in app.markdown] == said and not app.exception
    assert len(asked) == parts and len(all_large) == (leaves != "at once")
