"""A queue of jobs: each in a spawned process, as many at once as the executor has threads.

`Queue` hands a job's folder to any `concurrent.futures.Executor`; what stands there of a job, who
waits and who is to stop, all lies in the folders, so that a page may be closed and opened again.
"""

import os
import shutil
import subprocess
import sys
import time
from concurrent.futures import Executor, Future
from contextlib import suppress
from pathlib import Path
from typing import Self

from rnnviz.core import events
from rnnviz.core.errors import ExperimentError
from rnnviz.jobs import claims, spare
from rnnviz.jobs.folder import OVER, Folder

_LOOK = 0.1  # seconds between two looks at a worker and at the wish to stop it
_PATIENCE = 0.5  # seconds that a worker has to stop by itself
MOST_QUEUED = 50
LEAST_FREE = 4 << 20  # bytes on the disk: a small training writes half of that


def carry_out(path: str, worker: str) -> None:
    """Work on one folder in a process of its own and wait for its end; note how it ended.

    Where another server shares the folder of runs, one of them does it: whoever comes first.

    A plain function of a plain path and the name of the worker's module (see `jobs.worker`), so
    that any executor can take it.
    """
    folder = Folder(Path(path))
    with claims.claimed(folder.path) as mine:
        if mine and folder.noted() in ("queued", "running"):  # running: of a worker that is gone
            claims.put_by(folder.path)
            _told(folder, worker, "running")
            try:
                _carry_out(folder, worker)
            finally:
                claims.give_up(folder.path)
                _told(folder, worker, folder.noted() or "deleted")


def _told(folder: Folder, worker: str, state: str) -> None:
    events.say("job", job=folder.id, kind=worker, state=state)


def _carry_out(folder: Folder, worker: str) -> None:
    stop = folder.path / "stop"
    if stop.exists() or not folder.path.is_dir():
        _end(folder, "cancelled")
        return
    folder.note("running", stage="starting", pid=os.getpid())
    (folder.path / "alive").touch()
    with spare.take(worker, folder.path) or _process(folder, worker) as process:
        while process.poll() is None:
            folder.beat()
            if stop.exists() or not folder.path.is_dir():
                process.terminate()
                try:
                    process.wait(_PATIENCE)
                except subprocess.TimeoutExpired:
                    process.kill()
                process.wait()
                _end(folder, "cancelled")
                return
            time.sleep(_LOOK)
    # One that failed by its own word may wait to go on already.
    if process.returncode and folder.noted() == "running":
        sign = -process.returncode
        why = f"the worker was killed by signal {sign}" if sign > 0 else "the worker stopped"
        _end(folder, "failed", reason=why)


def _process(folder: Folder, worker: str) -> subprocess.Popen:
    with open(folder.path / "log.txt", "ab") as log:
        return subprocess.Popen(
            [sys.executable, "-m", worker, str(folder.path)],
            stdin=subprocess.PIPE, stdout=log, stderr=log, env=spare.environs(),
        )  # fmt: skip


def _end(folder: Folder, state: str, **more) -> None:
    (folder.path / "stop").unlink(missing_ok=True)
    claims.give_up(folder.path)  # for the note
    if folder.path.is_dir():
        before = folder.progress()
        kept = {key: before[key] for key in ("epoch", "epochs") if key in before}
        folder.note(state, **kept | more)


class Queue:
    """The jobs of one root folder that one kind of worker, a module, carries out."""

    def __init__(self, worker: str, root: Path, executor: Executor):
        self.worker, self.root, self.executor = worker, root, executor
        self.futures: dict[str, Future] = {}

    def check_room(self) -> None:
        """Raise ExperimentError where too many wait already, or the disk is full."""
        waiting = sum(one.progress()["state"] == "queued" for one in Folder.every(self.root))
        if waiting >= MOST_QUEUED:
            events.say("refused", what="job", waiting=waiting)
            raise ExperimentError(f"at most {MOST_QUEUED} runs may wait, got {waiting + 1}")
        with suppress(OSError):  # of a folder that is not there yet
            free = shutil.disk_usage(self.root).free
            if free < LEAST_FREE:
                raise ExperimentError(
                    f"the disk is full: a run needs {LEAST_FREE >> 20} MB at least, "
                    f"got {free >> 10:,} kB"
                )

    def start(self, folder: Folder) -> None:
        """Put a folder at the queue's end. Raises ExperimentError where nobody takes it."""
        (folder.path / "stop").unlink(missing_ok=True)
        self._submit(folder)

    def take_over(self, folder: Folder) -> None:
        """Queue a job too that waits in no queue of this process: the server that was asked for it
        may be gone."""
        future = self.futures.get(folder.id)
        if (future is None or future.done()) and folder.progress()["state"] == "queued":
            self._submit(folder)

    def take_over_all(self) -> Self:
        """Queue whatever waits, the oldest first."""
        for folder in reversed(Folder.every(self.root)):
            self.take_over(folder)
        return self

    def _submit(self, folder: Folder) -> None:
        try:
            call = self.executor.submit(carry_out, str(folder.path), self.worker)
        except ExperimentError as error:
            folder.note("failed", reason=str(error))
            raise
        self.futures[folder.id] = call
        _told(folder, self.worker, "queued")

    def cancel(self, folder: Folder) -> None:
        """Stop a job within two seconds, or take it out of the queue; it keeps what it has."""
        future = self.futures.get(folder.id)
        state = folder.progress()["state"]
        if state in OVER:
            return
        # The wish stays in the folder: on another machine the job may begin at this very moment.
        (folder.path / "stop").touch()
        if state == "queued" and (future is None or future.done() or future.cancel()):
            folder.note("cancelled")
            _told(folder, self.worker, "cancelled")

    def place(self, folder: Folder) -> int:
        """How many jobs wait before this one."""
        every = Folder.every(self.root)
        before = (other for other in every if other.submitted < folder.submitted)
        return sum(other.progress()["state"] == "queued" for other in before)
