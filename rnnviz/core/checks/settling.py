"""Fixed points and exponents against what was not used to find them."""

import numpy as np

from rnnviz.core.checks.check import Unchecked, Verdict, compare, plural
from rnnviz.core.checks.forward import by_hand
from rnnviz.core.dynamics import FixedPoint, Settling, Spectrum
from rnnviz.core.engine import forward
from rnnviz.core.types import Pass

_FEW = 5  # points that are looked at
_LONG, _NEAR = 400, 1e-2  # steps after which a state that is followed is at rest, and how near
_SPAN = 16.0  # nats that a product of Jacobians may span, as `lyapunov` has it
_MOVE = 1e-6  # of a state, for a difference
_WORK = 2_000_000  # numbers that a step by hand may go through, of all points together


def points(run: Pass, settling: Settling) -> list[Verdict]:
    """A step by hand from each point leads back to it; its eigenvalues add up to the differences'
    trace; and where the indices of all add up to one, that they do."""
    if settling.found is None:
        return [Unchecked("fixed points", "an input that changes has none")]
    if not settling.points:
        return []
    some = settling.points[: max(1, min(_FEW, _WORK // settling.of.N**2))]
    verdicts = [_stays(run, settling, some), *_trace(settling, some)]
    told = sum(point.index for point in settling.points)
    if told == 1:  # else the sentence says that some are missing
        what = f"the indices of {plural(len(settling.points), 'fixed point')}, added up"
        source = "1 over a complete set of a bounded map (Brouwer)"
        verdicts.append(compare(what, told, 1, 0, source))
    return [*verdicts, *_leads(run, settling)]


def _leads(run: Pass, settling: Settling) -> list[Verdict]:
    """Where states that are followed come to rest, by the engine, in a run of so many steps."""
    if not settling.leads or not settling.stable.shape[1]:
        return []
    states = np.concatenate([*settling.ends.values()], axis=1)
    leads = np.concatenate([*settling.leads.values()])
    params = {name: np.asarray(param, float) for name, param in run.params.items()}
    x = np.repeat(np.repeat(settling.x[:, None], states.shape[1], axis=1), _LONG, axis=2)
    begin = dict(zip(run.cell.states, np.split(states, len(run.cell.states)), strict=True))
    trace = forward(run.cell, params, x, begin)
    last = np.concatenate([trace.states[name][..., -1] for name in run.cell.states])
    far = np.abs(last[:, :, None] - settling.stable[:, None]).max(0)
    there = np.where(far.min(1) < _NEAR * (1 + np.abs(last).max(0)), far.argmin(1), -1)
    what = f"where {plural(len(leads), 'state')} come to rest"
    return [compare(what, leads, there, 0, f"the engine, {_LONG} steps on")]


def _stays(run: Pass, settling: Settling, some: tuple[FixedPoint, ...]) -> Verdict:
    what, n_a = f"a step from {plural(len(some), 'fixed point')}", settling.of.n_a
    params = {name: np.asarray(param, float) for name, param in run.params.items()}
    after, sizes = [], []
    try:
        for point in some:
            blocks = np.split(point.state, range(n_a, settling.of.N, n_a))
            before = dict(zip(run.cell.states, (one.tolist() for one in blocks), strict=True))
            numbers, size = by_hand(run.cell, params, before, settling.x[:, 0].tolist())
            after.append([v for name in run.cell.states for v in numbers[name]])
            sizes.append([size] * settling.of.N)
    except (ValueError, KeyError, OverflowError, SyntaxError) as error:
        return Unchecked(what, str(error))
    states = np.array([point.state for point in some])
    # The search ends at a residual of rounding, 64 N eps of a state; a sum by hand rounds once.
    allowed = 128 * settling.of.N * np.finfo(float).eps * (1 + np.array(sizes))
    return compare(what, np.array(after), states, allowed, "the cell's equations, by hand")


def _trace(settling: Settling, some: tuple[FixedPoint, ...]) -> list[Verdict]:
    """The eigenvalues' sum against how each number moves with itself, by central differences; of
    points on a corner, as that of a ReLU, there are no differences."""
    N, sums, found, rough = settling.of.N, [], [], []
    corner = False
    for point in some:
        move = _MOVE * np.eye(N)
        with np.errstate(all="ignore"):
            ahead, back = (settling.of.step(point.state[:, None] + way * move) for way in (1, -1))
            here = settling.of.step(point.state[:, None])
        slopes = np.diagonal(ahead - back) / (2 * _MOVE)
        sides = np.abs(np.diagonal(ahead + back - 2 * here)) / _MOVE  # how far the slopes differ
        corner |= bool((sides > 1e-3).any())
        sums.append(point.eigenvalues.sum().real)
        found.append(slopes.sum())
        size = 1 + np.abs(point.state).max() + np.abs(point.eigenvalues).max()
        rounded = N * np.finfo(float).eps * size / _MOVE + N**2 * np.finfo(float).eps * size
        rough.append(16 * rounded + sides.sum() * _MOVE + N * size * _MOVE)
    what = f"the sum of the eigenvalues, {plural(len(some), 'point')}"
    if corner or not np.isfinite(found).all():
        return []
    return [compare(what, sums, found, rough, "central differences of a step")]


def exponents(spectrum: Spectrum | None, parting: float) -> list[Verdict]:
    """lambda_1 against two trajectories, the sum against the determinants."""
    if spectrum is None:
        return [Unchecked("Lyapunov exponents", "the states overflow")]
    first, verdicts = spectrum.exponents[0], list[Verdict]()
    if np.isfinite(first) and np.isfinite(parting):  # else neighbours become one, or a corner stops
        # Directions turn into the first one while it is measured: what that takes counts as 1/T.
        allowed = 30 / spectrum.steps + abs(first) / 20
        source = "two trajectories 10⁻⁷ apart"
        verdicts.append(compare("the largest exponent", first, parting, allowed, source))
    # What a step shrinks by more than e^16 beside the rest is rounding, in the determinant too.
    every = spectrum.exponents
    if np.isfinite([*every, spectrum.sum_error]).all() and np.ptp(every) < _SPAN:
        total, size = float(every.sum()), np.abs(every).sum()
        allowed = 1e-6 * (1 + size)  # a product spans up to 16 nats: eps e^16, and as much again
        what, source = "the sum of the exponents", "ln |det J|, step by step"
        verdicts.append(compare(what, total + spectrum.sum_error, total, allowed, source))
    return verdicts
