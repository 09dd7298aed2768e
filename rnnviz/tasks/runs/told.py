"""The record of a training as JSON, and what it means: when the task was solved, what ended it."""

import math

import numpy as np

from rnnviz.core.training import Frames, Training, still_told
from rnnviz.tasks.base import Task

_DIGITS = 5


def solved_at(task: Task, one: Training) -> int | None:
    """The number of updates after which a test first found the task solved; None where none did."""
    chance = task.chance(one.settings.steps)
    tests = [*one.record.tests, (one.done, *one.tested())]
    return next((n for n, loss, right in tests if task.solved.holds(loss, right, chance)), None)


def told(task: Task, one: Training, seconds: float) -> dict:
    """All of it but the weights, which are in the state; NaN is null."""
    record, loss_right = one.record, one.tested()
    names = [name for name in (record.frames.rows or [{}])[-1] if name != "weights"]
    frames = {name: record.frames.stack(name) for name in names}
    if names and one.eigenvalues() is not None:
        frames["eigenvalues"] = np.array(
            [one.eigenvalues(k) for k in range(len(record.frames.rows))]
        )
    lags = (record.lags.rows or [{}])[0]
    return {
        "task": task.name,
        "title": task.title,
        "source": task.source,
        "chance": task.chance(one.settings.steps),
        "theory": task.theory,
        "solved": task.solved.sentence,
        "solved_at": solved_at(task, one),
        "settings": one.settings.to_dict(),
        "updates": one.done,
        "ended": one.fault.sentence if one.fault else "",
        "seconds": round(seconds, 3),
        "test": {"loss": _plain(loss_right[0]), "right": _plain(loss_right[1])},
        "parameters": {name: view.size for name, view in one.params.views.items()},
        "record": {
            "loss": _plain(record.loss),
            "norms": _plain(np.array(record.norms)),
            "tests": [dict(zip(("update", "loss", "right"), _plain(test), strict=True))
                      for test in record.tests],
            "lags": {"updates": record.lags.updates}
            | {name: _plain(record.lags.stack(name)) for name in lags},
            "frames": {"updates": record.frames.updates}
            | {name: _plain(array) for name, array in frames.items()},
            "points": _points(record.points),
        },
    }  # fmt: skip


def _points(kept: Frames) -> list[dict]:
    each = zip(kept.updates, map(still_told, kept.rows), strict=True)
    return [{"update": update, "states": _plain(states.T), "kinds": kinds}
            for update, (states, kinds) in each]  # fmt: skip


def _plain(value):
    """Numbers as JSON has them: five digits, complex ones as pairs, null for what is none."""
    if isinstance(value, np.ndarray) and value.dtype.kind == "c":
        value = np.stack([value.real, value.imag], axis=-1)
    if isinstance(value, np.ndarray):
        value = value.tolist()
    if isinstance(value, list | tuple):
        return [_plain(each) for each in value]
    if isinstance(value, int):
        return value
    return float(f"{value:.{_DIGITS}g}") if math.isfinite(value) else None
