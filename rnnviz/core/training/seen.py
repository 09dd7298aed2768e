"""What a network does with a few sequences that stay the same while it learns: the probe."""

from collections.abc import Iterable, Mapping
from functools import cache

import numpy as np

from rnnviz.core.cells import Cell
from rnnviz.core.dynamics import StepMap
from rnnviz.core.engine import backward, forward
from rnnviz.core.initialisers import recurrent_block
from rnnviz.core.measures import saturated_share
from rnnviz.core.training.batches import Batch
from rnnviz.core.training.heads import HEADS, judge
from rnnviz.core.types import Gradients, Trace, norm

MOST_JACOBIANS = 25  # steps along which an exponent is followed: they take the most time
_TOGETHER = 1 << 16  # bytes of Jacobians at once: large arrays come with a fault for each page
_SMALL, _LARGE = 1e-16, 1e16  # norms whose squares stay within single precision


def by_lag(grads: Gradients) -> dict[str, np.ndarray]:
    """||dL/d(state)|| over units and sequences by steps back from the last, (T_x,) float32 each.

    A lag only where the loss is at the last step alone.
    """
    norms = {}
    for name in grads.cell.states:
        buffer = grads.state(name)[:0:-1]
        flat = buffer.reshape(len(buffer), -1)  # a view: a step's states lie in one piece
        with np.errstate(all="ignore"):
            each = np.sqrt(np.vecdot(flat, flat))
        unsure = ~((each > _SMALL) & (each < _LARGE))
        if unsure.any():
            each[unsure] = norm(buffer[unsure].reshape(int(unsure.sum()), -1), 1)
        norms[name] = each.astype("f4")
    return norms


def recurrent_matrix(cell: Cell, params: Mapping[str, np.ndarray]) -> tuple[str, np.ndarray] | None:
    """The weights on the state of the candidate, or of whatever comes first; None without one.

    >>> from rnnviz.core.training import Settings
    >>> settings = Settings(cell="gru", units=4)
    >>> name, W = recurrent_matrix(settings.cell_object, settings.start(2, 1))
    >>> name, W.shape
    ('Wc', (4, 4))
    """
    gates = sorted(cell.gates, key=lambda gate: gate.squash == "sigmoid")
    for name in (name for gate in gates for name in gate.weights):
        block = recurrent_block(cell, name, params[name])
        if block is not None:
            return name, block
    return None


class Probe:
    """Looks at a network: its states and answers, its exponent, its gradient by lag.

    `look` gives arrays: `states` of the first sequence (states, n_a, T_x), `answers`
    (n_y, m, T_x), `eigenvalues` of the candidate's weights on the state (n_a,), `exponent` the
    largest Lyapunov exponent along the end of the first sequence, `saturated` the share of
    |a| > 0.95, and by lag of the loss at the last answer alone `lag_` and each state (T_x,),
    where it `goes_back`: not where each batch tells as much.
    """

    goes_back = True

    def __init__(self, cell: Cell, head: str, batch: Batch, dtype):
        self.cell, self.head, self.batch = cell, head, batch
        self.x = batch.x.astype(dtype)
        mask = np.zeros_like(batch.mask)
        steps = np.flatnonzero(batch.mask.any(axis=0))
        self.end = int(steps[-1]) + 1 if len(steps) else 0
        mask[:, self.end - 1] = True
        self.last = mask
        self.trace: Trace | None = None
        self.grads: Gradients | None = None

    def look(self, params: Mapping[str, np.ndarray]) -> dict[str, np.ndarray]:
        """What the network does now."""
        W, b = (params[name] for name in self.cell.readout)
        self.trace = trace = forward(self.cell, params, self.x, into=self.trace, reads_out=False)
        a = trace.states["a"]
        answers = HEADS[self.head].answer(W @ trace.state("a")[1:] + b).transpose(1, 2, 0)
        seen = {
            "states": np.stack([trace.states[n][:, 0] for n in self.cell.states]).astype("f4"),
            "answers": answers.astype("f4"),
            "saturated": np.float32(saturated_share(a).mean()),
            "exponent": np.float32(self._exponent(params)),
        }
        found = recurrent_matrix(self.cell, params)
        if found:
            seen["eigenvalues"] = np.linalg.eigvals(found[1]).astype("c8")
        if not self.goes_back:
            return seen
        upstream = judge(self.head, a, W, b, self.batch.target, self.last).upstream
        self.grads = backward(trace, upstream, into=self.grads, inputs=False)
        back = len(a[0, 0]) - self.end  # steps after the last answer, which no loss feels
        for name, lags in by_lag(self.grads).items():
            seen[f"lag_{name}"] = np.append(lags[back:], np.zeros(back, "f4"))
        return seen

    def _exponent(self, params: Mapping[str, np.ndarray]) -> float:
        trace, of = self.trace, StepMap.of(self.cell, params)
        assert trace is not None
        last = slice(-MOST_JACOBIANS - 1, -1)
        before = np.concatenate(
            [trace.state(name)[last, :, 0] for name in self.cell.states], axis=1
        ).T
        x = trace.x[:, 0, -MOST_JACOBIANS:]
        unseen = of.n_a if self.cell.derived.only_shown else 0
        count = max(1, _TOGETHER // (of.N * of.N * self.x.itemsize))
        parts = (slice(at, at + count) for at in range(0, before.shape[1], count))
        each = (
            of.jacobians(np.ascontiguousarray(before[:, some]), np.ascontiguousarray(x[:, some]))
            for some in parts
        )
        return growth(J[unseen:, unseen:] for part in each for J in part)


@cache
def _direction(size: int) -> np.ndarray:
    return np.random.RandomState(0).standard_normal((size,))


def growth(jacobians: Iterable[np.ndarray]) -> float:
    """By how many nats a step the product of matrices (N, N), the earliest first, stretches a
    direction on its way to the one that grows the most: their largest Lyapunov exponent; -inf where
    they map it to nothing.

    >>> round(growth([np.diag([2.0, 0.5])] * 100), 2)  # ln 2
    0.69
    """
    start = v = np.empty(0)
    count = 0
    for count, J in enumerate(jacobians, 1):
        if count == 1:
            start = v = _direction(len(J))
        v = J.astype(float).dot(v)  # MOST_JACOBIANS: few enough for double precision's range
    with np.errstate(divide="ignore"):
        return float(np.log(np.linalg.norm(v) / np.linalg.norm(start)) / count)
