"""The process that one run trains in: `python -m rnnviz.sentiment.worker FOLDER`."""

import os
import sys
from pathlib import Path

from rnnviz.jobs.worker import work
from rnnviz.sentiment.runs import Folder


def _train(folder: Folder) -> None:
    os.environ.update(TF_CPP_MIN_LOG_LEVEL="3", CUDA_VISIBLE_DEVICES="")  # read as it is imported
    from rnnviz.sentiment import training

    training.carry_out(folder)


if __name__ == "__main__":
    sys.exit(work(Folder(Path(sys.argv[1])), _train))
