"""A training run is a folder of plain files, each written whole or not at all.

settings.json (what was asked), progress.json (where it stands), history.csv (a row an epoch),
model.keras, words.json (the vocabulary) and result.json (what was measured).
"""

import csv
import io
import json
import os
import re
import secrets
import shutil
import time
from dataclasses import dataclass
from pathlib import Path

from rnnviz.core.errors import ExperimentError, shown
from rnnviz.sentiment.settings import MODELS, Settings

STATES = ("queued", "running", "done", "cancelled", "failed")
OVER = STATES[2:]
COLUMNS = ("epoch", "loss", "accuracy", "val_loss", "val_accuracy", "gradient_norm", "seconds")
_MOST_NAME = 60
_STALE = 20.0  # seconds without a sign of life, after which a run's process must be looked for


def home() -> Path:
    """Where runs are kept: $RNNVIZ_RUNS, or a folder in the user's home."""
    return Path(os.environ.get("RNNVIZ_RUNS") or Path.home() / ".rnnviz" / "runs")


@dataclass(frozen=True)
class Folder:
    """One run's folder; reading what is missing or broken gives one sentence or nothing."""

    path: Path

    @property
    def id(self) -> str:
        """The folder's name: eight hexadecimal digits, or a shipped run's word."""
        return self.path.name

    @property
    def model(self) -> Path:
        """The trained model."""
        return self.path / "model.keras"

    @property
    def settings(self) -> Settings:
        """What was asked for."""
        return Settings.from_dict(self._json("settings.json")["settings"])

    @property
    def name(self) -> str:
        """The user's name for it, or what it is."""
        try:
            given = self._json("settings.json")
            title = given.get("name") or "{cell} on {data}".format(**given["settings"])
        except (ExperimentError, KeyError):
            return self.id
        return str(title)[:_MOST_NAME]

    @property
    def submitted(self) -> float:
        """When it was asked for, in seconds since 1970."""
        return float(self._json("settings.json").get("submitted", 0))

    def progress(self) -> dict:
        """Where it stands: at least `state`, and `reason` where it failed."""
        try:
            found = self._json("progress.json")
        except ExperimentError as error:
            return {"state": "failed", "reason": str(error)}
        if found.get("state") not in STATES:
            return {"state": "failed", "reason": f"progress.json must name a state of {STATES}"}
        if found["state"] == "running" and not _alive(found):
            return found | {"state": "failed", "reason": "the worker is gone"}
        return found

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
        return self._json("result.json") if (self.path / "result.json").exists() else None

    def words(self) -> tuple[str, ...]:
        """The vocabulary that its model was trained on."""
        return tuple(self._json("words.json")["words"])

    def write(self, name: str, content: dict | list) -> None:
        """A JSON file, replaced as a whole. Raises ExperimentError where the disk refuses."""
        self.write_text(name, json.dumps(content, indent=1))

    def write_text(self, name: str, text: str) -> None:
        """Any text, replaced as a whole."""
        part = self.path / f".{name}.{os.getpid()}"
        try:
            part.write_text(text)
            os.replace(part, self.path / name)
        except OSError as error:
            part.unlink(missing_ok=True)
            raise ExperimentError(f"{name} cannot be written: {error.strerror}") from None

    def write_history(self, rows: list[dict]) -> None:
        """All epochs so far."""
        text = io.StringIO()
        table = csv.DictWriter(text, COLUMNS)
        table.writeheader()
        table.writerows(rows)
        self.write_text("history.csv", text.getvalue())

    def note(self, state: str, **more) -> None:
        """Write where the run stands."""
        self.write("progress.json", {"state": state, "updated": time.time(), **more})

    def rename(self, name: str) -> None:
        """Give it a name, at most 60 characters."""
        name = "".join(c for c in name.strip() if c.isprintable())
        if not 1 <= len(name) <= _MOST_NAME:
            raise ExperimentError(f"a name must have 1 to {_MOST_NAME} characters, got {len(name)}")
        self.write("settings.json", self._json("settings.json") | {"name": name})

    def delete(self) -> None:
        """Remove the folder and all that is in it."""
        shutil.rmtree(self.path, ignore_errors=True)

    def _json(self, name: str) -> dict:
        try:
            found = json.loads((self.path / name).read_text())
        except (OSError, ValueError, RecursionError) as error:
            why = getattr(error, "strerror", None) or "it is not JSON"
            raise ExperimentError(f"{name} of run {self.id} cannot be read: {why}") from None
        if not isinstance(found, dict):
            raise ExperimentError(f"{name} of run {self.id} must hold an object")
        return found


def _alive(progress: dict) -> bool:
    """Has a running job given a sign of life, or does its process still stand?"""
    if time.time() - float(progress.get("updated", 0)) < _STALE:
        return True
    try:
        os.kill(int(progress.get("pid", 0)) or -1, 0)
    except (OSError, ValueError, OverflowError):
        return False
    return bool(progress.get("pid"))


def create(settings: Settings, root: Path | None = None, name: str = "") -> Folder:
    """A new folder with its settings, queued."""
    path = (root or home()) / secrets.token_hex(4)
    try:
        path.mkdir(parents=True)
    except OSError as error:
        raise ExperimentError(f"{path.parent} cannot hold runs: {error.strerror}") from None
    folder = Folder(path)
    asked = {"settings": settings.to_dict(), "submitted": time.time(), "name": name}
    folder.write("settings.json", asked)
    folder.note("queued")
    return folder


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
    found = []
    for path in sorted((root or home()).glob("[0-9a-f]" * 8)):
        try:
            found.append((Folder(path).submitted, Folder(path)))
        except ExperimentError:
            continue
    return [folder for _, folder in sorted(found, key=lambda pair: -pair[0])]


def included() -> list[Folder]:
    """The small runs that come with the package."""
    return [Folder(shipped() / cell) for cell in MODELS if (shipped() / cell).is_dir()]
