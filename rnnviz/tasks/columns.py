"""A task of your own: columns of a CSV that come in, and columns that are to come out."""

from collections.abc import Sequence

import numpy as np

from rnnviz.core.errors import ExperimentError, shown
from rnnviz.core.tables import series
from rnnviz.core.tables.meant import Meant
from rnnviz.core.training import Batch, Key
from rnnviz.tasks.base import Solved, Task

HELD_OUT = 5  # the last fifth is not trained on


def columns(
    data: bytes,
    inputs: Sequence[str | int] = (),
    targets: Sequence[str | int] = (),
    meant: Meant | None = None,
) -> Task:
    """The task of a CSV file: rows are steps; columns by name, or by number from 1.

    `targets` are the last column where left out, `inputs` all others. Each is shifted and scaled to
    mean 0 and variance 1 over the rows that are trained on. Raises ExperimentError, and Asked where
    the file may mean two things (`tables.series`).

    >>> columns(b"u,v,y\\n" + b"1,2,3\\n4,5,9\\n" * 20, targets=["y"]).n_x
    2
    """
    signal = series.read(data, meant)
    rows = np.array(signal.rows)
    out = _places(targets, signal.names) or [rows.shape[1] - 1]
    into = _places(inputs, signal.names) or [k for k in range(rows.shape[1]) if k not in out]
    if not into:
        raise ExperimentError("the CSV must have a column more than its targets, got none")
    cut = len(rows) - len(rows) // HELD_OUT
    spread = rows[:cut].std(axis=0)
    for place in out:
        if spread[place] == 0:
            raise ExperimentError(f"column {place + 1} must change to be a target, got one number")
    rows = (rows - rows[:cut].mean(axis=0)) / np.where(spread > 0, spread, 1)
    parts = rows[:cut], rows[cut:]

    def draw(key: Key, m: int, steps: int) -> Batch:
        """Windows from anywhere in the part; the second half counts, when some has been seen."""
        part = parts[key.part != "train"]
        if len(part) < steps:
            raise ExperimentError(
                f"the CSV must have at least {HELD_OUT * steps} rows for {steps} steps, got "
                f"{len(rows)}"
            )
        starts = key.random().integers(0, len(part) - steps + 1, m)
        seen = part[starts[:, None] + np.arange(steps)]
        later = np.broadcast_to(np.arange(steps) >= steps // 2, (m, steps)).copy()
        return Batch(seen[..., into].transpose(2, 0, 1), seen[..., out].transpose(2, 0, 1), later)

    return Task(
        "columns", "Your columns", f"{len(into)} columns come in: what do {len(out)} others hold?",
        "regression", n_x=len(into), n_y=len(out), draw=draw, chance=lambda steps: 1.0,
        theory="targets are scaled to mean 0 and variance 1 over the rows that are trained on: "
        "who always answers the mean has a mean squared error of 1 there",
        source="your file", solved=Solved("share", 0.5), steps=20,
    )  # fmt: skip


def _places(wanted: Sequence[str | int], names: tuple[str, ...]) -> list[int]:
    """Which columns are meant, from 0."""
    places = []
    for one in wanted:
        word = str(one)
        if word in names:
            places.append(names.index(word))
        elif word.isdecimal() and 1 <= int(word) <= len(names):
            places.append(int(word) - 1)
        else:
            every = ", ".join(name for name in names if name) or f"1 to {len(names)}"
            raise ExperimentError(f"a column must be one of {every}, got {shown(word)}")
    return places
