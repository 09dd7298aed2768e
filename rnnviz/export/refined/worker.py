"""The process that one diagram is computed in: `python -m rnnviz.export.refined.worker FOLDER`."""

import os
import signal
import sys
import time
from pathlib import Path

from rnnviz.core.run import run
from rnnviz.exhibits import named
from rnnviz.exhibits.base import carried_out
from rnnviz.export.refined import Folder
from rnnviz.jobs.threads import one_thread
from rnnviz.jobs.worker import work

_NOTE = 0.2  # seconds between two notes of how far it is


def _refine(folder: Folder) -> None:
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))
    if hasattr(os, "nice"):
        os.nice(10)  # whoever looks at a page comes first
    one_thread()
    experiment, name, choices = folder.asked
    noted = 0.0

    def between(share: float | None) -> None:
        nonlocal noted
        now = time.monotonic()
        if share is not None and now - noted >= _NOTE:
            noted = now
            folder.note("running", pid=os.getpid(), share=share)

    (diagram,) = carried_out(named(name).compute(run(experiment), **choices), between)
    folder.keep(diagram)
    folder.note("done")


if __name__ == "__main__":
    sys.exit(work(Folder(Path(sys.argv[1])), _refine))
