"""How one step moves the state, and how far each step's loss reaches back: Jacobians and items.

Both are the cell's own chain rule (`unroll.Chain`), fed other gradients than the loss's.
"""

from collections.abc import Iterator, Sequence
from dataclasses import replace

import numpy as np

from rnnviz.core.errors import ExperimentError
from rnnviz.core.types import Run, norm
from rnnviz.core.unroll import Chain

_MAX_ENTRIES = 32_000_000  # of float64: 256 MB in one answer


def jacobians(run: Run, sequence: int = 0, steps: Sequence[int] | None = None) -> np.ndarray:
    """J[t][i, j] = d s_t[i] / d s_{t-1}[j] of one sequence, (steps, N, N), all steps by default.

    s is the joint state: a, or (a, c) stacked for the LSTM, N its size.
    """
    trace, n_a = run.trace, run.trace.n_a
    _check_sequence(run, sequence)
    steps = np.arange(trace.T_x) if steps is None else np.asarray(steps)
    N = n_a * len(trace.cell.states)
    if len(steps) * N * N > _MAX_ENTRIES:
        raise ExperimentError(
            f"steps must be at most {_MAX_ENTRIES // N**2} for Jacobians of {N} x {N}, "
            f"got {len(steps)}"
        )
    chain = replace(Chain.of(trace), product=np.matmul)
    dtype, shape = trace.outputs.dtype, (len(steps), n_a, N)
    d = [
        np.broadcast_to(np.eye(n_a, N, j * n_a, dtype=dtype), shape).copy()
        for j in range(len(trace.cell.states))
    ]
    n_x = trace.x.shape[-3]
    work = chain.work((len(steps), n_a + n_x, N))
    d_operand = np.empty((len(steps), n_a + n_x, N), dtype)
    d_memories = [np.empty(shape, dtype) for _ in d[1:]]
    with np.errstate(all="ignore"):
        factors = chain.factors(steps, slice(sequence, sequence + 1))
        chain.pull(factors, d, work.views(), d_operand, d_operand[:, :n_a], d_memories)
    transposed = np.concatenate([d_operand[:, :n_a], *d_memories], axis=-2)
    return np.swapaxes(transposed, -1, -2)


def singular_values(run: Run, sequence: int = 0, steps: Sequence[int] | None = None) -> np.ndarray:
    """Singular values of the Jacobians, descending, (len(steps), N); NaN where they exploded."""
    steps = np.arange(run.trace.T_x) if steps is None else np.asarray(steps)
    N = run.trace.n_a * len(run.cell.states)
    found = np.full((len(steps), N), np.nan)
    chunk = max(1, 2_000_000 // N**2)
    for start in range(0, len(steps), chunk):
        J = jacobians(run, sequence, steps[start : start + chunk])
        fine = np.isfinite(J).all(axis=(-2, -1))
        found[start : start + chunk][fine] = np.linalg.svd(J[fine], compute_uv=False)
    return found


def items(run: Run, steps: Sequence[int] | None = None) -> Iterator[tuple[int, np.ndarray]]:
    """(k, dL_t/da_k) for k from the last step to the first; the array is (t >= k in steps, n_a, m).

    `steps` are the loss's steps t to keep apart, ascending, all by default. One walk back carries
    them all as columns. The yielded array is overwritten by the next step.
    """
    trace, n_a = run.trace, run.trace.n_a
    steps = np.arange(trace.T_x) if steps is None else np.unique(steps)
    m, n_x, dtype = trace.x.shape[-2], trace.x.shape[-3], trace.outputs.dtype
    if len(steps) * m * (n_a + n_x) * 12 > _MAX_ENTRIES * 4:
        raise ExperimentError(
            f"steps must be at most {_MAX_ENTRIES // (3 * m * (n_a + n_x))} for this run, "
            f"got {len(steps)}"
        )
    chain = replace(Chain.of(trace), product=np.matmul)
    count = len(steps)
    states = [np.zeros((count, n_a, m), dtype) for _ in trace.cell.states]
    d_memories = [np.empty((count, n_a, m), dtype) for _ in states[1:]]
    d_operand = np.empty((count, n_a + n_x, m), dtype)
    work = chain.work(d_operand.shape)
    first = count  # rows from `first` on belong to a t that has been met
    for k in reversed(range(trace.T_x)):
        if first and steps[first - 1] == k:
            first -= 1
            states[0][first] = run.upstream[..., k]
        live = slice(first, None)
        yield k, states[0][live]
        if k and first < count:
            rows = work.part(live)
            d_a = d_operand[live, :n_a]
            with np.errstate(all="ignore"):
                factors = chain.factors(slice(k, k + 1))
                now = [state[live] for state in states]
                chain.pull(
                    factors, now, rows.views(), d_operand[live], d_a, [d[live] for d in d_memories]
                )
            for state, before in zip(states, [d_a, *(d[live] for d in d_memories)], strict=True):
                state[live] = before


def itemised(run: Run, steps: Sequence[int] | None = None) -> np.ndarray:
    """||dL_t/da_k|| over units and sequences, (len(steps), T_x): row t, column k; NaN for k > t."""
    steps = np.arange(run.trace.T_x) if steps is None else np.unique(steps)
    found = np.full((len(steps), run.trace.T_x), np.nan)
    for k, d_a in items(run, steps):
        found[len(steps) - len(d_a) :, k] = norm(norm(d_a, -1), -1)
    return found


def itemised_steps(run: Run, most: int = 100) -> np.ndarray:
    """The loss's steps worth keeping apart: those that add loss, at most `most`, evenly chosen."""
    counted = np.flatnonzero(np.abs(run.upstream).max(axis=(-3, -2)) > 0)
    return counted[::-1][:: -(-len(counted) // most) or 1][::-1]  # keeps the last step


def jacobian_steps(run: Run, most: int = 200) -> np.ndarray:
    """Even steps whose Jacobians a page can afford: at most `most`, fewer for many units."""
    N = run.trace.n_a * len(run.cell.states)
    most = max(1, min(most, 400_000_000 // N**3))
    return np.arange(run.trace.T_x)[:: -(-run.trace.T_x // most)]


def _check_sequence(run: Run, sequence: int) -> None:
    m = run.trace.x.shape[-2]
    if not 0 <= sequence < m:
        raise ExperimentError(f"sequence must be between 0 and {m - 1}, got {sequence}")
