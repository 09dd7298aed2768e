"""Jacobians against differences of one step, and their product against backpropagation."""

import numpy as np

from rnnviz.core import dynamics
from rnnviz.core.checks import carried, differences, rounding
from rnnviz.core.checks.check import Unchecked, Verdict, chooser, compare, epsilon, plural, weight
from rnnviz.core.phrases import no_states
from rnnviz.core.types import Pass, Run, first_nonfinite

_CORNER = "a unit stands on a corner, as that of a ReLU"
_MOST_ENTRIES = 8_000_000  # of the Jacobians that are multiplied


def columns(run: Pass, sequence: int) -> list[Verdict]:
    """One step's Jacobian, every column, against central differences of that step."""
    t = _finite_step(run)
    if t is None:
        return [Unchecked("the Jacobian of a step", "no step has finite states")]
    what = f"the Jacobian at t = {t + 1}"
    J, found = dynamics.jacobians(run, sequence, [t])[0], differences.jacobian(run, sequence, t)
    if found is None:
        return [Unchecked(what, _CORNER)]
    expected, noise = found
    tolerance = _relative(run) * max(1.0, float(np.abs(expected).max())) + noise
    source = "central differences of one step"
    return [compare(f"{what}, {J.size:,} numbers", J, expected, tolerance, source)]


def product(run: Pass, sequence: int = 0) -> list[Verdict]:
    """Jacobians multiplied from the last step back, against dL/da of backpropagation."""
    grads, trace, n_a = run.gradients, run.trace, run.trace.n_a
    names, T_x, N = run.cell.states, trace.T_x, trace.n_a * len(run.cell.states)
    what = "dL/da by the product of Jacobians"
    if no_states(run):
        return [Unchecked(what, no_states(run))]
    first = max(0, T_x - max(1, _MOST_ENTRIES // N**2))
    J = dynamics.jacobians(run, sequence, range(first, T_x)).astype(float)
    added = carried.sizes(run, sequence, range(first, T_x))
    upstream = run.upstream[:, sequence].astype(float)
    d = np.zeros(N)
    d[:n_a] = upstream[:, -1]
    rounded = carried.Rounding(np.abs(d))
    computed, expected, scales = [], [], []
    with np.errstate(all="ignore"):
        for k in reversed(range(first, T_x)):
            computed.append(grads.states["a"][:, sequence, k])
            expected.append(d[:n_a].copy())
            scales.append(rounded.size[:n_a])
            size, d = added[k - first].T @ np.abs(d), J[k - first].T @ d
            if k:
                d[:n_a] += upstream[:, k - 1]
                size[:n_a] += np.abs(upstream[:, k - 1])
            rounded.carry(J[k - first], size)
        if not first:  # the initial states, all of them
            for index, name in enumerate(names):
                rows = slice(index * n_a, (index + 1) * n_a)
                computed.append(grads.initial[name][:, sequence])
                expected.append(d[rows].copy())
                scales.append(rounded.size[rows])
    until = first_nonfinite(*map(np.array, (expected, computed, scales)))
    until = len(expected) if until is None else until
    if not until:
        return [Unchecked(what, "the gradient is not finite at the last step")]
    # A product with J rounds its N terms, the engine those of its gates, up to four of n_a each.
    each = epsilon(run) * (8 * N + 32)
    with np.errstate(all="ignore"):
        tolerance = each * np.array(scales[:until]) + rounding.underflow(run)
    where = f"dL/da at {plural(min(until, T_x - first), 'step')} of sequence {sequence + 1}"
    source = "product of Jacobians: (J_k+1 .. J_T)^T dL/da_T, each step's own loss added"
    verdicts: list[Verdict] = [
        compare(where, computed[:until], expected[:until], tolerance, source)
    ]
    if until < len(expected):
        k = T_x - until
        verdicts.append(
            Unchecked(
                "the steps before",
                f"the gradient is not finite from t = {k} back"
                if run.gradients.finite_steps < T_x
                else f"what rounding may have grown to is beyond all numbers from t = {k} back",
            )
        )
    return verdicts


def singular(run: Pass, sequence: int, values: np.ndarray, steps: np.ndarray) -> list[Verdict]:
    """A step's singular values against the Jacobian that central differences give."""
    end = run.trace.finite_steps
    fine = np.flatnonzero(np.isfinite(values).all(axis=1) & (steps < end))
    if not len(fine):
        return [Unchecked("singular values", "no step has finite states")]
    verdicts: list[Verdict] = []
    if len(fine) < len(steps):
        left = f"{len(steps) - len(fine)} of {len(steps)} steps"
        verdicts.append(Unchecked(f"singular values of {left}", "their states are not finite"))
    at = int(chooser(run).choice(fine))
    t = int(steps[at])
    found = differences.jacobian(run, sequence, t)
    if found is None:
        return [*verdicts, Unchecked(f"step {t + 1}", _CORNER)]
    J, noise = found
    size = max(1.0, float(np.abs(J).max())) * len(J)
    tolerance = _relative(run) * size + noise * len(J)
    squares, frobenius = np.square(values[at]).sum(), np.square(J).sum()
    source = "squared Frobenius norm of the Jacobian by central differences"
    verdicts.append(
        compare(f"sum of σ² at t = {t + 1}", squares, frobenius, 2 * tolerance * size, source)
    )
    exact = np.linalg.svd(J, compute_uv=False)
    what = f"the {len(exact)} singular values at t = {t + 1}"
    source = "singular values of the Jacobian by central differences"
    verdicts.append(compare(what, values[at], exact, tolerance, source))
    return verdicts


def gain(run: Run, values: np.ndarray) -> list[Verdict]:
    """g at every step, where a linear network has orthogonal weights."""
    e = run.experiment
    linear = (
        e.cell_name == "rnn" and e.activation == "linear" and e.init in ("orthogonal", "identity")
    )
    if not linear or not np.isfinite(values).all():
        return []
    # Q is orthogonal as far as n_a steps of a QR decomposition and its products are exact.
    tolerance = 4 * epsilon(run) * (e.n_a + 8) * max(1.0, e.gain)
    source = "theory: the gain g, exact for a linear network with orthogonal weights"
    what = f"all {values.size:,} singular values"
    return [compare(what, values, e.gain, tolerance, source)]


def _relative(run: Pass) -> float:
    """By how much of itself a Jacobian may be wrong: its factors are as steep as its gates, and a
    pre-activation is rounded as its terms are. The differences' own truncation is h^4 = 1e-20."""
    return 4 * rounding.step(run) * weight(run)


def _finite_step(run: Pass) -> int | None:
    end = run.trace.finite_steps
    return int(chooser(run).integers(end)) if end else None
