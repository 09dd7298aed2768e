"""One check: a number that was computed beside the number that it ought to be."""

from dataclasses import dataclass

import numpy as np

from rnnviz.core.phrases import no_gradient, no_states
from rnnviz.core.types import Pass, Run


@dataclass(frozen=True)
class Check:
    """`computed` by the engine, `expected` from `source`; `error` may be at most `tolerance`.

    Where `what` covers many numbers, the four are those of the one that comes nearest to failing.
    """

    what: str
    computed: float
    expected: float
    error: float
    tolerance: float
    source: str

    @property
    def passed(self) -> bool:
        """Whether they agree; a NaN agrees with nothing."""
        return bool(self.error <= self.tolerance)


@dataclass(frozen=True)
class Unchecked:
    """Something that this run leaves no way to check, and why, as a clause fit to be shown."""

    what: str
    reason: str


Verdict = Check | Unchecked


def compare(what: str, computed, expected, tolerance, source: str) -> Check:
    """A Check of arrays that broadcast to one shape; the largest error against its tolerance."""
    arrays = np.broadcast_arrays(*(np.asarray(a, float) for a in (computed, expected, tolerance)))
    computed, expected, tolerance = (array.ravel() for array in arrays)
    if not computed.size:
        raise ValueError(f"{what}: nothing to compare")
    with np.errstate(all="ignore"):
        error = np.where(computed == expected, 0.0, np.abs(computed - expected))  # inf is inf
        worst = np.where(error <= tolerance, error / np.where(tolerance > 0, tolerance, 1), np.inf)
    worst[np.isnan(error)] = np.inf
    at = int(np.argmax(worst))
    numbers = (float(a[at]) for a in (computed, expected, error, tolerance))
    return Check(what, *numbers, source)


def broken(what: str, run: Pass) -> Unchecked | None:
    """Why the whole of a run cannot be checked; None where all its numbers are finite."""
    reason = no_states(run) or no_gradient(run)
    return Unchecked(what, reason) if reason else None


def chooser(run: Pass) -> np.random.Generator:
    """What chooses the numbers that are checked: by the seed of a Run, else the same each time."""
    return np.random.default_rng(run.experiment.seed if isinstance(run, Run) else 1)


def plural(count: int, noun: str) -> str:
    """ "1 number", "20 numbers"."""
    return f"{count:,} {noun}{'' if count == 1 else 's'}"


def epsilon(run: Pass) -> float:
    """The rounding of a run's numbers, relative to their size."""
    return float(np.finfo(run.trace.dtype).eps)


def weight(run: Pass) -> float:
    """The largest weight, at least 1: how many times larger a product makes what is rounded."""
    return max(1.0, *(float(np.abs(W).max()) for W in run.trace.weights))
