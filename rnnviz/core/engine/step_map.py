"""One step of a network as a map of its state, for many states at once; no Trace is kept."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property

import numpy as np

from rnnviz.core.axes import blocks
from rnnviz.core.calculus import step as written
from rnnviz.core.calculus.expression import name
from rnnviz.core.cells.base import Cell
from rnnviz.core.engine import jacobian_map, products
from rnnviz.core.engine.weights import (
    Params,
    check_params,
    constants,
    halved,
    pack,
    sigmoid_rows,
    unpack,
)
from rnnviz.core.errors import ExperimentError, shown
from rnnviz.core.types import Trace


@dataclass(frozen=True, eq=False)
class StepMap:
    """s -> F(s, x), with s the joint state (N, k): a, then the cell's other states, k columns.

    `weights` and `vectors` are as in a Trace, `x` (n_x, 1) is what comes in where a call says
    nothing else. Letters that are `held` have the values given there, (n_a, 1), whatever their
    equations say.

    >>> from rnnviz import Experiment, run
    >>> done = run(Experiment(cell="lstm", n_a=5))
    >>> one = StepMap.of(done.cell, done.params)
    >>> one.step(np.zeros((10, 7))).shape, one.jacobians(np.zeros((10, 7))).shape
    ((10, 7), (7, 10, 10))
    """

    cell: Cell
    n_a: int
    weights: tuple[np.ndarray, ...]
    vectors: Params
    x: np.ndarray
    held: Params = field(default_factory=dict)

    @classmethod
    def of(cls, cell: Cell, params: Params, x: Sequence[float] | None = None) -> "StepMap":
        """The map of a cell with its parameters, under a constant input x (n_x,), by default 0.

        Raises ExperimentError on wrong shapes or missing names.
        """
        n_a, n_x = _shape(cell, params)
        check_params(cell, params, n_x, n_a)
        dtype = params[cell.gates[0].weights[0]].dtype
        given = np.zeros((n_x, 1), dtype) if x is None else np.asarray(x, dtype).reshape(-1, 1)
        if len(given) != n_x:
            raise ExperimentError(f"x must have n_x = {n_x} numbers, got {len(given)}")
        return cls(cell, n_a, pack(cell, params, n_a, n_x), constants(cell, params), given)

    def at_rest(self) -> "StepMap":
        """A map of fewer states that leaves the same ones as they are; what it does not know of a
        state is among its `values`. This one itself where nothing can be solved.

        >>> from rnnviz import Experiment, run
        >>> done = run(Experiment(cell="lstm", n_a=5))
        >>> one = StepMap.of(done.cell, done.params).at_rest()
        >>> one.N, one.values(np.zeros((5, 3)))["c"].shape
        (5, (5, 3))
        """
        cell, n_x = self.cell.at_rest, len(self.x)
        if cell is self.cell or self.held:
            return self
        params = unpack(self.cell, self.n_a, n_x, self.weights) | dict(self.vectors)
        packed = pack(cell, params, self.n_a, n_x)
        return StepMap(cell, self.n_a, packed, constants(cell, params), self.x)

    def holding(self, values: Mapping[str, float]) -> "StepMap":
        """The same network with letters of its equations held at a value each, such as a gate at 1.

        Raises ExperimentError where a step has no such letter. A letter that the equations need
        once and that no picture shows is none.
        """
        every = self.values(np.zeros((self.N, 1), self.x.dtype))
        has = sorted(n for n in every if n[0] != "_" and not n.endswith("_prev"))
        for letter in values.keys() - {*has}:
            raise ExperimentError(
                f"what is held must be one of {', '.join(has)}, got {shown(letter)}"
            )
        held = {n: np.full((self.n_a, 1), value, self.x.dtype) for n, value in values.items()}
        return replace(self, held=held)

    @property
    def N(self) -> int:
        """Size of the joint state."""
        return self.n_a * len(self.cell.states)

    def step(self, states: np.ndarray, x: np.ndarray | None = None) -> np.ndarray:
        """The states after one step, (N, k); x is (n_x, 1) for all columns, or (n_x, k).

        Bit for bit what `forward` has, for as many sequences as columns.
        """
        values, shape = self.values(states, x), (self.n_a, states.shape[1])
        after = [values[name] for name in self.cell.states]
        return np.concatenate([one if one.shape == shape else np.broadcast_to(one, shape)
                               for one in after])  # fmt: skip

    def trajectory(self, states: np.ndarray, steps: int) -> np.ndarray:
        """All states on the way of `steps` steps from each of some (N, k), (N, k * steps): those of
        the first step side by side, then those of the next."""
        visited = []
        for _ in range(steps):
            visited.append(states := self.step(states))
        return np.concatenate(visited, axis=1)

    def jacobians(self, states: np.ndarray, x: np.ndarray | None = None) -> np.ndarray:
        """dF/ds at each of the states, (k, N, N)."""
        assert not self.held, "what is held has no derivative"
        values, k = self.values(states, x), states.shape[1]
        return jacobian_map.jacobians(self.cell.derived, self.weights, self.vectors, values, k)

    @staticmethod
    def along(trace: Trace, sequence: int, steps: slice) -> np.ndarray:
        """The Jacobians of steps that a pass has made, of one sequence: (steps, N, N)."""
        return jacobian_map.along(trace, sequence, steps)

    def values(self, states: np.ndarray, x: np.ndarray | None = None) -> dict[str, np.ndarray]:
        """What every letter of the equations is within the step, (n_a, k)."""
        k = states.shape[1]
        given = [self._product(at, x, k) for at in range(len(self.weights))]
        code = written.step(self.cell.derived, tuple(self.held))
        with np.errstate(all="ignore"):
            return code.function(
                given,
                tuple(self.vectors.values()),
                list(blocks(states, self.n_a)),
                tuple(self.held.values()),
            )

    @cached_property
    def _halved(self) -> tuple[np.ndarray, ...]:
        return self._halves(self.weights)

    def _halves(self, packs: tuple[np.ndarray, ...]) -> tuple[np.ndarray, ...]:
        """Packed weights of every stage with the rows of sigmoids halved."""
        stages = self.cell.stages
        return tuple(halved(one, W, self.n_a) for one, W in zip(stages, packs, strict=True))

    def _product(self, at: int, x: np.ndarray | None, k: int):
        """The function of what a stage looks at that gives its blocks, squashed."""
        squashed_rows, halved_rows = self._rows[at]

        def product(seen):
            z = self._sums(at, seen, x, k)
            squashed, sigmoid = z[:squashed_rows], z[:halved_rows]
            np.tanh(squashed, squashed)
            sigmoid *= 0.5  # 1/2 + tanh(z/2)/2: these rows come in halved
            sigmoid += 0.5
            return list(blocks(z, self.n_a))

        return product

    def _sums(
        self, at: int, seen: Sequence[np.ndarray], x: np.ndarray | None, k: int
    ) -> np.ndarray:
        """The weighted sums of a stage, (gates * n_a, k), from what it looks at, (n_a, k) each."""
        W = self._halved[at]
        z = np.empty((len(W), k), W.dtype)
        products.multiplication(W, k)(np.concatenate([*seen, self._given(x, k)]), z)
        return z

    @cached_property
    def _rows(self) -> tuple[tuple[int, int], ...]:
        """Of each stage how many rows are squashed, and how many of these are a sigmoid's."""
        return tuple(
            (self.n_a * sum(bool(b.squash) for b in stage.blocks), sigmoid_rows(stage, self.n_a))
            for stage in self.cell.stages
        )

    def _given(self, x: np.ndarray | None, k: int) -> np.ndarray:
        """The input of each column, and the ones, (n_x + 1, k); of the held one they are kept for
        the next step."""
        kept = self._kept.get(k) if x is None else None
        if kept is None:
            one = self.x if x is None else x
            kept = np.ones((len(self.x) + 1, k), np.result_type(self.x, one))
            kept[:-1] = one
            if x is None:
                self._kept.clear()
                self._kept[k] = kept
        return kept

    @cached_property
    def _kept(self) -> dict[int, np.ndarray]:
        return {}


def _shape(cell: Cell, params: Mapping[str, np.ndarray]) -> tuple[int, int]:
    """n_a and n_x, as the parameters have them; (1, 0) where none is there to tell."""
    for block in cell.derived.blocks:
        for W, seen in block.matrices:
            if W in params and np.ndim(params[W]) > 1 and name("x") in seen:
                n_a, width = params[W].shape[-2:]
                return n_a, width - n_a * (len(seen) - 1)
    first = params.get(cell.gates[0].weights[0], np.empty((1, 1)))
    return first.shape[-2], 0
