"""Jobs whose id follows from what was asked: whoever asks for the same finds it made."""

import hashlib
import json
import re
from concurrent.futures import Executor
from pathlib import Path
from threading import Lock
from typing import Generic, TypeVar

from rnnviz.jobs import executors
from rnnviz.jobs.folder import OVER, Folder
from rnnviz.jobs.queue import Queue

Kind = TypeVar("Kind", bound=Folder)
MOST_KEPT = 30


class Once(Queue, Generic[Kind]):
    """A queue of one kind of folder; each job keeps one core busy, so they wait in line, and the
    last few are kept."""

    def __init__(self, worker: str, kind: type[Kind], root: Path, executor: Executor | None = None):
        super().__init__(worker, root, executor or executors.executor(1))
        self.kind, self._lock = kind, Lock()

    def made(self, folder: Kind) -> bool:
        """Whether a folder that is done holds what was asked for."""
        return folder.path.is_dir()

    def found(self, asked: dict) -> Kind | None:
        """The job that was asked for in just this way, in whatever state; None without one."""
        folder = self.kind(self.root / _id(asked))
        if not folder.path.is_dir():
            return None
        self.take_over(folder)
        lost = folder.progress()["state"] == "done" and not self.made(folder)
        return None if lost else folder

    def named(self, id: str) -> Kind | None:
        """A job by its id, which may come from a link; None where there is none."""
        known = re.fullmatch("[0-9a-f]{8}", id) and (self.root / id).is_dir()
        return self.kind(self.root / id) if known else None

    def once(self, asked: dict) -> Kind:
        """Queue a job, or give the one that is there. Raises ExperimentError."""
        with self._lock:
            known = self.found(asked)
            if known and known.progress()["state"] not in ("cancelled", "failed"):
                return known
            self.check_room()
            self.kind(self.root / _id(asked)).delete()
            folder = self.kind.create(self.root, asked, _id(asked))
            self.start(folder)
            self._tidy()
        return folder

    def _tidy(self) -> None:
        """Remove the oldest of what is over, beyond MOST_KEPT."""
        over = [f for f in Folder.every(self.root) if f.progress()["state"] in OVER]
        for folder in over[MOST_KEPT:]:
            folder.delete()


def _id(asked: dict) -> str:
    return hashlib.sha256(json.dumps(asked, sort_keys=True).encode()).hexdigest()[:8]
