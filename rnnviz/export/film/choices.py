"""Film: what a film shows, how fast and how large, validated; and which picture comes when."""

from collections.abc import Iterator
from dataclasses import dataclass, fields
from typing import NamedTuple

import numpy as np

from rnnviz.core.errors import ExperimentError, check_choice, shown
from rnnviz.core.experiment import Experiment

BOUNDS = {
    "sequence": (0, 255),
    "unit": (0, 255),
    "pace": (0.0002, 60.0),
    "rate": (1, 50),
    "height": (360, 1080),
}
CHOICES = {
    "picture": ("tape", "diagram", "both"),
    "direction": ("both", "forward", "backward"),
    "theme": ("light", "dark"),
    "format": ("webp", "apng", "gif", "mp4"),
}
MOST_PICTURES = 12_000
MOST_SECONDS = 1800
HOLD = 1.0  # seconds that the last picture of a way stays longer
_FROM_ONE = ("sequence", "unit")  # as they are said, though they count from 0


class Shot(NamedTuple):
    """One picture: which way, at which step (from 0), for how many ticks of 1 / rate seconds."""

    way: str
    t: int
    ticks: int


@dataclass(frozen=True)
class Film:
    """One film of a run.

    `sequence` and `unit` count from 0, `pace` is in seconds a step, `rate` the most pictures a
    second, `height` in pixels (an even number; the width is 16/9 of it); `picture` is what it
    shows: the tape, the cell's diagram at each step, or both. Raises ExperimentError
    for anything out of bounds.
    """

    direction: str = "both"
    sequence: int = 0
    unit: int = 0
    pace: float = 0.2
    rate: int = 25
    height: int = 1080
    theme: str = "light"
    format: str = "webp"
    loop: bool = True
    picture: str = "tape"

    def __post_init__(self):
        for name, (low, high) in BOUNDS.items():
            value, kind = getattr(self, name), type(low)
            whole = isinstance(value, int) or (kind is float and isinstance(value, float))
            if isinstance(value, bool) or not whole or not low <= value <= high:
                one = int(name in _FROM_ONE)
                came = value + one if isinstance(value, int) else value
                what = "a whole number " if kind is int else ""
                raise ExperimentError(
                    f"{name} must be {what}between {low + one} and {high + one}, got {shown(came)}"
                )
        for name, choices in CHOICES.items():
            check_choice(name, getattr(self, name), choices)
        if self.height % 2:
            raise ExperimentError(f"height must be an even number, got {self.height}")
        if not isinstance(self.loop, bool):
            raise ExperimentError(f"loop must be true or false, got {shown(self.loop)}")

    @classmethod
    def from_dict(cls, words: dict) -> "Film":
        """A film from JSON; raises ExperimentError for a word that is none of its fields."""
        names = [field.name for field in fields(cls)]
        for name in words:
            if name not in names:
                raise ExperimentError(f"film must have of {', '.join(names)}, got {shown(name)}")
        return cls(**words)

    @property
    def size(self) -> tuple[int, int]:
        """Width and height in pixels, both even, as video needs them."""
        return round(self.height * 8 / 9) * 2, self.height

    @property
    def ending(self) -> str:
        """What its file's name ends with."""
        return {"apng": "png"}.get(self.format, self.format)

    @property
    def ways(self) -> tuple[str, ...]:
        """The parts of the film, in their order."""
        return ("forward", "backward") if self.direction == "both" else (self.direction,)

    def shots(self, T_x: int) -> Iterator[Shot]:
        """Every picture of a film over T_x steps; steps shorter than a tick share a picture."""
        starts = np.rint(np.arange(T_x + 1) * self.pace * self.rate).astype(int)
        starts[-1] = max(starts[-1], starts[-2] + 1)
        for way in self.ways:
            for index, ticks in enumerate(np.diff(starts)):
                last = index == T_x - 1
                if ticks or last:
                    stays = int(ticks) + (round(HOLD * self.rate) if last else 0)
                    yield Shot(way, index if way == "forward" else T_x - 1 - index, stays)

    def check(self, experiment: Experiment) -> None:
        """Raise ExperimentError unless the experiment can be filmed so."""
        for name, most in (("sequence", experiment.m), ("unit", experiment.n_a)):
            if getattr(self, name) >= most:
                raise ExperimentError(
                    f"{name} must be between 1 and {most}, got {getattr(self, name) + 1}"
                )
        shots = list(self.shots(experiment.T_x))
        seconds = sum(shot.ticks for shot in shots) / self.rate
        if len(shots) > MOST_PICTURES or seconds > MOST_SECONDS:
            raise ExperimentError(
                f"a film must have at most {MOST_PICTURES} pictures and last {MOST_SECONDS} s, "
                f"got {len(shots)} pictures and {seconds:.0f} s: make the steps shorter"
            )


def pace_for(seconds: float, direction: str, T_x: int) -> float:
    """Seconds a step so that the whole film lasts `seconds`. Raises ExperimentError."""
    ways = len(Film(direction=direction).ways)
    low, high = (ways * (HOLD + pace * T_x) for pace in BOUNDS["pace"])
    low, high = round(low + 0.005, 2), min(high, MOST_SECONDS)
    if not low <= seconds <= high:
        raise ExperimentError(
            f"seconds must be between {low:g} and {high:g} for T_x = {T_x}, got {shown(seconds)}"
        )
    return (seconds / ways - HOLD) / T_x
