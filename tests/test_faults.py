"""What befalls jobs: a server that goes, two on one folder, a deletion, a full disk, a clock."""

import os
import shutil
import subprocess
import sys
import time
from collections import namedtuple
from concurrent.futures import Executor, Future

import pytest

from rnnviz import ExperimentError
from rnnviz.jobs.executors import Threads
from rnnviz.jobs.folder import OVER, Folder
from rnnviz.jobs.queue import LEAST_FREE, Queue
from rnnviz.sentiment.jobs import Jobs
from rnnviz.sentiment.settings import recipe

pytestmark = pytest.mark.slow
WORKER = """
import errno, pathlib, sys, time
from rnnviz.jobs.folder import Folder
from rnnviz.jobs.worker import work

def ran(folder):
    with open(folder.path / "ran", "a") as file:
        file.write("once ")
    folder.note("done")

def busy(folder):
    while True:  # as fast as it can
        for k in range(50):
            try:
                (folder.path / f"part{k}").write_bytes(b"")
            except OSError:
                pass

def full(folder):
    def write(path, content, before=pathlib.Path.write_bytes):
        if (folder.path / "spare").exists():
            raise OSError(errno.ENOSPC, "No space left on device")
        return before(path, content)
    pathlib.Path.write_bytes = write
    folder.note("running", done=1)

if __name__ == "__main__":
    folder = Folder(pathlib.Path(sys.argv[1]))
    sys.exit(work(folder, globals()[folder.read("settings.json")["does"]]))
"""


class Later(Executor):
    """A server that is killed before it begins with anything."""

    def submit(self, function, /, *arguments):
        return Future()


@pytest.fixture
def server(tmp_path, monkeypatch):
    """A queue, as a server has it, on one folder of runs."""
    (tmp_path / "stand_in_worker.py").write_text(WORKER)
    monkeypatch.setenv("PYTHONPATH", str(tmp_path))
    return lambda executor: Queue("stand_in_worker", tmp_path / "runs", executor)


def submit(queue, does="ran") -> Folder:
    queue.check_room()
    folder = Folder.create(queue.root, {"does": does})
    queue.start(folder)
    return folder


def until(true):
    end = time.monotonic() + 60
    while not true():
        assert time.monotonic() < end, "waited in vain"
        time.sleep(0.02)


def over(folder) -> bool:
    return folder.progress()["state"] in OVER


def test_what_waited_as_a_server_was_killed_is_found_by_the_next_one(server):
    killed = server(Later())
    first, second = submit(killed), submit(killed)
    server(Threads(1)).take_over_all()
    until(lambda: over(first) and over(second))
    assert [(one.path / "ran").read_text() for one in (first, second)] == ["once "] * 2
    assert first.progress()["updated"] < second.progress()["updated"]


def test_two_servers_on_one_folder_do_a_job_once_and_a_cancelled_one_never(server):
    one, other = server(Threads(1)), server(Threads(1))
    folders = [submit(one) for _ in range(6)]
    other.cancel(folders[-1])
    other.take_over_all()
    for again in (one, other):  # whoever looks at a page takes over what waits
        for folder in folders:
            again.take_over(folder)
    until(lambda: all(over(folder) for folder in folders))
    for queue in (one, other):
        until(lambda queue=queue: all(call.done() for call in queue.futures.values()))
    assert [(folder.path / "ran").read_text() for folder in folders[:-1]] == ["once "] * 5
    assert folders[-1].progress()["state"] == "cancelled"
    assert not (folders[-1].path / "ran").exists()


def test_a_job_that_is_deleted_leaves_neither_folder_nor_process(server):
    queue = server(Threads(1))
    folder = submit(queue, "busy")
    until(lambda: (folder.path / "part49").exists())
    queue.cancel(folder)
    folder.delete()
    assert not folder.path.exists()
    until(queue.futures[folder.id].done)  # it has waited for the process
    assert not list(queue.root.iterdir())


def test_a_full_disk_is_what_is_said_of_it(server, monkeypatch):
    queue = server(Threads(1))
    folder = submit(queue, "full")
    until(lambda: over(folder))
    assert folder.progress()["reason"] == "progress.json cannot be written: the disk is full"
    usage = namedtuple("usage", "total used free")
    monkeypatch.setattr(shutil, "disk_usage", lambda _: usage(1 << 30, 1 << 30, 16 << 10))
    with pytest.raises(ExperimentError, match=r"the disk is full: a run needs 4 MB .* got 16 kB"):
        submit(queue)
    assert LEAST_FREE == 4 << 20
    assert len(list(queue.root.iterdir())) == 1


@pytest.mark.parametrize("hours", [-2, 2])
def test_a_clock_that_is_set_neither_kills_a_worker_nor_keeps_a_dead_one(tmp_path, hours):
    gone = subprocess.Popen([sys.executable, "-c", ""])
    gone.wait()
    folder = Folder.create(tmp_path, {})
    for pid, state in ((gone.pid, "failed"), (os.getpid(), "running")):
        folder.note("running", pid=pid)
        noted = folder.read("progress.json")
        folder.write("progress.json", noted | {"updated": time.time() + 3600 * hours})
        assert folder.progress()["state"] == state


def test_what_is_not_installed_is_named_with_the_words_that_install_it(tmp_path, monkeypatch):
    missing = tmp_path / "without"
    for name in ("tensorflow", "keras"):
        (missing / name).mkdir(parents=True)
        (missing / name / "__init__.py").write_text(f"raise ModuleNotFoundError(name={name!r})")
    monkeypatch.setenv("PYTHONPATH", str(missing))
    jobs = Jobs(Threads(1), tmp_path / "runs")
    folder = jobs.submit(recipe("modern", "builtin", "gru", size=300, epochs=1))
    until(lambda: over(folder))
    name, words = folder.progress()["reason"].split(" ", 1)
    assert name in ("tensorflow", "keras")
    assert words == "is not installed: pip install 'rnnviz[sentiment]'"
