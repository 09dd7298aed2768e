"""A trained network as one small file: what was learned, how, the weights, the losses."""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np

from rnnviz.core import array_files
from rnnviz.core.errors import ExperimentError
from rnnviz.core.training import Flat, Settings, Training
from rnnviz.tasks.base import Task
from rnnviz.tasks.find import Asked

_KNOWN = {"weights", "loss", "tests", "data"}
_SAID = {  # of settings, in a title
    "activation": "{}",
    "init": "{} start",
    "forget_bias": "forget bias {:g}",
    "optimiser": "{}",
    "clip": "clipped at {:g}",
    "truncation": "cut every {} steps",
    "mistake": "{}",
    "seed": "seed {}",
}


@dataclass(frozen=True, eq=False)
class Kept:
    """A network after some updates of a training.

    `weights` (count,) are the flat vector of its parameters, `loss` (updates,) that of each batch,
    `tests` (k, 3) the update, the loss and the share right on sequences that were not trained on;
    `data` is the user's file, if any.
    """

    asked: Asked
    settings: Settings
    weights: np.ndarray
    loss: np.ndarray
    tests: np.ndarray
    data: bytes | None = None

    @classmethod
    def of(cls, asked: Asked, one: Training, data: bytes | None = None) -> "Kept":
        """The network of a training as it now is."""
        tests = [*one.record.tests]
        if one.fault is None and (not tests or tests[-1][0] != one.done):
            tests.append((one.done, *one.tested()))
        losses = np.array(one.record.loss, "f4"), np.array(tests, "f4").reshape(-1, 3)
        return cls(asked, one.settings, one.params.vector.copy(), *losses, data)

    @classmethod
    def read(cls, content: bytes) -> "Kept":
        """Out of a file that may come from anywhere. Raises ExperimentError."""
        arrays, reads = array_files.unpacked(content)
        return cls._of(arrays, reads)

    @classmethod
    def _of(cls, arrays: Mapping[str, np.ndarray], reads: Mapping[str, object]) -> "Kept":
        try:
            asked, settings = Asked.of(reads["task"]), Settings(**reads["settings"])  # type: ignore
            weights, loss, tests = (np.array(arrays[n]) for n in ("weights", "loss", "tests"))
            data = arrays["data"].tobytes() if "data" in arrays else None
            fits = set(arrays) <= _KNOWN and loss.ndim == 1 and tests.shape == (len(tests), 3)
            fits &= weights.dtype == settings.dtype and bool(np.isfinite(weights).all())
            fits &= weights.shape == (_count(asked.task(data), settings),)
        except ExperimentError:
            raise
        except (KeyError, TypeError, ValueError, AttributeError):
            fits = False
        if not fits:
            raise ExperimentError("a trained task must hold its settings and all of its weights")
        return cls(asked, settings, weights, loss, tests, data)

    @property
    def arrays(self) -> dict[str, np.ndarray]:
        """What of it is numbers, by name."""
        own = {"weights": self.weights, "loss": self.loss, "tests": self.tests}
        if self.data is not None:
            own["data"] = np.frombuffer(self.data, np.uint8)
        return own

    @property
    def reads(self) -> dict[str, object]:
        """The rest, as JSON can hold it."""
        return {
            "source": "task",
            "task": self.asked.to_dict(self.data),
            "settings": self.settings.to_dict(),
        }

    def packed(self) -> bytes:
        """The file; the same network gives the same bytes."""
        return array_files.packed(self.arrays, self.reads)

    @cached_property
    def digest(self) -> str:
        """SHA-256 of all that its numbers follow from."""
        made = hashlib.sha256(json.dumps(self.reads, sort_keys=True).encode())
        made.update(self.weights.tobytes())
        return made.hexdigest()

    @cached_property
    def task(self) -> Task:
        """What it learned."""
        return self.asked.task(self.data)

    @property
    def done(self) -> int:
        """After how many updates it is."""
        return len(self.loss)

    @property
    def title(self) -> str:
        """The task, the cell and what more tells it from others."""
        one, usual = self.settings, Settings()
        differs = [said.format(getattr(one, name)) for name, said in _SAID.items()
                   if getattr(one, name) != getattr(usual, name)]  # fmt: skip
        every = [self.task.title, one.cell_object.title, *differs, f"{self.done} updates"]
        return ", ".join(every).replace("clipped at 0", "no clipping")

    @property
    def solved_at(self) -> int | None:
        """The update of the first test that found the task solved; None where none did."""
        chance, solved = self.task.chance(self.settings.steps), self.task.solved
        each = self.tests.tolist()
        return next((int(n) for n, loss, right in each if solved.holds(loss, right, chance)), None)

    def again(self, dtype: str) -> tuple[int, float, float]:
        """The last update whose weights are known and that was tested, the loss that was noted
        then, and the same computed now, in numbers of a type: of a training that ended before its
        time those at the start, else the ones that are kept."""
        one = Training(self.task, replace(self.settings, dtype=dtype))
        if not self.ended:
            one.params.vector[...] = self.weights
        update, noted, _ = self.tests[0 if self.ended else -1].tolist()
        return int(update), noted, one.tested()[0]

    @property
    def ended(self) -> bool:
        """Whether it ended before its time, at a number that is not finite."""
        return self.done < self.settings.updates

    @property
    def params(self) -> dict[str, np.ndarray]:
        """Its parameters by name, read only."""
        flat = Flat.of(self.settings.start(self.task.n_x, self.task.n_y), self.weights.dtype)
        flat.vector[...] = self.weights
        for view in flat.views.values():
            view.flags.writeable = False
        return dict(flat.views)


def _count(task: Task, settings: Settings) -> int:
    shapes = settings.cell_object.shapes(task.n_x, settings.units, task.n_y)
    return sum(int(np.prod(shape)) for shape in shapes.values())
