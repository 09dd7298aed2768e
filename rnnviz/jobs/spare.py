"""A worker's process that has imported what it needs, and waits for the next folder to work on.

`python -m rnnviz.jobs.spare MODULE` reads a folder's path from its standard input, which ends when
its parent does, and becomes what `python -m MODULE PATH` is. The imports of a small training take
longer than the first dozens of its updates.
"""

import atexit
import os
import signal
import subprocess
import sys
from importlib import import_module
from pathlib import Path
from threading import Lock

_lock = Lock()
_waiting: dict[str, tuple[dict[str, str], subprocess.Popen]] = {}  # by module, with what it minds
_MINDED = ("RNNVIZ_", "OPENBLAS_", "PYTHON")  # of the environment


def warm(module: str) -> None:
    """Have a process wait for a job of a module, where none does already."""
    with _lock:
        minds, process = _waiting.get(module, ({}, None))
        if process is not None:
            if minds == _minded() and process.poll() is None:
                return
            end(process)
        try:
            one = subprocess.Popen(
                [sys.executable, "-m", __name__, module],
                stdin=subprocess.PIPE, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
                env=environs(),
            )  # fmt: skip
        except OSError:  # no process to spare: a job then begins one of its own
            _waiting.pop(module, None)
            return
        _waiting[module] = _minded(), one


def take(module: str, folder: Path) -> subprocess.Popen | None:
    """The process that waits, at work on a folder from now on; None where there is none."""
    with _lock:
        minds, process = _waiting.pop(module, ({}, None))
    if process is None:
        return None
    try:
        if minds != _minded() or process.poll() is not None or process.stdin is None:
            raise OSError
        os.write(process.stdin.fileno(), os.fsencode(folder) + b"\n")
    except OSError:
        end(process)
        return None
    return process


def environs() -> dict[str, str]:
    """The environment of a worker: this package is found there as it is here."""
    root = str(Path(__file__).parents[2])
    paths = os.pathsep.join(filter(None, [root, os.environ.get("PYTHONPATH")]))
    return os.environ | {"PYTHONPATH": paths}


def _minded() -> dict[str, str]:
    return {name: value for name, value in os.environ.items() if name.startswith(_MINDED)}


def end(process: subprocess.Popen) -> None:
    """End a process that waits."""
    process.kill()
    with process:
        pass


@atexit.register
def _end_all() -> None:
    while _waiting:
        end(_waiting.popitem()[1][1])


def _serve(module: str) -> int:
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # a terminal's is for whoever started it
    worker = import_module(module)
    path = b""
    while not path.endswith(b"\n"):
        letter = os.read(0, 1)
        if not letter:
            return 0  # nobody is left who could want it
        path += letter
    folder = Path(os.fsdecode(path[:-1]))
    try:
        log = os.open(folder / "log.txt", os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o666)
    except OSError:
        return 1
    for stream in (1, 2):
        os.dup2(log, stream)
    os.close(log)
    return worker.main(folder)


if __name__ == "__main__":
    sys.exit(_serve(sys.argv[1]))
