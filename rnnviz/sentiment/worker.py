"""The process that one run trains in: `python -m rnnviz.sentiment.worker FOLDER`.

It dies with its parent: its standard input is a pipe that ends when the parent does.
"""

import os
import sys
import threading
from pathlib import Path

from rnnviz.core.errors import ExperimentError
from rnnviz.sentiment.runs import Folder


def _watch() -> None:
    sys.stdin.buffer.read()  # returns when the other end is gone
    os._exit(3)


def main(path: str) -> int:
    """Carry the run out; what goes wrong becomes one sentence in its folder."""
    threading.Thread(target=_watch, daemon=True).start()
    folder = Folder(Path(path))
    try:
        from rnnviz.sentiment import training

        training.carry_out(folder)
    except Exception as error:
        from rnnviz.sentiment.training import reason

        try:
            folder.note("failed", reason=reason(error))
        except ExperimentError:  # the disk is full: the exit code still says that it failed
            print(reason(error), file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
