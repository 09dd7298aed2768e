"""`python -m rnnviz train`: one training in a process of its own, followed on a terminal."""

import sys
import threading
from dataclasses import fields
from pathlib import Path

from rnnviz.core.errors import ExperimentError
from rnnviz.core.training import Settings
from rnnviz.jobs.queue import carry_out
from rnnviz.tasks.find import Asked
from rnnviz.tasks.kept import Kept
from rnnviz.tasks.runs import NETWORK, Folder, prepared
from rnnviz.tasks.runs.again import asked_again, compared

_LOOK = 0.2  # seconds between two looks at how far it is


def train(chosen) -> int:
    """Carry the command's words out; returns the exit code. Raises ExperimentError on bad ones."""
    return _followed(_wanted(chosen))


def again(content: bytes, path: Path) -> int:
    """Train what is in a network's file once more, in a folder; returns the exit code, and says how
    far the two are apart. Raises ExperimentError."""
    one = Kept.read(content)
    folder = asked_again(path, one)
    ended = _followed(folder)
    if (folder.path / NETWORK).exists():
        print(compared(one, folder))
    return ended


def _wanted(chosen) -> Folder:
    asked = Asked(chosen.task, chosen.delay, _columns(chosen.inputs), _columns(chosen.targets))
    data = _read(chosen.data) if chosen.data else None
    task = asked.task(data)
    words = {one.name: getattr(chosen, one.name) for one in fields(Settings)}
    words |= {"steps": task.steps if chosen.steps is None else chosen.steps}
    settings = Settings(**words)
    return prepared(chosen.out, asked, settings, data)


def _followed(folder: Folder) -> int:
    task, settings = folder.task, folder.settings
    print(f"{task.title}, {settings.cell_object.title}, {settings.units} units: "
          f"the loss at chance is {task.chance(settings.steps):.4f}")  # fmt: skip
    worker = threading.Thread(
        target=carry_out, args=(str(folder.path), "rnnviz.tasks.runs.worker"), daemon=True
    )
    worker.start()
    try:
        while worker.is_alive():
            worker.join(_LOOK)
            if sys.stderr.isatty():
                print(f"\r{_bar(folder):70}", end="", file=sys.stderr, flush=True)
    except KeyboardInterrupt:
        (folder.path / "stop").touch()
        worker.join()
        print("\nstopped; the same command goes on", file=sys.stderr)
        return 130
    if sys.stderr.isatty():
        print(file=sys.stderr)
    return _end(folder)


def _end(folder: Folder) -> int:
    progress = folder.progress()
    if progress["state"] != "done":
        print(progress.get("reason", progress["state"]), file=sys.stderr)
        return 1
    done = folder.read("record.json")
    goal, at = done["solved"], done["solved_at"]
    reached = f"solved at update {at}" if at is not None else f"not solved in {done['updates']}"
    print(f"{reached} updates ({goal}); loss {done['test']['loss']:.4g}, {done['seconds']:.1f} s"
          if at is None else f"{reached} ({goal}); loss {done['test']['loss']:.4g} after "
          f"{done['updates']}, {done['seconds']:.1f} s")  # fmt: skip
    print(folder.path / "record.json")
    if done["ended"]:
        print(done["ended"], file=sys.stderr)
    return 1 if done["ended"] else 0


def _bar(folder: Folder) -> str:
    progress = folder.progress()
    if "rate" not in progress:
        return progress["state"]
    return (f"update {progress['done']} of {progress['count']}, loss {progress['loss']:.4f}, "
            f"{progress['rate']:.0f} a second")  # fmt: skip


def _columns(words: str) -> tuple[str, ...]:
    return tuple(word.strip() for word in words.split(",") if word.strip())


def _read(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise ExperimentError(f"data must be a file to read, got: {error.strerror}") from None
