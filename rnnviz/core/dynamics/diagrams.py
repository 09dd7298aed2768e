"""Many networks at once as pictures have them: over gain and forget bias, or over gain alone."""

import re
from collections.abc import Generator, Mapping
from dataclasses import dataclass, field

import numpy as np

from rnnviz.core.cells import Cell
from rnnviz.core.dynamics.bifurcation import INPUT, SETTINGS, bifurcation
from rnnviz.core.dynamics.growth import growing
from rnnviz.core.dynamics.parts import within
from rnnviz.core.dynamics.phase import TOGETHER, UNDECIDED, borders
from rnnviz.core.engine import ColumnMap, StepMap
from rnnviz.core.errors import ExperimentError, shown
from rnnviz.core.initialisers import adjust

GAIN, FORGET_BIAS = SETTINGS
PREVIEW, REFINED = WINDOWS = (500, 2500)  # steps, first and on wish
BURN_IN = 100
LOW, HIGH = 0.15, 4.5  # of the gains
_LEAST, _MOST = -2.0, 3.8  # of the forget biases
_SIDE, _FEWEST = 30, 12  # gains, and forget biases, of small networks and of large
_USUAL = 64  # units, from which on there are fewer
_ALONE = 60  # gains where nothing else changes
_GAINS, _STARTS, _KEPT = 120, 4, 8  # of a bifurcation diagram
_AROUND, _FEW = 3.0, 61  # how far a number of a parameter is moved, and to how many values
_SMALL, _LARGE = 128, 256  # sizes of the joint state: few eigenvalues of the border, none
_DRAWN = 1e-5  # of a gain on the line
_SETTLED = 1e-3  # of a number of the state: what differs by less is one


@dataclass(frozen=True, eq=False)
class Phase:
    """lambda_1 `exponents` (biases, gains) of networks without input, in nats a step over `steps`;
    NaN where states overflow, -inf where two trajectories become one.

    `border` (k,) are the gains at which max |eig J(0)| is 1, for the forget biases `along` (k,);
    NaN where there is none. Of a cell without a gate for its memory `biases` is 0 alone.
    """

    gains: np.ndarray
    biases: np.ndarray
    exponents: np.ndarray
    steps: int
    along: np.ndarray
    border: np.ndarray

    @property
    def kinds(self) -> np.ndarray:
        """-1 where it is ordered, 1 where it is chaotic, 0 where that is undecided, as exponents
        have their places."""
        decided = np.where(np.abs(self.exponents) < UNDECIDED, 0.0, np.sign(self.exponents))
        return np.where(np.isnan(self.exponents), np.nan, decided)


@dataclass(frozen=True, eq=False)
class Bifurcation:
    """The last `values` (gains, starts, kept) of a unit of a, under a constant input `x` (n_x,),
    after `steps` steps from each of some `starts` (N, starts), random ones and their opposites; NaN
    where states overflow. `along` is what changes; where that is not "gain", `gains` are its
    values."""

    gains: np.ndarray
    starts: np.ndarray
    values: np.ndarray
    steps: int
    along: str = GAIN
    x: np.ndarray = field(default_factory=lambda: np.zeros(0))

    @property
    def kinds(self) -> np.ndarray:
        """Of each gain: 0 where all starts end at one value, 1 where they end at several, 2 where
        some never end; NaN where they overflow."""
        over_time = np.ptp(self.values, axis=2).max(axis=1)
        over_all = np.ptp(self.values, axis=(1, 2))
        kinds = (over_all > _SETTLED).astype(float) + (over_time > _SETTLED)
        return np.where(np.isfinite(over_all), kinds, np.nan)


def has_forget_bias(cell: Cell) -> bool:
    """Whether a forget bias moves anything: the cell has a gate for its memory, with a bias.

    >>> from rnnviz.core.cells import CELLS
    >>> has_forget_bias(CELLS["gru"]), has_forget_bias(CELLS["rnn"])
    (True, False)
    """
    return cell.memory is not None and any(g.name == cell.memory[0] and g.bias for g in cell.gates)


