"""The shelf: networks that somebody sent, kept on this machine.

A file is named by a hash of its content, which is computed here; no name that comes with it reaches
the disk.
"""

import os
import re
from pathlib import Path

from rnnviz.core.errors import ExperimentError, shown
from rnnviz.jobs.folder import home

DIGITS = 16  # of the hash, in hexadecimal
_MOST_KEPT = 30  # the oldest go


def keep(name: str, content: bytes) -> None:
    """Put a file on the shelf. Raises ExperimentError where the disk refuses."""
    path, part = _path(name), _path(name).with_suffix(f".{os.getpid()}")
    try:
        if path.exists() and path.read_bytes() == content:
            return
        path.parent.mkdir(parents=True, exist_ok=True)
        part.write_bytes(content)
        os.replace(part, path)
        by_age = sorted(path.parent.glob("*.npz"), key=lambda one: one.stat().st_mtime)
        for old in by_age[:-_MOST_KEPT]:
            old.unlink(missing_ok=True)
    except OSError as error:
        raise ExperimentError(f"networks cannot be kept here: {error.strerror}") from None


def find(name: str) -> Path:
    """A file on the shelf. Raises ExperimentError where there is none."""
    path = _path(name)
    if not path.is_file():
        raise ExperimentError(f"weights must be of a file that was opened here, got file-{name}")
    return path


def _path(name: str) -> Path:
    if not re.fullmatch(f"[0-9a-f]{{{DIGITS}}}", name):
        raise ExperimentError(
            f"the hash of a file must be {DIGITS} hexadecimal digits, got {shown(name)}"
        )
    return home() / "networks" / f"{name}.npz"
