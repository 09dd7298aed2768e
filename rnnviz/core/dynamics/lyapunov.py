"""How fast neighbouring states part: Lyapunov exponents, in nats a step.

The spectrum is that of the product of the steps' Jacobians, kept apart by QR (Benettin et al. 1980;
for recurrent networks Engelken, Wolf & Abbott 2023). How often is not fixed: a product of k steps
spans k (lambda_1 - lambda_N) nats, and past about 16 of them its smallest directions are rounding.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

import numpy as np

from rnnviz.core.engine import StepMap
from rnnviz.core.errors import ExperimentError

SPAN = 16.0  # nats within one product
MOST_TOGETHER = 64  # steps of one product, however alike its directions are
_FORGET = 0.98  # of the widest span so far, at each product: some steps span more than others
_LOST = 64 * np.finfo(float).eps
_CHUNK = 2_000_000  # entries of the Jacobians that are held together


@dataclass(frozen=True, eq=False)
class Spectrum:
    """`exponents` (count,) descending, over `steps` steps; `times` and `history` (times, count) say
    how they came about: the means so far after each re-orthonormalisation. Directions that a step
    maps to nothing are -inf.

    `sum_error` is the routine's alarm: how far their sum is from the mean of ln|det J|. NaN where
    only the first are asked for, or steps are singular.
    """

    exponents: np.ndarray
    steps: int
    times: np.ndarray
    history: np.ndarray
    sum_error: float

    @property
    def dimension(self) -> float:
        """The Kaplan-Yorke dimension; the number of exponents where their sum never falls below 0.

        >>> lorenz = Spectrum(np.array([0.906, 0.0, -14.572]), 1, np.array([]), np.array([]), 0)
        >>> round(float(lorenz.dimension), 3)
        2.062
        """
        sums = np.cumsum(self.exponents)
        below = np.flatnonzero(sums < 0)
        if not len(below):
            return float(len(sums))
        k = int(below[0])
        return k + float(sums[k - 1]) / abs(self.exponents[k]) if k else 0.0


def spectrum(
    jacobians: Iterable[np.ndarray], first: int | None = None, burn_in: int = 0
) -> Spectrum:
    """The exponents of a product of matrices, which come as (some, N, N), the earliest first.

    All of them, or the first few. `burn_in` steps turn the directions before they are counted.

    >>> spectrum([np.stack([np.diag([2.0, 0.5])] * 100)]).exponents.round(12)
    array([ 0.69314718, -0.69314718])
    """
    return _Orthonormal(first, burn_in).through(jacobians)


class _Orthonormal:
    def __init__(self, first: int | None, burn_in: int):
        self.first, self.burn_in = first, burn_in
        self.done, self.together, self.widest = 0, 1, 0.0
        self.Q = self.start = np.empty((0, 0))
        self.sums = np.empty(0)
        self.error, self.steps = 0.0, list[np.ndarray]()  # those of the product that is made
        self.times: list[int] = []
        self.history: list[np.ndarray] = []

    def through(self, chunks: Iterable[np.ndarray]) -> Spectrum:
        with np.errstate(divide="ignore"):
            for chunk in chunks:
                if not self.Q.size:
                    N = chunk.shape[-1]
                    count = N if self.first is None else min(self.first, N)
                    # A few must not stay within units that act on no others.
                    start = np.random.RandomState(0).standard_normal((N, count))
                    self.Q = np.eye(N) if count == N else np.linalg.qr(start)[0]
                    self.sums = np.zeros(count)
                for J in chunk:
                    self.Q = J @ self.Q
                    self.steps.append(J)
                    at = self.done + len(self.steps)
                    if len(self.steps) >= self.together or at == self.burn_in:
                        self.apart()
            if self.steps:
                self.apart()
        steps = max(self.done - self.burn_in, 0)
        if not steps:
            raise ExperimentError(f"steps must be more than burn_in = {self.burn_in}")
        order = np.argsort(-self.sums, kind="stable")
        told = self.first is None and np.isfinite(self.error)
        error = abs(self.error) / steps if told else np.nan
        return Spectrum(self.sums[order] / steps, steps, np.array(self.times),
                        np.array(self.history)[:, order], error)  # fmt: skip

    def apart(self) -> None:
        """One QR; the logarithms of R's diagonal are what each direction has grown by."""
        self.Q, R = np.linalg.qr(self.Q)
        size = np.abs(np.diagonal(R))
        size[size <= _LOST * size.max()] = 0  # of a direction that a step maps to nothing
        logs, since = np.log(size), len(self.steps)
        if self.first is None and since > 1:  # of a single step it holds by itself
            with np.errstate(invalid="ignore"):
                self.error += logs.sum() - np.linalg.slogdet(np.stack(self.steps))[1].sum()
        self.done += since
        if self.done > self.burn_in:
            self.sums = self.sums + logs
            self.times.append(self.done - self.burn_in)
            self.history.append(self.sums / self.times[-1])
        finite = logs[np.isfinite(logs)]
        span = float(np.ptp(finite)) / since if len(finite) else 0.0
        self.widest = max(span, _FORGET * self.widest)
        fits = int(min(SPAN / self.widest if self.widest else np.inf, MOST_TOGETHER))
        # It grows slowly: one product that spans too much is lost, one too short only costs time.
        self.together = max(1, min(fits, 2 * self.together))
        self.steps.clear()


def lyapunov(
    of: StepMap,
    state: np.ndarray,
    steps: int,
    burn_in: int = 0,
    x: np.ndarray | None = None,
    first: int | None = None,
) -> Spectrum:
    """The exponents along the trajectory of `steps` steps from a state (N,), `burn_in` before them.

    x (n_x, burn_in + steps) drives it; without it the map's own input is held. Raises
    ExperimentError where a state is not finite.

    >>> from rnnviz import Experiment, run
    >>> done = run(Experiment(cell="rnn", activation="linear", init="orthogonal", gain=0.9))
    >>> one = StepMap.of(done.cell, done.params)
    >>> bool(np.allclose(lyapunov(one, np.ones(one.N), 50).exponents, np.log(0.9)))
    True
    """
    unseen = of.n_a if of.cell.derived.only_shown else 0
    if first is not None:
        first = max(1, min(first, of.N - unseen))
    done = spectrum(_along(of, state, steps + burn_in, x, unseen), first, burn_in)
    if not unseen or first is not None:
        return done
    never = np.full(unseen, -np.inf)
    history = np.concatenate([done.history, np.tile(never, (len(done.times), 1))], axis=1)
    exponents = np.concatenate([done.exponents, never])
    return Spectrum(exponents, done.steps, done.times, history, done.sum_error)


def _along(of, state, steps, x, unseen) -> Iterator[np.ndarray]:
    """The Jacobians at the states of a trajectory, some at a time."""
    if x is not None and x.shape[1] < steps:
        raise ExperimentError(f"x must have {steps} steps, got {x.shape[1]}")
    chunk, state = max(1, _CHUNK // of.N**2), state[:, None]
    for at in range(0, steps, chunk):
        count, before = min(chunk, steps - at), []
        for t in range(at, at + count):
            before.append(state)
            state = of.step(state, None if x is None else x[:, t : t + 1])
        if not np.isfinite(state).all():
            raise ExperimentError("states must be finite for exponents, got an overflow")
        given = None if x is None else x[:, at : at + count]
        J = of.jacobians(np.concatenate(before, axis=1), given)
        yield J[:, unseen:, unseen:]
