"""Itemised gradients: they sum to the whole, each is a backward pass of its own, cut ones are 0."""

import numpy as np

from rnnviz.core import dynamics
from rnnviz.core.checks import carried, hand, rounding
from rnnviz.core.checks.check import Verdict, broken, chooser, compare, epsilon, weight
from rnnviz.core.engine import backward
from rnnviz.core.types import Pass

_LAST = 120  # steps from the end over which the items are summed
_MOST_NUMBERS = 20_000  # of the items that lie side by side


def total(run: Pass) -> list[Verdict]:
    """sum over t of dL_t/da_k = dL/da_k, every unit and sequence, over the last steps."""
    what = "sum over t of dL_t/da_k"
    unfit = broken(what, run)
    if unfit:
        return [unfit]
    T_x, m = run.trace.T_x, run.trace.m
    last = min(T_x, _LAST, max(4, _MOST_NUMBERS // (run.trace.n_a * m)))
    whole, rows = run.gradients.states["a"], []
    steps = range(T_x - last, T_x)
    if not run.upstream[..., :-1].any():
        steps, last = [T_x - 1], T_x  # one item: it may walk back to the start
    for k, items in dynamics.gradients_by_loss_step(run, steps):
        if k < T_x - last:
            break
        size = float(np.abs(items).sum(axis=0).max())
        added = items.astype(float).sum(axis=0).ravel()
        expected = np.asarray(whole[..., k], float).ravel()
        at = int(np.abs(added - expected).argmax())
        rows.append((added[at], expected[at], size))
    added, expected, size = np.array(rows).T
    # Both walk back along the same factors; a step's terms are up to a weight times larger.
    each = 2 * (rounding.step(run) + epsilon(run) * len(rows)) * weight(run)
    tolerance = each * np.maximum.accumulate(size) + rounding.underflow(run)
    what += f" at the last {len(rows)} steps k"
    source = "dL/da_k of one backward pass for the whole loss"
    return [compare(what, added, expected, tolerance, source)]


def alone(run: Pass, items: np.ndarray, steps: np.ndarray, lag: int) -> list[Verdict]:
    """Drawn norms against a backward pass in which only that step has a loss; zeros beyond it."""
    what = "norms of dL_t/da_k"
    unfit = broken(what, run)
    if unfit:
        return [unfit]
    row = int(chooser(run).integers(len(steps)))
    t = int(steps[row])
    upstream = np.zeros_like(run.upstream)
    upstream[..., t] = run.upstream[..., t]
    alone = backward(run.trace, upstream).states["a"]
    near = range(max(0, t - lag), t + 1)
    computed = np.array([items[row, k] for k in near], float)
    expected = np.array([hand.norm(map(float, alone[..., k].ravel())) for k in near])
    walked = 2 * rounding.step(run) * weight(run) * np.arange(len(near), 0, -1)
    tolerance = walked * expected + rounding.underflow(run)
    source = f"a backward pass in which step {t + 1} alone has a loss"
    verdicts: list[Verdict] = [
        compare(f"{what}, t = {t + 1}, {len(near)} steps k", computed, expected, tolerance, source)
    ]
    far = steps[:, None] - np.arange(run.trace.T_x) > lag
    if far.any():
        what = f"the {far.sum():,} items more than {lag} steps back"
        verdicts.append(compare(what, items[far], 0.0, 0.0, "0: truncated backpropagation"))
    return verdicts


def by_jacobians(run: Pass, sequence: int = 0) -> list[Verdict]:
    """The last step's item at the step before it, by one Jacobian of one sequence."""
    if run.trace.T_x < 2 or broken("", run):
        return []
    last = run.trace.T_x - 1
    n_a = run.trace.n_a
    J = dynamics.jacobians(run, sequence, [last])[0].astype(float)
    up = run.upstream[:, sequence, last].astype(float)
    expected = J[:n_a, :n_a].T @ up
    computed = next(
        items[-1][:, sequence].copy()
        for k, items in dynamics.gradients_by_loss_step(run, [last])
        if k == last - 1
    )
    size = carried.sizes(run, sequence, [last])[0, :n_a, :n_a].T @ np.abs(up)
    # Products within the step: up to three of the cell's matrices in a row, each of n_a terms.
    tolerance = 8 * rounding.step(run) * weight(run) * size + rounding.underflow(run)
    what = f"dL_t/da_k of the last loss, one step back, {n_a} units"
    return [compare(what, computed, expected, tolerance, "J_T^T dL_T/da_T")]
