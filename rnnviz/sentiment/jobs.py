"""Training as jobs: each in a spawned process, as many at once as the machine has cores.

`Jobs` hands a run's folder to any `concurrent.futures.Executor`; what stands there of a run, who
waits and who is to stop, all lies in the folders, so that a page may be closed and opened again.
"""

import os
import subprocess
import sys
import time
from concurrent.futures import Executor, Future
from pathlib import Path
from queue import SimpleQueue
from threading import Thread

from rnnviz.core.errors import ExperimentError
from rnnviz.sentiment import runs
from rnnviz.sentiment.runs import OVER, Folder
from rnnviz.sentiment.settings import Settings

_LOOK = 0.1  # seconds between two looks at a worker and at the wish to stop it
_PATIENCE = 0.5  # seconds that a worker has to stop by itself
MOST_QUEUED = 50


def carry_out(path: str) -> None:
    """Train one folder in a process of its own and wait for its end; note how it ended.

    A plain function of a plain path, so that any executor can take it.
    """
    folder = Folder(Path(path))
    stop = folder.path / "stop"
    if stop.exists() or not folder.path.is_dir():
        _end(folder, "cancelled")
        return
    folder.note("running", stage="starting", pid=os.getpid())
    command = [sys.executable, "-m", "rnnviz.sentiment.worker", str(folder.path)]
    root = str(Path(__file__).parents[2])
    paths = os.pathsep.join(filter(None, [root, os.environ.get("PYTHONPATH")]))
    quiet = {"PYTHONPATH": paths, "TF_CPP_MIN_LOG_LEVEL": "3", "CUDA_VISIBLE_DEVICES": ""}
    with (
        open(folder.path / "log.txt", "ab") as log,
        subprocess.Popen(
            command, stdin=subprocess.PIPE, stdout=log, stderr=log, env=os.environ | quiet
        ) as worker,
    ):
        while worker.poll() is None:
            if stop.exists():
                worker.terminate()
                try:
                    worker.wait(_PATIENCE)
                except subprocess.TimeoutExpired:
                    worker.kill()
                worker.wait()
                _end(folder, "cancelled")
                return
            time.sleep(_LOOK)
    state = folder.progress().get("state")
    if worker.returncode and state not in OVER:
        sign = -worker.returncode
        why = f"the worker was killed by signal {sign}" if sign > 0 else "the worker stopped"
        _end(folder, "failed", reason=why)


def _end(folder: Folder, state: str, **more) -> None:
    (folder.path / "stop").unlink(missing_ok=True)
    if folder.path.is_dir():
        before = folder.progress()
        kept = {key: before[key] for key in ("epoch", "epochs") if key in before}
        folder.note(state, **kept | more)


class Threads(Executor):
    """Threads that do not keep the server from stopping, as those of a ThreadPoolExecutor do."""

    def __init__(self, count: int):
        self.waiting: SimpleQueue = SimpleQueue()
        for _ in range(count):
            Thread(target=self._work, name="training", daemon=True).start()

    def submit(self, function, /, *arguments, **options) -> Future:
        """Queue a call."""
        future = Future()
        self.waiting.put((future, function, arguments, options))
        return future

    def _work(self) -> None:
        while True:
            future, function, arguments, options = self.waiting.get()
            if not future.set_running_or_notify_cancel():
                continue
            try:
                future.set_result(function(*arguments, **options))
            except BaseException as error:  # the future's owner is the one to hear of it
                future.set_exception(error)


class Jobs:
    """The queue over an executor; the local one has a thread a core, which waits for a process."""

    def __init__(self, executor: Executor | None = None, root: Path | None = None):
        self.executor = executor or Threads(os.cpu_count() or 1)
        self.root = root
        self.futures: dict[str, Future] = {}

    def submit(self, settings: Settings, name: str = "") -> Folder:
        """Queue a run. Raises ExperimentError where too many wait, or the disk refuses."""
        waiting = sum(folder.progress()["state"] == "queued" for folder in runs.every(self.root))
        if waiting >= MOST_QUEUED:
            raise ExperimentError(f"at most {MOST_QUEUED} runs may wait, got {waiting + 1}")
        folder = runs.create(settings, self.root, name)
        self._start(folder)
        return folder

    def resume(self, folder: Folder) -> None:
        """Queue a run again that failed or was cancelled; it goes on after its last whole epoch."""
        state = folder.progress()["state"]
        if state not in ("failed", "cancelled"):
            raise ExperimentError(
                f"a run to resume must have failed or been cancelled, it is {state}"
            )
        folder.note("queued", epoch=len(folder.history()))
        self._start(folder)

    def cancel(self, folder: Folder) -> None:
        """Stop a run within two seconds, or take it out of the queue; it keeps its epochs."""
        future = self.futures.get(folder.id)
        state = folder.progress()["state"]
        if state in OVER:
            return
        (folder.path / "stop").touch()
        if (future is None and state == "queued") or (future is not None and future.cancel()):
            _end(folder, "cancelled")

    def place(self, folder: Folder) -> int:
        """How many runs wait before this one."""
        before = (other for other in runs.every(self.root) if other.submitted < folder.submitted)
        return sum(other.progress()["state"] == "queued" for other in before)

    def _start(self, folder: Folder) -> None:
        (folder.path / "stop").unlink(missing_ok=True)
        self.futures[folder.id] = self.executor.submit(carry_out, str(folder.path))
