"""A training as a folder of plain files, which a worker fills and the same command goes on with.

settings.json (what was asked), data (the user's file, if any), progress.json (where it stands),
live.npz (the record thinned, for whoever looks on), state.npz (all that going on takes, with every
array of the record), network.npz (the network as it is at the end, for every other page) and
record.json (the record without its weights, and what it means).
"""

import io
import json
import os
import time
import zipfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from rnnviz.core.errors import ExperimentError
from rnnviz.core.training import Record, Settings, Training, restore, snapshot
from rnnviz.jobs import folder as job
from rnnviz.tasks.base import Task
from rnnviz.tasks.find import Asked
from rnnviz.tasks.kept import Kept
from rnnviz.tasks.runs import live
from rnnviz.tasks.runs.end import ended
from rnnviz.tasks.runs.told import told

NETWORK = "network.npz"
NOTED, SAVED = 0.2, 5.0  # seconds between two notes of where it is, and between two states
SOON = 0.03  # seconds until the first record, in which there is something to see


@dataclass(frozen=True)
class Folder(job.Folder):
    """The folder of one training."""

    @property
    def data(self) -> bytes | None:
        """The user's file."""
        path = self.path / "data"
        return path.read_bytes() if path.exists() else None

    @property
    def asked(self) -> Asked:
        """What was asked to be learned."""
        with self.meant("settings.json", "a task"):
            return Asked.of(self.read("settings.json")["task"])

    @property
    def task(self) -> Task:
        """What is learned."""
        return self.asked.task(self.data)

    @property
    def settings(self) -> Settings:
        """How."""
        with self.meant("settings.json", "how to train"):
            return Settings(**self.read("settings.json")["settings"])

    def state(self) -> dict[str, np.ndarray] | None:
        """The last state; None before the first. Raises ExperimentError where it is broken."""
        return self._arrays("state.npz")

    def _arrays(self, name: str) -> dict[str, np.ndarray] | None:
        path = self.path / name
        if not path.exists():
            return None
        try:
            with np.load(path) as file:
                return dict(file)
        except (OSError, ValueError, EOFError, zipfile.BadZipFile) as error:
            raise ExperimentError(f"{name} must be a state, got: {error}") from None

    def followed(self, whole: bool = True) -> Training | None:
        """The training with its `whole` record, or as `live.npz` has it, which is quicker to read;
        None before the first update. Raises ExperimentError where a file is broken."""
        if (seen := self._arrays(live.NAME)) is None:
            return None
        one = Training(self.task, self.settings)
        if whole and (state := self.state()) is not None:
            restore(one, state)
        else:
            one.done, one.record = int(seen["done"]), Record.of(seen)
        one.fault = live.fault_of(seen)
        return ended(one) if whole else one

    def opened(self) -> tuple[Training, Task]:
        """The training as its last state has it, that as the last frame, and its task."""
        task = self.task
        one = Training(task, self.settings)
        if (state := self.state()) is not None:
            restore(one, state)
        return ended(one), task

    def save(self, one: Training, seconds: float) -> None:
        """The state and how long it took so far, replaced as a whole."""
        content = io.BytesIO()
        np.savez(content, seconds=seconds, **snapshot(one))  # type: ignore[arg-type]
        self.write_bytes("state.npz", content.getvalue())

    def keep(self, one: Training) -> None:
        """The network as it now is, for pages that do not train."""
        self.write_bytes(NETWORK, Kept.of(self.asked, one, self.data).packed())


def prepared(path: Path, asked: Asked, settings: Settings, data: bytes | None = None) -> Folder:
    """The folder of a training: a new one, or the one that is there where it asks for the same.

    More updates may be asked for than before where the learning rate is constant. Raises
    ExperimentError.
    """
    task = asked.task(data)
    task.check_steps(settings.steps)
    folder = Folder(path)
    wanted = {"task": asked.to_dict(data), "settings": settings.to_dict()}
    if (path / "settings.json").exists():
        there = folder.read("settings.json")
        for name, value in _differing(there, wanted):
            raise ExperimentError(f"{path} must be a new folder or hold the same training, got "
                                  f"another {name} in it: {value}")  # fmt: skip
    elif path.exists() and any(path.iterdir()):
        raise ExperimentError(f"{path} must be a new folder or hold the same training")
    try:
        path.mkdir(parents=True, exist_ok=True)
        if data is not None:
            (path / "data").write_bytes(data)
    except OSError as error:
        raise ExperimentError(f"{path} cannot hold a training: {error.strerror}") from None
    folder.write("settings.json", wanted | {"submitted": time.time()})
    folder.note("queued")
    return folder


def _differing(there: dict, wanted: dict) -> Iterator[tuple[str, object]]:
    free = {"updates"} if wanted["settings"]["schedule"] == "constant" else set()
    for part in ("task", "settings"):
        for name, value in wanted[part].items():
            before = there.get(part, {}).get(name)
            if name not in free and before != value:
                yield name, before


def carry_out(folder: Folder, stopped: Callable[[], bool] = lambda: False) -> None:
    """Train what a folder asks for, from its last state on, until it is done or `stopped`."""
    task, settings = folder.task, folder.settings
    one, seconds = Training(task, settings), 0.0
    if (state := folder.state()) is not None:
        seconds = float(state.pop("seconds", 0))
        restore(one, state)
    noted = saved = start = time.perf_counter()
    start -= seconds
    before, begun = one.done, noted
    try:
        for done in one.run():
            if stopped():
                break
            now = time.perf_counter()
            if (first := done == before + 1) or now - noted >= NOTED:
                noted = now - (NOTED - SOON if first else 0)
                if not first:
                    live.write(folder.path, one)
                folder.note("running", pid=os.getpid(), done=done, count=settings.updates,
                            loss=one.record.loss[-1],
                            rate=(done - before) / (now - begun))  # fmt: skip
            if now - saved >= SAVED:
                saved = now
                folder.save(one, now - start)
    finally:
        live.write(folder.path, one)
        folder.save(one, time.perf_counter() - start)
    if stopped() and one.done < settings.updates and not one.fault:
        return
    folder.keep(one)
    content = told(task, one, time.perf_counter() - start)
    folder.write_text("record.json", json.dumps(content))
    folder.note("done", done=one.done, count=settings.updates)
