"""A run on its way from one process to another, in a file that both map into their memory.

The arrays lie in the file as they lay in memory, and what shares memory there shares it here; a
pickle tells how they make a Run. It is read from nobody but a process of one's own.
"""

import io
import mmap
import pickle
from collections.abc import Hashable
from typing import Any, BinaryIO

import numpy as np

from rnnviz.core.cells import Cell
from rnnviz.core.experiment import Experiment
from rnnviz.core.types import Run

_LINE = 64  # bytes of a cache line: where an array begins in one decides how NumPy adds it up
_WORD = 8  # bytes at the end, which say how long the pickle before them is


def write(run: Run, file: BinaryIO) -> None:
    """Write a run; where the caller holds it no longer, each piece of memory goes once written.

    >>> from rnnviz.core.run import run as carry_out
    >>> file = io.BytesIO()
    >>> write(carry_out(Experiment(T_x=5)), file)
    """
    told, pieces = io.BytesIO(), _Pieces()
    _Writer(told, pieces).dump(run)
    del run
    while pieces.waiting:
        array = pieces.waiting.pop(0)
        file.seek(pieces.places.pop(0))
        file.write(array.ravel(order="K").view(np.uint8).data)
    file.seek(pieces.end)
    file.write(told.getbuffer())
    file.write(len(told.getbuffer()).to_bytes(_WORD))
    file.flush()


def read(descriptor: int, experiment: Experiment) -> Run:
    """The run of an experiment from a file that `write` has written; it stays in the file's memory.

    >>> import tempfile
    >>> from rnnviz.core.run import run as carry_out
    >>> one = carry_out(Experiment(T_x=5))
    >>> with tempfile.TemporaryFile() as file:
    ...     write(one, file)
    ...     read(file.fileno(), one.experiment).loss == one.loss
    True
    """
    memory = mmap.mmap(descriptor, 0)
    length = int.from_bytes(memory[-_WORD:])
    return _Reader(memory[-_WORD - length : -_WORD], memory, experiment).load()


class _Pieces:
    """Pieces of memory that arrays are views of, and where each stands in the file."""

    def __init__(self) -> None:
        self.waiting: list[np.ndarray] = []
        self.places: list[int] = []
        self.end = 0
        self._known: dict[int, int] = {}  # the place of each, by its address

    def place(self, array: np.ndarray) -> int:
        """Where an array's first number stands in the file."""
        piece = array
        while isinstance(piece.base, np.ndarray):
            piece = piece.base
        address = piece.ctypes.data
        if address not in self._known:
            place = self.end + (address - self.end) % _LINE
            self._known[address] = place
            self.waiting.append(piece)
            self.places.append(place)
            self.end = place + piece.nbytes
        return self._known[address] + array.ctypes.data - address


class _Writer(pickle.Pickler):
    def __init__(self, file: BinaryIO, pieces: _Pieces) -> None:
        super().__init__(file, protocol=5)
        self._pieces = pieces

    def persistent_id(self, one: Any) -> Hashable:
        if isinstance(one, np.ndarray):
            # An empty array, or one number seen many times, may begin anywhere: by its value.
            if not one.size or 0 in one.strides:
                return None
            place, free = self._pieces.place(one), one.flags.writeable
            return "array", place, one.shape, one.strides, one.dtype.str, free
        if isinstance(one, Experiment):
            return ("experiment",)
        return ("cell",) if isinstance(one, Cell) else None


class _Reader(pickle.Unpickler):
    def __init__(self, told: bytes, memory: mmap.mmap, experiment: Experiment) -> None:
        super().__init__(io.BytesIO(told))
        self._memory, self._experiment = memory, experiment
        self._cell = experiment.cell_object

    def persistent_load(self, which: Any) -> Any:
        kind, *told = which
        if kind != "array":
            return self._experiment if kind == "experiment" else self._cell
        place, shape, strides, dtype, free = told
        array = np.ndarray(shape, dtype, self._memory, place, strides)
        array.flags.writeable = free
        return array
