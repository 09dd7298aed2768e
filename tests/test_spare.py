"""A process that waits for a training: it does what a fresh one does, and ends with its parent."""

import subprocess
import sys

import pytest
from conftest import ROOT

from rnnviz.core.training import Settings
from rnnviz.jobs import spare
from rnnviz.jobs.queue import carry_out as begin
from rnnviz.tasks.find import Asked
from rnnviz.tasks.runs import carry_out, prepared
from rnnviz.tasks.runs.queue import WORKER

SMALL = Settings(cell="gru", units=4, steps=6, batch=4, updates=30)


@pytest.fixture
def waiting():
    """The process that waits, which is ended whatever happens."""
    spare.warm(WORKER)
    process = spare._waiting[WORKER][1]
    yield process
    spare._waiting.pop(WORKER, None)
    spare.end(process)


def test_it_trains_to_the_bits_of_a_process_of_its_own(waiting, tmp_path):
    spare.warm(WORKER)
    assert spare._waiting[WORKER][1] is waiting  # one is enough
    one, other = (prepared(tmp_path / name, Asked("parity"), SMALL) for name in ("one", "other"))
    begin(str(one.path), WORKER)
    assert waiting.poll() == 0 and spare.take(WORKER, other.path) is None
    carry_out(other)
    assert one.progress()["state"] == "done" and (one.path / "log.txt").read_bytes() == b""
    assert (one.read("record.json")["record"]) == (other.read("record.json")["record"])


def test_its_faults_are_in_the_folder(waiting, tmp_path):
    folder = prepared(tmp_path / "one", Asked("parity"), SMALL)
    folder.write("settings.json", {"task": "none"})
    begin(str(folder.path), WORKER)
    assert folder.progress()["state"] == "failed"
    assert folder.progress()["reason"].startswith("settings.json of run one must hold")


def test_one_of_another_environment_is_none(waiting, tmp_path, monkeypatch):
    monkeypatch.setenv("OPENBLAS_NUM_THREADS", "3")
    assert spare.take(WORKER, tmp_path) is None and waiting.poll() is not None


def test_it_ends_when_nobody_is_left():
    with subprocess.Popen(
        [sys.executable, "-m", spare.__name__, WORKER],
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, cwd=ROOT,
    ) as process:  # fmt: skip
        said, _ = process.communicate(timeout=60)
        assert process.returncode == 0 and not said
