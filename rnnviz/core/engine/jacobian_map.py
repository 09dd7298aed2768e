"""The Jacobians of a step at many states: the chain rule forwards, element by element.

A product's derivative by the states before is its weights: their rows are scaled by the local
derivatives, and no identity is carried through. A softmax mixes its units, and is the one value
whose whole matrix is.
"""

from collections.abc import Mapping

import numpy as np

from rnnviz.core.calculus import Derived
from rnnviz.core.calculus.derivatives import derivatives
from rnnviz.core.types import Trace

Arrays = Mapping[str, np.ndarray]


def jacobians(
    derived: Derived, weights: tuple[np.ndarray, ...], vectors: Arrays, values: Arrays, k: int
) -> np.ndarray:
    """d(states after)[i] / d(states before)[j], (k, N, N), from the values (n_a, k) of a step."""
    return _Forwards(derived, weights, vectors, values, k).whole()


def along(trace: Trace, sequence: int, steps: slice) -> np.ndarray:
    """The Jacobians of some steps of one sequence, (steps, N, N), from what the Trace kept.

    >>> from rnnviz import Experiment, run
    >>> along(run(Experiment(cell="lstm", n_a=5)).trace, 0, slice(-3, None)).shape
    (3, 10, 10)
    """
    derived, kept = trace.cell.derived, trace.values
    names = {"a", *(name for _, name in derivatives(derived).views)}
    values = {name: np.ascontiguousarray(kept[name][steps, :, sequence].T) for name in names}
    return jacobians(derived, trace.weights, trace.vectors, values, values["a"].shape[1])


class _Forwards:
    """`by` holds d(a value)/d(states before), (k or 1, n_a, N), for what hangs on them."""

    def __init__(self, derived, weights, vectors, values, k):
        self.derived, self.weights, self.k = derived, weights, k
        self.n_a, self.dtype = len(values["a"]), weights[0].dtype
        self.N = self.n_a * len(derived.states)
        self.by: dict[str, np.ndarray] = {}
        for at, state in enumerate(derived.states):
            eye = np.eye(self.n_a, self.N, at * self.n_a, dtype=self.dtype)
            self.by[f"{state}_prev"] = eye[None]
        edges, code = derived.layout.edges, derivatives(derived)
        self.factors = np.empty((len(edges), self.n_a, k), self.dtype)
        with np.errstate(all="ignore"):
            given = [values[one] for _, one in code.views]
            code.function(given, tuple(vectors.values()), list(self.factors))

    def whole(self) -> np.ndarray:
        with np.errstate(all="ignore"):
            for kind, key in self.derived.order:
                if kind == "value":
                    self.value(str(key))
                else:
                    self.product(int(key))
        shape = (self.k, self.n_a, self.N)
        zero = np.zeros((1, 1, 1), self.dtype)
        rows = [self.by.get(state, zero) for state in self.derived.states]
        if len(rows) == 1 and rows[0].shape == shape:
            return rows[0]
        return np.concatenate([np.broadcast_to(one, shape) for one in rows], axis=1)

    def value(self, source: str) -> None:
        """The sum over all that a value is made of."""
        total, n_a = None, self.n_a
        alone = []  # factors of the states before, which act on their own unit
        for edge, factor in zip(self.derived.layout.edges, self.factors, strict=True):
            below = self.by.get(edge.target)
            if edge.source != source or below is None:
                continue
            if edge.target.endswith("_prev") and not edge.softmax:
                at = self.derived.states.index(edge.target.removesuffix("_prev")) * n_a
                alone.append((at, factor))
                continue
            part = factor.T[:, :, None] * below
            if edge.softmax:  # diag(s) - s s^T
                part = factor.T[:, :, None] * (below - part.sum(1, keepdims=True))
            if total is None:
                total = part
            else:
                total += part
        if alone and total is None:
            total = np.zeros((self.k, n_a, self.N), self.dtype)
        for at, factor in alone:
            total[:, range(n_a), range(at, at + n_a)] += factor.T
        if total is not None:
            self.by[source] = total

    def product(self, at: int) -> None:
        """The weights of what hangs on the states, times how that does."""
        stage, W, n_a = self.derived.stages[at], self.weights[at], self.n_a
        total = None
        for place, look in enumerate(self.derived.looks(at)):
            below = self.by.get(look)
            if below is not None:
                part = W[:, place * n_a : (place + 1) * n_a]
                total = (0 if total is None else total) + np.matmul(part, below)
        if total is not None:
            for row, block in enumerate(stage.blocks):
                self.by[block.letter] = total[:, row * n_a : (row + 1) * n_a]
