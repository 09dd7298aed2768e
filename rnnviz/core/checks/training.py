"""What a training keeps, against formulas: its first loss, its gradients by lag, what a frame's
weights do."""

from collections.abc import Mapping

import numpy as np

from rnnviz.core.checks import forward as by_hand
from rnnviz.core.checks import rounding
from rnnviz.core.checks.check import Unchecked, Verdict, compare
from rnnviz.core.engine import backward, forward
from rnnviz.core.passes import pass_of
from rnnviz.core.training import Batch, Key, Training, judge, recurrent_matrix
from rnnviz.core.types import Pass

_H = 1e-4  # differences are off by its square
_LAGS = (0, 1, 4)  # steps back: what is rounded gathers with each


def first_loss(one: Training) -> list[Verdict]:
    """The loss of the first batch, by its formula from the weights that the seed decides."""
    what = "the loss of the first batch"
    if not one.record.loss or not one.record.frames.rows:
        return [Unchecked(what, "there is no update yet")]
    params, batch = _start(one), _first(one)
    (W, b), a = one.cell.readout, forward(one.cell, params, batch.x).states["a"]
    logits = np.einsum("yn,nmt->ymt", params[W], a) + params[b][:, None]
    each = _formula(one.task.head, logits, batch)
    expected = float(each[batch.mask].sum() / max(1, batch.mask.sum()))
    allowed = _rounded(one, a.shape[-1]) * max(1.0, abs(expected))
    source = "its formula in double precision, from the weights of the seed"
    return [compare(what, one.record.loss[0], expected, allowed, source)]


def lags(one: Training) -> list[Verdict]:
    """||dL/da|| some steps back at the first update, by moving a along its own gradient."""
    what = "dL/da by lag at the first update"
    if one.settings.mistake:
        return [Unchecked(what, "this gradient is wrong on purpose")]
    if not one.record.frames.rows:
        return [Unchecked(what, "there is no update yet")]
    if one.record.lags.rows:
        batch, kept = _first(one), one.record.lags.rows[0]["a"]
    else:
        batch = one.probe.batch._replace(x=one.probe.batch.x.astype(float), mask=one.probe.last)
        kept = one.record.frames.rows[0]["lag_a"]
    params, end = _start(one), int(np.flatnonzero(batch.mask.any(axis=0))[-1]) + 1
    trace = forward(one.cell, params, batch.x)
    grads = backward(trace, _judged(one, params, trace.states["a"], batch).upstream)
    verdicts: list[Verdict] = []
    for lag in (lag for lag in _LAGS if lag < end):
        step = end - 1 - lag
        felt = grads.state("a")[step + 1]
        norm = float(np.linalg.norm(felt))
        if not norm:
            continue
        states = {name: trace.states[name][..., step] for name in one.cell.states}
        losses = [
            _after(one, params, batch, trace.states["a"], states, step, felt * (sign * _H / norm))
            for sign in (1, -1)
        ]
        expected = (losses[0] - losses[1]) / (2 * _H)
        allowed = _rounded(one, end) * max(abs(expected), norm) + 10 * _H**2 * norm
        source = "the loss after a step of ±1e-4 along it, over the length of both"
        verdicts.append(compare(f"‖dL/da‖ {lag} steps back", kept[lag], expected, allowed, source))
    return verdicts or [Unchecked(what, "no loss is felt")]


def states(one: Training, frame: int = -1) -> list[Verdict]:
    """A frame's states of the probe, against its weights run again, and single steps by hand."""
    again = _again(one, frame)
    kept = one.record.frames.rows[frame]["states"][one.cell.states.index("a")]
    allowed = rounding.apart(again, lambda trace, _: trace.states["a"][:, 0])
    source = "the weights kept beside them, run again"
    shown = compare("states of the probe", kept, again.trace.states["a"][:, 0], allowed, source)
    return [shown, *by_hand.some(again, 0, ["states"])]


def still(one: Training, frame: int, points: np.ndarray) -> list[Verdict]:
    """Fixed points (N, count): a step by the engine, and one by hand, leaves each where it is."""
    params = {n: W.astype(float) for n, W in one.weights(_weights(one, frame)).items()}
    units, count = one.settings.units, points.shape[1]
    each = np.split(points, len(one.cell.states))
    initial = dict(zip(one.cell.states, each, strict=True))
    nothing = np.zeros((one.task.n_x, count, 1))
    once = pass_of(one.cell, params, nothing, initial=initial, upstream=np.zeros((units, count, 1)))
    after = np.concatenate([once.trace.states[name][..., 0] for name in one.cell.states])
    allowed = rounding.apart(once, lambda trace, _: trace.states["a"], float(np.abs(points).max()))
    shown = compare("fixed points, a step later", after, points, allowed, "where they were")
    return [shown, *by_hand.some(once, 0, ["states"])]


