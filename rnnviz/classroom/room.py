"""A class is a folder of plain files, so that every server on it knows the same.

room.json says who began it, what is asked and whether the answer is shown. Each prediction is a
file of its own, named by a digest of the browser's cookie (see rnnviz/ui/controls/owner.py), in a
folder by the question: whoever writes it first stands by it. Nothing else is kept of anybody.
"""

import json
import os
import re
import secrets
import shutil
import time
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

from rnnviz.core.errors import ExperimentError, shown
from rnnviz.jobs.folder import home

LETTERS = "BCDFGHJKLMNPQRSTVWXZ"  # no vowels, so that a code is no word; none taken for a digit
LENGTH = 5
MOST_ROOMS = 200
MOST_STUDENTS = 500
LONGEST = 200  # characters of a prediction: the options are sentences
TERM = 24 * 3600.0  # seconds that a class is kept


class Asked(NamedTuple):
    """What a class is asked, a lesson by its name ("": nothing yet), and whether it is told."""

    lesson: str = ""
    told: bool = False


@dataclass(frozen=True)
class Room:
    """One class, by its folder; `browser` is the digest of one's cookie."""

    path: Path

    @property
    def code(self) -> str:
        """What students type, or have in their link."""
        return self.path.name

    def is_of(self, browser: str) -> bool:
        """Whether a browser began this class."""
        return self._read()["teacher"] == browser

    def asked(self) -> Asked:
        """What stands before the class. Raises ExperimentError where its file is broken."""
        content = self._read()
        return Asked(str(content.get("lesson", "")), bool(content.get("told")))

    def ask(self, lesson: str, browser: str, told: bool = False) -> None:
        """Put a question, or tell its answer. Raises ExperimentError for anyone but the teacher."""
        if not self.is_of(browser):
            raise ExperimentError(f"class {self.code} is led by the browser that began it")
        self._write(self._read() | {"lesson": lesson, "told": told})

    def predict(self, lesson: str, browser: str, said: str) -> None:
        """Keep a prediction; the first of a browser stands.

        Raises ExperimentError where another question is asked, its answer is told, the class is
        full, or the disk refuses.
        """
        if self.asked() != (lesson, False):
            raise ExperimentError(f"class {self.code} does not predict this any more")
        if len(said) > LONGEST:
            raise ExperimentError(f"a prediction must have at most {LONGEST} characters")
        folder = self._folder(lesson)
        try:
            folder.mkdir(exist_ok=True)
            if len(os.listdir(folder)) >= MOST_STUDENTS:
                raise ExperimentError(f"a class must have at most {MOST_STUDENTS} predictions")
            part = folder / f".{browser}.{secrets.token_hex(4)}"
            part.write_text(said, encoding="utf-8")
            try:
                os.link(part, folder / browser)  # as a whole, and never over another
            except FileExistsError:
                return
            finally:
                part.unlink(missing_ok=True)
        except OSError as error:
            raise ExperimentError(f"predictions cannot be kept here: {error.strerror}") from None

    def predicted(self, lesson: str, browser: str) -> str | None:
        """What a browser predicted; None where it has not."""
        try:
            return (self._folder(lesson) / browser).read_text(encoding="utf-8")
        except (OSError, UnicodeDecodeError):
            return None

    def count(self, lesson: str) -> int:
        """How many have predicted."""
        try:
            return sum(not name.startswith(".") for name in os.listdir(self._folder(lesson)))
        except OSError:
            return 0

    def predictions(self, lesson: str) -> list[str]:
        """What all of them predicted, in no order that tells who."""
        try:
            names = [n for n in os.listdir(self._folder(lesson)) if not n.startswith(".")]
        except OSError:
            return []
        every = (self.predicted(lesson, name) for name in names)
        return sorted(said for said in every if said is not None)

    def _folder(self, lesson: str) -> Path:
        if not re.fullmatch("[a-z0-9_-]{1,40}", lesson):
            raise ExperimentError(f"a lesson must be named by a word, got {shown(lesson)}")
        return self.path / lesson

    def _read(self) -> dict:
        try:
            content = json.loads((self.path / "room.json").read_text(encoding="utf-8"))
        except (OSError, ValueError, RecursionError):
            content = None
        if not isinstance(content, dict) or "teacher" not in content:
            raise ExperimentError(f"class {self.code} is over")
        return content

    def _write(self, content: dict) -> None:
        part = self.path / f".room.{secrets.token_hex(4)}"
        try:
            part.write_text(json.dumps(content), encoding="utf-8")
            os.replace(part, self.path / "room.json")
        except OSError as error:
            part.unlink(missing_ok=True)
            raise ExperimentError(f"a class cannot be kept here: {error.strerror}") from None


def begin(browser: str, root: Path | None = None) -> Room:
    """A new class of a browser; those of yesterday are thrown away.

    Raises ExperimentError where there are too many, or the disk refuses.
    """
    root = root or home() / "classes"
    _tidy(root)
    code = "".join(secrets.choice(LETTERS) for _ in range(LENGTH))
    room = Room(root / code)
    try:
        room.path.mkdir(parents=True)
    except OSError as error:
        raise ExperimentError(f"a class cannot be kept here: {error.strerror}") from None
    room._write({"teacher": browser, "begun": time.time()})
    return room


def find(code: str, root: Path | None = None) -> Room:
    """The class of a code, which may come from a link. Raises ExperimentError without one."""
    code = code.strip().upper()
    room = Room((root or home() / "classes") / code)
    if not re.fullmatch(f"[{LETTERS}]{{{LENGTH}}}", code) or not room.path.is_dir():
        raise ExperimentError(
            f"class must be the code of one that was begun here, got {shown(code)}"
        )
    return room


def _tidy(root: Path) -> None:
    rooms = [path for path in root.glob("[A-Z]" * LENGTH) if path.is_dir()]
    for path in rooms:
        if time.time() - path.stat().st_mtime > TERM:
            shutil.rmtree(path, ignore_errors=True)
    if sum(path.is_dir() for path in rooms) >= MOST_ROOMS:
        raise ExperimentError(f"at most {MOST_ROOMS} classes can be open, got one more")
