"""What is kept of a training: a few numbers at every update, the rest thinned to a fixed size."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property

import numpy as np

MOST_FRAMES = 256
FRAMES_EVERY, TEST_EVERY = 10, 50
POINTS_EVERY, SHORT = 16 * FRAMES_EVERY, 32  # at a frame; steps whose update is soon made
FRAME_BYTES, LAG_BYTES = 6 * 2**20, 3 * 2**19  # with all the rest 8 MB for 2,000 updates


@dataclass(eq=False)
class Frames:
    """Arrays of every `stride`-th update; when there are too many, every second one goes.

    >>> frames = Frames(stride=1, most=4)
    >>> for update in range(9):
    ...     if frames.wants(update):
    ...         frames.add(update, {"n": np.array(update)})
    >>> frames.updates, frames.stack("n").tolist()
    ([0, 4, 8], [0, 4, 8])
    """

    stride: int
    most: int = MOST_FRAMES
    most_bytes: int = FRAME_BYTES
    updates: list[int] = field(default_factory=list)
    rows: list[dict[str, np.ndarray]] = field(default_factory=list)

    def wants(self, update: int) -> bool:
        """Whether an update is one to keep."""
        return update % self.stride == 0

    def add(self, update: int, arrays: Mapping[str, np.ndarray]) -> None:
        """Keep arrays, the same names and shapes each time; they are not copied."""
        self.updates.append(update)
        self.rows.append(dict(arrays))
        while len(self.rows) > self._room:
            self.stride *= 2
            kept = [at for at, update in enumerate(self.updates) if update % self.stride == 0]
            self.updates = [self.updates[at] for at in kept]
            self.rows = [self.rows[at] for at in kept]

    @cached_property
    def _room(self) -> int:
        """How many rows are kept."""
        size = max(1, sum(array.nbytes for array in self.rows[-1].values()))
        return max(2, min(self.most, self.most_bytes // size))

    def stack(self, name: str) -> np.ndarray:
        """One of the arrays at every update that is kept, (frames, ..)."""
        return np.array([row[name] for row in self.rows])

    def arrays(self, front: str) -> dict[str, np.ndarray]:
        """All of it as arrays by name, as they go into a file."""
        names = self.rows[-1] if self.rows else ()  # an older state may begin with more
        at = {"stride": np.array(self.stride), "updates": np.array(self.updates, int)}
        every = at | {name: self.stack(name) for name in names}
        return {f"{front}/{name}": array for name, array in every.items()}

    def fill(self, front: str, arrays: Mapping[str, np.ndarray]) -> None:
        """The other way: what `arrays` gave."""
        own = {
            n.removeprefix(f"{front}/"): a for n, a in arrays.items() if n.startswith(f"{front}/")
        }
        self.stride, self.updates = int(own.pop("stride")), own.pop("updates").tolist()
        self.rows = [
            {name: array[at] for name, array in own.items()} for at in range(len(self.updates))
        ]


@dataclass(eq=False)
class Record:
    """`loss` and `norms` (each parameter's gradient, before clipping) of every update; `lags` the
    gradient of the loss at the last step by how far back, `frames` weights and what they do;
    `tests` (update, loss, share right) on sequences that are not trained on; `points` where the
    states of a small network would stay (`still`)."""

    loss: list[float] = field(default_factory=list)
    norms: list[np.ndarray] = field(default_factory=list)
    tests: list[tuple[int, float, float]] = field(default_factory=list)
    lags: Frames = field(default_factory=lambda: Frames(1, 10**9, LAG_BYTES))
    frames: Frames = field(default_factory=lambda: Frames(FRAMES_EVERY))
    points: Frames = field(default_factory=lambda: Frames(POINTS_EVERY))

    def arrays(self) -> dict[str, np.ndarray]:
        """All of it as arrays by name, as they go into a file."""
        own = {"loss": np.array(self.loss), "norms": np.array(self.norms)}
        own["tests"] = np.array(self.tests).reshape(-1, 3)
        for front in ("lags", "frames", "points"):
            own |= getattr(self, front).arrays(front)
        return own

    @classmethod
    def of(cls, arrays: Mapping[str, np.ndarray], steps: int = SHORT) -> "Record":
        """The other way: what `arrays` gave, of sequences of so many steps."""
        tests = [(int(update), loss, right) for update, loss, right in arrays["tests"].tolist()]
        points = cls.for_steps(steps).points
        one = cls(arrays["loss"].tolist(), list(arrays["norms"]), tests, points=points)
        one.lags.fill("lags", arrays)
        one.frames.fill("frames", arrays)
        if "points/stride" in arrays:  # an older record has none
            one.points.fill("points", arrays)
        return one

    @classmethod
    def for_steps(cls, steps: int) -> "Record":
        """An empty one of sequences of so many steps: a search for fixed points takes as long as
        ten updates of few steps, and these come half as often.

        >>> Record.for_steps(50).points.stride, Record.for_steps(10).points.stride
        (160, 320)
        """
        return cls(points=Frames(POINTS_EVERY * (2 if steps < SHORT else 1)))

    @property
    def nbytes(self) -> int:
        """How much memory its arrays take."""
        return sum(array.nbytes for array in self.arrays().values())
