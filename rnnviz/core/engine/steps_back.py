"""The chain rule of chosen steps, side by side, for gradients that are not the loss's own."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np

from rnnviz.core.engine import products
from rnnviz.core.engine.chain import Chain
from rnnviz.core.engine.workspace import StepWorkspace
from rnnviz.core.types import Trace


@dataclass(frozen=True)
class StepsBack:
    """`count` steps side by side, each with gradients of `m` columns: the inputs are left out.

    `sums` are dL/d(each state besides a) after the steps, (count, n_a, m): what arrived, and what
    the step itself adds.
    """

    chain: Chain
    work: StepWorkspace
    sums: tuple[np.ndarray, ...]

    @classmethod
    def of(cls, trace: Trace, count: int, m: int, derivatives: tuple[int, int]) -> "StepsBack":
        """Buffers for them. `derivatives` is how many steps and columns have some of their own:
        (count, m), or 1 where all share them."""
        cell, n_a, (steps, own) = trace.cell, trace.n_a, derivatives
        local = np.empty((steps, sum(cell.reach.values()) * n_a, own), trace.dtype)
        work = StepWorkspace.of(cell, n_a, (count,), m, trace.dtype, local)
        sums = tuple(np.empty((count, n_a, m), trace.dtype) for _ in cell.states[1:])
        return cls(Chain.of(trace, n_a, products.broadcast), work, sums)

    def at(self, steps: slice | Sequence[int], sequences: slice = slice(None)) -> None:
        """Take the local derivatives of these steps of the Trace, and of these sequences."""
        with np.errstate(all="ignore"):
            self.chain.local_derivatives(steps, self.work.derivatives, sequences)

    def vjp(
        self,
        da: np.ndarray,
        others: Iterable[np.ndarray],
        out: np.ndarray | None = None,
        which: slice = slice(None),
    ) -> list[np.ndarray]:
        """dL/d(every state before), (steps, n_a, m), from dL/d(a after) and dL/d(the others after).

        `which` of the steps, all by default; `out` takes dL/d(a before), and may be da itself. The
        others' are overwritten by the next call.
        """
        out = np.empty(da.shape, da.dtype) if out is None else out
        work = self.work.part(which)
        pairs = (d for o, s in zip(others, self.sums, strict=True) for d in (o, s[which]))
        with np.errstate(all="ignore"):
            self.chain.vjp([(*work.views(da, *pairs), out, out)])
        return [out, *(work.state(index) for index in range(len(self.sums)))]

    @property
    def dz(self) -> np.ndarray:
        """dL/dz of every gate, early before late, (count, gates * n_a, m)."""
        return self.work.dz

    @property
    def d_operand(self) -> np.ndarray | None:
        """dL/d(what the late gates see in place of a), (count, n_a, m), or None without them."""
        return self.work.d_operand