def phase_diagram(
    cell: Cell,
    params: dict[str, np.ndarray],
    steps: int = PREVIEW,
    seed: int = 0,
    x: np.ndarray | None = None,
) -> Generator[float, None, Phase]:
    """Order and chaos over gain and forget bias, or over gain alone, in single precision; yields
    the share that is done. `params` are drawn at gain 1 and forget bias 0. Under an input x (n_x,)
    the state 0 is no fixed point, and there is no `border`.

    >>> from rnnviz import Experiment, run
    >>> from rnnviz.core.dynamics.parts import exhausted
    >>> done = run(Experiment(cell="rnn", init="orthogonal", n_a=4, forget_bias=0))
    >>> found = exhausted(phase_diagram(done.cell, done.params, steps=20))
    >>> found.exponents.shape, found.border.round(6), set(found.kinds[0, :10])
    ((1, 60), array([1.]), {np.float64(-1.0)})
    """
    single = {name: param.astype(np.float32) for name, param in params.items()}
    size = StepMap.of(cell, single)
    gains, biases = _grid(cell, size.n_a)
    exponents = np.full((len(biases), len(gains)), np.nan)
    flat, every = exponents.reshape(-1), np.stack(np.meshgrid(gains, biases), axis=-1)
    every = every.reshape(-1, 2)
    start = np.random.RandomState(seed).standard_normal((size.N, 1)).astype(np.float32)
    for at in range(0, len(every), TOGETHER):
        some = every[at : at + TOGETHER]
        networks = ColumnMap.by_column(cell, single, some[:, 0], some[:, 1], x)
        states, apart = np.repeat(start, len(some), axis=1), np.random.RandomState(seed + 1)
        work = growing(networks, states, steps, BURN_IN, random=apart)
        ends = at / len(every), (at + len(some)) / len(every)
        flat[at : at + TOGETHER] = yield from within(work, *ends)
    along = biases if size.N <= _SMALL else biases[:: max(1, len(biases) // 6)]
    line = np.full(len(along), np.nan)
    if size.N <= _LARGE and (x is None or not x.any()):
        for place, gain in enumerate(borders(cell, params, along, _DRAWN)):
            line[place] = gain
            yield 1.0
    return Phase(gains, biases, exponents, steps, along, line)


def _grid(cell: Cell, n_a: int) -> tuple[np.ndarray, np.ndarray]:
    """Gains and forget biases: fewer of large networks, so that the work stays the same."""
    if not has_forget_bias(cell):
        return np.linspace(LOW, HIGH, _ALONE), np.zeros(1)
    side = int(np.clip(_SIDE * _USUAL // n_a, _FEWEST, _SIDE))
    return np.linspace(LOW, HIGH, side), np.linspace(_LEAST, _MOST, side)


def bifurcation_diagram(
    cell: Cell,
    params: dict[str, np.ndarray],
    forget_bias: float = 0.0,
    unit: int = 0,
    steps: int = PREVIEW,
    along: str = GAIN,
    x: np.ndarray | None = None,
) -> Generator[float, None, Bifurcation]:
    """What a unit comes to over the gain, in single precision; yields the share that is done.

    `params` are drawn at gain 1 and forget bias 0. `along` "forget_bias" they are at their own gain
    and forget bias 0; along "input", the size of x (n_x,), or a number of a parameter, such as
    "Waa[1,2]" or "ba[3]" (from 1), they are the network's own. Raises ExperimentError where there
    is no such number.

    >>> from rnnviz import Experiment, run
    >>> from rnnviz.core.dynamics.parts import exhausted
    >>> done = run(Experiment(cell="rnn", init="identity", n_a=1, forget_bias=0))
    >>> found = exhausted(bifurcation_diagram(done.cell, done.params))
    >>> [set(found.kinds[some]) for some in (found.gains < 0.95, found.gains > 1.05)]
    [{np.float64(0.0)}, {np.float64(1.0)}]
    """
    moved = {name: param.astype(np.float32) for name, param in params.items()}
    if along == GAIN:
        adjust(cell, moved, 1.0, forget_bias)
        what: str | tuple[str, tuple[int, ...]] = along
        gains = np.linspace(LOW, HIGH, _GAINS)
    elif along == FORGET_BIAS and has_forget_bias(cell):
        what, gains = along, np.linspace(_LEAST, _MOST, _GAINS)
    elif along == INPUT:
        what, gains = along, np.linspace(-_AROUND, _AROUND, _GAINS + 1)
    else:
        what = name, place = place_of(params, along)
        gains = float(params[name][place]) + np.linspace(-_AROUND, _AROUND, _FEW)
    one = StepMap.of(cell, moved, x)
    N, given = one.N, one.x[:, 0]
    half = np.random.RandomState(0).standard_normal((N, _STARTS // 2)).astype(np.float32)
    starts = np.concatenate([half, -half], axis=1)
    values = np.full((len(gains), _STARTS, _KEPT), np.nan)
    parts = bifurcation(cell, moved, what, gains, starts, steps, _KEPT, unit, given)
    for some, found in parts:
        values[some] = np.where(np.isfinite(found), found, np.nan)
        yield some.stop / len(gains)
    return Bifurcation(gains, starts, values, steps, along, given)


def place_of(params: Mapping[str, np.ndarray], word: str) -> tuple[str, tuple[int, ...]]:
    """A number of a parameter by its word, counted from 1. Raises ExperimentError.

    >>> place_of({"W": np.zeros((2, 3)), "b": np.zeros((2, 1))}, "W[1,3]")
    ('W', (0, 2))
    >>> place_of({"b": np.zeros((2, 1))}, "b[2]")
    ('b', (1, 0))
    """
    read = re.fullmatch(r"(\w+)\[(\d+)(?:, ?(\d+))?\]", word)
    if read and read[1] in params:
        place = int(read[2]) - 1, int(read[3] or 1) - 1
        shape = params[read[1]].shape
        if len(shape) == 2 and all(0 <= i < n for i, n in zip(place, shape, strict=True)):
            return read[1], place
    raise ExperimentError(
        "along must be gain, forget_bias of a cell with a gate for its memory, input, or a number "
        f"of {', '.join(params)}, such as {next(iter(params))}[1,1], got {shown(word)}"
    )
