"""A cell of a person's own: equations that were typed, and the registered cell they came from.

It stands in no registry: whoever has its text and its origin makes it, and nobody else sees it.
"""

import re
import textwrap
from collections import Counter
from functools import lru_cache

from rnnviz.core.calculus import Derived, derived
from rnnviz.core.calculus.expression import letters
from rnnviz.core.calculus.parse import MOST_LETTERS
from rnnviz.core.cells.base import CELLS, Cell
from rnnviz.core.errors import ExperimentError, shown

NAME, TITLE = "own", "your cell"
_MOST_TITLE = 30
_GREEK = set(
    "alpha beta gamma delta epsilon zeta eta theta iota kappa mu nu xi pi rho sigma tau phi chi "
    "psi omega".split()
)
_NOT_IN_A_TITLE = re.compile(r"[^A-Za-z0-9 +-]+")  # nothing that a text could take for markup


def cleaned(equations: str) -> str:
    r"""The text as it is kept: no blanks at the ends of lines, no empty lines after it.

    Raises ExperimentError for what is no text, or too long to be read.

    >>> cleaned("  a = tanh(W @ x)  \r\n")
    'a = tanh(W @ x)'
    """
    if not isinstance(equations, str):
        raise ExperimentError(f"equations must be a text, got {shown(equations)}")
    if len(equations) > 2 * MOST_LETTERS:
        raise ExperimentError(
            f"equations must be at most {MOST_LETTERS} letters, got {len(equations)}"
        )
    lines = (line.rstrip() for line in equations.replace("\r\n", "\n").split("\n"))
    return textwrap.dedent("\n".join(lines)).rstrip("\n")


@lru_cache(maxsize=256)
def own(equations: str, origin: str = "lstm") -> Cell:
    """The cell of some equations; what these share with the origin is called as it is there.

    A first line `# my cell` is its title. Raises ExperimentError with one sentence and its place.

    >>> own("# bare\\na = tanh(W @ [a_prev, x])", "rnn").title
    'bare'
    """
    base, text = CELLS[origin], cleaned(equations)
    lines = derived(text).equations.lines
    words = _words(base, text)
    symbols = {one: _latex(one) for one in lines} | {
        one: symbol for one, symbol in base.letters.items() if one in lines
    }
    cell = Cell(
        NAME, _title(text), f"your own, made from the {base.title}", text,
        words=words, letters=symbols, readout=base.readout,
    )  # fmt: skip
    _check_names(cell)
    _check_motion(cell)
    return cell


def _title(text: str) -> str:
    first = text.lstrip().partition("\n")[0].strip()
    said = _NOT_IN_A_TITLE.sub(" ", first) if first.startswith("#") else ""
    title = " ".join(said.split())[:_MOST_TITLE].strip()
    taken = {cell.title.lower() for cell in CELLS.values()}
    return f"your {title}"[:_MOST_TITLE] if title.lower() in taken else title or TITLE


def _latex(name: str) -> str:
    """A name as LaTeX: one letter as it is, Greek ones by their names, all others upright."""
    if len(name) == 1:
        return name
    return rf"\{name}" if name in _GREEK else rf"\mathrm{{{name.replace('_', '-')}}}"


def _words(base: Cell, text: str) -> dict[str, str]:
    """What the origin calls its gates, for those of the same letter that stand for the same."""
    here, there = derived(text), base.derived
    kinds, before = _kinds(here), _kinds(there)
    taken = {*here.equations.lines, *here.equations.parameters}
    return {
        letter: word
        for letter, word in base.words.items()
        if letter in kinds and kinds[letter] == before.get(letter)
        and (word not in taken or (word in here.states and not kinds[letter]))
    }  # fmt: skip


def _kinds(one: Derived) -> dict[str, str]:
    """Every block's function by its letter, and every other line's."""
    lines = {letter: node.op for letter, node in one.lines.items()}
    return lines | {block.letter: block.squash for block in one.blocks}


def _check_motion(cell: Cell) -> None:
    """Refuse a state that parameters alone make."""
    moving = {"x", *(f"{state}_prev" for state in cell.states)}
    for letter, node in cell.derived.equations.lines.items():
        if moving & set(letters(node)):
            moving.add(letter)
        elif letter in cell.states:
            raise ExperimentError(f"{letter} must hang on what changes in time, got a constant")


def _check_names(cell: Cell) -> None:
    """Refuse names that tables and files already have for something else."""
    for one in {name for known in CELLS.values() for name in known.readout}:
        if one in {*cell.derived.equations.parameters, *cell.derived.equations.lines}:
            raise ExperimentError(f"{one} must be left to the readout, got it in the equations")
    gates = [gate.name for gate in cell.shown_gates]
    params = cell.derived.equations.parameters
    names = [*cell.states, *gates, *params, *cell.readout, "x", "y", "loss", "join", "operand"]
    names += [f"z_{gate.name}" for gate in cell.gates]
    names += [f"{front}{s}" for front in ("d", "d_", "norm_", "norm_d", "initial_", "dinitial_")
              for s in (*cell.states, "x")]  # fmt: skip
    names += [f"d{one}" for one in (*params, *cell.readout)]
    twice = [one for one, count in Counter(names).items() if count > 1]
    if twice:
        raise ExperimentError(f"names must be told apart from ours, got {twice[0]}, which is one")
