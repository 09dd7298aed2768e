"""Experiment: everything a run depends on, validated; at once argument, cache key and link."""

import math
from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Any

from rnnviz.core.cells import CELLS, NOTEBOOK, Cell
from rnnviz.core.cells.own import NAME, own
from rnnviz.core.errors import ExperimentError, check_choice, shown
from rnnviz.core.losses import LOSSES, Loss
from rnnviz.core.networks import DRAWN, Given, Network, Weights, find
from rnnviz.core.settings import BOUNDS, CHOICES, SETTINGS, TRAINED
from rnnviz.core.signals import SIGNALS

MAX_BYTES = 700 * 2**20  # keeps the whole process of one run under 1 GB
MAX_TOGETHER = 3 * MAX_BYTES  # of the runs of one comparison: the notebook's three always fit
MOST_CELLS = 6  # of one comparison: more lines cannot be told apart


@dataclass(frozen=True)
class Experiment:
    """One experiment.

    Shapes: n_x inputs, n_a hidden units, n_y outputs, m sequences, T_x steps. `gain` multiplies the
    recurrent weights; `forget_bias` is added to the bias of the gate that keeps the memory (and
    taken from one that overwrites it), cells without one ignore it, as all but the RNN ignore
    `activation`. `series` holds the rows (time) of the user's own input when signal is "csv",
    `equations` those of a cell of the user's own, made from `cell` (`calculus.parse`). Of a signal
    that is made of symbols `text` is what is read, without one the signal's own; it decides n_x and
    T_x. Under any other signal there is none.

    `weights` are "drawn", or name a trained network: it reads the `review` (without one, its own
    sample), and its loss is against a `label`, a class from 1. It leaves no choice of cell, shapes,
    activation and type, and has no use for the rest: those fields are then what they must be.
    Raises ExperimentError for anything out of bounds.

    >>> Experiment(cell="gru", T_x=80).n_a
    16
    >>> Experiment(n_a=0)
    Traceback (most recent call last):
        ...
    rnnviz.core.errors.ExperimentError: n_a must be between 1 and 256, got 0
    """

    cell: str = SETTINGS["cell"].default
    seed: int = SETTINGS["seed"].default
    n_x: int = SETTINGS["n_x"].default
    n_a: int = SETTINGS["n_a"].default
    n_y: int = SETTINGS["n_y"].default
    m: int = SETTINGS["m"].default
    T_x: int = SETTINGS["T_x"].default
    init: str = SETTINGS["init"].default
    gain: float = SETTINGS["gain"].default
    forget_bias: float = SETTINGS["forget_bias"].default
    signal: str = SETTINGS["signal"].default
    loss: str = SETTINGS["loss"].default
    activation: str = SETTINGS["activation"].default
    dtype: str = SETTINGS["dtype"].default
    series: tuple[tuple[float, ...], ...] = SETTINGS["series"].default
    weights: str = SETTINGS["weights"].default
    review: str = SETTINGS["review"].default
    label: int = SETTINGS["label"].default
    text: str = SETTINGS["text"].default
    equations: str = SETTINGS["equations"].default

    def __post_init__(self):
        for name in TRAINED:
            self._check(name)
        self._take_network()
        self._take_text()
        for name in (*BOUNDS, *CHOICES, "equations"):
            self._check(name)
        least = LOSSES[self.loss].least_n_y
        if self.n_y < least:
            raise ExperimentError(
                f"n_y must be at least {least} for a cross-entropy loss (one class is always "
                f"right), got {self.n_y}"
            )
        self._check_series()
        self._check_size()

    @property
    def network(self) -> Network | None:
        """The trained network; None of drawn weights. Raises ExperimentError where it is gone."""
        return find(Weights.of(self.weights))

    @property
    def given(self) -> Given | None:
        """The review as the network reads it; None of drawn weights."""
        network = self.network
        return network.read(self.review) if network else None

    @property
    def objective(self) -> Loss:
        """The loss: of the network's own head, where there is one."""
        given = self.given
        return given.loss if given else LOSSES[self.loss]

    @property
    def cell_object(self) -> Cell:
        """The cell, of the equations where there are some, with this experiment's activation."""
        one = own(self.equations, self.cell) if self.equations else self.origin
        return one.with_activation(self.activation)

    @property
    def origin(self) -> Cell:
        """The registered cell, which a person's own was made from."""
        return CELLS[self.cell]

    @property
    def cell_name(self) -> str:
        """What the cell is called among others: its name in CELLS, or "own"."""
        return NAME if self.equations else self.cell

    @property
    def file_name(self) -> str:
        """What files of it are called: cell and seed, or cell and weights."""
        drawn = self.weights == DRAWN
        return f"{self.cell_name}-seed{self.seed}" if drawn else f"{self.cell}-{self.weights}"

    @property
    def stated(self) -> dict[str, Any]:
        """What tells it from others: what is always stated, and what is not at its default."""
        names = SETTINGS if self.weights == DRAWN else ("cell", *TRAINED)
        values = {name: getattr(self, name) for name in names}
        return {n: v for n, v in values.items() if SETTINGS[n].always or v != SETTINGS[n].default}

    def in_cells(self, cells: Iterable[str] = ()) -> dict[str, "Experiment"]:
        """The same experiment in some cells and its own, by name; by default the notebook's three.

        Its own is always there; another one is left out where its run would not fit, or no longer
        fits beside those before it (MAX_TOGETHER). A person's own stands behind all others, the one
        that it was made from among them. Beside a trained network stand those that were trained
        alike, and read the same review; a cell without one is drawn from the seed, and reads the
        same numbers. Raises ExperimentError for a cell that is none, and for more than MOST_CELLS.

        >>> list(Experiment().in_cells()), list(Experiment().in_cells(["gru"]))
        (['rnn', 'lstm', 'gru'], ['lstm', 'gru'])
        """
        wanted = {self.cell, *(cells or notebook_cells())}
        for cell in wanted:
            check_choice("cells", cell, CELLS)
        if len(wanted) > MOST_CELLS:
            raise ExperimentError(f"cells must be at most {MOST_CELLS}, got {len(wanted)}")
        experiments = {self.cell_name: self}
        for cell in CELLS:
            if cell in wanted:
                try:
                    experiments.setdefault(cell, self._in(cell))
                except ExperimentError:
                    continue
                if sum(one.bytes for one in experiments.values()) > MAX_TOGETHER:
                    del experiments[cell]
        return {cell: experiments[cell] for cell in (*CELLS, NAME) if cell in experiments}

    def _in(self, cell: str) -> "Experiment":
        """The same in another cell."""
        network = self.network
        if network is None:
            return replace(self, cell=cell, equations="")
        if word := network.beside().get(cell):
            return replace(self, weights=word)
        return replace(self, cell=cell, **self._same_numbers(network))

    def _same_numbers(self, network: Network) -> dict[str, Any]:
        """The fields by which drawn weights read what a network reads."""
        x = network.x(network.read(self.review))[:, 0]
        series = {"signal": "csv", "series": tuple(map(tuple, x.T.tolist()))}
        return series | {name: SETTINGS[name].default for name in TRAINED}

    def _check(self, name: str) -> None:
        object.__setattr__(self, name, SETTINGS[name].check(getattr(self, name)))

    def _take_network(self) -> None:
        """Put in place what a network and its review decide; without one there is no review."""
        network = self.network
        if network is None:
            for name in ("review", "label"):
                if getattr(self, name) != SETTINGS[name].default:
                    raise ExperimentError(
                        f"{name} needs the weights of a trained network, got weights {self.weights}"
                    )
            return
        given = network.read(self.review or network.sample)
        fixed = {"review": given.text} | network.fixes(given)
        for name in SETTINGS.keys() - set(TRAINED):
            fixed.setdefault(name, SETTINGS[name].default)
        for name, value in fixed.items():
            object.__setattr__(self, name, value)
        if not network.classes:  # a task says what ought to come out
            object.__setattr__(self, "label", SETTINGS["label"].default)
        elif self.label > len(network.classes):
            raise ExperimentError(
                f"label must be between 1 and {len(network.classes)}, got {self.label}"
            )

    def _take_text(self) -> None:
        """Put in place what a text of symbols decides; under another signal there is none."""
        signal = SIGNALS.get(self.signal) if isinstance(self.signal, str) else None
        fixed: dict[str, Any] = {"text": ""}
        if signal and signal.symbols:
            symbols = signal.symbols.read(self.text)
            fixed = {"text": signal.symbols.written(symbols), "T_x": len(symbols)}
            fixed["n_x"] = signal.symbols.n_x
        for name, value in fixed.items():
            object.__setattr__(self, name, value)

    def _check_series(self):
        try:
            rows = tuple(tuple(float(number) for number in row) for row in self.series)
        except (TypeError, ValueError, OverflowError):
            raise ExperimentError(
                f"series must be rows of numbers, got {shown(repr(self.series))}"
            ) from None
        object.__setattr__(self, "series", rows)
        if self.signal != "csv":
            if self.series:
                raise ExperimentError(
                    f"series needs the signal csv, got a series with the signal {self.signal}"
                )
            return
        widths = {len(row) for row in self.series}
        if widths != {self.n_x} or len(self.series) != self.T_x:
            came = " or ".join(map(str, sorted(widths))) or "no"
            raise ExperimentError(
                f"series must have T_x = {self.T_x} rows of n_x = {self.n_x} numbers, got "
                f"{len(self.series)} rows of {shown(came)} numbers"
            )
        if not all(math.isfinite(number) for row in self.series for number in row):
            raise ExperimentError("series must hold finite numbers only, got NaN or infinity")

    def _check_size(self):
        per_step = self.bytes_per_step
        if per_step * self.T_x > MAX_BYTES:
            raise ExperimentError(
                f"T_x must be at most {MAX_BYTES // per_step} with n_a = {self.n_a}, "
                f"n_x = {self.n_x}, n_y = {self.n_y} and m = {self.m} (one run stays under 1 GB), "
                f"got {self.T_x}"
            )

    @property
    def bytes(self) -> int:
        """What a run takes, temporaries included."""
        return self.bytes_per_step * self.T_x

    @property
    def bytes_per_step(self) -> int:
        """What one time step of a run takes, temporaries included."""
        itemsize = 8 if self.dtype == "float64" else 4
        return bytes_per_step(self.cell_object, self.n_x, self.n_a, self.n_y, self.m, itemsize)


def notebook_cells() -> tuple[str, ...]:
    """The source notebook's cells, by name.

    >>> notebook_cells()
    ('rnn', 'lstm', 'gru')
    """
    return tuple(name for name, cell in CELLS.items() if cell.group == NOTEBOOK)


def bytes_per_step(cell: Cell, n_x: int, n_a: int, n_y: int, m: int, itemsize: int) -> int:
    """What one time step of a pass takes, temporaries included, in numbers of `itemsize` bytes.

    >>> bytes_per_step(CELLS["rnn"], n_x=3, n_a=5, n_y=2, m=10, itemsize=8)
    5920
    """
    operands = sum(len(stage.looks) * n_a + n_x + 1 for stage in cell.stages) + n_a + n_x
    states = 2 * (len(cell.states) - 1) + len(cell.derived.lasting) + 5  # 5: upstream, norms
    rows = operands + n_a * (len(cell.gates) + states) + 6 * n_y + 5 * n_x
    return rows * m * itemsize
