"""What a recurrent cell is: its paper's equations, and what to call the things in them.

A cell says nothing else: `core/calculus` derives from the text its step, its local derivatives, its
LaTeX and its diagram, and `core/engine` carries them out.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field, fields, replace
from functools import cached_property, lru_cache
from types import MappingProxyType

from rnnviz.core.calculus import Derived, Node, Stage, at_rest, derived, latex
from rnnviz.core.calculus.expression import ONE, letters, name, walk
from rnnviz.core.cells.groups import OTHER, place
from rnnviz.core.cells.starts import Start


@dataclass(frozen=True)
class Gate:
    """One block of n_a units that looks at [a_{t-1}, x_t], or at what its matrices name.

    `squash` is "sigmoid" (values 0..1), "tanh" (-1..1) or "" (the block is a pre-activation, not a
    gate). `weights` are the parameters' names: one matrix of (n_a, n_a + n_x) or several; `bias`
    names the (n_a, 1) bias, or is "". `letter` is what the equations call it.
    """

    name: str
    symbol: str
    squash: str
    weights: tuple[str, ...]
    bias: str
    letter: str = ""

    @property
    def range(self) -> tuple[float, float]:
        """Smallest and largest value the gate can take."""
        return (0.0, 1.0) if self.squash in ("sigmoid", "exp") else (-1.0, 1.0)


@dataclass(frozen=True)
class Equation:
    """One line of the paper: what it defines, in LaTeX, and as a template for numbers.

    `numbers` is a `str.format` template over the names of gates, states (`a`, `c`), previous states
    (`a_prev`, `c_prev`), vectors, and pre-activations (`z_` before a gate's name).
    """

    defines: str
    latex: str
    numbers: str


@dataclass(frozen=True)
class Cell:
    """A recurrent cell; the fields after `text` are only what its author calls things.

    `text` holds the equations, one a line (`calculus.parse`). `words` are the gates' names by
    letter, `letters` their LaTeX; `drawn` the order of the draws, where it is not that of the text.
    `placement` is a drawing of its own: node of `core/diagram` -> (column, row).
    """

    name: str  # the key in CELLS and in links
    title: str  # the name on the page
    source: str  # the paper
    text: str
    words: Mapping[str, str] = field(default_factory=dict, compare=False)
    letters: Mapping[str, str] = field(default_factory=dict, compare=False)
    readout: tuple[str, str] = ("Wy", "by")
    drawn: tuple[str, ...] = ()
    note: str = field(default="", compare=False)  # a convention the reader must know
    group: str = field(default=OTHER, compare=False)  # of `groups`: where menus have it
    starts: Mapping[str, Start] = field(default_factory=dict, compare=False)  # of vectors that no
    # initialiser should draw
    placement: Mapping[str, tuple[float, float]] = field(default_factory=dict, compare=False)
    activation: str = "tanh"  # what `activation(..)` in the text is

    @property
    def derived(self) -> Derived:
        """What follows from the equations."""
        return derived(self.text, self.activation)

    @property
    def at_rest(self) -> "Cell":
        """The cell that leaves the same states as they are, with fewer unknowns (`calculus.rest`);
        itself where none of its states can be solved for."""
        return self if at_rest(self.derived) is self.derived else _at_rest(self)

    @property
    def states(self) -> tuple[str, ...]:
        """The hidden state a, then the others."""
        return self.derived.states

    @property
    def remembered(self) -> str:
        """The state that the cell remembers by: its memory c, or the first beside a, or a alone."""
        return "c" if "c" in self.states else self.states[min(1, len(self.states) - 1)]

    @property
    def stages(self) -> tuple[Stage, ...]:
        """Which blocks come out of one product, and what that sees."""
        return self.derived.stages

    @cached_property
    def looked_at(self) -> tuple[str, ...]:
        """The states before the step that the first product sees."""
        return self.derived.looked_at

    @cached_property
    def gates(self) -> tuple[Gate, ...]:
        """Every block, in the engine's order."""
        return tuple(self.gate(block.letter) for block in self.derived.blocks)

    @cached_property
    def shown_gates(self) -> tuple[Gate, ...]:
        """What opens and closes or proposes: every sigmoid or tanh of its own, as in the text.

        An exp and a state are gates, too, where `words` name them; they lie between 0 and 1.
        """
        blocks = {block.letter for block in self.derived.blocks if block.squash}
        lines = {
            one
            for one, node in self.derived.lines.items()
            if one in self.derived.values
            and node.op in ("sigmoid", "tanh", *(["exp"] if one in self.words else []))
            and (one in self.words or one not in self.states)
        }
        every = self.derived.equations.lines
        return tuple(self.gate(letter) for letter in every if letter in blocks | lines)

    @cached_property
    def pieces(self) -> tuple[tuple[Gate, bool, bool], ...]:
        """Blocks and gates in the order of the text: each, and whether its weighted sum and its
        value are told, a block that is not squashed being the first alone."""
        shown = {gate.letter: gate for gate in self.shown_gates}
        pieces = []
        for line in self.derived.equations.lines:
            here = [one for one in self.derived.blocks if one.line == line]
            pieces += [(self.gate(one.letter), True, bool(one.squash)) for one in here]
            if line in shown and not any(one.letter == line for one in here):
                pieces.append((shown[line], False, True))
        return tuple(pieces)

    def gate(self, letter: str) -> Gate:
        """The gate that the equations call by this letter."""
        block = next((one for one in self.derived.blocks if one.letter == letter), None)
        if block is None:
            node = self.derived.equations.lines[letter]
            matrices = tuple(one.args[0] for one in walk(node) if one.op == "matmul")
            named, symbol = letter, self.letters.get(letter, letter)
            return Gate(self.words.get(named, named), symbol, node.op, matrices, "", letter)
        named = letter if letter in self.derived.equations.lines else letter.removeprefix("z_")
        symbol = self.letters.get(named, named)
        symbol = symbol if named == letter else f"z_{{{symbol}}}"
        weights = tuple(W for W, _ in block.matrices)
        word = self.words.get(named, named)
        return Gate(word, symbol, block.squash, weights, block.bias, letter)

    @cached_property
    def late(self) -> str | None:
        """The value that the first of the later products sees; None where there is none."""
        later = (at for at, stage in enumerate(self.stages) if stage.kind == "later")
        return next((self.derived.looks(at)[0] for at in later), None)

    @cached_property
    def equations(self) -> tuple[Equation, ...]:
        """The lines that are no gate's own."""
        every = (*self.gates, *self.shown_gates)
        words = {g.letter: g.name if g.squash else f"z_{g.name}" for g in every}
        return tuple(
            Equation(letter, self.latex(letter), latex.numbers(self.derived, words, letter))
            for letter in self.derived.equations.lines
            if letter in self.derived.lines
        )

    def latex(self, letter: str) -> str:
        """The equation of a letter, as it was written."""
        return latex.line(self.derived, self.letters, letter)

    @cached_property
    def memory(self) -> tuple[str, int] | None:
        """The gate that keeps a state: +1 if it keeps, -1 if it writes; None without one."""
        opened = {gate.letter: gate for gate in self.shown_gates if gate.squash == "sigmoid"}
        for letter, gate in opened.items():
            signs = {name(letter): +1, Node("sub", (ONE, name(letter))): -1}
            for edge in self.derived.edges:
                if edge.target == f"{edge.source}_prev" and edge.factor in signs:
                    return gate.name, signs[edge.factor]
        return None

    @cached_property
    def recurrent_vectors(self) -> tuple[str, ...]:
        """The vectors that a state before the step is multiplied by, one weight a unit."""
        before = {f"{state}_prev" for state in self.states}
        products = [
            {*letters(one)}
            for line in self.derived.equations.lines.values()
            for one in walk(line)
            if one.op == "mul" and all(part.op == "name" for part in one.args)
        ]
        vectors = self.derived.vectors
        return tuple(v for v in vectors if any(v in pair and pair & before for pair in products))

    @property
    def year(self) -> int:
        """When its (first) paper came out; a group goes from its oldest cell on."""
        first = re.search(r"\b\d{4}\b", self.source)
        return int(first[0]) if first else 9999

    @property
    def draws(self) -> tuple[str, ...]:
        """The parameters' names in the order in which they are drawn from the seed."""
        return self.drawn or (*self.derived.equations.parameters, *self.readout)

    def shapes(self, n_x: int, n_a: int, n_y: int) -> dict[str, tuple[int, int]]:
        """Shape of every parameter, in the order of the draws."""
        shapes = {self.readout[0]: (n_y, n_a), self.readout[1]: (n_y, 1)}
        for block in self.derived.blocks:
            for W, seen in block.matrices:
                shapes[W] = (n_a, sum(n_x if part == name("x") else n_a for part in seen))
        return {one: shapes.get(one, (n_a, 1)) for one in self.draws}

    def with_activation(self, activation: str) -> "Cell":
        """This cell with another activation, where it has one to choose."""
        return _with_activation(self, activation) if "activation(" in self.text else self


@lru_cache(maxsize=64)
def _with_activation(cell: Cell, activation: str) -> Cell:
    return cell if activation == cell.activation else replace(cell, activation=activation)


class _AtRest(Cell):
    @property
    def derived(self) -> Derived:
        return at_rest(super().derived)


@lru_cache(maxsize=64)
def _at_rest(cell: Cell) -> Cell:
    return _AtRest(**{one.name: getattr(cell, one.name) for one in fields(cell)})


_registry: dict[str, Cell] = {}
_enrolled: dict[str, int] = {}
CELLS = MappingProxyType(_registry)  # read it anywhere; only `register` writes it


def register(cell: Cell) -> Cell:
    """Make the cell known to every menu, page and test under its name.

    Raises ExperimentError where no cell can be made of its equations.
    """
    assert cell.derived
    _registry[cell.name] = cell
    _enrolled.setdefault(cell.name, len(_enrolled))
    in_order = sorted(_registry.items(), key=lambda item: place(item[1]))
    _registry.clear()
    _registry.update(in_order)
    return cell


def enrolled(cell: Cell) -> int:
    """The place of a cell among all in the order of registration, which no later one changes."""
    return _enrolled[cell.name]
