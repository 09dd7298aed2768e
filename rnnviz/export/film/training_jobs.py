"""Films of trainings as jobs, as those of runs are (jobs.py)."""

import os
import signal
import sys
import time
from collections.abc import Sequence
from concurrent.futures import Executor
from pathlib import Path
from typing import NamedTuple

from rnnviz.core.errors import ExperimentError, check_choice
from rnnviz.exhibits.training import of_folder
from rnnviz.export.film import CONTAINERS, video
from rnnviz.export.film.duel import DuelLearning, Side
from rnnviz.export.film.learning import Drawing, Learning, film
from rnnviz.figures import theme
from rnnviz.jobs import folder as job
from rnnviz.jobs.folder import home
from rnnviz.jobs.once import Once
from rnnviz.jobs.worker import work

FORMATS = (*CONTAINERS, "mp4")
_NOTE = 0.2  # seconds between two notes of how far it is


class Asked(NamedTuple):
    """The film of `done` updates of the training in a folder (its path), in a format and theme.

    Of a duel `sides` are name, hue and folders of each, and `training` is the first of these.
    """

    training: str
    done: int
    format: str = "webp"
    theme: str = "light"
    sides: Sequence[tuple[str, str, Sequence[str]]] = ()


class Folder(job.Folder):
    """One film's folder; `film.webp`, or whatever its format is, stands in it when it is done."""

    @property
    def asked(self) -> Asked:
        """What was asked for. Raises ExperimentError where the file is not one of ours."""
        there = self.read("settings.json")
        try:
            return Asked(**{name: there[name] for name in Asked._fields})
        except KeyError as error:
            raise ExperimentError(f"settings.json of film {self.id} must name {error}") from None

    @property
    def file(self) -> Path:
        """The film itself."""
        return self.path / f"film.{self.asked.format}"


class TrainingFilms(Once[Folder]):
    """The queue of films of this server's trainings."""

    def __init__(self, root: Path | None = None, executor: Executor | None = None):
        super().__init__(__name__, Folder, root or home() / "training-films", executor)

    def made(self, folder: Folder) -> bool:
        """Whether the film itself is there."""
        return folder.file.exists()

    def find(self, asked: Asked) -> Folder | None:
        """The film that was asked for in just this way, in whatever state; None without one."""
        return self.found(asked._asdict())

    def submit(self, asked: Asked) -> Folder:
        """Queue a film, or give the one that is there. Raises ExperimentError."""
        check_choice("format of the film", asked.format, FORMATS)
        check_choice("theme", asked.theme, theme.MODES)
        if asked.format == "mp4":
            video.check()
        return self.once(asked._asdict())


def _make(folder: Folder) -> None:
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))  # so that what was begun is cleared away
    if hasattr(os, "nice"):
        os.nice(10)  # whoever looks at a page comes first
    asked, noted = folder.asked, 0.0

    def progress(done: int, count: int) -> None:
        nonlocal noted
        now = time.monotonic()
        if now - noted >= _NOTE:
            noted = now
            folder.note("running", pid=os.getpid(), done=done, count=count)

    film(_drawing(asked), folder.file, progress)
    folder.note("done")


def _drawing(asked: Asked) -> Drawing:
    one, title, chance = of_folder(Path(asked.training))
    if not asked.sides:
        return Learning(one, title, chance, asked.theme)
    sides = [
        Side(name, hue, [of_folder(Path(path))[0] for path in paths])
        for name, hue, paths in asked.sides
    ]
    return DuelLearning(sides, title, chance, asked.theme)


if __name__ == "__main__":
    sys.exit(work(Folder(Path(sys.argv[1])), _make))
