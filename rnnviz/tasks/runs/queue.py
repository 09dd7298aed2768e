"""Trainings as jobs: whoever asks for the same training finds the same folder."""

import hashlib
import json
import os
import time
from concurrent.futures import Executor
from pathlib import Path
from threading import Lock

from rnnviz.core.errors import ExperimentError
from rnnviz.core.training import Settings
from rnnviz.jobs import executors, spare
from rnnviz.jobs.folder import OVER, home
from rnnviz.jobs.queue import Queue
from rnnviz.tasks.find import Asked
from rnnviz.tasks.runs import Folder, prepared

WORKER = "rnnviz.tasks.runs.worker"
MOST_KEPT = 60
WATCHED = 5.0  # seconds after which somebody's last look at a training is over


class Trainings(Queue):
    """The queue of this server's trainings, as many at once as the machine has cores.

    A folder's name follows from the task and the settings, so that a link to these finds it, and a
    class that presses Start together trains one network.
    """

    def __init__(self, root: Path | None = None, executor: Executor | None = None):
        root = root or home() / "tasks"
        executor = executor or executors.executor(os.cpu_count() or 1)
        super().__init__(WORKER, root, executor)
        self._lock = Lock()
        self._looks: dict[str, dict[str, float | None]] = {}  # by training and who; None: left
        self.clock = time.monotonic

    def await_start(self) -> None:
        """Have a worker ready: somebody is about to start a training here."""
        if isinstance(self.executor, executors.Threads):
            spare.warm(WORKER)

    def look(self, folder: Folder, who: str) -> None:
        """Note that somebody looks at a training, who has not left it."""
        looks = self._looks.setdefault(folder.id, {})
        if not self.left(folder, who):
            looks[who] = self.clock()

    def left(self, folder: Folder, who: str) -> bool:
        """Whether somebody wanted a training to stop that others still watched."""
        return self._looks.get(folder.id, {}).get(who, 0.0) is None

    def leave(self, folder: Folder, who: str) -> None:
        """Stop a training for somebody: it goes on while others look at it who did not leave it."""
        looks = self._looks.setdefault(folder.id, {})
        looks[who] = None
        since = self.clock() - WATCHED
        if not any(at is not None and at > since for at in list(looks.values())):
            self.cancel(folder)

    def find(self, asked: Asked, settings: Settings, data: bytes | None = None) -> Folder | None:
        """The training that was asked for in just this way, in whatever state; None without one."""
        folder = Folder(self.root / id_of(asked, settings, data))
        return folder if (folder.path / "settings.json").exists() else None

    def state(self, folder: Folder) -> str:
        """Where it stands; what a server that is gone left waiting waits here from now on."""
        self.take_over(folder)
        return folder.progress()["state"]

    def submit(
        self, asked: Asked, settings: Settings, data: bytes | None = None, *, anew: bool = False
    ) -> Folder:
        """Queue a training, or go on with the one that is there; `anew` from its first update.

        Raises ExperimentError where too many wait, or the disk refuses.
        """
        with self._lock:
            folder = self.find(asked, settings, data)
            if folder and self.state(folder) in ("queued", "running"):
                return folder
            if folder and anew:
                folder.delete()
            elif folder and self.state(folder) == "done":
                return folder
            self.check_room()
            path = self.root / id_of(asked, settings, data)
            folder = prepared(path, asked, settings, data)
            self._looks.pop(folder.id, None)
            self.start(folder)
            self._tidy(folder.id)
        return folder

    def _tidy(self, kept: str) -> None:
        """Remove the oldest of what is over, beyond MOST_KEPT."""
        over = [f for f in Folder.every(self.root) if f.progress()["state"] in OVER]
        for folder in over[MOST_KEPT:]:
            if folder.id != kept:
                folder.delete()


def id_of(asked: Asked, settings: Settings, data: bytes | None = None) -> str:
    """The name of a training's folder: eight hexadecimal digits of what was asked."""
    both = json.dumps([asked.to_dict(data), settings.to_dict()], sort_keys=True)
    return hashlib.sha256(both.encode()).hexdigest()[:8]


def leave_all(queue: Trainings, folders: list[Folder], who: str) -> None:
    """Stop for somebody whatever of some trainings is not over yet."""
    for folder in folders:
        try:
            queue.leave(folder, who)
        except ExperimentError:
            continue
