"""What every worker's process does: it works on one folder, and dies with its parent.

Its standard input is a pipe that ends when the parent does.
"""

import os
import sys
import threading
from collections.abc import Callable
from typing import TypeVar

from rnnviz.core.errors import ExperimentError
from rnnviz.jobs import claims
from rnnviz.jobs.folder import Folder, full

Kind = TypeVar("Kind", bound=Folder)  # films have folders of their own

_EXTRAS = {"kaleido": "export", "pypdf": "export", "distributed": "cluster"}


def work(folder: Kind, carry_out: Callable[[Kind], None]) -> int:
    """Carry a job out; what goes wrong becomes one sentence in its folder. The exit code."""
    threading.Thread(target=_watch, daemon=True).start()
    try:
        carry_out(folder)
    except Exception as error:
        claims.give_up(folder.path)
        try:
            folder.note("failed", reason=reason(error))
        except ExperimentError:  # the disk is full: the exit code still says that it failed
            print(reason(error), file=sys.stderr)
        return 1
    return 0


def _watch() -> None:
    # Ends when the other end is gone. Not through sys.stdin, whose lock Python wants as it ends.
    while os.read(0, 1024):
        pass
    os._exit(3)


def reason(error: BaseException) -> str:
    """One sentence for what went wrong in a worker."""
    if isinstance(error, ExperimentError):
        return str(error)
    if isinstance(error, ModuleNotFoundError) and error.name:
        name = error.name.partition(".")[0]
        return f"{name} is not installed: pip install 'rnnviz[{_EXTRAS.get(name, 'sentiment')}]'"
    if isinstance(error, OSError) and error.strerror:
        return "the disk is full" if full(error) else f"the disk refused: {error.strerror}"
    return f"{type(error).__name__}: {str(error)[:200]}"
