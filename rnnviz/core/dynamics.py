"""How one step moves the state, and how far each step's loss reaches back: Jacobians and items.

Both are the cell's own chain rule (`chain.Chain`), fed other gradients than the loss's.
"""

from collections.abc import Iterator, Sequence

import numpy as np

from rnnviz.core.chain import Chain, Room
from rnnviz.core.errors import ExperimentError
from rnnviz.core.products import broadcast
from rnnviz.core.types import Run, norm

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
    cell, dtype, shape = trace.cell, trace.outputs.dtype, (len(steps), n_a, N)
    chain = Chain.of(trace, trace.n_a, broadcast)
    eyes = (np.eye(n_a, N, j * n_a, dtype=dtype) for j in range(len(cell.states)))
    da, *others = (np.broadcast_to(eye, shape) for eye in eyes)
    sums = [np.empty(shape, dtype) for _ in others]
    d_a = np.empty(shape, dtype)
    factors = np.empty((len(steps), sum(cell.reach.values()) * n_a, 1), dtype)
    room = Room.of(cell, n_a, shape[:1], N, dtype, factors)
    with np.errstate(all="ignore"):
        chain.fill_factors(steps, factors, slice(sequence, sequence + 1))
        pairs = (both for pair in zip(others, sums, strict=True) for both in pair)
        chain.pull([(*room.views(da, *pairs), d_a, d_a)])
    memories = (room.memory(index) for index in range(len(others)))
    return np.swapaxes(np.concatenate([d_a, *memories], axis=-2), -1, -2)


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


def items(
    run: Run, steps: Sequence[int] | None = None, lag: int | None = None
) -> Iterator[tuple[int, np.ndarray]]:
    """(k, dL_t/da_k) for k from the last step to the first; the array is (t >= k in steps, n_a, m).

    `steps` are the loss's steps t to keep apart, ascending, all by default. With `lag`, a loss is
    carried back that many steps and no further: truncated backpropagation (Williams & Peng 1990).
    One walk back carries all as columns. The yielded array is overwritten by the next step.
    """
    trace, n_a = run.trace, run.trace.n_a
    steps = np.arange(trace.T_x) if steps is None else np.unique(steps)
    m, n_x, dtype = trace.x.shape[-2], trace.x.shape[-3], trace.outputs.dtype
    if len(steps) * m * (n_a + n_x) * 12 > _MAX_ENTRIES * 4:
        raise ExperimentError(
            f"steps must be at most {_MAX_ENTRIES // (3 * m * (n_a + n_x))} for this run, "
            f"got {len(steps)}"
        )
    chain, cell, count = Chain.of(trace, trace.n_a, broadcast), trace.cell, len(steps)
    da = np.zeros((count, n_a, m), dtype)
    arriving = [np.zeros_like(da) for _ in cell.states[1:]]
    sums = [np.empty_like(da) for _ in arriving]
    factors = np.empty((1, sum(cell.reach.values()) * n_a, m), dtype)
    room = Room.of(cell, n_a, (count,), m, dtype, factors)
    first = count  # rows from `first` on belong to a t that has been met
    for k in reversed(range(trace.T_x)):
        if first and steps[first - 1] == k:
            first -= 1
            da[first] = run.upstream[..., k]
        live = slice(first, None)
        if lag is not None:
            over = first + np.flatnonzero(steps[first:] - k > lag)
            for state in (da, *arriving):
                state[over] = 0
        yield k, da[live]
        if k and first < count:
            rows = room.part(live)
            pairs = (both[live] for pair in zip(arriving, sums, strict=True) for both in pair)
            with np.errstate(all="ignore"):
                chain.fill_factors(slice(k, k + 1), factors)
                chain.pull([(*rows.views(da[live], *pairs), da[live], da[live])])
            for index, memory in enumerate(arriving):
                memory[live] = rows.memory(index)


def itemised(run: Run, steps: Sequence[int] | None = None, lag: int | None = None) -> np.ndarray:
    """||dL_t/da_k|| over units and sequences, (len(steps), T_x): row t, column k; NaN for k > t."""
    steps = np.arange(run.trace.T_x) if steps is None else np.unique(steps)
    found = np.full((len(steps), run.trace.T_x), np.nan)
    for k, d_a in items(run, steps, lag):
        found[len(steps) - len(d_a) :, k] = norm(norm(d_a, -1), -1)
    return found


def itemised_steps(run: Run, most: int = 100) -> np.ndarray:
    """The loss's steps worth keeping apart: those that add loss, at most `most`, evenly chosen."""
    counted = np.flatnonzero(np.abs(run.upstream).max(axis=(-3, -2)) != 0)  # NaN is no zero
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
