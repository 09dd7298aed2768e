"""Films as jobs: one after the other, each in a process of its own, the last few kept.

A film's id follows from what was asked, so that whoever asks for the same finds it made.
"""

import hashlib
import json
import re
from concurrent.futures import Executor
from dataclasses import asdict
from pathlib import Path
from threading import Lock

from rnnviz.core.experiment import Experiment
from rnnviz.export.film import video
from rnnviz.export.film.choices import Film
from rnnviz.jobs import folder as job
from rnnviz.jobs.folder import OVER, home
from rnnviz.jobs.queue import Queue, Threads

MOST_KEPT = 30


class Folder(job.Folder):
    """One film's folder; `film.webp`, or whatever its format is, stands in it when it is done."""

    @property
    def asked(self) -> tuple[Experiment, Film]:
        """What was asked for. Raises ExperimentError where the file is not one of ours."""
        asked_for = self.read("settings.json")
        return Experiment(**asked_for["experiment"]), Film.from_dict(asked_for["film"])

    def file(self, film: Film) -> Path:
        """The film itself."""
        return self.path / f"film.{film.ending}"


class Films(Queue):
    """The queue of films of this server; a film keeps one core busy, so they wait in line."""

    def __init__(self, root: Path | None = None, executor: Executor | None = None):
        root = root or home() / "films"
        super().__init__("rnnviz.export.film.worker", root, executor or Threads(1))
        self._lock = Lock()

    def find(self, experiment: Experiment, film: Film) -> Folder | None:
        """The film that was asked for in just this way, in whatever state; None without one."""
        folder = Folder(self.root / _id(experiment, film))
        if not folder.path.is_dir():
            return None
        state = folder.progress()["state"]
        lost = state == "queued" and folder.id not in self.futures  # by a server that is gone
        return None if lost or (state == "done" and not folder.file(film).exists()) else folder

    def named(self, id: str) -> Folder | None:
        """A film by its id, which may come from a link; None where there is none."""
        known = re.fullmatch("[0-9a-f]{8}", id) and (self.root / id).is_dir()
        return Folder(self.root / id) if known else None

    def submit(self, experiment: Experiment, film: Film) -> Folder:
        """Queue a film, or give the one that is there. Raises ExperimentError."""
        film.check(experiment)
        if film.format == "mp4":
            video.check()
        with self._lock:
            known = self.find(experiment, film)
            if known and known.progress()["state"] not in ("cancelled", "failed"):
                return known
            self.check_room()
            Folder(self.root / _id(experiment, film)).delete()
            asked = {"experiment": asdict(experiment), "film": asdict(film)}
            folder = Folder.create(self.root, asked, _id(experiment, film))
            self.start(folder)
            self._tidy()
        return folder

    def _tidy(self) -> None:
        """Remove the oldest of what is over, beyond MOST_KEPT."""
        over = [f for f in Folder.every(self.root) if f.progress()["state"] in OVER]
        for folder in over[MOST_KEPT:]:
            folder.delete()


def _id(experiment: Experiment, film: Film) -> str:
    asked = json.dumps([asdict(experiment), asdict(film)], sort_keys=True)
    return hashlib.sha256(asked.encode()).hexdigest()[:8]
