"""What a trained model is made of: words, layers that read a sequence, a head, classes."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np

from rnnviz.core.cells import Cell
from rnnviz.core.errors import ExperimentError
from rnnviz.sentiment.network.pointwise import Dense, Pointwise

POOLS = ("last", "max", "mean")  # what a head sees of the states over time
FINALS = ("sigmoid", "softmax", "linear")  # what makes a model's outputs of its last numbers
VALUES = "values"  # in their place: outputs that tell no classes apart


@dataclass(frozen=True, eq=False)
class Way:
    """A cell that reads a sequence from its first step on, or `backwards` from its last."""

    cell: Cell
    params: Mapping[str, np.ndarray]
    backwards: bool = False

    @property
    def n_a(self) -> int:
        """Number of hidden units."""
        return self.params[self.cell.readout[0]].shape[1]


@dataclass(frozen=True, eq=False)
class Recurrent:
    """A recurrent layer: one way, or the two of a Bidirectional whose states `merge` joins
    ("concat", "sum", "ave", "mul").

    `sequences`: it hands on the state after every step, else the last one. A masked step hands on
    the state before it, or zeros (`zeros`). `turned`: the steps are handed on in the order in which
    they were read, which of a layer that goes backwards is the other way round.
    """

    name: str
    ways: tuple[Way, ...]
    sequences: bool
    merge: str = "concat"
    zeros: bool = False
    turned: bool = False

    def told(self, way: int) -> str:
        """The layer, and of a Bidirectional the direction, as a menu names it."""
        if len(self.ways) == 1:
            return f"{self.name}, backwards" if self.ways[0].backwards else self.name
        return f"{self.name}, {'backwards' if self.ways[way].backwards else 'forwards'}"


Layer = Recurrent | Pointwise


@dataclass(frozen=True, eq=False)
class Model:
    """A model that reads word ids, or `numbers` a step (0: ids), which have to be `fed`.

    `embedding` (words, n_x), None where an id is itself the number that is read; `masked` where 0
    is padding that no layer reads. `layers` read the sequence, `pool` makes one step of it, `head`
    numbers of that step, `final` the outputs of those. `length` is the number of ids that it was
    built for, None where that is any; `vocabulary` its own words, if it holds them; `notes` are
    clauses on what the file does not say and how it is read.
    """

    embedding: np.ndarray | None
    masked: bool
    layers: tuple[Layer, ...]
    pool: str
    head: tuple[Pointwise, ...]
    final: str
    length: int | None = None
    vocabulary: Any = None
    notes: tuple[str, ...] = field(default=())
    numbers: int = 0

    @property
    def recurrent(self) -> tuple[Recurrent, ...]:
        """The recurrent layers, the lowest first."""
        return tuple(layer for layer in self.layers if isinstance(layer, Recurrent))

    @property
    def dtype(self) -> np.dtype:
        """The precision that it computes in: its recurrent layers', float32 or float64."""
        stored = next(iter(self.recurrent[0].ways[0].params.values())).dtype
        return np.dtype("float32" if stored.itemsize <= 4 else "float64")

    @property
    def classes(self) -> int:
        """How many classes it tells apart, two by one number, or how many values it has."""
        dense = [len(stage.W) for stage in self.head if isinstance(stage, Dense)]
        last = self.recurrent[-1]
        units = [way.n_a for way in last.ways]
        states = sum(units) if last.merge == "concat" else units[0]
        outputs = dense[-1] if dense else states
        return outputs if self.final == VALUES else max(2, outputs)

    def fed(self, rows: Sequence[Sequence[float]]) -> tuple["Model", np.ndarray]:
        """The model that has rows of numbers (T_x of n_x) in place of words, and their ids, from 1
        on; 0 for what it masks. Raises ExperimentError for rows that it does not take."""
        table, most = np.array(rows, float), self.length
        if table.shape[1] != self.numbers:
            raise ExperimentError(
                f"the input must have {self.numbers} numbers a step, as the model reads them, got "
                f"{table.shape[1]}"
            )
        if most and len(table) != most:
            raise ExperimentError(
                f"the input must have {most} steps, as the model was built, got {len(table)}"
            )
        ids = np.arange(1, len(table) + 1)
        if self.masked:
            ids[~table.any(axis=1)] = 0
        table = np.concatenate([np.zeros((1, self.numbers)), table])
        return replace(self, embedding=table, numbers=0), ids

    @property
    def causal(self) -> bool:
        """Whether what stands after a word changes nothing of what was handed on before it."""
        return not any(way.backwards for layer in self.recurrent for way in layer.ways)

    def arrays(self) -> Iterator[np.ndarray]:
        """All its numbers but the embedding's."""
        for layer in self.layers:
            if isinstance(layer, Recurrent):
                yield from (array for way in layer.ways for array in way.params.values())
            else:
                yield from layer.arrays()
        for stage in self.head:
            yield from stage.arrays()

    def changed(self, change) -> "Model":
        """The same model with change(array, terms) for every array but the embedding; terms is the
        number of products that its layer adds up."""

        def of_way(way: Way) -> Way:
            gates = way.cell.gates
            terms = 1 + max(sum(way.params[n].shape[1] for n in g.weights) for g in gates)
            return replace(way, params={k: change(v, terms) for k, v in way.params.items()})

        def of(layer: Layer) -> Layer:
            if isinstance(layer, Recurrent):
                return replace(layer, ways=tuple(map(of_way, layer.ways)))
            terms = max((array.shape[-1] for array in layer.arrays()), default=1) + 1
            return layer.having(tuple(change(array, terms) for array in layer.arrays()))

        return replace(self, layers=tuple(map(of, self.layers)), head=tuple(map(of, self.head)))

    def in_precision(self, dtype) -> "Model":
        """The same model with all its numbers but the embedding's in another precision."""
        return self.changed(lambda array, _: array.astype(dtype))
