"""What is told of gates: saturation counted one by one, memory multiplied out step by step."""

import math

import numpy as np

from rnnviz.core import measures
from rnnviz.core.checks import rounding
from rnnviz.core.checks.check import Unchecked, Verdict, chooser, compare, epsilon, plural
from rnnviz.core.phrases import no_states
from rnnviz.core.types import Pass

_MOST_COUNTED = 400_000
_SHARE = float(np.finfo(float).eps)  # a count by a count, rounded once here and once there


def saturation(run: Pass) -> list[Verdict]:
    """Shares of time that a sample of units is shut and open, by counting."""
    end = run.trace.finite_steps
    if not end:
        return [Unchecked("saturation", no_states(run))]
    verdicts: list[Verdict] = []
    for gate in (gate for gate in run.cell.shown_gates if gate.squash == "sigmoid"):
        values = run.trace.gates[gate.name][..., :end]
        shut, wide = measures.gate_saturation(values)
        units = _units(run, values[0].size)
        counted = []
        for unit in units:
            every = values[unit].ravel().tolist()
            counted.append(sum(value < 0.1 for value in every) / len(every))
            counted.append(sum(value > 0.9 for value in every) / len(every))
        computed = [share[unit] for unit in units for share in (shut, wide)]
        what = f"{gate.name}: shut and open, {plural(len(units), 'unit')}"
        verdicts.append(compare(what, computed, counted, _SHARE, "counted one by one"))
    return verdicts


def memory(run: Pass) -> list[Verdict]:
    """ln 0.5 / ln f, where f^n is the product of all n kept shares, multiplied one by one."""
    end, kept = run.trace.finite_steps, measures.retention(run.trace)
    if kept is None:
        return [Unchecked("half-life", f"the {run.cell.title} has no gate that keeps its memory")]
    if not end:
        return [Unchecked("half-life", no_states(run))]
    kept = kept[..., :end]
    units = _units(run, kept[0].size)
    computed = measures.half_life(kept[units])
    name, sign = run.cell.memory
    expected = []
    for unit in units:
        gate = run.trace.gates[name][unit, :, :end].ravel().tolist()
        expected.append(_half_life(gate if sign > 0 else [1.0 - value for value in gate]))
    # ln f is a mean of rounded logarithms: beyond some half-life nothing is left of it.
    most = 1e-3 / epsilon(run)
    computed, exact = np.minimum(computed, most), np.minimum(expected, most)
    # A share is rounded as its last digit, and so its logarithm; of ln f = -ln 2 / (half-life)
    # that is eps (half-life); all logarithms have one sign, so that their sum is rounded as a sum.
    eps, each = epsilon(run), kept[0].size
    tolerance = (4 * eps * np.maximum(1, exact) + rounding.total(each, eps)) * exact
    what = f"half-life of {plural(len(units), 'unit')} over {plural(kept[0].size, 'step')}"
    source = "ln 0.5 / ln f, f from the product of what every step keeps"
    return [compare(what, computed, exact, tolerance, source)]


def _half_life(kept: list[float]) -> float:
    """The product is held as m 2^e, lest it becomes 0."""
    m, e = 1.0, 0
    for share in kept:
        m, more = math.frexp(m * share)
        e += more
    if m <= 0:
        return 0.0
    decay = (math.log(m) + e * math.log(2)) / len(kept)
    return math.log(0.5) / decay if decay else math.inf


def _units(run: Pass, numbers: int) -> list[int]:
    """Units of a sample, fewer where each has many numbers to count."""
    count = max(1, min(run.trace.n_a, 5, _MOST_COUNTED // numbers))
    random = chooser(run)
    return sorted(map(int, random.choice(run.trace.n_a, count, replace=False)))
