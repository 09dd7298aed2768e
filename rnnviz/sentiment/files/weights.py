"""Arrays out of HDF5 that nobody is to be trusted with: of the shape that is asked for, floats,
finite, in the file itself."""

import io
from dataclasses import dataclass
from typing import Any

import numpy as np

from rnnviz.core.errors import ExperimentError, shown
from rnnviz.sentiment.files.entry import Entry

_BEFORE = "_layer_checkpoint_dependencies"  # the layers' group before Keras 2.15
MOST_ARRAY = 2**30  # bytes of one array: a few bytes of HDF5 may stand for any number


@dataclass(frozen=True, eq=False)
class KerasWeights:
    """Those of a .keras file: layers/(key)/(part)/vars/(number).

    Keras 2.12 to 2.14 calls the group otherwise, and up to 2.13 counts a class's layers by twos; on
    Windows the whole path to vars is one name with backslashes.
    """

    file: Any

    def take(self, entry: Entry, number: int, shapes, part: str = "") -> np.ndarray:
        """An array of a layer, of one of some shapes; `part` is a layer within it."""
        path: list[str] = []
        for one in (*entry.within, entry):
            path = self._inside(path, one)
        steps = [*path, *filter(None, (part or entry.part).split("/"))]
        name = ("\\" if self._windows else "/").join(steps)
        return array(self.file, f"{name}/vars/{number}", shapes)

    @property
    def _windows(self) -> bool:
        return any("\\" in name for name in self.file)

    def _inside(self, path: list[str], one: Entry) -> list[str]:
        """The way to a layer within a model, or at the top."""
        tops = list(self.file)
        root = _BEFORE if any(name.startswith(_BEFORE) for name in tops) else "layers"
        inside, second = [*path, root], f"{one.key}_1"
        if self._windows:
            start = "\\".join([*inside, second])
            there = any(name == start or name.startswith(start + "\\") for name in tops)
        else:
            there = _held(self.file, "/".join([*inside, second])) is not None
        count = one.number * (1 if there or root != _BEFORE else 2)
        return [*inside, one.key + (f"_{count}" if count else "")]


@dataclass(frozen=True, eq=False)
class LegacyWeights:
    """Those of a .h5 file: by layer's name, in the order of its weight_names; a Bidirectional lists
    its forward layer's first."""

    file: Any

    def take(self, entry: Entry, number: int, shapes, part: str = "") -> np.ndarray:
        """An array of a layer, of one of some shapes."""
        names = self._names(entry)
        number += len(names) // 2 if part.startswith("backward") else entry.before
        if number >= len(names):
            raise ExperimentError(f"the weights must hold {number + 1} of {entry.told}, got none")
        return array(self.file, f"model_weights/{names[number]}", shapes)

    def _names(self, entry: Entry) -> list[str]:
        """A layer's weights by name, or none; a model within the model has those of its layers."""
        top = entry.within[0].name if entry.within else entry.name
        try:
            given = self.file["model_weights"][top].attrs["weight_names"]
        except KeyError:
            return []
        names = [one.decode() if isinstance(one, bytes) else str(one) for one in given]
        if entry.within:
            names = [name for name in names if entry.name in name.split("/")[:-1]]
        return [f"{top}/{name}" for name in names]


def opened(content: bytes):
    """An HDF5 file out of memory. Raises OSError where it is none."""
    import h5py

    return h5py.File(io.BytesIO(content), "r")


def array(file, name: str, shapes) -> np.ndarray:
    """A dataset of the file itself (no link elsewhere), of one of some shapes and a type of float.

    `shapes` is one shape, or a list of them.
    """
    import h5py

    shapes, at = shapes if isinstance(shapes, list) else [shapes], _held(file, name)
    if at is None:
        raise ExperimentError(f"the weights must hold {shown(name)}, got none")
    plain = isinstance(at, h5py.Dataset) and not at.external and not at.is_virtual
    if not plain or at.shape not in shapes or at.dtype.kind != "f":
        came = at.shape if plain else "no plain array"
        wanted = " or ".join(map(str, shapes))
        raise ExperimentError(f"{shown(name)} must be floats of shape {wanted}, got {shown(came)}")
    if at.size * at.dtype.itemsize > MOST_ARRAY:
        raise ExperimentError(
            f"{shown(name)} may have {MOST_ARRAY >> 20} MB, got {at.size * at.dtype.itemsize >> 20}"
        )
    return finite(at[()], name)


def _held(file, name: str):
    """What a name stands for in the file itself, by no link elsewhere; else None."""
    import h5py

    at = file
    for part in name.split("/"):
        link = at.get(part, getlink=True) if isinstance(at, h5py.Group) else None
        if not isinstance(link, h5py.HardLink):
            return None
        at = at[part]
    return at


def finite(values: np.ndarray, name: str) -> np.ndarray:
    """The values, if they are numbers all."""
    if not np.isfinite(values).all():
        raise ExperimentError(f"{shown(name)} must hold finite numbers, got NaN or infinity")
    return values
