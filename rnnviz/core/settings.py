"""The one table of an Experiment's settings: bounds, choices and words, in the order of links.

A setting more is a line here and a field of Experiment: it then has a word in links and tokens, a
flag, a control, and a place in footers and snippets. `versions` tells what older links meant.
"""

import math
import numbers
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any

from rnnviz.core.activations import ACTIVATIONS
from rnnviz.core.cells import CELLS, Cell
from rnnviz.core.cells.own import cleaned, own
from rnnviz.core.errors import ExperimentError, check_bounds, check_choice, shown
from rnnviz.core.initialisers import INITIALISERS
from rnnviz.core.losses import LOSSES
from rnnviz.core.networks import DRAWN, Weights, check_text
from rnnviz.core.signals import SIGNALS


@dataclass(frozen=True)
class Setting:
    """One field of Experiment: a number within `bounds`, one of `choices`, a text that `judge`
    takes or refuses, or the series.

    `letter` names it in short links and keeps its meaning for good; `label` stands at its control,
    a slider over `slider` (None: typed), wider numbers are typed; `flag` is its word on a command
    line where that is not its name, `help` what stands there before the bounds. What is `always`
    stated goes into every footer and snippet, else what is not at its default. `used_by` says
    whether a cell heeds it. `choices` are records by name: `title` is shown in place of the name,
    and `sentence` says what it is, where they have them.
    """

    name: str
    default: Any
    letter: str
    label: str
    bounds: tuple = ()
    slider: tuple | None = None
    choices: Mapping[str, Any] = field(default_factory=dict)
    judge: Callable[[object], Any] | None = None
    flag: str = ""
    help: str = ""
    always: bool = False
    used_by: Callable[[Cell], bool] = lambda cell: True

    @property
    def kind(self) -> type:
        """int, float, str, or tuple: the series."""
        return type(self.default)

    def title(self, choice: str) -> str:
        """A choice as menus show it."""
        return getattr(self.choices[choice], "title", "") or choice

    def sentence(self, choice: str) -> str:
        """What a choice is, or nothing."""
        return getattr(self.choices[choice], "sentence", "")

    def check(self, value: Any) -> Any:
        """The value, a number as a plain int or float. Raises ExperimentError."""
        if self.bounds:
            value = self._number(value)
            check_bounds(self.name, value, *self.bounds)
        elif self.choices:
            check_choice(self.name, value, self.choices)
        elif self.judge:
            value = str(self.judge(value))
        return value

    def _number(self, value: Any) -> int | float:
        """A whole float passes for an int, a bool for neither."""
        real = isinstance(value, numbers.Real) and not isinstance(value, bool)
        if self.kind is int:
            if not real or value != value // 1:
                raise ExperimentError(
                    f"{self.name} must be a whole number, got {shown(repr(value))}"
                )
            return int(value)
        try:
            number = float(value) if real else math.nan
        except OverflowError:  # a whole number beyond what a float can hold
            number = math.inf
        if not math.isfinite(number):
            raise ExperimentError(f"{self.name} must be a finite number, got {shown(repr(value))}")
        return number


def _equations(text: Any) -> str:
    """The text as it is kept, "" for none. Raises ExperimentError where it makes no cell."""
    text = cleaned(text)
    if text:
        own(text)
    return text


# fmt: off
_TABLE = (
    Setting("cell", "lstm", "c", "Cell", choices=CELLS, always=True),
    Setting("seed", 1, "s", "Seed", (0, 2**32 - 1), help="of all that is random", always=True),
    Setting("n_x", 3, "x", "Inputs n_x", (1, 256), (1, 32), help="inputs", always=True),
    Setting("n_a", 16, "a", "Hidden units n_a", (1, 256), (1, 32),
            help="hidden units", always=True),
    Setting("n_y", 2, "y", "Outputs n_y", (1, 256), (1, 32), help="outputs", always=True),
    Setting("m", 10, "m", "Sequences m", (1, 256), (1, 32), help="sequences", always=True),
    Setting("T_x", 50, "t", "Time steps T_x", (1, 5000), (1, 200),
            flag="steps", help="time steps T_x", always=True),
    Setting("init", "orthogonal", "i", "Weights start as", choices=INITIALISERS, always=True),
    Setting("gain", 1.0, "g", "Gain of the recurrent weights", (0.0, 100.0), (0.0, 3.0)),
    Setting("forget_bias", 1.0, "f", "Forget bias", (-20.0, 20.0), (-5.0, 5.0), always=True,
            used_by=lambda cell: cell.memory is not None),
    Setting("signal", "gaussian", "u", "Input signal", choices=SIGNALS),
    Setting("loss", "cross_entropy_last", "l", "Loss", choices=LOSSES),
    Setting("activation", "tanh", "k", "Activation", choices=dict.fromkeys(ACTIVATIONS),
            used_by=lambda cell: cell != cell.with_activation("relu")),
    Setting("dtype", "float64", "d", "Numbers", choices=dict.fromkeys(("float64", "float32"))),
    Setting("series", (), "r", "CSV: rows are time steps, columns are inputs"),
    Setting("weights", DRAWN, "w", "Weights", judge=Weights.of,
            help="drawn from the seed; of a trained run, such as run-lstm; or a .keras file"),
    Setting("review", "", "e", "Review", judge=check_text,
            help="what a trained network reads: words, or ids: 1 14 22 (one of its own)"),
    Setting("label", 2, "b", "Its label", (1, 256), (1, 2),
            help="class that a trained network's loss is against"),
    Setting("text", "", "j", "Text", judge=str,
            help="of a signal that is made of symbols: pulses, brackets, letters, words"),
    Setting("equations", "", "o", "Equations", judge=_equations, help="a cell of one's own"),
)
# fmt: on
SETTINGS = MappingProxyType({one.name: one for one in _TABLE})
BOUNDS = MappingProxyType({one.name: one.bounds for one in _TABLE if one.bounds})
TRAINED = ("weights", "review", "label")  # what is asked where weights are not drawn
CHOICES = MappingProxyType({one.name: one.choices for one in _TABLE if one.choices})
