"""The status page says how the server is: to who teaches, where others reach it."""

import time

import pytest
from test_pages import open_page

from rnnviz import watched
from rnnviz.core import memory
from rnnviz.core.memory import Budget
from rnnviz.jobs.folder import Folder
from rnnviz.ui import cache, shared_runs
from rnnviz.ui.status import jobs

PAGE = "pages/9_Status.py"
TOKEN = "a word of twelve"


@pytest.fixture
def runs(tmp_path, monkeypatch):
    """A folder of runs of our own, and what it holds: two that wait, one that runs, one over."""
    monkeypatch.setenv("RNNVIZ_RUNS", str(tmp_path))
    for name in ("jobs", "trainings", "films", "training_films", "refined"):
        getattr(cache, name).clear()
    monkeypatch.setattr("rnnviz.jobs.queue.Queue.take_over_all", lambda self: self)
    root = cache.trainings().root
    folders = [Folder.create(root, {"name": f"Jane {n}"}) for n in range(4)]
    folders[2].note("running")
    folders[3].note("done")
    yield folders
    for name in ("jobs", "trainings", "films", "training_films", "refined"):
        getattr(cache, name).clear()


def test_every_job_that_waits_or_runs_is_a_row_the_oldest_first(runs):
    rows = jobs(time.time() + 61)
    assert [row["id"] for row in rows] == [folder.id for folder in runs[:3]]
    assert [row["state"] for row in rows] == ["queued", "queued", "running"]
    assert {row["what"] for row in rows} == {"training of a small network"}
    assert all(row["for"].startswith("1 min ") for row in rows)


def test_it_says_what_runs_take_of_their_budget(runs, monkeypatch):
    shared_runs.bounded()
    before, budget = memory.budget(), Budget(200 << 20)
    monkeypatch.setattr(watched, "sessions", lambda: 3)
    memory.limit(budget)
    try:
        with budget.reserved(50 << 20):
            app = open_page(PAGE)
    finally:
        memory.limit(before)
    assert not app.exception and not app.error
    assert app.markdown[0].value == "**3** open pages, **1** job runs, **2** wait."
    (bar,) = app.get("progress")
    assert (bar.proto.value, bar.proto.text) == (25, "Runs take 50 of 200 MB of memory")
    assert "**0** runs were refused for want of memory." in app.caption[0].value
    assert list(app.dataframe[0].value["id"]) == [folder.id for folder in runs[:3]]
    assert "Jane" not in str(app.main)


def test_where_others_reach_the_server_it_asks_for_the_teachers_token(runs, monkeypatch):
    monkeypatch.setenv("RNNVIZ_TEACHER_TOKEN", TOKEN)
    app = open_page(PAGE)
    assert not app.get("progress") and not app.dataframe and not app.exception
    app.text_input(key="teacher token").set_value("another word").run()
    assert app.error[0].value == "That is not the teacher's token." and not app.dataframe
    app.text_input(key="teacher token").set_value(TOKEN).run()
    assert app.dataframe and app.get("progress") and not app.error
    app.run()
    assert app.dataframe