def answers(one: Training, frame: int = -1) -> list[Verdict]:
    """A frame's answers to the probe's first sequence, by the formula of its head."""
    again, (W, b) = _again(one, frame), one.cell.readout

    def told(trace, params: Mapping[str, np.ndarray]) -> np.ndarray:
        a = trace.states["a"][:, 0].astype(float)
        return _squashed(one.task.head, params[W].astype(float) @ a + params[b])

    kept = one.record.frames.rows[frame]["answers"][:, 0]
    allowed = rounding.apart(again, told, 1.0)
    source = "W a + b by its formula, from the weights kept beside them"
    return [compare("answers to the probe", kept, told(again.trace, again.params), allowed, source)]


def eigenvalues(one: Training, frame: int = -1) -> list[Verdict]:
    """Their sum is the trace of the weights, that of their squares the trace of the square."""
    row = one.record.frames.rows[frame]
    found = recurrent_matrix(one.cell, one.weights(row["weights"]))
    if found is None:
        return [Unchecked("eigenvalues", "no weights lie on the state")]
    told = one.eigenvalues(frame)
    assert told is not None
    (name, block), values = found, told.astype(complex)
    W, n = block.astype(float), len(block)
    size = float(np.linalg.norm(W))
    # Those of W + E, ||E|| about n eps ||W|| (Golub & Van Loan 2013, 7.5.6); a trace has n of them.
    allowed = n * n * float(np.finfo(np.float32).eps) * size
    return [
        compare("sum of the eigenvalues", values.sum().real, np.trace(W), allowed,
                f"the trace of {name} on the state"),
        compare("sum of their squares", (values**2).sum().real, np.trace(W @ W),
                2 * size * allowed, "the trace of its square"),
    ]  # fmt: skip


def _start(one: Training) -> dict[str, np.ndarray]:
    params = one.settings.start(one.task.n_x, one.task.n_y)
    return {name: param.astype(one.dtype).astype(float) for name, param in params.items()}


def _first(one: Training) -> Batch:
    settings = one.settings
    batch = one.task.draw(Key(settings.seed, 0), settings.batch, settings.steps)
    return batch._replace(x=batch.x.astype(one.dtype).astype(float))


def _weights(one: Training, frame: int) -> np.ndarray:
    return one.record.frames.rows[frame]["weights"]


def _again(one: Training, frame: int) -> Pass:
    params = one.weights(_weights(one, frame))
    x = one.probe.batch.x.astype(np.float32)
    return pass_of(one.cell, params, x, upstream=np.zeros((one.settings.units, *x.shape[1:])))


def _judged(one: Training, params, a: np.ndarray, batch: Batch):
    W, b = (params[name] for name in one.cell.readout)
    return judge(one.task.head, a, W, b, batch.target, batch.mask)


def _after(one: Training, params, batch: Batch, a, states, step: int, move) -> float:
    """The loss where a at a step is moved, and the steps after it follow."""
    a = a.copy()
    a[..., step] += move
    if step + 1 < a.shape[-1]:
        on = forward(one.cell, params, batch.x[..., step + 1 :], states | {"a": a[..., step]})
        a[..., step + 1 :] = on.states["a"]
    return float(_judged(one, params, a, batch).losses.sum())


def _formula(head: str, logits: np.ndarray, batch: Batch) -> np.ndarray:
    """Each answer's loss, (m, T_x), by its formula."""
    if head == "softmax":
        p = _squashed(head, logits)
        return -np.log(np.take_along_axis(p, batch.target[None], axis=0)[0])
    if head == "binary":
        p = _squashed(head, logits)
        return -np.log(np.where(batch.target > 0.5, p, 1 - p)).mean(axis=0)
    return ((logits - batch.target) ** 2).mean(axis=0)


def _squashed(head: str, logits: np.ndarray) -> np.ndarray:
    if head == "softmax":
        e = np.exp(logits - logits.max(axis=0))
        return e / e.sum(axis=0)
    return 1 / (1 + np.exp(-logits)) if head == "binary" else logits


def _rounded(one: Training, steps: int) -> float:
    """What so many steps round where nothing grows, forward and back."""
    terms = one.settings.units + one.task.n_x + 1 + rounding.OTHERS
    return 2 * (steps + 1) * terms * float(np.finfo(one.dtype).eps)
