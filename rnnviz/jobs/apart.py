"""A large run in a process of its own, behind all others: whoever else is served feels nothing.

What it made stays in memory that both processes see (`core/handed_on.py`). Where nobody waits for
it any more the process is ended, and so is one whose server is gone.
"""

import os
import pickle
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from threading import Thread

from rnnviz.core import handed_on
from rnnviz.core.errors import ExperimentError
from rnnviz.core.experiment import Experiment
from rnnviz.core.run import run
from rnnviz.core.types import Run

_LOOK = 0.05  # seconds between two looks at the process
_NICE = 10  # of 19: it has the cores when others rest
_FULL = 4  # exit code: no memory
POSSIBLE = hasattr(os, "memfd_create")  # Linux; elsewhere a large run is one of the server's own


def carry_out(experiment: Experiment, between: Callable[[], None]) -> Run:
    """`run`, apart; `between` is called while it lasts, and may raise. Raises MemoryError."""
    memory = os.memfd_create("run")
    try:
        code, said = _work(experiment, memory, between)
        if code in (_FULL, -9):  # -9: the system ends who takes the last of the memory
            raise MemoryError
        if code == 1 and said:
            raise ExperimentError(said)
        if code:
            raise RuntimeError(f"the process of a large run ended with {code}")
        return handed_on.read(memory, experiment)
    finally:
        os.close(memory)


def _work(experiment: Experiment, memory: int, between: Callable[[], None]) -> tuple[int, str]:
    """The exit code of the process, and what it had to say."""
    root = str(Path(__file__).parents[2])
    paths = os.pathsep.join(filter(None, [root, os.environ.get("PYTHONPATH")]))
    one_thread = {"OPENBLAS_NUM_THREADS": os.environ.get("OPENBLAS_NUM_THREADS", "1")}
    with subprocess.Popen(
        [sys.executable, "-m", "rnnviz.jobs.apart", str(memory)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        pass_fds=[memory],
        env=os.environ | one_thread | {"PYTHONPATH": paths},
    ) as process:
        assert process.stdin and process.stdout
        try:
            process.stdin.write(pickle.dumps(experiment))
            process.stdin.flush()  # and stays open: its end is the server's
            while process.poll() is None:
                time.sleep(_LOOK)
                between()
        finally:
            process.kill()
        return process.returncode, process.stdout.read().decode()


def main(memory: str) -> int:
    """Carry out the experiment that stands on the standard input, into a file that is open."""
    os.nice(_NICE)
    with os.fdopen(0, "rb", closefd=False) as asked:
        experiment = pickle.load(asked)
    Thread(target=_watch, daemon=True).start()
    try:
        with os.fdopen(int(memory), "wb") as file:
            handed_on.write(run(experiment), file)
    except ExperimentError as error:
        print(error, end="")
        return 1
    except MemoryError:
        return _FULL
    return 0


def _watch() -> None:
    os.read(0, 1)
    os._exit(3)


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
