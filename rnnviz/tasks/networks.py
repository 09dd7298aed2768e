"""Networks that learned a task: shipped, of this machine, and of files that somebody sent."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import replace
from functools import cache, lru_cache, partial
from itertools import chain
from pathlib import Path

import numpy as np

from rnnviz.core import networks
from rnnviz.core.errors import ExperimentError, shown
from rnnviz.core.networks import Given, Network, Source
from rnnviz.core.training import PROBED, held_out, objective
from rnnviz.jobs import shelf
from rnnviz.jobs.folder import home
from rnnviz.tasks.kept import Kept
from rnnviz.tasks.runs import NETWORK

_TEXT = re.compile(r"\s*(?:sequence\s*)?([0-9]{1,4})(?:\s*,?\s*length\s*([0-9]{1,6}))?\s*", re.I)


def shipped() -> Path:
    """The folder of the trained networks that come with the package."""
    return Path(__file__).parent / "trained"


def home_of_trainings() -> Path:
    """Where trainings are kept on this machine."""
    return home() / "tasks"


def kept(name: str) -> Kept:
    """A network by its name, which may come from a link: a word of a shipped one, eight digits of a
    training of this machine, sixteen of a file. Raises ExperimentError where there is none."""
    path = _path(name)
    return _read(path, path.stat().st_mtime)


def _path(name: str) -> Path:
    if re.fullmatch(f"[0-9a-f]{{{shelf.DIGITS}}}", name):
        return shelf.find(name)
    here = re.fullmatch(r"[0-9a-f]{8}", name)
    path = home_of_trainings() / name / NETWORK if here else shipped() / f"{name}.npz"
    if not re.fullmatch(r"[0-9a-z]{2,32}", name) or not path.is_file():
        raise ExperimentError(f"training must be one that is kept here, got {shown(name)}")
    return path


@lru_cache(64)
def _read(path: Path, changed: float) -> Kept:
    try:
        return Kept.read(path.read_bytes())
    except OSError as error:
        raise ExperimentError(f"{path.name} cannot be read: {error.strerror}") from None


def of(name: str) -> Network:
    """The network of a training. Raises ExperimentError."""
    return network(kept(name))


@lru_cache(16)
def network(one: Kept) -> Network:
    """A trained task as a network of core; what it reads are sequences of its probe."""
    own = {}
    if one.settings.equations:
        own = {"equations": one.settings.equations, "origin": one.settings.cell}
    return Network(
        title=one.title,
        cell=one.settings.cell_object,
        params=one.params,
        vectors=None,
        classes=(),
        digest=one.digest,
        sample="sequence 1",
        read=lru_cache(16)(partial(given, one)),
        pack=one.packed,
        beside=partial(_beside, one),
        note=f"{one.task.sentence} Sequence 1 to {PROBED} of its probe, which it was not trained "
        f"on; another length as “sequence 1, length {2 * one.settings.steps}”.",
        asks="Sequence",
        **own,
    )


def given(one: Kept, text: str) -> Given:
    """A sequence of the probe, "sequence 2", or of another length, "sequence 2, length 80". Raises
    ExperimentError."""
    said = _TEXT.fullmatch(text)
    number = int(said[1]) if said else 0
    if said is None or not 1 <= number <= PROBED:
        raise ExperimentError(
            f"sequence must be a number from 1 to {PROBED}, such as “sequence 2”, got {shown(text)}"
        )
    steps = int(said[2]) if said[2] else one.settings.steps
    one.task.check_steps(steps)
    x, target, mask = _probe(one, steps)
    place = slice(number - 1, number)
    told = f"sequence {number}" + (f", length {steps}" if said[2] else "")

    def drawn() -> tuple[np.ndarray, float]:
        return _probe(one, steps)[0][:, place], float(np.finfo(one.weights.dtype).eps)

    some, wanted = mask[place], target[..., place, :]
    return Given(
        text=told,
        ids=np.arange(x.shape[-1]),
        words=(),
        loss=objective(one.task.head, some),
        x=x[:, place].astype(one.weights.dtype),
        by_hand=drawn,
        by=f"the task's probe, drawn again from seed {one.settings.seed}",
        target=wanted,
    )


def _probe(one: Kept, steps: int):
    return held_out(one.task, "probe", one.settings.seed, PROBED, steps)


def _shipped() -> Iterator[str]:
    yield from (path.stem for path in sorted(shipped().glob("*.npz")))


def _trained_here() -> Iterator[str]:
    yield from (path.parent.name for path in sorted(home_of_trainings().glob(f"*/{NETWORK}")))


def _each(names: Iterator[str]) -> Iterator[tuple[str, Kept]]:
    for name in names:
        try:
            yield name, kept(name)
        except ExperimentError:
            continue


def _offered() -> dict[str, str]:
    """All but the second and third seeds of what is shipped: a menu of these would be long."""
    return _shipped_titles() | {name: one.title for name, one in _each(_trained_here())}


@cache
def _shipped_titles() -> dict[str, str]:
    """Every rerun asks for them, and they stay."""
    again = {path.stem for path in shipped().glob("*[23].npz")}
    return {name: one.title for name, one in _each(_shipped()) if name not in again}


def _beside(one: Kept) -> Mapping[str, str]:
    """The words of networks of other cells that learned the same in the same way, by cell."""
    alike: dict[str, str] = {}
    for name, other in _each(chain(_shipped(), _trained_here())):
        cell = other.settings.cell
        same = replace(other.settings, cell=one.settings.cell, updates=one.settings.updates)
        if cell != one.settings.cell and other.asked == one.asked and same == one.settings:
            alike.setdefault(cell, f"task-{name}")
    return alike


def take(content: bytes, own: bool) -> str:
    """Keep a trained task that somebody sent; its name."""
    one = Kept.read(content)
    name = one.digest[: shelf.DIGITS]
    shelf.keep(name, one.packed())
    return name


networks.register("task", Source(of, _offered, take))
