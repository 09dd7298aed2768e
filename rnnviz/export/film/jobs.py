"""Films as jobs: one after the other, each in a process of its own, the last few kept.

A film's id follows from what was asked, so that whoever asks for the same finds it made.
"""

from concurrent.futures import Executor
from dataclasses import asdict
from pathlib import Path

from rnnviz.core.experiment import Experiment
from rnnviz.export.film import video
from rnnviz.export.film.choices import Film
from rnnviz.jobs import folder as job
from rnnviz.jobs.folder import home
from rnnviz.jobs.once import Once


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


class Films(Once[Folder]):
    """The queue of films of this server."""

    def __init__(self, root: Path | None = None, executor: Executor | None = None):
        super().__init__("rnnviz.export.film.worker", Folder, root or home() / "films", executor)

    def made(self, folder: Folder) -> bool:
        """Whether the film itself is there."""
        return folder.file(folder.asked[1]).exists()

    def find(self, experiment: Experiment, film: Film) -> Folder | None:
        """The film that was asked for in just this way, in whatever state; None without one."""
        return self.found(_asked(experiment, film))

    def submit(self, experiment: Experiment, film: Film) -> Folder:
        """Queue a film, or give the one that is there. Raises ExperimentError."""
        film.check(experiment)
        if film.format == "mp4":
            video.check()
        return self.once(_asked(experiment, film))


def _asked(experiment: Experiment, film: Film) -> dict:
    return {"experiment": asdict(experiment), "film": asdict(film)}
