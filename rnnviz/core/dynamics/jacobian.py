"""The Jacobian of one step, and its singular values: how a step stretches or shrinks the state."""

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from rnnviz.core.engine import StepsBack
from rnnviz.core.errors import ExperimentError
from rnnviz.core.types import Pass

_MAX_ENTRIES = 32_000_000  # of float64: 256 MB in one answer


def jacobians(
    run: Pass, sequence: int | None = None, steps: Sequence[int] | np.ndarray | None = None
) -> np.ndarray:
    """J[t][i, j] = d s_t[i] / d s_{t-1}[j]: (steps, N, N) of one sequence, (m, steps, N, N) of all.

    All sequences and all steps by default. s is the joint state: a, or (a, c) stacked for the LSTM,
    N its size.

    >>> from rnnviz import Experiment, run
    >>> done = run(Experiment(cell="lstm", n_a=5, m=3, T_x=8))
    >>> jacobians(done).shape, jacobians(done, 0, [7]).shape  # a and c: N = 10
    ((3, 8, 10, 10), (1, 10, 10))
    """
    trace, n_a = run.trace, run.trace.n_a
    _check_sequence(run, sequence)
    steps = np.arange(trace.T_x) if steps is None else np.asarray(steps)
    N, several = n_a * len(trace.cell.states), trace.m if sequence is None else 1
    if several * len(steps) * N * N > _MAX_ENTRIES:
        raise ExperimentError(
            f"steps must be at most {_MAX_ENTRIES // (several * N**2)} for Jacobians of {N} x {N} "
            f"and {several} sequences, got {len(steps)}"
        )
    if sequence is None:
        return np.stack([jacobians(run, one, steps) for one in range(trace.m)])
    back = StepsBack.of(trace, len(steps), N, (len(steps), 1))
    back.at(steps, slice(sequence, sequence + 1))
    return _rows(back)


def terms(run: Pass, sequence: int, steps: Sequence[int] | np.ndarray) -> np.ndarray:
    """The Jacobians of one sequence, (steps, N, N), with all that they are added up from by size.

    Of paths through a step that cancel, as those through a stabiliser do, J holds what is left, and
    this what was added: weights and local derivatives without their signs. Of a softmax, which
    subtracts, that is not enough.

    >>> from rnnviz import Experiment, run
    >>> done = run(Experiment(cell="lstm", n_a=5))
    >>> bool((terms(done, 0, [7]) * (1 + 1e-12) >= np.abs(jacobians(done, 0, [7]))).all())
    True
    """
    sizes = replace(run.trace, weights=tuple(np.abs(W) for W in run.trace.weights))
    N = run.trace.n_a * len(run.cell.states)
    back = StepsBack.of(sizes, len(steps), N, (len(steps), 1))
    back.at(steps, slice(sequence, sequence + 1))
    np.abs(back.work.derivatives, out=back.work.derivatives)
    return np.abs(_rows(back))


def _rows(back: StepsBack) -> np.ndarray:
    """Row i of J is dL/d(state before) of a loss that sees s_t[i] alone: N of them as columns."""
    trace, n_a, (count, _, N) = back.trace, back.trace.n_a, back.work.stack.shape
    eyes = (np.eye(n_a, N, j * n_a, dtype=trace.dtype) for j in range(len(trace.cell.states)))
    after = (np.broadcast_to(eye, (count, n_a, N)) for eye in eyes)
    return np.swapaxes(np.concatenate(back.vjp(after), axis=-2), -1, -2)


def singular_values(
    run: Pass, sequence: int | None = None, steps: Sequence[int] | np.ndarray | None = None
) -> np.ndarray:
    """Singular values of the Jacobians, descending: (steps, N), or (m, steps, N) of all sequences.

    NaN where a Jacobian is not finite.

    >>> from rnnviz import Experiment, run
    >>> linear = Experiment(cell="rnn", activation="linear", init="orthogonal", gain=0.9)
    >>> bool(np.allclose(singular_values(run(linear), 0), 0.9))
    True
    """
    _check_sequence(run, sequence)
    if sequence is None:
        return np.stack([singular_values(run, one, steps) for one in range(run.trace.m)])
    steps = np.arange(run.trace.T_x) if steps is None else np.asarray(steps)
    N = run.trace.n_a * len(run.cell.states)
    values = np.full((len(steps), N), np.nan)
    chunk = max(1, 2_000_000 // N**2)
    for start in range(0, len(steps), chunk):
        J = jacobians(run, sequence, steps[start : start + chunk])
        fine = np.isfinite(J).all(axis=(-2, -1))
        values[start : start + chunk][fine] = np.linalg.svd(J[fine], compute_uv=False)
    return values


def mean_stretch(run: Pass) -> float:
    """What a step makes of a direction: the root mean square of its Jacobian's singular values, its
    geometric mean over sequences and steps from the second on.

    That is ||J|| / sqrt(N) in the norm of Frobenius; the steps of a product of Jacobians multiply.
    Of large runs some sequences and even steps. NaN where there is no second step, or no finite
    Jacobian.

    >>> from rnnviz import Experiment, run
    >>> linear = Experiment(cell="rnn", activation="linear", gain=0.9)
    >>> round(mean_stretch(run(linear)), 12)
    0.9
    """
    N, later = run.trace.n_a * len(run.cell.states), run.trace.T_x - 1
    if not later:
        return float("nan")
    count = max(1, 100_000_000 // N**3)
    steps = 1 + np.arange(later)[:: -(-later // min(count, 200))]
    means = []
    for sequence in range(min(run.trace.m, max(1, count // len(steps)))):
        with np.errstate(all="ignore"):
            J = jacobians(run, sequence, steps).astype(float)
            means.append(np.log(np.sqrt(np.square(J).sum(axis=(-2, -1)) / N)).mean())
    return float(np.exp(np.mean(means)))


def jacobian_steps(run: Pass, most: int = 200) -> np.ndarray:
    """Even steps whose Jacobians a page can afford: at most `most`, fewer for many units.

    >>> from rnnviz import Experiment, run
    >>> jacobian_steps(run(Experiment(T_x=50)), most=5)
    array([ 0, 10, 20, 30, 40])
    """
    N = run.trace.n_a * len(run.cell.states)
    most = max(1, min(most, 400_000_000 // N**3))
    return np.arange(run.trace.T_x)[:: -(-run.trace.T_x // most)]


def _check_sequence(run: Pass, sequence: int | None) -> None:
    if sequence is not None and not 0 <= sequence < run.trace.m:
        raise ExperimentError(f"sequence must be between 0 and {run.trace.m - 1}, got {sequence}")
