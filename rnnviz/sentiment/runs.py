"""A training run is a folder of plain files, each written whole or not at all.

settings.json (what was asked), progress.json (where it stands), history.csv (a row an epoch),
model.keras, words.json (the vocabulary), examples.json (some test reviews) and result.json (what
was measured).
"""

import csv
import io
import re
from dataclasses import dataclass
from pathlib import Path

from rnnviz.core.errors import ExperimentError, shown
from rnnviz.jobs import folder as job
from rnnviz.jobs.folder import home
from rnnviz.sentiment import examples, measured
from rnnviz.sentiment.examples import Example
from rnnviz.sentiment.labels import CLASSES
from rnnviz.sentiment.settings import MODELS, Settings

OVER = job.OVER
COLUMNS = ("epoch", "loss", "accuracy", "val_loss", "val_accuracy", "gradient_norm", "seconds")
_MOST_NAME = 60


@dataclass(frozen=True)
class Folder(job.Folder):
    """One run's folder; reading what is missing or broken gives one sentence or nothing."""

    @property
    def model(self) -> Path:
        """The trained model."""
        return self.path / "model.keras"

    @property
    def settings(self) -> Settings:
        """What was asked for."""
        with self.meant("settings.json", "the settings of a run"):
            return Settings.from_dict(self.read("settings.json")["settings"])

    @property
    def name(self) -> str:
        """The user's name for it, or what it is."""
        try:
            given = self.read("settings.json")
            title = given.get("name") or "{cell} on {data}".format(**given["settings"])
        except (ExperimentError, KeyError, TypeError, AttributeError):
            return self.id
        return str(title)[:_MOST_NAME]

    def check(self) -> None:
        """Raise ExperimentError where what was asked or what came of it cannot be read."""
        _ = self.settings, self.history(), self.classes(), self.examples()

    @property
    def finished(self) -> bool:
        """Whether it has a model, and what was measured of that can be read."""
        try:
            return self.model.exists() and bool(self.result())
        except ExperimentError:
            return False

    def history(self) -> list[dict[str, float]]:
        """One row an epoch, the columns of COLUMNS."""
        try:
            text = (self.path / "history.csv").read_text()
            return [
                {name: float(value) for name, value in row.items()}
                for row in csv.DictReader(io.StringIO(text))
            ]
        except FileNotFoundError:
            return []
        except (OSError, ValueError, TypeError, AttributeError) as error:
            raise ExperimentError(f"history.csv must hold numbers, got: {error}") from None

    def result(self) -> dict | None:
        """What was measured; None until it is done."""
        if not (self.path / "result.json").exists():
            return None
        with self.meant("result.json", "what was measured"):
            result = self.read("result.json")
            measured.check(result)
            return result

    def classes(self) -> tuple[str, str]:
        """The names of class 0 and 1: the user's own, where the reviews were a file with labels."""
        with self.meant("result.json", "two classes"):
            negative, positive = (self.result() or {}).get("classes", CLASSES)
            return str(negative), str(positive)

    def words(self) -> tuple[str, ...]:
        """The vocabulary that its model was trained on."""
        with self.meant("words.json", "words"):
            return tuple(map(str, self.read("words.json")["words"]))

    def examples(self) -> dict[str, list[Example]]:
        """Reviews of its test half by kind; none for runs that kept none."""
        there = (self.path / "examples.json").exists()
        with self.meant("examples.json", "reviews"):
            return examples.read(self.read("examples.json") if there else {})

    def write_history(self, rows: list[dict]) -> None:
        """All epochs so far."""
        text = io.StringIO()
        table = csv.DictWriter(text, COLUMNS)
        table.writeheader()
        table.writerows(rows)
        self.write_text("history.csv", text.getvalue())

    def rename(self, name: str) -> None:
        """Give it a name, at most 60 characters."""
        name = "".join(c for c in name.strip() if c.isprintable())
        if not 1 <= len(name) <= _MOST_NAME:
            raise ExperimentError(f"a name must have 1 to {_MOST_NAME} characters, got {len(name)}")
        self.write("settings.json", self.read("settings.json") | {"name": name})


def create(settings: Settings, root: Path | None = None, name: str = "") -> Folder:
    """A new folder with its settings, queued."""
    return Folder.create(root or home(), {"settings": settings.to_dict(), "name": name})


def shipped() -> Path:
    """The folder of the small runs that come with the package."""
    return Path(__file__).parent / "pretrained"


def find(id: str, root: Path | None = None) -> Folder:
    """A run by its id, which may come from a link. Raises ExperimentError where there is none."""
    if re.fullmatch(r"[0-9a-f]{8}", id):
        path = (root or home()) / id
        if path.is_dir():
            return Folder(path)
    elif re.fullmatch(r"[a-z]{2,12}", id) and (shipped() / id).is_dir():
        return Folder(shipped() / id)
    raise ExperimentError(f"run must be one that is kept here, got {shown(id)}")


def every(root: Path | None = None) -> list[Folder]:
    """The user's runs, the newest first; folders without readable settings are passed over."""
    return Folder.every(root or home())


def included() -> list[Folder]:
    """The small runs that come with the package."""
    return [Folder(shipped() / cell) for cell in MODELS if (shipped() / cell).is_dir()]
