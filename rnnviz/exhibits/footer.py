"""The line under a picture that leaves: what makes it again."""

import hashlib
from collections.abc import Mapping, Sequence
from typing import Any

from rnnviz import __version__
from rnnviz.core.errors import shown
from rnnviz.core.experiment import Experiment
from rnnviz.core.networks import DRAWN
from rnnviz.core.types import Pass, Run


def footer(*experiments: Experiment) -> str:
    """What makes the picture again: cells, seed, shapes, whatever is no default, the version.

    Experiments of one picture differ by their cells alone, and by their weights where some of them
    are trained.
    """
    if not experiments:
        return signed("")
    trained = [e for e in experiments if e.weights != DRAWN]
    first = (trained or experiments)[0]
    weights = " / ".join(dict.fromkeys(e.weights for e in experiments))
    stated = (first.stated | ({"weights": weights} if trained else {})).items()
    left_out = ("cell", "series", "equations")
    words = (_said(name, value) for name, value in stated if name not in left_out)
    return signed(", ".join([*_cells(experiments), *words]))


def _said(name: str, value: Any) -> str:
    if name in ("review", "text"):
        return f"{name} “{shown(value)}”"
    return f"{name} {value:g}" if isinstance(value, float) else f"{name} {value}"


def _cells(experiments: Sequence[Experiment]) -> list[str]:
    """The cells' names; of cells of one's own the title, or how many there are, and what tells
    their equations, too long for a line, from others."""
    names = [one.cell for one in experiments if not one.equations]
    own = [one for one in experiments if one.equations]
    if not own:
        return [" / ".join(dict.fromkeys(names))]
    title = own[0].cell_object.title if len(own) == 1 else f"{len(own)} variants"
    digest = hashlib.sha256("\n\n".join(one.equations for one in own).encode()).hexdigest()[:8]
    cells = " / ".join(dict.fromkeys([*names, title]))
    return [cells, f"equations {digest} from {own[0].cell}"]


def signed(words: str) -> str:
    """A footer of words of one's own, with the version behind them."""
    return ", ".join(filter(None, (words, f"rnnviz {__version__}")))


def footer_of(subject: Any, of: str = "") -> str:
    """The footer of an exhibit's subject: a Run, Runs by cell, a Pass; else of the words given."""
    if of:
        return signed(of)
    if isinstance(subject, Pass) and not isinstance(subject, Run):
        trace = subject.trace
        sizes = (f"{name} {getattr(trace, name)}" for name in ("n_x", "n_a", "n_y", "m", "T_x"))
        return signed(", ".join([subject.cell.name, *sizes, "weights of one's own"]))
    several = subject.values() if isinstance(subject, Mapping) else (subject,)
    return footer(*(one.experiment for one in several if hasattr(one, "experiment")))
