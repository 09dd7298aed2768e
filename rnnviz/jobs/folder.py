"""A job is a folder of plain files, each written whole or not at all.

settings.json says what was asked, progress.json where it stands; the rest is what the job makes.
"""

import errno
import json
import os
import secrets
import shutil
import socket
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Self

from rnnviz.core.errors import ExperimentError

STATES = ("queued", "running", "done", "cancelled", "failed")
OVER = STATES[2:]
_STALE = 20.0  # seconds without a sign of life, after which a job's process must be looked for


def home() -> Path:
    """Where jobs are kept: $RNNVIZ_RUNS, or a folder in the user's home."""
    return Path(os.environ.get("RNNVIZ_RUNS") or Path.home() / ".rnnviz" / "runs")


def full(error: OSError) -> bool:
    """Whether that was for want of room on the disk, or of one's share of it."""
    return error.errno in (errno.ENOSPC, errno.EDQUOT)


@dataclass(frozen=True)
class Folder:
    """One job's folder; reading what is missing or broken gives one sentence."""

    path: Path

    @classmethod
    def create(cls, root: Path, asked: dict, id: str | None = None) -> Self:
        """A new folder with its settings, queued. Raises ExperimentError where the disk refuses."""
        path = root / (id or secrets.token_hex(4))
        try:
            path.mkdir(parents=True)
        except OSError as error:
            raise ExperimentError(f"{root} cannot hold runs: {error.strerror}") from None
        folder = cls(path)
        folder.write("settings.json", asked | {"submitted": time.time()})
        folder.note("queued")
        return folder

    @classmethod
    def every(cls, root: Path) -> list[Self]:
        """The newest first; folders without readable settings are passed over."""
        folders = []
        for path in sorted(root.glob("[0-9a-f]" * 8)):
            try:
                folders.append((cls(path).submitted, cls(path)))
            except ExperimentError:
                continue
        return [folder for _, folder in sorted(folders, key=lambda pair: -pair[0])]

    @property
    def id(self) -> str:
        """The folder's name: eight hexadecimal digits, or a word of our own."""
        return self.path.name

    @property
    def submitted(self) -> float:
        """When it was asked for, in seconds since 1970."""
        with self.meant("settings.json", "when it was asked for"):
            return float(self.read("settings.json").get("submitted", 0))

    def progress(self) -> dict:
        """Where it stands: at least `state`, and `reason` where it failed."""
        try:
            progress = self.read("progress.json")
        except ExperimentError as error:
            return {"state": "failed", "reason": str(error)}
        if progress.get("state") not in STATES:
            return {"state": "failed", "reason": f"progress.json must name a state of {STATES}"}
        if progress["state"] == "running" and not self._alive(progress):
            return progress | {"state": "failed", "reason": "the worker is gone"}
        return progress

    def noted(self) -> str:
        """The state that was noted last, whether or not it still holds; "" without one."""
        try:
            return str(self.read("progress.json").get("state", ""))
        except ExperimentError:
            return ""

    def note(self, state: str, **more) -> None:
        """Write where the job stands; while it runs, on which machine."""
        where = {"host": socket.gethostname()} if state == "running" else {}
        said = {"state": state, "updated": time.time()}
        self.write("progress.json", said | where | more)

    def beat(self) -> None:
        """A sign of life, for those who cannot see the process of a job on another machine."""
        with suppress(OSError):  # of a folder that was deleted nothing may come back
            os.utime(self.path / "alive")

    def _alive(self, progress: dict) -> bool:
        """Has a running job given a sign of life, or does its process still stand?"""
        # A clock that was set back makes a sign of life no younger than one that was set forward.
        if abs(time.time() - float(progress.get("updated", 0))) < _STALE:
            return True
        if progress.get("host", socket.gethostname()) != socket.gethostname():
            try:
                return abs(time.time() - (self.path / "alive").stat().st_mtime) < _STALE
            except OSError:
                return False
        try:
            os.kill(int(progress.get("pid", 0)) or -1, 0)
        except (OSError, ValueError, OverflowError):
            return False
        return bool(progress.get("pid"))

    def write(self, name: str, content: dict | list) -> None:
        """A JSON file, replaced as a whole. Raises ExperimentError where the disk refuses."""
        self.write_text(name, json.dumps(content, indent=1))

    def write_text(self, name: str, text: str) -> None:
        """Any text, replaced as a whole."""
        self.write_bytes(name, text.encode())

    def write_bytes(self, name: str, content: bytes) -> None:
        """Any file, replaced as a whole. Raises ExperimentError where the disk refuses."""
        part = self.path / f".{name}.{os.getpid()}"
        try:
            part.write_bytes(content)
            os.replace(part, self.path / name)
        except OSError as error:
            part.unlink(missing_ok=True)
            why = "the disk is full" if full(error) else error.strerror
            raise ExperimentError(f"{name} cannot be written: {why}") from None

    def read(self, name: str) -> dict:
        """A JSON file that holds an object. Raises ExperimentError for anything else."""
        try:
            content = json.loads((self.path / name).read_text())
        except (OSError, ValueError, RecursionError) as error:
            why = getattr(error, "strerror", None) or "it is not JSON"
            raise ExperimentError(f"{name} of run {self.id} cannot be read: {why}") from None
        if not isinstance(content, dict):
            raise ExperimentError(f"{name} of run {self.id} must hold an object")
        return content

    @contextmanager
    def meant(self, name: str, what: str) -> Iterator[None]:
        """Raise ExperimentError where a file does not hold what is taken out of it."""
        try:
            yield
        except ExperimentError:
            raise
        except (KeyError, IndexError, TypeError, ValueError, AttributeError, OverflowError):
            raise ExperimentError(f"{name} of run {self.id} must hold {what}") from None

    def delete(self) -> None:
        """Remove the folder and all that is in it: first its name, by which a worker writes."""
        gone = self.path.with_name(f".gone-{secrets.token_hex(4)}")
        try:
            self.path.rename(gone)
        except OSError:
            gone = self.path
        shutil.rmtree(gone, ignore_errors=True)
