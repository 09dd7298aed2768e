"""What one training is told: a frozen record, checked."""

import math
from collections.abc import Callable
from dataclasses import asdict, dataclass
from types import MappingProxyType

import numpy as np

from rnnviz.core import initialisers
from rnnviz.core.cells import CELLS, Cell
from rnnviz.core.cells.own import own
from rnnviz.core.errors import ExperimentError, check_bounds, check_choice, shown
from rnnviz.core.settings import SETTINGS
from rnnviz.core.training.mistakes import MISTAKES
from rnnviz.core.training.optimisers import EPSILONS, OPTIMISERS, SGD, Optimiser

SCHEDULES: MappingProxyType[str, Callable[[float], float]] = MappingProxyType(
    {  # share of the updates that are done -> factor of the learning rate
        "constant": lambda share: 1.0,
        "linear": lambda share: 1.0 - share,
        "cosine": lambda share: (1 + math.cos(math.pi * share)) / 2,
    }
)
_WHOLE = {
    "units": (1, 256),
    "steps": (1, 1000),
    "batch": (1, 1024),
    "updates": (1, 10**6),
    "truncation": (0, 1000),
}
_REAL = {
    "rate": (0.0, 100.0),
    "momentum": (0.0, 1.0),
    "epsilon": (0.0, 1.0),
    "clip": (0.0, 1e6),
    "decay": (0.0, 1.0),
}
_CHOICES = {"optimiser": OPTIMISERS, "epsilon_place": EPSILONS, "schedule": SCHEDULES}
_AS_ELSEWHERE = ("cell", "seed", "init", "gain", "forget_bias", "activation", "dtype", "equations")


@dataclass(frozen=True)
class Settings:
    """A network of `units` and how it learns; names and bounds are those of an Experiment.

    `steps` is the task's length, `batch` sequences a batch. `clip` bounds the norm of the whole
    gradient (0: not at all, Pascanu, Mikolov & Bengio 2013); `decay` shrinks every weight by
    rate * decay a step, apart from the gradient (Loshchilov & Hutter 2019). `truncation` cuts the
    way back every so many steps, the states go on (0: nowhere). `epsilon_place` is "outside" or
    "inside" of the root; `momentum` is of sgd alone. `mistake` is one of MISTAKES, made on
    purpose ("": none).

    >>> Settings(cell="gru").updates
    2000
    """

    cell: str = "lstm"
    units: int = 32
    steps: int = 50
    batch: int = 64
    updates: int = 2000
    seed: int = 1
    optimiser: str = "adam"
    rate: float = 0.01
    schedule: str = "constant"
    momentum: float = 0.9
    epsilon: float = 1e-8
    epsilon_place: str = "outside"
    clip: float = 1.0
    decay: float = 0.0
    truncation: int = 0
    init: str = "orthogonal"
    gain: float = 1.0
    forget_bias: float = 1.0
    activation: str = "tanh"
    dtype: str = "float32"
    equations: str = ""
    mistake: str = ""

    def __post_init__(self):
        for name in _AS_ELSEWHERE:
            object.__setattr__(self, name, SETTINGS[name].check(getattr(self, name)))
        for name, bounds in (_WHOLE | _REAL).items():
            value = getattr(self, name)
            real = isinstance(value, int | float) and not isinstance(value, bool)
            if not real or (name in _WHOLE and value != int(value)):
                kind = "a whole number" if name in _WHOLE else "a number"
                raise ExperimentError(f"{name} must be {kind}, got {shown(repr(value))}")
            check_bounds(name, value, *bounds)
        for name, choices in _CHOICES.items():
            check_choice(name, getattr(self, name), choices)
        self._check_mistake()

    def _check_mistake(self) -> None:
        if not self.mistake:
            return
        check_choice("mistake", self.mistake, MISTAKES)
        one = MISTAKES[self.mistake]
        plain = self.cell if not self.equations and self.activation == "tanh" else "another"
        if one.of_gradient and plain not in one.cells:
            raise ExperimentError(
                f"cell must be {' or '.join(one.cells)}, with tanh, to make the mistake "
                f"{self.mistake}, got {shown(plain)}"
            )
        if self.mistake == "epsilon-inside":
            object.__setattr__(self, "epsilon_place", "inside")
        if self.mistake == "no-clipping":
            object.__setattr__(self, "clip", 0.0)

    @property
    def cell_object(self) -> Cell:
        """The cell, with its activation; a person's own where there are equations."""
        if self.equations:
            return own(self.equations, self.cell)
        return CELLS[self.cell].with_activation(self.activation)

    def start(self, n_x: int, n_y: int) -> dict[str, np.ndarray]:
        """The parameters that the seed decides."""
        cell, random = self.cell_object, np.random.RandomState(self.seed)
        params = initialisers.draw(cell, self.init, cell.shapes(n_x, self.units, n_y), random)
        initialisers.adjust(cell, params, self.gain, self.forget_bias)
        return params

    def optimiser_at(self, update: int) -> Optimiser:
        """The optimiser at an update, from 0, with its learning rate."""
        rate = self.rate * SCHEDULES[self.schedule](update / self.updates)
        if self.optimiser == "sgd":
            return SGD(rate, self.momentum)
        words = {"epsilon": self.epsilon, "size": EPSILONS[self.epsilon_place]}
        return OPTIMISERS[self.optimiser](rate, **words)

    def to_dict(self) -> dict:
        """Every field by name."""
        return asdict(self)
