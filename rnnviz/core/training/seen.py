"""What a network does with a few sequences that stay the same while it learns: the probe."""

from collections.abc import Iterable, Mapping
from functools import cache

import numpy as np

from rnnviz.core.cells import Cell
from rnnviz.core.engine import StepMap, backward, forward
from rnnviz.core.initialisers import recurrent_block
from rnnviz.core.measures import SATURATED
from rnnviz.core.training.batches import Batch
from rnnviz.core.training.heads import HEADS, judge
from rnnviz.core.types import Gradients, Trace, norm

MOST_JACOBIANS = 25  # steps along which an exponent is followed: they take the most time
_TOGETHER = 1 << 17  # bytes of Jacobians at once
_SMALL, _LARGE = 1e-16, 1e16  # norms whose squares stay within single precision


def by_lag(grads: Gradients) -> dict[str, np.ndarray]:
    """||dL/d(state)|| over units and sequences by steps back from the last, (T_x,) float32 each.

    A lag only where the loss is at the last step alone. What overflows is no error: whoever calls
    it at each update has said so once, for all that an update does.
    """
    norms = {}
    for name in grads.cell.states:
        buffer = grads.state(name)[1:]
        flat = buffer.reshape(len(buffer), -1)  # a view: a step's states lie in one piece
        each = np.sqrt(np.vecdot(flat, flat))
        if not (np.minimum.reduce(each) > _SMALL and np.maximum.reduce(each) < _LARGE):
            unsure = ~((each > _SMALL) & (each < _LARGE))
            each[unsure] = norm(buffer[unsure].reshape(int(unsure.sum()), -1), 1)
        norms[name] = each[::-1].astype("f4")
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
    (n_y, m, T_x), `exponent` the largest Lyapunov exponent along the end of the first sequence,
    `saturated` the share of |a| > 0.95, and by lag of the loss at the last answer alone `lag_` and
    each state (T_x,),
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
        shown = trace.state("a")[1:]
        answers = HEADS[self.head].answer(W @ shown + b).transpose(1, 2, 0)
        seen = {
            "states": np.array([trace.state(n)[1:, :, 0].T for n in self.cell.states], "f4"),
            "answers": answers.astype("f4"),
            "saturated": np.float32(np.count_nonzero(np.abs(shown) > SATURATED) / shown.size),
            "exponent": np.float32(self._exponent()),
        }
        if not self.goes_back:
            return seen
        a = trace.states["a"]
        upstream = judge(self.head, a, W, b, self.batch.target, self.last).upstream
        self.grads = backward(trace, upstream, into=self.grads, inputs=False)
        back = trace.T_x - self.end  # steps after the last answer, which no loss feels
        for name, lags in by_lag(self.grads).items():
            seen[f"lag_{name}"] = np.append(lags[back:], np.zeros(back, "f4"))
        return seen

    def _exponent(self) -> float:
        trace = self.trace
        assert trace is not None
        unseen = trace.n_a if self.cell.derived.only_shown else 0
        size = (trace.n_a * len(self.cell.states)) ** 2 * self.x.itemsize
        count, last = max(1, _TOGETHER // size), trace.T_x
        begin = max(0, last - MOST_JACOBIANS)
        parts = (slice(at, min(at + count, last)) for at in range(begin, last, count))
        return growth(StepMap.along(trace, 0, part)[:, unseen:, unseen:] for part in parts)


@cache
def _direction(size: int) -> np.ndarray:
    return np.random.RandomState(0).standard_normal((size,))


def growth(jacobians: Iterable[np.ndarray]) -> float:
    """By how many nats a step the product of matrices stretches a direction on its way to the one
    that grows the most: their largest Lyapunov exponent; -inf where they map it to nothing. They
    come as some (steps, N, N) after others, the earliest first.

    >>> round(growth([np.array([np.diag([2.0, 0.5])] * 100)]), 2)  # ln 2
    0.69
    """
    start = v = np.empty(0)
    count = 0
    for some in jacobians:
        if not count:
            start = v = _direction(some.shape[-1])
        for J in some:  # MOST_JACOBIANS: few enough for double precision's range
            v = J.astype(float, copy=False).dot(v)
        count += len(some)
    with np.errstate(divide="ignore"):
        return float(np.log(np.linalg.norm(v) / np.linalg.norm(start)) / count)
