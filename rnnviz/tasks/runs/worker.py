"""The process that one training happens in: `python -m rnnviz.tasks.runs.worker FOLDER`."""

import signal
import sys
import threading
from pathlib import Path

from rnnviz.jobs.threads import one_thread
from rnnviz.jobs.worker import work
from rnnviz.tasks.runs import Folder, carry_out


def _train(folder: Folder) -> None:
    stopped = threading.Event()
    signal.signal(signal.SIGTERM, lambda *_: stopped.set())  # heeded between two updates
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # a terminal's is for whoever started it
    one_thread()  # products this small are quicker so
    carry_out(folder, stopped.is_set)
    if stopped.is_set():
        sys.exit(1)


def main(path: Path) -> int:
    """Work on the training in a folder; the exit code."""
    return work(Folder(path), _train)


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1])))
