"""Hostile input of every kind (tests/fuzz.py; `make fuzz` has 10,000) is read or refused:
no traceback, no file outside, nothing carried out, nothing slow, nothing large."""

import os
import resource
import subprocess
import sys
from pathlib import Path

import fuzz
import pytest
from test_pages import open_page

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
    good = (runs.shipped() / "gru" / "result.json").read_bytes()
    (tmp_path / "0123abcd" / "result.json").write_bytes(good)
    app = open_page("pages/6_Sentiment.py", runs="0123abcd")
    app.session_state["drawer Runs kept here"] = True
    app.run()
    assert not app.exception, app.exception[0].message
