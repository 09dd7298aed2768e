"""What a recurrent cell is: gates, states, one step forward, one step of the chain rule back.

A cell says only what its paper says. The unroll (`core/engine`) owns time, buffers and the matrix
products, and hands the cell views whose last two axes are (n_a units, m sequences); any axes before
them (time, seeds) broadcast, so that the same lines run one step, all steps at once, or many seeds.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from rnnviz.core.cells.groups import OTHER, place


@dataclass(frozen=True)
class Gate:
    """One block of n_a units that looks at [a_{t-1}, x_t].

    `squash` is "sigmoid" (values 0..1), "tanh" (-1..1) or "" (the cell squashes it itself, and the
    block is a pre-activation, not a gate). `weights` are the parameters' names: one matrix of
    (n_a, n_a + n_x) or a pair (n_a, n_a), (n_a, n_x); `bias` names the (n_a, 1) bias.
    """

    name: str
    symbol: str
    squash: str
    weights: tuple[str, ...]
    bias: str

    @property
    def range(self) -> tuple[float, float]:
        """Smallest and largest value the gate can take."""
        return (0.0, 1.0) if self.squash == "sigmoid" else (-1.0, 1.0)


@dataclass(frozen=True)
class Equation:
    """One line of the paper: what it defines, in LaTeX, and as a template for numbers.

    `numbers` is a `str.format` template over the names of gates, states (`a`, `c`), previous states
    (`a_prev`, `c_prev`) and pre-activations (`z_` before a gate's name).
    """

    defines: str
    latex: str
    numbers: str


class Cell:
    """The description of a recurrent cell; subclasses are frozen, hold no state, and register."""

    name: str  # the key in CELLS and in links
    title: str  # the name on the page
    source: str  # the paper
    states: tuple[str, ...] = ("a",)
    gates: tuple[Gate, ...]  # see [a_prev, x]; the sigmoid ones first
    late_gates: tuple[Gate, ...] = ()  # see [operand, x], once `gates` are known
    internals: int = 0  # how many arrays `step` keeps for the way back
    reach: Mapping[str, int] = MappingProxyType({"a": 1})  # blocks that hang on each gradient
    skips: bool = False  # does a_prev reach a past the gates' products? (one block behind theirs)
    memory: tuple[str, int] | None = (
        None  # gate that keeps the past: +1 if it keeps, -1 if it writes
    )
    readout: tuple[str, str] = ("Wy", "by")
    equations: tuple[Equation, ...]
    operand_latex: str = ""  # what the late gates see in place of a_{t-1}
    note: str = ""  # a convention the reader must know
    group: str = OTHER  # of `groups`: where menus have it
    placement: Mapping[str, tuple[float, float]] = MappingProxyType({})  # its own drawing, if any:
    # node of `core/diagram` -> (column, row); a cell without one is laid out in layers

    # -- the mathematics, one method a thought -------------------------------------------------

    def operand(self, *views, out) -> None:
        """What the late gates see in place of a_prev: (*gates, a_prev) -> out."""
        raise NotImplementedError(f"{self.name} has late gates, so it needs an operand")

    def step(self, *views) -> None:
        """Fill the new states: (*gates, *late gates, *previous states, *new states, *internals)."""
        raise NotImplementedError

    def local_derivatives(self, *views, out) -> None:
        """Fill `out`, (blocks, ..., n_a, m), with local derivatives, from the views of `step`."""
        raise NotImplementedError

    def backstep(self, *views) -> None:
        """Chain rule of `step`: (*derivatives, *blocks to fill, da[, what arrives at c, dc]).

        Derivatives and blocks stand in groups of `reach`, the operand's left out. For each state
        besides `a`, its whole gradient has to be written, too. Only multiplies and adds.
        """
        raise NotImplementedError

    def backoperand(self, derivatives, blocks, d_operand, dz) -> None:
        """Chain rule of `operand`: fills the operand's blocks, the share of a_{t-1} first; may add
        to the early gates' dz, (gates, ..., n_a, m)."""
        raise NotImplementedError

    # -- what follows from the description -----------------------------------------------------

    @property
    def all_gates(self) -> tuple[Gate, ...]:
        """Early and late blocks, in the order in which `step` receives them."""
        return self.gates + self.late_gates

    @property
    def year(self) -> int:
        """When its (first) paper came out; a group goes from its oldest cell on."""
        first = re.search(r"\b\d{4}\b", self.source)
        return int(first[0]) if first else 9999

    @property
    def passed_on(self) -> int:
        """How many of the blocks stand before the gates': passed on within the step."""
        behind = len(self.all_gates) + self.skips + len(self.states) - 1
        return sum(self.reach.values()) - behind

    @property
    def shown_gates(self) -> tuple[Gate, ...]:
        """The blocks that are gates (squashed by the unroll), in the order of the draws."""
        order = self.draws
        gates = (gate for gate in self.all_gates if gate.squash)
        return tuple(sorted(gates, key=lambda gate: order.index(gate.weights[0])))

    @property
    def draws(self) -> tuple[str, ...]:
        """The parameters' names in the order in which they are drawn from the seed."""
        blocks = (name for gate in self.all_gates for name in (*gate.weights, gate.bias))
        return (*blocks, *self.readout)

    def shapes(self, n_x: int, n_a: int, n_y: int) -> dict[str, tuple[int, int]]:
        """Shape of every parameter, in the order of the draws."""
        shapes = {self.readout[0]: (n_y, n_a), self.readout[1]: (n_y, 1)}
        for gate in self.all_gates:
            widths = (n_a + n_x,) if len(gate.weights) == 1 else (n_a, n_x)
            shapes |= {name: (n_a, width) for name, width in zip(gate.weights, widths, strict=True)}
            shapes[gate.bias] = (n_a, 1)
        return {name: shapes[name] for name in self.draws}

    def with_activation(self, activation: str) -> "Cell":
        """This cell with another activation, where it has one to choose."""
        return self


_registry: dict[str, Cell] = {}
_enrolled: dict[str, int] = {}
CELLS = MappingProxyType(_registry)  # read it anywhere; only `register` writes it


def register(cell_class: type[Cell]) -> type[Cell]:
    """Class decorator: make the cell known to every menu, page and test under its name."""
    cell = cell_class()
    for stage in (cell.gates, cell.late_gates):
        kinds = [gate.squash for gate in stage]
        if kinds != sorted(kinds):  # "" < "sigmoid" < "tanh": lets one tanh serve all gates
            raise TypeError(f"{cell.name}: sigmoid gates must stand before tanh gates")
    _registry[cell.name] = cell
    _enrolled.setdefault(cell.name, len(_enrolled))
    in_order = sorted(_registry.items(), key=lambda item: place(item[1]))
    _registry.clear()
    _registry.update(in_order)
    return cell_class


def enrolled(cell: Cell) -> int:
    """The place of a cell among all in the order of registration, which no later one changes."""
    return _enrolled[cell.name]
