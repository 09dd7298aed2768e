"""Whose a job is: the browser that asked for it first, by a digest of a word that only this has."""

import hashlib
from contextlib import suppress
from pathlib import Path

from rnnviz.core import events
from rnnviz.core.errors import ExperimentError
from rnnviz.jobs.folder import Folder

MOST_OF_ONE = 20  # jobs of one browser that wait or run
_NAME = "owner.json"


def digest(word: str) -> str:
    """What may be written down of a browser's word."""
    return hashlib.sha256(word.encode()).hexdigest()[:32]


def owner_of(folder: Folder) -> str:
    """The digest of a job's owner; "" where nobody asked for it from a page."""
    try:
        return str(folder.read(_NAME).get("owner", ""))
    except ExperimentError:
        return ""


def claim(folder: Folder, owner: str) -> None:
    """Note who asked for a job, once: who asks for the same later finds it owned."""
    if not owner_of(folder):
        with suppress(ExperimentError):  # of a full disk the job itself tells
            folder.write(_NAME, {"owner": owner})


def check_share(root: Path, owner: str) -> None:
    """Raise ExperimentError where too many of one owner's jobs wait or run."""
    going = sum(
        owner_of(one) == owner and one.progress()["state"] in ("queued", "running")
        for one in Folder.every(root)
    )
    if going >= MOST_OF_ONE:
        events.say("refused", what="job of one browser", going=going)
        raise ExperimentError(
            f"at most {MOST_OF_ONE} of your runs may wait or run at once, got {going + 1}"
        )
