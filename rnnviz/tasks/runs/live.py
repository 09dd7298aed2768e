"""What a page follows a training by: its record, thinned so that it is written in a millisecond."""

import os
from pathlib import Path

import numpy as np

from rnnviz.core.training import Fault, Frames, Record, Training

NAME = "live.npz"
MOST_COLUMNS = 160  # of the map of lags: more cannot be told apart while it grows


def thinned(record: Record) -> Record:
    """The same losses and tests, every k-th lag, the first and the last frame, the last points."""
    lags, frames = record.lags, record.frames
    every = max(1, -(-len(lags.updates) // MOST_COLUMNS))
    ends = sorted({0, len(frames.rows) - 1}) if frames.rows else []
    last = range(len(record.points.rows))[-1:]
    return Record(
        record.loss,
        [],
        record.tests,
        _some(lags, range(0, len(lags.rows), every)),
        _some(frames, ends),
        _some(record.points, last),
    )


def write(path: Path, one: Training) -> None:
    """Replace the file in a folder as a whole; a disk that refuses leaves the last one there."""
    part = path / f".live.{os.getpid()}.npz"
    fault = one.fault or Fault(0, "", 0)
    told = {"fault": np.array([fault.what]), "at": np.array([fault.update, fault.step])}
    try:
        np.savez(part, done=one.done, **told, **thinned(one.record).arrays())  # type: ignore[arg-type]
        os.replace(part, path / NAME)
    except OSError:
        part.unlink(missing_ok=True)


def fault_of(arrays: dict[str, np.ndarray]) -> Fault | None:
    """What ended the training, as `write` kept it."""
    (what,), (update, step) = arrays["fault"].tolist(), arrays["at"].tolist()
    return Fault(update, what, step) if what else None


def _some(frames: Frames, places) -> Frames:
    return Frames(
        frames.stride,
        updates=[frames.updates[at] for at in places],
        rows=[frames.rows[at] for at in places],
    )
