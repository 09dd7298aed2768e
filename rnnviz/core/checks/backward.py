"""Backpropagation against what a gradient is: a sample of its numbers by central differences."""

import math
from collections.abc import Mapping, Sequence

import numpy as np

from rnnviz.core.checks import hand, rounding, sums
from rnnviz.core.checks.check import (
    Check,
    Unchecked,
    Verdict,
    broken,
    chooser,
    compare,
    epsilon,
    plural,
)
from rnnviz.core.checks.differences import Point, slope
from rnnviz.core.experiment import bytes_per_step
from rnnviz.core.types import Pass, Run

_SECONDS = 1.5  # of forward passes for one picture's checks, roughly
_MOST_BYTES = 256 * 2**20  # of a run that is run again
_EACH = 2  # numbers of every array: the largest, and one drawn from the seed
_CHAOS = 1e-5  # how far the last digits may move a state before slopes differ
TRUNCATED = 1e-6  # of a slope: a tenth of what it may differ by where a step has settled
_SMALL = 2**24  # bytes of a run that is carried out for every sample of its growth
SOURCE = "central differences of the whole loss"


def differences(
    run: Pass,
    names: Sequence[str] | None = None,
    point: Point | None = None,
    source: str = SOURCE,
) -> list[Verdict]:
    """dL/d(each of `names`), all by default, against central differences of the loss.

    `point` is where the loss has its slopes: the experiment's own by default, which a Pass that is
    no Run does not have.
    """
    what = "gradients by central differences"
    unfit = broken(what, run) or _too_large(what, run)
    if unfit:
        return [unfit]
    point, every = point or Point.of(run), sums.gradients(run)
    moved, growth = _sensitivity(run, point)
    if not moved <= _CHAOS:
        reason = f"its last digits alone move the states by up to {moved:.2g}"
        return [Unchecked(what, f"{reason}: the run is chaotic, and no step is small enough")]
    chosen = _affordable(run, list(names or every))
    random = chooser(run)
    apart = sums.apart(run, rounding.SAMPLES if _bytes(run) <= _SMALL else 1)
    verdicts = [
        _one(point, name, every[name], apart[name], random, growth, source) for name in chosen
    ]
    left = len(names or every) - len(chosen)
    if left:
        reason = f"a run of this size is moved only {_EACH * len(chosen)} times"
        verdicts.append(
            Unchecked(f"{plural(left, 'further array')} by central differences", reason)
        )
    return verdicts


def _one(point, name, computed, apart, random, growth, source) -> Verdict:
    largest = np.unravel_index(np.abs(computed).argmax(), computed.shape)
    drawn = tuple(int(random.integers(n)) for n in computed.shape)
    places = list(dict.fromkeys([tuple(map(int, largest)), drawn]))[:_EACH]
    if not np.isfinite(computed).all():
        reason = "it is not finite, because it sums infinite numbers over the steps"
        return Unchecked(_letters(name), reason)
    if not np.isfinite(apart):
        reason = "an infinite input stands beside it, so its rounding has no bound"
        return Unchecked(_letters(name), reason)
    array = point.array(name)
    slopes = [slope(point.value, array, at, point.size, growth) for at in places]
    what = f"{_letters(name)}, {len(places)} of {plural(computed.size, 'number')}"
    if None in slopes:
        return Unchecked(
            what, "the loss has a corner here, or bends too sharply for any difference"
        )
    expected, noise = np.array(slopes, float).T
    tolerance = TRUNCATED * np.abs(expected).max() + noise + apart
    return compare(what, [computed[at] for at in places], expected, tolerance, source)


def _letters(name: str) -> str:
    if name.startswith("initial_"):
        return f"dL/d{name[8:]}_0"
    return f"dL/d{name}"


def _sensitivity(run: Pass, point: Point) -> tuple[float, float]:
    """How far the states move when every parameter moves in its last digits, and how many times
    that move has grown; single precision has moved everything already."""
    random, nudge = chooser(run), 8 * np.finfo(float).eps
    kept = {name: value.copy() for name, value in point.params.items()}
    for value in point.params.values():
        value *= 1 + nudge * random.choice([-1, 1], value.shape)
    point.value()
    moved = 0.0
    for name, states in run.trace.states.items():
        again = point.trace.states[name]
        size = max(1.0, float(np.abs(again).max()))
        with np.errstate(all="ignore"):
            moved = max(moved, float(np.abs(again - states).max()) / size)
    for name, value in kept.items():
        point.params[name][...] = value
    return moved, max(1.0, moved / max(nudge, epsilon(run)))


def _too_large(what: str, run: Pass) -> Unchecked | None:
    size = _bytes(run)
    if size > _MOST_BYTES:
        return Unchecked(what, f"a run of {size >> 20} MB takes too long to be run again and again")
    return None


