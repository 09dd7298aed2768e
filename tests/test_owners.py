"""On a server that others reach a browser stops, renames and deletes its own jobs alone; a teacher
everybody's; on one's own machine all are one's own."""

import pytest
import streamlit as st
from conftest import awaited
from starlette.requests import Request
from test_faults import Later
from test_pages import open_page

from rnnviz import ExperimentError, server
from rnnviz.__main__ import main
from rnnviz.jobs import owners
from rnnviz.jobs.folder import Folder
from rnnviz.sentiment.runs import create
from rnnviz.sentiment.settings import recipe
from rnnviz.tasks.runs.queue import Trainings
from rnnviz.ui import cache
from rnnviz.ui.controls import owner

TOKEN = "the word of a teacher"


@pytest.fixture
def run(monkeypatch, tmp_path):
    """A run that waits, asked for by another browser."""
    monkeypatch.setenv("RNNVIZ_RUNS", str(tmp_path))
    monkeypatch.setenv("RNNVIZ_TEACHER_TOKEN", TOKEN)
    folder = create(recipe("modern", "builtin", "gru"), tmp_path, "of another")
    owners.claim(folder, owners.digest("another"))
    return folder


def sentiment(run):
    """The page that shows a run, with the list of what is kept unfolded."""
    app = open_page("pages/6_Sentiment.py", runs=run.id)
    app.session_state["drawer Runs kept here"] = True
    return app.run()


def buttons(app) -> set[str]:
    return {button.label for button in app.button if not button.disabled}


def listed(app) -> list[str]:
    return next(box.options for box in app.multiselect if box.label == "Runs")


@pytest.mark.slow
def test_another_can_look_at_a_run_and_no_more_until_the_token_is_said(run):
    run.note("running", pid=1)
    app = sentiment(run)
    assert not app.exception and "Cancel" not in buttons(app)
    assert not [box for box in app.multiselect if box.label == "Runs"]
    app.text_input(key="teacher token").set_value("guess").run()
    assert "That is not the teacher's token." in app.error[0].value
    assert "Cancel" not in buttons(app)
    app.text_input(key="teacher token").set_value(TOKEN).run()
    app.run()
    assert "Cancel" in buttons(app) and listed(app) == [f"of another ({run.id})"]


@pytest.mark.slow
def test_the_browser_that_asked_has_its_run_and_so_has_everybody_at_home(run, monkeypatch):
    run.note("failed")
    with monkeypatch.context() as known:
        known.setattr(owner, "browser", lambda: owners.digest("another"))
        app = sentiment(run)
        assert "Resume" in buttons(app) and listed(app) == [f"of another ({run.id})"]
    assert "Resume" not in buttons(sentiment(run))
    monkeypatch.delenv("RNNVIZ_TEACHER_TOKEN")
    assert st.get_option("server.address") == "127.0.0.1"
    app = sentiment(run)
    assert "Resume" in buttons(app) and listed(app) == [f"of another ({run.id})"]
    assert not [box for box in app.text_input if box.label == "Teacher's token"]
    monkeypatch.setenv("RNNVIZ_PUBLIC", "1")
    assert "Resume" not in buttons(sentiment(run))


@pytest.mark.slow
def test_a_training_that_another_started_has_no_cancel_and_is_not_thrown_away(run, monkeypatch):
    queue = Trainings(run.path.parent / "tasks", Later())
    monkeypatch.setattr(cache, "trainings", lambda: queue)
    app = open_page("pages/5_Training.py")
    app.button(key="training-start").click().run()
    assert "Cancel" in buttons(app)
    assert len(Folder.every(queue.root)) == 1
    other = open_page("pages/5_Training.py", **app.query_params)
    assert "Cancel" not in buttons(other)
    assert "Somebody else started it: it goes on." in [box.value for box in other.caption]


def test_one_browser_has_room_for_so_many(tmp_path):
    for n in range(owners.MOST_OF_ONE):
        owners.check_share(tmp_path, "a")
        folder = Folder.create(tmp_path, {}, f"{n:08x}")
        owners.claim(folder, "a")
        owners.claim(folder, "b")  # too late
    with pytest.raises(ExperimentError, match="at most 20 of your runs"):
        owners.check_share(tmp_path, "a")
    owners.check_share(tmp_path, "b")
    folder.note("done")
    owners.check_share(tmp_path, "a")


def test_a_browser_gets_a_word_once_that_no_script_reads():
    def asked(*headers):
        request = Request({"type": "http", "headers": headers})
        return awaited(server._answer("page")(request)).headers.get("set-cookie", "")

    first, other = asked(), asked()
    word = first.split(";")[0]
    assert word.startswith(f"{owner.COOKIE}=") and len(word) > 30 and word not in other
    assert "HttpOnly" in first and "SameSite=lax" in first
    assert not asked((b"cookie", word.encode()))
    assert word.split("=")[1] not in owners.digest(word)


def test_a_token_that_can_be_guessed_is_refused(capsys):
    assert main(["app", "--teacher-token", "short"]) == 2
    assert capsys.readouterr().err.count("\n") == 1
