"""Diagrams of many networks over more steps, as jobs: computed in a process of their own.

A diagram's id follows from what its arrays follow from, so that it is computed once, whichever page
asks, and is still there when the server comes again.
"""

import io
import zipfile
from collections.abc import Mapping
from concurrent.futures import Executor
from dataclasses import asdict, fields
from pathlib import Path
from typing import Any

import numpy as np

from rnnviz.core.dynamics import Bifurcation, Phase
from rnnviz.core.errors import ExperimentError
from rnnviz.core.experiment import Experiment
from rnnviz.exhibits import Exhibit
from rnnviz.exhibits.base import chosen
from rnnviz.jobs import folder as job
from rnnviz.jobs.folder import home
from rnnviz.jobs.once import Once

_KINDS = {kind.__name__: kind for kind in (Phase, Bifurcation)}
_FILE = "diagram.npz"


class Folder(job.Folder):
    """One diagram's folder."""

    @property
    def asked(self) -> tuple[Experiment, str, dict[str, Any]]:
        """The experiment, the exhibit's name and its choices. Raises ExperimentError."""
        asked = self.read("settings.json")
        return Experiment(**asked["experiment"]), asked["exhibit"], asked["choices"]

    def keep(self, diagram: Phase | Bifurcation) -> None:
        """Write the arrays, as a whole."""
        content = io.BytesIO()
        arrays = {one.name: getattr(diagram, one.name) for one in fields(diagram)}
        np.savez(content, kind=type(diagram).__name__, **arrays)
        self.write_bytes(_FILE, content.getvalue())

    def diagram(self) -> Phase | Bifurcation:
        """What was computed. Raises ExperimentError."""
        try:
            with np.load(self.path / _FILE) as file:
                arrays = {name: array.item() if array.ndim == 0 else array
                          for name, array in file.items()}  # fmt: skip
            return _KINDS[arrays.pop("kind")](**arrays)
        except (OSError, ValueError, EOFError, KeyError, TypeError, zipfile.BadZipFile) as error:
            raise ExperimentError(f"{_FILE} must be a diagram, got: {error}") from None


class Refined(Once[Folder]):
    """The queue of refined diagrams of this server."""

    def __init__(self, root: Path | None = None, executor: Executor | None = None):
        root = root or home() / "diagrams"
        super().__init__("rnnviz.export.refined.worker", Folder, root, executor)

    def made(self, folder: Folder) -> bool:
        """Whether the arrays are there."""
        return (folder.path / _FILE).exists()

    def submit(self, exhibit: Exhibit, subject: Any, choices: Mapping[str, Any]) -> Folder:
        """Queue the diagram of a picture that follows from an Experiment, or give the one that is
        there. Raises ExperimentError."""
        experiment = exhibit.follows(subject, **chosen(exhibit.follows, choices))
        given = chosen(exhibit.compute, choices)
        asked = {"experiment": asdict(experiment), "exhibit": exhibit.name, "choices": given}
        return self.once(asked)
