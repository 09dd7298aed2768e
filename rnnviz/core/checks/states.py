"""What is told of states: where they start, how many are saturated, the plane they are drawn in."""

import math

import numpy as np

from rnnviz.core import measures
from rnnviz.core.checks.check import Unchecked, Verdict, chooser, compare, epsilon, plural
from rnnviz.core.networks import DRAWN, Given
from rnnviz.core.phrases import no_states
from rnnviz.core.signals import SIGNALS
from rnnviz.core.types import Pass, Run


def start(run: Run) -> list[Verdict]:
    """Inputs and initial states against the experiment's own seed and signal."""
    e = run.experiment
    if e.weights != DRAWN:
        return _given(run)
    random = np.random.RandomState(e.seed)
    gaussian, a0 = random.randn(e.n_x, e.m, e.T_x), random.randn(e.n_a, e.m)
    rng = np.random.default_rng(e.seed)
    places = [tuple(int(rng.integers(n)) for n in gaussian.shape) for _ in range(20)]
    drawn = [
        _signal(e, i, t) if e.signal != "gaussian" else gaussian[i, s, t] for i, s, t in places
    ]
    eps = epsilon(run)
    with np.errstate(over="ignore"):
        x = np.array(drawn).astype(run.trace.x.dtype)  # a number beyond the type is infinite
    known = np.abs(x.astype(float)) * eps
    if e.signal == "sine":  # its slope is at most 1, and its argument is rounded, too
        angle = np.array([2 * math.pi * (t / 25 + i / e.n_x) for i, _, t in places])
        known = eps + 4 * np.finfo(float).eps * angle
    computed = [run.trace.x[at] for at in places]
    source = (
        f"seed {e.seed}" if e.signal == "gaussian" else f"the signal {e.signal}, by its formula"
    )
    verdicts: list[Verdict] = [
        compare(f"inputs x, {plural(len(places), 'number')}", computed, x, known, source)
    ]
    for name, state in run.trace.initial.items():
        drawn = a0 if name == "a" else np.zeros_like(a0)
        source = f"seed {e.seed}" if name == "a" else "0, where nothing is remembered yet"
        what = f"{name} before the first step, {plural(state.size, 'number')}"
        verdicts.append(compare(what, state, drawn, np.abs(drawn) * eps, source))
    return verdicts


def _given(run: Run) -> list[Verdict]:
    """The words' vectors as they stand in the network's file, or what its lower layers make of
    them, and states of zeros."""
    network, given = run.experiment.network, run.experiment.given
    assert network and given, "weights that are not drawn are of a network"
    verdicts: list[Verdict] = [_handed(run, given) if given.x is not None else _seen(run, given)]
    for name, state in run.trace.initial.items():
        what = f"{name} before the first step, {plural(state.size, 'number')}"
        verdicts.append(compare(what, state, 0, 0, "0, where nothing has been read yet"))
    return verdicts


def _seen(run: Run, given: Given) -> Verdict:
    """Some numbers of what the cell sees of its words."""
    network = run.experiment.network
    assert network, "words are a network's"
    rng = np.random.default_rng(run.trace.T_x)
    places = [tuple(int(rng.integers(n)) for n in run.trace.x.shape) for _ in range(20)]
    ids, vectors = given.ids.tolist(), network.vectors
    known = [float(ids[t]) if vectors is None else float(vectors[ids[t]][i]) for i, _, t in places]
    computed = [run.trace.x[at] for at in places]
    tolerance = np.abs(known) * epsilon(run)
    source = "the vector of each word, in the network's file"
    what = f"inputs x, {plural(len(places), 'number')}"
    return compare(what, computed, known, tolerance, source)


def _handed(run: Run, given: Given) -> Verdict:
    """Every number of what a layer sees of those below it."""
    what = f"inputs x, {plural(run.trace.x.size, 'number')}"
    if given.by_hand is None:
        return Unchecked(what, "the layers below are too large to be computed by hand")
    known, allowed = given.by_hand()
    return compare(what, run.trace.x, known, allowed, given.by)


