"""Training as jobs: each run in a process of its own, as many at once as the machine has cores."""

import os
from concurrent.futures import Executor
from pathlib import Path

from rnnviz.core.errors import ExperimentError
from rnnviz.jobs import executors
from rnnviz.jobs.queue import Queue
from rnnviz.sentiment import runs
from rnnviz.sentiment.runs import Folder
from rnnviz.sentiment.settings import Settings


class Jobs(Queue):
    """The queue of training runs; the local one has a thread a core, which waits for a process."""

    def __init__(self, executor: Executor | None = None, root: Path | None = None):
        executor = executor or executors.executor(os.cpu_count() or 1)
        super().__init__("rnnviz.sentiment.worker", root or runs.home(), executor)

    def submit(self, settings: Settings, name: str = "") -> Folder:
        """Queue a run. Raises ExperimentError where too many wait, or the disk refuses."""
        self.check_room()
        folder = runs.create(settings, self.root, name)
        self.start(folder)
        return folder

    def resume(self, folder: Folder) -> None:
        """Queue a run again that failed or was cancelled; it goes on after its last whole epoch."""
        state = folder.progress()["state"]
        if state not in ("failed", "cancelled"):
            raise ExperimentError(
                f"a run to resume must have failed or been cancelled, it is {state}"
            )
        folder.note("queued", epoch=len(folder.history()))
        self.start(folder)
