"""A network for each column of the states: a grid of gains and forget biases in one product a
step."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from rnnviz.core.cells.base import Cell
from rnnviz.core.engine import products
from rnnviz.core.engine.step_map import StepMap
from rnnviz.core.engine.weights import Params, constants, pack
from rnnviz.core.initialisers import adjust


@dataclass(frozen=True, eq=False, kw_only=True)
class ColumnMap(StepMap):
    """`gained` are the weights that the `gain` (k,) of each column multiplies, `weights` all
    others; `shifts` is what is added to the sums of each stage, (gates * n_a, k)."""

    gained: tuple[np.ndarray, ...]
    gain: np.ndarray
    shifts: tuple[np.ndarray, ...]

    @classmethod
    def by_column(
        cls,
        cell: Cell,
        params: Params,
        gain: np.ndarray,
        forget_bias: np.ndarray,
        x: Sequence[float] | None = None,
    ) -> "ColumnMap":
        """Networks of the parameters that `initialisers.adjust` makes of these with each gain and
        forget bias, (k,) both.

        >>> from rnnviz import Experiment, run
        >>> done = run(Experiment(cell="gru", n_a=8, gain=1, forget_bias=0))
        >>> two = ColumnMap.by_column(done.cell, done.params, np.array([0.5, 2]), np.zeros(2))
        >>> two.step(np.ones((two.N, 2))).shape
        (8, 2)
        """
        one = StepMap.of(cell, params, x)
        rest, shift = ({n: p.copy() for n, p in params.items()} for _ in range(2))
        adjust(cell, rest, 0.0, 0.0)
        moved = {n: params[n] - rest[n] for n in params}
        for array in shift.values():
            array[...] = 0
        adjust(cell, shift, 1.0, 1.0)
        packs = [pack(cell, some, one.n_a, len(one.x)) for some in (rest, moved, shift)]
        gained = np.asarray(gain, one.x.dtype)
        vectors = {n: params[n] * (gained if n in cell.recurrent_vectors else np.ones_like(gained))
                   for n in cell.derived.vectors}  # fmt: skip
        return cls(
            cell, one.n_a, packs[0], constants(cell, {**params, **vectors}), one.x,
            gained=packs[1], gain=gained,
            shifts=tuple(W[:, -1:] * np.asarray(forget_bias, one.x.dtype) for W in packs[2]),
        )  # fmt: skip

    def jacobians(self, states: np.ndarray, x: np.ndarray | None = None) -> np.ndarray:
        """Of no use here: there is no one weight whose rows could be scaled."""
        raise TypeError("networks by column have no one weight")

    def _sums(
        self, at: int, seen: Sequence[np.ndarray], x: np.ndarray | None, k: int
    ) -> np.ndarray:
        """The weighted sums of a stage; most often the gain multiplies all that acts on the state,
        and nothing that acts on what is given: the input and the ones."""
        rest = self._halved[at]
        width, still = rest.shape[1] - len(self.x) - 1, self._still[at]
        given = still if x is None else still + rest[:, width:-1] @ (x - self.x)
        if not width:
            return given.copy()
        states = np.concatenate(seen)
        acting, gained = self._acting[at]
        plain = None if acting is None else acting @ states
        states *= self.gain  # fewer numbers than the product has
        z = np.empty((len(gained), k), gained.dtype)
        products.multiplication(gained, k)(states, z)
        z += given if plain is None else given + plain
        return z

    @cached_property
    def _acting(self) -> tuple[tuple[np.ndarray | None, np.ndarray], ...]:
        """Of each stage the weights on the states that no gain multiplies, None where there are
        none, and those that one does."""
        pairs = []
        for rest, gained in zip(self._halved, self._halves(self.gained), strict=True):
            plain, moved = (np.ascontiguousarray(W[:, : -len(self.x) - 1]) for W in (rest, gained))
            pairs.append((plain if plain.any() else None, moved))
        return tuple(pairs)

    @cached_property
    def _still(self) -> tuple[np.ndarray, ...]:
        """What the held input, the biases and their shifts add to each stage, the same at all
        steps."""
        given = self._given(None, len(self.gain))
        pairs = zip(self._halved, self._halves(self.shifts), strict=True)
        return tuple(rest[:, -len(given) :] @ given + shifts for rest, shifts in pairs)
