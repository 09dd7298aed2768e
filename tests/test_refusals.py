"""What a machine refuses is one sentence where it was asked for: a home that is read-only, a full
disk, a port that is taken."""

import shutil
import socket
import subprocess
import sys

import pytest
import streamlit as st
from test_pages import ROOT, open_page

from rnnviz import ExperimentError
from rnnviz.jobs import folder as job
from rnnviz.sentiment import runs

pytestmark = pytest.mark.slow
NOWHERE = "/proc/none"  # where nobody can make a folder
ASKED = {
    "pages/1_Step.py": ("Film", "Make the film"),
    "pages/5_Training.py": (None, "Start"),
    "pages/6_Sentiment.py": ("Why the notebook's models stay at chance", "Run this step"),
    "pages/9_Class.py": (None, "Begin a class"),
}


@pytest.fixture(autouse=True)
def queues_of_its_own():
    """A queue is made once a server, of the folder that stands then: other tests have theirs."""
    st.cache_resource.clear()
    yield
    st.cache_resource.clear()


def pressed(app, label):
    (button,) = (one for one in app.button if one.label == label)
    button.click().run()
    assert not app.exception, app.exception[0].message
    return [one.value.replace("\\\\", "") for one in app.error]


@pytest.mark.skipif(sys.platform != "linux", reason="takes a folder that refuses even root")
@pytest.mark.parametrize("page", ASKED)
def test_a_home_that_is_read_only_is_one_sentence_and_the_page_stands(monkeypatch, page):
    monkeypatch.setenv("RNNVIZ_RUNS", NOWHERE)
    drawer, label = ASKED[page]
    app = open_page(page)
    if drawer:
        app.session_state[f"drawer {drawer}"] = True
        app.run()
    (said,) = pressed(app, label)
    assert "cannot" in said and said.endswith("No such file or directory.")
    assert not open_page(page).error


def test_a_full_disk_leaves_a_run_its_name(monkeypatch, tmp_path):
    monkeypatch.setenv("RNNVIZ_RUNS", str(tmp_path))
    shutil.copytree(runs.shipped() / "gru", tmp_path / "0123abcd")
    app = open_page("pages/6_Sentiment.py")
    app.session_state["drawer Runs kept here"] = True
    app.run()
    name = runs.find("0123abcd").name
    app.multiselect[-1].select(f"{name} (0123abcd)")
    (field,) = (one for one in app.text_input if one.label == "New name")
    field.set_value("another").run()

    def full(*_):
        raise ExperimentError("settings.json cannot be written: the disk is full")

    monkeypatch.setattr(job.Folder, "write", full)
    assert pressed(app, "Rename") == ["settings.json cannot be written: the disk is full."]
    assert runs.find("0123abcd").name == name


def test_a_port_that_is_taken_is_one_sentence():
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = other.getsockname()[1]
        command = [sys.executable, "-m", "rnnviz", "app", "--port", str(port)]
        done = subprocess.run(command, capture_output=True, text=True, timeout=60, cwd=ROOT)
    (said,) = done.stderr.splitlines()
    assert said.endswith(f"port must be free, got {port}, which is taken: say another by --port")
    assert done.returncode == 2 and not done.stdout
