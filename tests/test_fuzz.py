"""Hostile input of every kind (tests/fuzz.py; `make fuzz` has 10,000) is read or refused:
no traceback, no file outside, nothing carried out, nothing slow, nothing large."""

import json
import os
import resource
import shutil
import subprocess
import sys
from pathlib import Path
from unittest.mock import AsyncMock

import fuzz
import fuzz_pages
import pytest
from conftest import awaited
from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.Common_pb2 import DoubleArray
from streamlit.proto.WidgetStates_pb2 import WidgetState
from test_pages import PAGES, charts, open_page

from rnnviz import ExperimentError
from rnnviz.heard import Heard
from rnnviz.sentiment import runs

pytestmark = pytest.mark.slow
WATCHED = """
import os, sys
sys.path[:0] = sys.argv[1:3]
import fuzz
inside = sys.argv[3]
fuzz.run(len(fuzz.KINDS))  # what is imported late
def hear(event, given):
    if event in ("os.system", "os.exec", "os.posix_spawn", "subprocess.Popen", "socket.connect"):
        raise SystemExit(f"{event} {given}")
    if event == "open" and isinstance(given[0], str) and isinstance(given[2], int):
        if given[2] & (os.O_WRONLY | os.O_RDWR) and not given[0].startswith((inside, "/dev/null")):
            raise SystemExit(f"wrote {given[0]}")
sys.addaudithook(hear)
faults = fuzz.run(int(sys.argv[4]), 1000)
print("\\n".join(faults) or "all read or refused")
"""


def test_hostile_input_of_every_kind_is_read_or_refused(tmp_path):
    here = Path(__file__).parent
    env = os.environ | {"TMPDIR": str(tmp_path), "RNNVIZ_RUNS": str(tmp_path / "runs")}
    env |= {"HOME": str(tmp_path), "PYTHONDONTWRITEBYTECODE": "1"}
    command = [sys.executable, "-c", WATCHED, str(here), str(here.parent), str(tmp_path), "480"]
    limit = (6 << 30, 6 << 30)  # of addresses: what maps, of which a sixth is used
    done = subprocess.run(
        command, env=env, capture_output=True, text=True, timeout=300,
        preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_AS, limit),
    )  # fmt: skip
    assert done.stdout.strip() == "all read or refused", done.stdout + done.stderr[-2000:]


@pytest.mark.parametrize("seed", range(8))
def test_a_page_with_spoiled_runs_stands(tmp_path, monkeypatch, seed):
    monkeypatch.setenv("RNNVIZ_RUNS", str(tmp_path))
    assert fuzz.case("a_run_folder", seed, tmp_path) is None
    app = open_page("pages/6_Sentiment.py", runs="0123abcd")
    app.session_state["drawer Runs kept here"] = True
    app.run()
    assert not app.exception, app.exception[0].message


def test_what_was_measured_and_spoiled_is_one_sentence(tmp_path, monkeypatch):
    """A value of result.json that no training writes: the page says so, and shows what comes with
    the package; a value that one might write is drawn."""
    monkeypatch.setenv("RNNVIZ_RUNS", str(tmp_path))
    shutil.copytree(runs.shipped() / "gru", tmp_path / "0123abcd")
    result = tmp_path / "0123abcd" / "result.json"
    good = json.loads(result.read_text())
    for name, value in {
        "test_accuracy": "1", "interval": [0.2], "confusion": [[1, 2], [3]], "cell": {"a": 1},
        "calibration": [{"probability": None}], "by_distance": [], "reviews": -1, "settings": 3,
    }.items():  # fmt: skip
        result.write_text(json.dumps(good | {name: value}))
        with pytest.raises(ExperimentError, match=r"^result\.json of run 0123abcd must hold what"):
            runs.find("0123abcd").result()
        assert not runs.find("0123abcd").finished
    app = open_page("pages/6_Sentiment.py", runs="0123abcd")
    assert not app.exception, app.exception[0].message
    (said,) = app.warning
    assert "must hold what was measured" in said.value.replace("\\", "")
    assert len(charts(app)) == len(charts(open_page("pages/6_Sentiment.py")))
    assert not open_page("pages/7_Inside.py", run="0123abcd").exception
    result.write_text(json.dumps(good | {"loss": float("nan")}))
    assert runs.find("0123abcd").finished


def test_every_page_bears_a_hostile_browser():
    assert fuzz_pages.run(2 * len(PAGES)) == []


@pytest.mark.parametrize(
    "nonsense",
    [
        {"double_value": float("inf")}, {"json_value": "[" * 100_000}, {"json_trigger_value": "{"},
        {"json_trigger_value": "9" * 5000}, {"json_value": '{"x": 1e999}'},
        {"double_array_value": DoubleArray(data=[1.0, float("nan")])},
        {"json_value": "[" * 50 + "]" * 50}, {"json_value": f'"{"x" * (1 << 20)}"'},
    ],
    ids=lambda one: next(iter(one)),
)  # fmt: skip
def test_a_word_that_no_widget_says_does_not_reach_the_page(nonsense):
    """The rest of the message does, and one without such a word goes through as it came."""
    good, bad, heard = WidgetState(id="a", int_value=3), WidgetState(id="b", **nonsense), []

    async def app(scope, receive, send):
        heard.append((await receive())["bytes"])

    for states in ([good], [good, bad]):
        said = BackMsg()
        said.rerun_script.widget_states.widgets.extend(states)
        said.rerun_script.query_string = "v=2"
        message = {"type": "websocket.receive", "bytes": said.SerializeToString()}
        receive = AsyncMock(return_value=message)
        awaited(Heard(app)({"type": "websocket"}, receive, None))
    assert heard[0] == heard[1]
