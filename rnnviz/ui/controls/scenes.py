"""A demonstration as a link: scenes one after another, each a cell, a seed, a step, a direction."""

from dataclasses import replace
from typing import NamedTuple

from rnnviz.core.cells import CELLS
from rnnviz.core.errors import ExperimentError
from rnnviz.core.networks import DRAWN
from rnnviz.core.settings import SETTINGS
from rnnviz.ui.controls.session import say, store, word

MOST_SCENES = 12
_WAYS = {"f": "forward", "b": "backward"}
ADD, NEXT, BEFORE = "add scene", "next scene", "scene before"


class Scene(NamedTuple):
    """What a demonstration shows at one moment; `t` from 1."""

    cell: str
    seed: int
    t: int
    direction: str

    @property
    def word(self) -> str:
        """In a link: lstm.1.7.f."""
        return f"{self.cell}.{self.seed}.{self.t}.{self.direction[0]}"


def scenes(said: str) -> list[Scene]:
    """The scenes that a link's word holds; what is none is left out.

    >>> scenes("lstm.1.7.f~rnn.2.50.b~<b>")[1]
    Scene(cell='rnn', seed=2, t=50, direction='backward')
    """
    read = (_scene(part.split(".")) for part in said.split("~")[:MOST_SCENES])
    return [one for one in read if one]


def _scene(parts: list[str]) -> Scene | None:
    if len(parts) != 4 or parts[0] not in CELLS or parts[3] not in _WAYS:
        return None
    if not all(part.isascii() and part.isdigit() and len(part) <= 10 for part in parts[1:3]):
        return None
    seed, t = int(parts[1]), int(parts[2])
    fits = seed <= SETTINGS["seed"].bounds[1] and 1 <= t <= SETTINGS["T_x"].bounds[1]
    return Scene(parts[0], seed, t, _WAYS[parts[3]]) if fits else None


def scene_keys() -> list[dict[str, str]]:
    """The keys that play a sequence, where the link has one, and the one that adds to it."""
    every = scenes(word("scenes"))
    keys = [{"key": "a", "asks": ADD, "label": f"add this scene ({len(every)} so far)"}]
    if not every:
        return [{"key": "a", "asks": ADD, "label": "add this scene to the link"}]
    return [
        {"key": "n", "asks": NEXT, "label": f"scene {_after(every, 1) + 1} of {len(every)}"},
        {"key": "b", "asks": BEFORE, "label": "scene before"},
        *(keys if len(every) < MOST_SCENES else []),
    ]


def hear_scene(said: object) -> bool:
    """Carry out what a key asked for; whether it was one of these."""
    if said not in (ADD, NEXT, BEFORE):
        return False
    kept, every = store(), scenes(word("scenes"))
    if said == ADD:
        _add(every)
    elif every:
        at = _after(every, 1 if said == NEXT else -1)
        one = every[at]
        if kept.experiment.weights == DRAWN:
            try:
                kept.experiment = replace(
                    kept.experiment, cell=one.cell, seed=one.seed, equations=""
                )
            except ExperimentError:  # a run of that cell would not fit
                return True
        for name, value in (("t", one.t), ("direction", one.direction), ("scene", at + 1)):
            say(name, str(value))
        kept.adopted = True
    return True


def _after(every: list[Scene], by: int) -> int:
    """The scene, from 0, that stands `by` further than the one of the link; first of all the
    first."""
    now = word("scene")
    known = now.isascii() and now.isdigit() and 1 <= int(now[:3]) <= len(every)
    return (int(now) - 1 + by) % len(every) if known else 0


def _add(every: list[Scene]) -> None:
    one, now = store().experiment, word("t")
    t = int(now) if now.isascii() and now.isdigit() else 1
    way = word("direction")
    if one.equations or len(every) >= MOST_SCENES:
        return
    scene = Scene(one.cell, one.seed, t, way if way in _WAYS.values() else "forward")
    say("scenes", "~".join(each.word for each in (*every, scene)))
    say("scene", str(len(every) + 1))
