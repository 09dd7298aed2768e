"""A task by what was asked for: its name, and what it takes besides."""

import hashlib
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

from rnnviz.core.errors import ExperimentError, check_bounds, check_choice, shown
from rnnviz.core.tables.meant import WAYS, Meant
from rnnviz.tasks.base import MOST_STEPS, TASKS, Task
from rnnviz.tasks.characters import characters
from rnnviz.tasks.columns import columns
from rnnviz.tasks.echo import echo

COLUMNS = "columns"
_AS_FOUND = Meant()


def names() -> list[str]:
    """What may be asked for.

    >>> names()[0], names()[-1]
    ('adding', 'columns')
    """
    return [*TASKS, COLUMNS]


@dataclass(frozen=True)
class Asked:
    """What was asked for: one of `names()`, the `delay` of the echo, the columns of a table, and
    what its file is `meant` to be where it may be two things.

    >>> Asked("echo", delay=3).task().title
    'Echo by 3'
    """

    name: str
    delay: int = 10
    inputs: tuple[str, ...] = ()
    targets: tuple[str, ...] = ()
    meant: Meant = _AS_FOUND

    def task(self, data: bytes | None = None) -> Task:
        """The task; `data` is a text's or a table's file. Raises ExperimentError."""
        check_choice("task", self.name, names())
        if self.name == COLUMNS:
            if data is None:
                raise ExperimentError("columns must come with a CSV file, got none")
            return columns(data, self.inputs, self.targets, self.meant)
        if self.name == "characters" and data is not None:
            return characters(data)
        if data is not None:
            raise ExperimentError(
                f"a file must be of characters or columns, got it for {self.name}"
            )
        if self.name == "echo":
            check_bounds("delay", self.delay, 1, MOST_STEPS)
            return echo(self.delay)
        return TASKS[self.name]

    @classmethod
    def of(cls, words: Mapping[str, Any]) -> "Asked":
        """The other way: what `to_dict` gave."""
        columns = {name: tuple(map(str, words[name])) for name in ("inputs", "targets")}
        return cls(words["name"], words["delay"], **columns, meant=_meant(words.get("meant", {})))

    def to_dict(self, data: bytes | None) -> dict:
        """The same as JSON has it, with the file's digest."""
        digest = hashlib.sha256(data).hexdigest() if data is not None else ""
        words = asdict(self) | {"inputs": list(self.inputs), "targets": list(self.targets)}
        del words["meant"]
        said = {n: v for n, v in self.meant._asdict().items() if v not in (None, "")}
        return words | ({"meant": said} if said else {}) | {"sha256": digest}


def _meant(words: Mapping[str, Any]) -> Meant:
    """What `to_dict` gave, from a file that anybody may have written."""
    for name, value in words.items():
        check_choice("meant", name, Meant._fields)
        if name == "gaps":
            check_choice(name, value, WAYS)
        elif not isinstance(value, bool):
            raise ExperimentError(f"{name} must be one of true, false, got {shown(str(value))}")
    return Meant(**words)
