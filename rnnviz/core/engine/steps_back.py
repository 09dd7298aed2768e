"""The chain rule of chosen steps, side by side, for gradients that are not the loss's own."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from rnnviz.core.axes import blocks
from rnnviz.core.calculus import backward as written
from rnnviz.core.engine import products
from rnnviz.core.engine.buffers import seen_states
from rnnviz.core.engine.workspace import Stack, products_back
from rnnviz.core.types import Trace


@dataclass(frozen=True, eq=False)
class StepsBack:
    """`count` steps side by side, each with gradients of `m` columns: the inputs are left out.

    `after` are dL/d(each state) after the steps, with what a step itself adds; `before` what the
    steps leave; `seen` dL/d(the states that the first product sees), (count, rows, m).
    """

    trace: Trace
    work: Stack
    seen: np.ndarray
    after: dict[str, np.ndarray]
    before: dict[str, np.ndarray]

    @classmethod
    def of(cls, trace: Trace, count: int, m: int, derivatives: tuple[int, int]) -> "StepsBack":
        """Buffers for them. `derivatives` is how many steps and columns have some of their own:
        (count, m), or 1 where all share them."""
        cell, n_a, (steps, own) = trace.cell, trace.n_a, derivatives
        local = np.empty((steps, len(cell.derived.layout.edges) * n_a, own), trace.dtype)
        work = Stack.of(cell, n_a, (count,), m, trace.dtype, local)
        seen = np.empty((count, len(cell.looked_at) * n_a, m), trace.dtype)
        after, before = (
            {name: np.empty((count, n_a, m), trace.dtype) for name in cell.states} for _ in range(2)
        )
        return cls(trace, work, seen, after, before | seen_states(cell, seen, n_a))

    @cached_property
    def products(self) -> tuple:
        """The transposed weights' products, of many steps at once."""
        return products_back(self.trace, products.broadcast, 0)

    def at(self, steps: slice | Sequence[int], sequences: slice = slice(None)) -> None:
        """Take the local derivatives of these steps of the Trace, and of these sequences."""
        with np.errstate(all="ignore"):
            self.work.local_derivatives(self.trace, steps, len(self.work.derivatives), sequences)

    def vjp(
        self, after: Iterable[np.ndarray], which: slice = slice(None), whole: bool = False
    ) -> list[np.ndarray]:
        """dL/d(every state before), (steps, n_a, m), from dL/d(every state after).

        `which` of the steps, all by default. What is given back is overwritten by the next call.
        With `whole` the gradients after hold what the step itself adds, and those before are not
        computed.
        """
        cell, work = self.trace.cell, self.work.part(which)
        code = written.backward(cell.derived, False, whole)
        arriving = dict(zip(cell.states, after, strict=True))
        before = {name: buffer[which] for name, buffer in self.before.items()}
        sums = {
            name: self.after[name][which] if ("arriving", name) in code.views else d
            for name, d in arriving.items()
        }
        given = {"after": sums, "arriving": arriving, "before": before}
        each = (given[key[0]][key[1]] if key[1:] else self.seen[which] for key in code.views)
        fixed = tuple(work.view(*key) for key in code.fixed)
        with np.errstate(all="ignore"):
            code.function([(fixed, *each)], self.products)
        places = {name: written.carried(cell.derived, name) for name in cell.states}
        return [
            before[name] if place is None else work.view("slot", place)
            for name, place in places.items()
        ]

    @property
    def dz(self) -> np.ndarray:
        """dL/dz of every gate in the engine's order, (gates, count, n_a, m)."""
        layout = self.trace.cell.derived.layout
        rows = self.work.rows(self.work.stack, layout.start, len(layout.blocks))
        return blocks(rows, self.trace.n_a)

    def felt(self, look: str) -> np.ndarray:
        """dL/d(a value that a later product sees), (count, n_a, m), by `calculus`'s name for it."""
        return self.work.view(*self.trace.cell.derived.gradient(look))
