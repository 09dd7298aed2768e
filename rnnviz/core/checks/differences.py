"""Central differences: what a gradient is by definition, for one number of a run at a time.

Everything is run again in double precision from the run's own numbers with one of them moved, so
that the slope knows nothing of the chain rule. The step shrinks until the slope no longer depends
on it; where none is small enough, rounding hides the slope, and that is what is said.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

import numpy as np

from rnnviz.core.cells.base import Cell
from rnnviz.core.engine import forward
from rnnviz.core.run import draw
from rnnviz.core.types import Pass, Run, Trace

STEPS = (1e-3, 1e-5, 1e-7, 1e-9)  # of a number whose slope is looked for, the first that settles
REACH = 1e-5  # how far the differences of one step move a pre-activation, for states up to 1
_TERMS = 4 * 16  # roundings of a sum of up to 256 numbers: 4 sqrt(n), see `rounding.total`
_CORNER = 1e-6  # by how much of a slope the two sides may differ
_SETTLED = 1e-5  # how far the slopes of a step and of its double may lie apart


@dataclass
class Point:
    """A place at which a loss has a slope: parameters, inputs (n_x, m, T_x) and initial states.

    `loss` turns a Trace and the parameters into one number, `size` is that of the numbers it is
    made of, to which its rounding is relative. `passes` counts the forward passes.
    """

    cell: Cell
    params: dict[str, np.ndarray]
    x: np.ndarray
    initial: dict[str, np.ndarray]
    loss: Callable[[Trace, Mapping[str, np.ndarray]], float]
    size: float = 1.0
    passes: int = 0
    trace: Trace | None = field(default=None, repr=False)  # buffers of the next pass

    @classmethod
    def of(cls, run: Run) -> "Point":
        """The whole loss of an experiment, drawn from its seed again."""
        drawn, kind = draw(run.experiment), run.experiment.objective
        params = {key: np.array(value, float) for key, value in drawn.params.items()}
        initial = {state: np.zeros(drawn.a0.shape) for state in run.cell.states}
        initial["a"] += drawn.a0

        def loss(trace, params):
            W, b = (params[name] for name in run.cell.readout)
            return kind.evaluate(trace.states["a"], W, b, drawn.target).losses.sum()

        readout = (run.params[name] for name in run.cell.readout)
        size = kind.size(run.trace.states["a"], *readout, run.upstream)
        return cls(run.cell, params, np.array(drawn.x, float), initial, loss, size)

    def value(self) -> float:
        """The loss where everything now stands."""
        self.passes += 1
        self.trace = forward(self.cell, self.params, self.x, self.initial, self.trace)
        return float(self.loss(self.trace, self.params))

    def array(self, name: str) -> np.ndarray:
        """A parameter, `x`, or `initial_` and a state's name: moved in place by `slope`."""
        if name == "x":
            return self.x
        return self.params[name] if name in self.params else self.initial[name[8:]]


def slope(
    value: Callable[[], float], array: np.ndarray, at: tuple, size: float = 1.0, growth: float = 1.0
) -> tuple[float, float] | None:
    """The slope of `value()` by array[at], and how far rounding may have carried it.

    Fourth order: the differences of a step h and of 2 h, extrapolated to h = 0 (Richardson 1911).
    `size` is that of the numbers that rounding is relative to. `growth` is how many times larger a
    small move may become on its way, be it a step, which stays below what that makes of it, or a
    rounding. None where the slope depends on h, or on the side.
    """
    old, middle = float(array[at]), value()
    for step in [step for step in STEPS if step * growth <= 1]:
        h = step * max(1.0, abs(old))
        slopes, bends, size = [], [], max(abs(middle), size)
        for distance in (h, 2 * h):
            ends, ys = (old - distance, old + distance), []
            for array[at] in ends:
                ys.append(value())
            array[at] = old
            size = max(size, *map(abs, ys))
            slopes.append((ys[1] - ys[0]) / (ends[1] - ends[0]))
            bends.append((ys[0] + ys[1] - 2 * middle) / distance)
        noise = _TERMS * np.finfo(float).eps * size * growth / h
        if not np.isfinite([*slopes, *bends]).all():
            continue
        largest = abs(slopes[0])
        settled = abs(slopes[0] - slopes[1]) <= _SETTLED * largest + noise
        # Where both sides have one slope, what they differ by shrinks with h; at a corner it stays.
        corner = abs(2 * bends[0] - bends[1])
        if settled and corner <= _CORNER * largest + noise:
            return (4 * slopes[0] - slopes[1]) / 3, noise
    return None


def jacobian(run: Pass, sequence: int, t: int) -> tuple[np.ndarray, float] | None:
    """d s_t / d s_{t-1} of the joint state by differences of one step, (N, N), and how far off.

    That is their rounding, and what is left of the curve: the gap between the slopes of h and 2 h,
    squared, relative to the slopes. It is 1e-20, but where a normaliser near h is divided by.
    All moved states lie side by side as the sequences of one single step, in double precision.
    None where a state stands on a corner, as of a ReLU: the two sides differ by more than rounding.
    """
    cell, trace, n_a = run.cell, run.trace, run.trace.n_a
    before = {n: np.array(trace.state(n)[t][:, sequence], float) for n in cell.states}
    s = np.concatenate(list(before.values()))
    largest = max(np.abs(np.asarray(W, float)).max() for W in trace.weights)
    h = REACH * np.maximum(1, np.abs(s)) / max(1.0, largest)
    moved = np.concatenate([s[:, None] + np.diag(d * h) for d in (-2, -1, 0, 1, 2)], axis=1)
    initial = {n: moved[i * n_a : (i + 1) * n_a] for i, n in enumerate(cell.states)}
    x = np.repeat(np.array(trace.x[:, sequence, t], float)[:, None], moved.shape[1], axis=1)
    params = {name: np.array(value, float) for name, value in run.params.items()}
    after = forward(cell, params, x[..., None], initial)
    ends = np.concatenate([after.states[n][..., 0] for n in cell.states])
    with np.errstate(over="ignore", invalid="ignore"):  # of states near the largest number
        return _slopes(np.split(ends, 5, axis=1), h)


def _slopes(values: list[np.ndarray], h: np.ndarray) -> tuple[np.ndarray, float] | None:
    """The slopes from the values at -2 h, -h, 0, h and 2 h, and how far off they are."""
    far_below, below, middle, above, far_above = values
    size = max(np.abs(one).max() for one in values)
    noise = _TERMS * np.finfo(float).eps * float(size / h.min())
    slopes = (8 * (above - below) - (far_above - far_below)) / (12 * h)
    gap = np.abs((far_above - far_below) / (4 * h) - (above - below) / (2 * h)).max()
    # As in `slope`: what the sides differ by shrinks with h, but at a corner it stays.
    near, far = ((up + down - 2 * middle) / (n * h) for n, up, down in
                 ((1, above, below), (2, far_above, far_below)))  # fmt: skip
    corner = np.abs(2 * near - far).max()
    if not corner <= 100 * gap + _SETTLED * np.abs(slopes).max() + 4 * noise:
        return None
    return slopes, noise + float(gap**2 / max(1.0, np.abs(slopes).max()))