def _signal(e, i: int, t: int) -> float:
    if e.signal == "impulse":
        return float(t == e.T_x // 10)
    if e.signal == "step":
        return float(t >= e.T_x // 2)
    if e.signal == "sine":
        return math.sin(2 * math.pi * (t / 25 + i / e.n_x))
    if symbols := SIGNALS[e.signal].symbols:
        one = (e.text.split() if symbols.between else e.text)[t]
        if e.signal == "pulses":
            return float({".": 0, "+": 1, "-": -1}[one])
        return float([*symbols.codes].index(one) == i)
    return e.series[t][i]


def saturated(run: Pass) -> list[Verdict]:
    """The drawn shares at a few steps, by counting units one by one."""
    end = run.trace.finite_steps
    if not end:
        return [Unchecked("saturated share", no_states(run))]
    a = run.trace.states["a"][..., :end]
    computed = measures.saturated_share(a)
    steps = sorted(map(int, chooser(run).choice(
        end, min(end, 6), replace=False)))  # fmt: skip
    counted = []
    for t in steps:
        every = a[..., t].ravel().tolist()
        counted.append(sum(value > 0.95 or value < -0.95 for value in every) / len(every))
    what = f"share beyond ±0.95 at t = {', '.join(str(t + 1) for t in steps)}"
    once = np.finfo(float).eps  # a count by a count, rounded once here and once there
    return [compare(what, computed[steps], counted, once, "counted one by one")]


def components(run: Pass, sequence: int) -> list[Verdict]:
    """Variances of the drawn coordinates against the covariance matrix, and distances kept."""
    end = run.trace.finite_steps
    if end < 2:
        reason = no_states(run) or "they need two steps"
        return [Unchecked("principal components", reason)]
    states = run.trace.states["a"][:, sequence, :end].astype(float)
    scale = float(np.abs(states).max()) or 1.0
    coordinates, shares = measures.principal_components(states)
    if not np.isfinite(coordinates).all():
        return [Unchecked("principal components", "the coordinates grow beyond float64")]
    coordinates = coordinates / scale
    covariance = np.cov(states / scale, bias=True).reshape(len(states), len(states))
    eigenvalues, vectors = np.linalg.eigh(covariance)
    eigenvalues, vectors = eigenvalues[::-1], vectors[:, ::-1]
    whole = float(np.trace(covariance))
    if not whole > 1e-20:
        return [Unchecked("principal components", "the state does not move")]
    drawn = min(2, len(states))
    # Decompositions move a matrix by its size times eps and its dimensions; so do sums over time.
    rounded = 2 * np.finfo(float).eps * sum(states.shape)
    source = "eigenvalues of the covariance matrix"
    variances, exact = coordinates.var(axis=1)[:drawn], eigenvalues[:drawn]
    verdicts: list[Verdict] = [
        compare("shares of the variance", shares[:drawn], exact / whole, rounded, source),
        compare("variance along the drawn axes", variances, exact, rounded * whole, source),
    ]
    gap = eigenvalues[1] - (eigenvalues[2] if len(states) > 2 else 0) if len(states) > 1 else 1.0
    if len(states) <= 2 or gap > 1e-6 * whole:
        i, j = 0, int(chooser(run).integers(1, end))
        apart = (states[:, j] - states[:, i]) / scale
        expected = math.sqrt(np.square(vectors[:, :drawn].T @ apart).sum())
        computed = math.dist(coordinates[:, i], coordinates[:, j])
        source = "the states' own distance" if len(states) <= 2 else "the states' distance in the "
        source += "" if len(states) <= 2 else "plane of two eigenvectors"
        what = f"distance between t = 1 and t = {j + 1}"
        # A plane turns by the matrix's error over the gap beside it (Davis & Kahan 1970).
        turned = rounded * (1 + whole / gap if len(states) > 2 else 1) * math.dist(apart, 0 * apart)
        tolerance = (turned + rounded) * scale  # a state is at most 1 in this scale
        verdicts.append(compare(what, computed * scale, expected * scale, tolerance, source))
    return verdicts
