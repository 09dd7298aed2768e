"""Dynamics: how long does the state remember? A gradient, a push and a readout on one ruler."""

import numpy as np

from rnnviz.core import dynamics
from rnnviz.core.checks import Unchecked, Verdict
from rnnviz.core.checks.check import compare, epsilon
from rnnviz.core.dynamics import StepMap
from rnnviz.core.engine import forward
from rnnviz.core.phrases import number
from rnnviz.core.types import Pass
from rnnviz.exhibits.base import Exhibit, register
from rnnviz.exhibits.marks import Item, across, log_line, on
from rnnviz.exhibits.within import within_reach
from rnnviz.figures import memory as figures

_FEWEST, _MOST = 20, 60  # steps of a run; lags
_WORK = 20_000_000  # entries of all Jacobians together
_NEAR = 5  # lags at which a check's bound on rounding is still far below what is left
_SAMPLES = 4  # times as many as numbers of the state: fewer say nothing of a readout
_AXES = (figures.LAG, figures.SHARE)


def lags_of(run: Pass) -> int:
    """How far back is looked."""
    return min(run.trace.T_x // 2, _MOST)


def remembers(run: Pass) -> bool:
    """Whether a run is long enough, finite, and small enough for its Jacobians."""
    work = run.trace.m * lags_of(run) * (run.trace.n_a * len(run.cell.states)) ** 2
    return work <= _WORK and within_reach(run, _FEWEST)


def half_lives(run: Pass) -> tuple[np.ndarray]:
    """The three curves, (3, lags + 1), over all sequences; NaN of a readout from too few steps."""
    lags, trace = lags_of(run), run.trace
    curves = [np.sqrt(np.square(c(run, lags)).sum(0)) for c in (dynamics.felt, dynamics.pushed)]
    states = np.concatenate([trace.states[name] for name in run.cell.states])
    enough = trace.m * (trace.T_x - lags) >= _SAMPLES * len(states)
    told = dynamics.decoded(states, trace.x, lags) if enough else np.full(lags + 1, np.nan)
    return (np.array([*curves, told], float),)


def half_lives_marks(run: Pass, curves: np.ndarray) -> list[Item]:
    """Each curve over its first number, and where each is at a half."""
    lags, marks, lives = np.arange(curves.shape[1]), [], []
    for index, (name, curve) in enumerate(zip(figures.NAMES, curves, strict=True)):
        share = curve / curve[0] if curve[0] > 0 else np.full(len(curve), np.nan)
        share[~(share >= 1e-4)] = np.nan
        marks.append(log_line(share, lags, index, name=name))
        if np.isfinite(dynamics.half_life(curve)):
            lives.append(dynamics.half_life(curve))
    half = log_line(np.full(len(lives), 0.5), np.array(lives), name=figures.HALF)
    return [*on(_AXES, *marks, *([half] if lives else [])), across(0.5, "quiet")]


def half_lives_checks(run: Pass, curves: np.ndarray) -> list[Verdict]:
    """The gradient by Jacobians forwards, the push by the engine from the pushed state, the readout
    by least squares."""
    lags = curves.shape[1] - 1
    return [
        _gradient(run, curves[0], min(lags, _NEAR)),
        _push(run, curves[1], lags),
        _told(run, curves[2]),
    ]


def _joint(run: Pass, t: int) -> np.ndarray:
    """The joint states (N, m) before step t (from 0)."""
    return np.concatenate([run.trace.state(name)[t] for name in run.cell.states])


def _gradient(run: Pass, curve: np.ndarray, lags: int) -> Verdict:
    of, trace, eps = StepMap.of(run.cell, run.params), run.trace, epsilon(run)
    total, sums = 0.0, 0.0
    for sequence in range(trace.m):
        d = np.zeros(of.N)
        d[: trace.n_a] = run.upstream[:, sequence, -1]
        size = np.abs(d)
        for t in range(trace.T_x - 1, trace.T_x - 1 - lags, -1):
            J = of.jacobians(_joint(run, t)[:, [sequence]], trace.x[:, [sequence], t])[0]
            d, size = d @ J, size @ np.abs(J)
        total, sums = total + np.square(d).sum(), sums + np.square(size).sum()
    allowed = 64 * of.N * lags * eps * np.sqrt(sums) + np.finfo(trace.dtype).tiny
    what, source = f"the gradient {lags} steps back", "Jacobians by the chain rule forwards"
    return compare(what, curve[lags], np.sqrt(total), allowed, source)


def _push(run: Pass, curve: np.ndarray, lags: int) -> Verdict:
    trace, first = run.trace, run.trace.T_x - lags
    random, scale = np.random.RandomState(0), 0.0
    every = np.concatenate([np.ravel(trace.states[name]) for name in run.cell.states])
    scale = dynamics.PUSH * (float(np.sqrt(np.mean(np.square(every, dtype=float)))) or 1.0)
    begin = {}
    for name in run.cell.states:
        push = scale * random.standard_normal(trace.n_a)
        begin[name] = trace.state(name)[first] + push[:, None].astype(trace.dtype)
    after = forward(run.cell, run.params, np.ascontiguousarray(trace.x[:, :, first:]), begin)
    apart = [after.states[n][..., -1] - trace.states[n][..., -1] for n in run.cell.states]
    expected = np.sqrt(sum(np.square(one.astype(float)).sum() for one in apart))
    # Both are the same sums in the same order, up to what a start in the middle rounds otherwise.
    grown = max(1.0, float(np.max(curve)) / max(float(curve[0]), np.finfo(float).tiny))
    allowed = 256 * lags * epsilon(run) * grown * (1 + np.abs(every).max()) * np.sqrt(trace.m)
    source = "the engine, from the pushed state on"
    return compare(f"the push {lags} steps on", curve[-1], expected, allowed, source)


def _told(run: Pass, curve: np.ndarray) -> Verdict:
    if not np.isfinite(curve[0]):
        return Unchecked("the readout", "there are too few steps, or the input is constant")
    trace = run.trace
    states = np.concatenate([trace.states[name] for name in run.cell.states]).astype(float)
    S, Y = (a[:, 0, 1:] if trace.m == 1 else a[:, 1:, 1:].reshape(len(a), -1) for a in
            (states, trace.x.astype(float)))  # fmt: skip
    W, S_mean, Y_mean = dynamics.ridge(S, Y)
    S, Y = S - S_mean, Y - Y_mean
    root = np.sqrt(dynamics.RIDGE * np.square(S).sum() / len(S) or 1.0)
    tall = np.concatenate([S.T, root * np.eye(len(S))])
    wanted = np.concatenate([Y.T, np.zeros((len(S), len(Y)))])
    expected = np.linalg.lstsq(tall, wanted, rcond=None)[0].T
    allowed = 1e-8 * (np.abs(expected).max() + 1)  # normal equations square the condition
    return compare("the readout's weights", W, expected, allowed, "least squares with a ridge")


def half_lives_caption(run: Pass, curves: np.ndarray) -> str:
    """Each half-life, and what the readout's does not say."""
    lags, what = curves.shape[1] - 1, ("the last loss's gradient", "a small push", "")
    clauses = []
    for name, life in zip(what[:2], figures.lives_of(curves), strict=False):
        clauses.append(f"{name} is half as large after {_steps(life, lags)}")
    told = f"{clauses[0]}; {clauses[1]}. "
    told = told[:1].upper() + told[1:]
    life = figures.lives_of(curves)[2]
    if np.isnan(life):
        return f"{told}No linear readout tells the input here: too few steps, or nothing to tell."
    at = f"{curves[2, 0]:.0%} of the input's variance"
    return (
        f"{told}A linear readout of the state explains {at} as it comes in, and half of that after "
        f"{_steps(life, lags)}. It is linear: what it cannot tell may be there still, and an input "
        "that repeats itself is told without being remembered."
    )


def _steps(life: float, lags: int) -> str:
    if np.isnan(life):
        return "no time that could be told"
    return f"**{number(life)} steps**" if np.isfinite(life) else f"**more than {lags} steps**"


register(
    Exhibit(
        page="Dynamics",
        place=70,
        figure=figures.half_lives,
        compute=half_lives,
        marks=half_lives_marks,
        checks=half_lives_checks,
        caption=half_lives_caption,
        fits=remembers,
        setup=lambda run: (
            "from rnnviz.exhibits import named",
            'computed = named("memory-half_lives").show(run).computed',
        ),
        call="run, *computed",
    )
)