def _bytes(run: Pass) -> int:
    trace = run.trace
    sizes = trace.n_x, trace.n_a, trace.n_y, trace.m, trace.dtype.itemsize
    return bytes_per_step(trace.cell, *sizes) * trace.T_x


def _affordable(run: Pass, names: list[str]) -> list[str]:
    """As many of the names as passes are left for, spread over all kinds of them."""
    seconds = 2e-5 * run.trace.T_x + 1e-9 * _bytes(run)
    passes = _SECONDS / seconds
    count = min(len(names), max(2, int(passes / (5 * _EACH))))
    every = np.linspace(0, len(names) - 1, count).round().astype(int)
    return [names[i] for i in sorted(set(every.tolist()))]


def norms(run: Pass, sequence: int | None = None) -> list[Verdict]:
    """The drawn norms at a few steps against the roots of sums of squares, added by hand."""
    random, grads = chooser(run), run.gradients
    T_x, verdicts = run.trace.T_x, []
    steps = sorted({0, T_x - 1, *map(int, random.choice(T_x, min(T_x, 3), replace=False))})
    source = grads.norms if sequence is None else grads.sequence_norms
    for name, state in grads.states.items():
        whole = state if sequence is None else state[:, sequence : sequence + 1]
        computed = [
            (source[name] if sequence is None else source[name][sequence])[k] for k in steps
        ]
        expected = [hand.norm(map(float, whole[..., k].ravel())) for k in steps]
        kept = [i for i, e in enumerate(expected) if math.isfinite(e) and np.isfinite(computed[i])]
        what = f"norm of dL/d{name} at {plural(len(kept), 'step')}"
        if not kept:
            verdicts.append(Unchecked(what, "the gradient is not finite"))
            continue
        computed, expected = (np.array(v, float)[kept] for v in (computed, expected))
        # Squares are positive: their sum is as exact as its rounding, and a root halves that.
        eps, tiny = epsilon(run), float(np.finfo(run.trace.dtype).tiny)
        tolerance = (4 * eps + rounding.total(whole[..., 0].size, eps)) * np.abs(expected) + tiny
        source_words = "the root of the sum of the squares, one by one"
        verdicts.append(compare(what, computed, expected, tolerance, source_words))
    return verdicts


def decay(run: Run, expected: np.ndarray | None) -> list[Check]:
    """||dL/da_k|| against theory's g^(T - k), where a linear network makes that exact."""
    computed = run.gradients.norms["a"]
    if expected is None or not (np.isfinite(expected).all() and np.isfinite(computed).all()):
        return []
    g, steps = run.experiment.gain, run.trace.T_x
    with np.errstate(all="ignore"):
        powers = np.array([g ** float(steps - 1 - k) for k in range(steps)])
        exact = powers * computed[-1]
    # Each step is rounded as its n_a terms are, and Q's columns as far as they are orthogonal.
    each = 2 * rounding.step(run) * math.sqrt(run.trace.n_a)
    tolerance = each * np.arange(steps, 0, -1) * exact + rounding.underflow(run)
    allowed = np.finfo(float).eps * steps * powers + np.finfo(float).tiny
    source = "theory: g^(T - k), exact for a linear network with orthogonal weights"
    return [
        compare(f"norm of dL/da at all {steps} steps", computed, exact, tolerance, source),
        compare("the line of theory", expected, powers, allowed, "g^(T - k), step by step"),
    ]


def clipping(params: Mapping[str, np.ndarray], clipped: Mapping, threshold: float) -> list[Verdict]:
    """min(norm, threshold), and the direction that stays, of the clipped gradients."""
    before, after = (
        np.concatenate([np.asarray(one[name], float).ravel() for name in params])
        for one in (params, clipped)
    )
    if not np.isfinite(before).all():
        return [Unchecked("clipping", "the parameters' gradient is not finite")]
    size, kept = hand.norm(before.tolist()), hand.norm(after.tolist())
    whole = min(size, threshold)
    eps = float(max(np.finfo(np.asarray(g).dtype).eps for g in params.values()))
    unit = 4 * eps + rounding.total(before.size, eps)  # the norm, the quotient, and every product
    verdicts: list[Verdict] = [
        compare("norm after clipping", kept, whole, unit * whole, "min(norm, threshold)")
    ]
    if size > 0 and kept > 0:
        cosine = hand.dot((after / kept).tolist(), (before / size).tolist())
        source = "1: clipping by the norm keeps the direction (Pascanu et al. 2013)"
        verdicts.append(compare("cosine of before and after", cosine, 1.0, unit, source))
    return verdicts
