"""The process that one training happens in: `python -m rnnviz.tasks.runs.worker FOLDER`."""

import signal
import sys
from pathlib import Path

from rnnviz.jobs.threads import one_thread
from rnnviz.jobs.worker import work
from rnnviz.tasks.runs import Folder, carry_out


def _train(folder: Folder) -> None:
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))  # so that its state is kept
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # a terminal's is for whoever started it
    one_thread()  # products this small are quicker so
    carry_out(folder)


if __name__ == "__main__":
    sys.exit(work(Folder(Path(sys.argv[1])), _train))
