"""Jobs on a Dask scheduler: the same results as here, also when a worker is killed over one."""

import json
import os
import signal
import subprocess
import sys
import time
from dataclasses import replace

import numpy as np
import pytest
from conftest import ROOT

from rnnviz.core.errors import ExperimentError
from rnnviz.core.training import Settings
from rnnviz.jobs import executors
from rnnviz.jobs.folder import OVER, Folder
from rnnviz.tasks.find import Asked
from rnnviz.tasks.runs.queue import Trainings

ASKED = Asked("adding")
SMALL = Settings(cell="gru", steps=10, units=4, batch=8, updates=40, seed=3)
LONG = replace(SMALL, updates=100_000)


def until(condition, seconds=120.0):
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end, "too long"
        time.sleep(0.05)


@pytest.fixture
def workers(monkeypatch, tmp_path):
    """A scheduler and two workers with one thread each, as docs/DEPLOY.md starts them."""
    distributed = pytest.importorskip("distributed")
    where = tmp_path / "scheduler.json"
    monkeypatch.setenv("PYTHONPATH", str(ROOT))
    at = ("--host", "127.0.0.1", "--no-dashboard", "--scheduler-file", str(where))
    worker = ("worker", *at, "--nthreads", "1", "--local-directory", str(tmp_path))
    kinds = [("scheduler", *at, "--port", "0"), worker, worker]
    processes = [
        subprocess.Popen(
            [sys.executable, "-m", "dask", *kind],
            stderr=subprocess.DEVNULL,
            start_new_session=True,
        )
        for kind in kinds
    ]
    try:
        until(where.exists)
        address = json.loads(where.read_text())["address"]
        with distributed.Client(address, set_as_default=False) as client:
            client.wait_for_workers(2, timeout=60)
        monkeypatch.setenv("RNNVIZ_SCHEDULER", address)
        yield address
        executors._client(address).close()
        executors._client.cache_clear()
    finally:
        for process in processes:  # whatever it began, too, and whatever it is at
            os.killpg(process.pid, signal.SIGKILL)
            process.wait()


@pytest.mark.slow
def test_a_training_on_a_cluster_is_the_one_that_is_made_here(workers, tmp_path):
    here = Trainings(tmp_path / "here", executors.Threads(1)).submit(ASKED, SMALL)
    there = Trainings(tmp_path / "there")
    far = there.submit(ASKED, SMALL)
    assert isinstance(there.executor, executors.Cluster)
    for folder in (here, far):
        until(lambda folder=folder: folder.progress()["state"] in OVER)
        assert folder.progress()["state"] == "done", folder.progress()
    first, second = (np.load(folder.path / "network.npz") for folder in (here, far))
    assert set(first.files) == set(second.files) and len(first.files) > 3
    for name in first.files:
        np.testing.assert_array_equal(first[name], second[name])

    # A third one waits for a worker; what runs and what waits can both be cancelled.
    running = [there.submit(ASKED, replace(LONG, seed=seed)) for seed in (1, 2)]
    until(lambda: all("done" in folder.progress() for folder in running))
    waits = there.submit(ASKED, replace(LONG, seed=4))
    assert waits.progress()["state"] == "queued"
    there.cancel(waits)
    assert waits.progress()["state"] == "cancelled"
    there.cancel(running[0])
    until(lambda: running[0].progress()["state"] in OVER)
    assert running[0].progress()["state"] == "cancelled"

    # The worker of the other is killed: a new one takes the job up again.
    before = running[1].progress()["pid"]
    os.kill(parent(before), signal.SIGKILL)
    until(lambda: running[1].progress().get("pid", before) not in (before, parent(before)))
    until(lambda: "done" in running[1].progress())
    there.cancel(running[1])
    until(lambda: running[1].progress()["state"] in OVER)
    assert waits.progress()["state"] == "cancelled"  # and nobody took it up


def parent(pid: int) -> int:
    """The process that began another one; 0 where that is gone."""
    try:
        with open(f"/proc/{pid}/stat") as file:
            return int(file.read().rsplit(") ", 1)[1].split()[1])
    except OSError:
        return 0


def test_a_scheduler_that_is_not_there_is_one_sentence(tmp_path, monkeypatch):
    pytest.importorskip("distributed")
    monkeypatch.setattr(executors, "_PATIENCE", "200ms")
    monkeypatch.setenv("RNNVIZ_SCHEDULER", "tcp://127.0.0.1:9")
    jobs = Trainings(tmp_path)
    with pytest.raises(ExperimentError, match="must name a Dask scheduler that answers, got tcp"):
        jobs.submit(ASKED, SMALL)
    (folder,) = Folder.every(tmp_path)
    assert folder.progress()["state"] == "failed"
    assert "Dask scheduler" in folder.progress()["reason"]


def test_a_job_of_another_machine_lives_as_long_as_it_gives_signs(tmp_path):
    folder = Folder.create(tmp_path, {})
    folder.note("running", pid=os.getpid())
    old = {"updated": time.time() - 60, "host": "elsewhere"}
    folder.write("progress.json", folder.read("progress.json") | old)
    assert folder.progress()["reason"] == "the worker is gone"
    (folder.path / "alive").touch()
    assert folder.progress()["state"] == "running"
    os.utime(folder.path / "alive", (time.time() - 60,) * 2)
    folder.beat()
    assert folder.progress()["state"] == "running"
    folder.delete()
    folder.beat()
    assert not folder.path.exists()
