"""The process that one film is made in: `python -m rnnviz.export.film.worker FOLDER`."""

import os
import signal
import sys
import time
from pathlib import Path

from rnnviz.core.run import run
from rnnviz.export.film import make
from rnnviz.export.film.jobs import Folder
from rnnviz.jobs.worker import work

_NOTE = 0.2  # seconds between two notes of how far it is


def _film(folder: Folder) -> None:
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))  # so that what was begun is cleared away
    if hasattr(os, "nice"):
        os.nice(10)  # whoever looks at a page comes first
    experiment, film = folder.asked
    noted = 0.0

    def progress(done: int, count: int) -> None:
        nonlocal noted
        now = time.monotonic()
        if now - noted >= _NOTE:
            noted = now
            folder.note("running", pid=os.getpid(), done=done, count=count)

    make(run(experiment), film, folder.file(film), progress)
    folder.note("done")


if __name__ == "__main__":
    sys.exit(work(Folder(Path(sys.argv[1])), _film))
