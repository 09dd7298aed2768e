"""Who carries a job out: one process, of however many servers that share a folder of runs.

The claim is a lock of the operating system, which goes with the process that holds it, however that
ends. Where there is none (Windows), a folder of runs is for one server.
"""

import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from importlib import import_module
from pathlib import Path
from typing import Any

fcntl: Any = import_module("fcntl") if os.name == "posix" else None
_SPARE, _BYTES = "spare", 16_384  # what a full disk leaves for the sentence that says so


@contextmanager
def claimed(folder: Path) -> Iterator[bool]:
    """Hold a job's claim for a while; False where another process has it, or the folder is gone."""
    try:
        descriptor = os.open(folder / "claim", os.O_RDWR | os.O_CREAT, 0o600)
    except OSError:
        yield fcntl is None and folder.is_dir()
        return
    try:
        yield _locked(descriptor)
    finally:
        os.close(descriptor)


def _locked(descriptor: int) -> bool:
    if fcntl is None:
        return True
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        return False
    return True


def put_by(folder: Path) -> None:
    """Keep some room on the disk for a last word."""
    with suppress(OSError):
        (folder / _SPARE).write_bytes(os.urandom(_BYTES))


def give_up(folder: Path) -> None:
    """Free the room that was put by."""
    with suppress(OSError):
        (folder / _SPARE).unlink(missing_ok=True)
