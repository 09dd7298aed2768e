"""What a server tells of itself: that it lives, who is there, what went wrong; of nobody a word."""

import contextlib
import io
import json
import time
import urllib.error
import urllib.request
from types import SimpleNamespace

import pytest
from conftest import awaited, serve
from streamlit.runtime import RuntimeState
from streamlit.testing.v1 import AppTest

import rnnviz
from rnnviz import watched
from rnnviz.core import events, memory
from rnnviz.core.memory import Budget
from rnnviz.jobs import executors, owners
from rnnviz.jobs.executors import Threads
from rnnviz.jobs.folder import Folder
from rnnviz.jobs.queue import Queue

SECRET = "Jane Doe <img src=x>"


@pytest.fixture
def log():
    """The lines that are said meanwhile."""
    file = io.StringIO()
    events.log_to(file)
    yield lambda: [json.loads(line) for line in file.getvalue().splitlines()]
    events.log_to(None)


def test_nothing_is_said_until_somebody_wants_to_hear_it(log, capsys):
    events.log_to(None)
    events.say("job", state="done")
    assert log() == [] and capsys.readouterr() == ("", "")


def test_a_line_says_when_and_what_and_a_file_that_is_gone_hurts_nobody(log):
    events.say("job", state="done", job="0a")
    (line,) = log()
    assert line["event"] == "job" and line["state"] == "done" and line["job"] == "0a"
    assert abs(time.time() - time.mktime(time.strptime(line["time"][:19], "%Y-%m-%dT%H:%M:%S"))
               + time.timezone) < 86400  # fmt: skip
    closed = io.StringIO()
    closed.close()
    events.log_to(closed)
    events.say("job", state="done")


def test_each_state_of_a_job_is_a_line_and_so_is_what_is_refused(log, tmp_path, monkeypatch):
    queue = Queue("rnnviz.no_such_worker", tmp_path, Threads(1))
    folder = Folder.create(tmp_path, {"name": SECRET})
    queue.start(folder)
    queue.futures[folder.id].result(60)
    told = [(line["event"], line["state"]) for line in log()]
    assert sorted(told) == [("job", "failed"), ("job", "queued"), ("job", "running")]
    assert {line["job"] for line in log()} == {folder.id}
    monkeypatch.setattr("rnnviz.jobs.queue.MOST_QUEUED", 0)
    monkeypatch.setattr(owners, "MOST_OF_ONE", 0)
    for refused in (queue.check_room, lambda: owners.check_share(tmp_path, "somebody")):
        with pytest.raises(rnnviz.ExperimentError):
            refused()
    with pytest.raises(memory.OutOfMemory), Budget(10).reserved(20):
        pass
    assert [line["what"] for line in log()[3:]] == ["job", "job of one browser", "memory"]
    assert SECRET not in json.dumps(log())


def asked(state, monkeypatch, alive=True):
    """Status and words of /healthz where the server is in a state."""
    monkeypatch.setattr(watched, "exists", lambda: state is not None)
    monkeypatch.setattr(watched, "get_instance", lambda: SimpleNamespace(state=state))
    monkeypatch.setattr(executors, "alive", lambda: alive)
    answer = awaited(watched.health(None))
    return answer.status_code, json.loads(answer.body)


def test_health_says_which_part_does_not_live(monkeypatch):
    lives = RuntimeState.NO_SESSIONS_CONNECTED
    well = {"status": "ok", "server": True, "jobs": True}
    assert asked(lives, monkeypatch) == (200, well)
    for state in (None, RuntimeState.STOPPING, RuntimeState.INITIAL):
        said = well | {"status": "failed", "server": False}
        assert asked(state, monkeypatch) == (503, said)
    said = well | {"status": "failed", "jobs": False}
    assert asked(lives, monkeypatch, alive=False) == (503, said)


def test_a_pool_lives_as_long_as_its_threads():
    pool = Threads(2)
    assert pool.alive() and executors.alive()
    pool._threads[1] = SimpleNamespace(is_alive=lambda: False)
    assert not pool.alive() and not executors.alive()
    del pool._threads[1]
    assert executors.alive()


def fails():
    import streamlit as st

    raise st.session_state["error"]


@pytest.mark.parametrize(
    ("error", "sentence"),
    [
        (KeyError(SECRET), "Something went wrong here; the address bar still has what you chose."),
        (MemoryError(), "This server's memory is full: try again in a moment, or ask for less."),
        (rnnviz.ExperimentError(SECRET), "This cannot be shown."),
    ],
    ids=lambda one: type(one).__name__,
)
def test_an_error_is_a_sentence_with_the_number_of_its_line(error, sentence, log, monkeypatch):
    app = AppTest.from_function(fails)
    app.session_state["error"] = error
    monkeypatch.setattr("streamlit.error_util.show_uncaught_app_exception", watched.failed)
    app.run()
    (line,) = log()
    assert line["event"] == "error" and line["type"] == type(error).__name__
    assert app.error[0].value == f"{sentence} It is number {line['reference']} in the server's log."
    assert line["where"][-1].endswith("fails") and SECRET not in json.dumps(line)
    texts = [one.value for one in app.text]
    assert texts == ([f"{SECRET}."] if isinstance(error, rnnviz.ExperimentError) else [])


def test_sessions_are_counted_while_they_last(log):
    async def application(scope, receive, send):
        assert watched.sessions() == before
        await send({"type": "websocket.accept"})
        assert watched.sessions() == before + 1
        raise ConnectionError

    async def send(message):
        sent.append(message)

    before, sent = watched.sessions(), []
    one = watched.Watched(application)
    with pytest.raises(ConnectionError):
        awaited(one({"type": "websocket"}, None, send))
    assert watched.sessions() == before and sent == [{"type": "websocket.accept"}]
    assert [line["event"] for line in log()] == ["session opened", "session closed"]
    assert not {*log()[0]} - {"time", "event", "session", "sessions"}


@pytest.mark.slow
def test_a_server_says_that_it_lives():
    with serve(("-m", "rnnviz", "app"), "--port") as address:
        with contextlib.closing(urllib.request.urlopen(f"{address}/healthz")) as answer:
            assert answer.status == 200
            assert json.load(answer) == {"status": "ok", "server": True, "jobs": True}
        with pytest.raises(urllib.error.HTTPError, match="404") as closed:
            urllib.request.urlopen(f"{address}/_stcore/metrics")
        closed.value.close()
