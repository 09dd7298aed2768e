"""The kinds of cells: menus begin with the notebook's three, and stay short."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Protocol

NOTEBOOK = "notebook"
OTHER = "other"  # of a cell that names no group
GROUPS = MappingProxyType(  # in the order of menus
    {
        NOTEBOOK: "The notebook's cells",
        "lstm": "LSTM variants",
        "gru": "GRU variants",
        "scan": "Parallel in time",
        OTHER: "Other cells",
    }
)


class Grouped(Protocol):
    """What of a cell its place hangs on."""

    @property
    def group(self) -> str:
        """Of GROUPS."""

    @property
    def year(self) -> int:
        """When its paper came out."""


def place(cell: Grouped) -> tuple[int, int]:
    """Where a cell stands among all: by its group, then from the oldest paper on."""
    return list(GROUPS).index(cell.group), cell.year


def menu(cells: Mapping[str, Grouped]) -> dict[str, tuple[str, ...]]:
    """The entries of a menu of cells, and which cells are behind each.

    The notebook's cells are an entry each, and so is the only cell of a group; the cells of any
    other group stand together behind its title.

    >>> from rnnviz import CELLS
    >>> list(menu(CELLS).items())[:3]
    [('rnn', ('rnn',)), ('lstm', ('lstm',)), ('gru', ('gru',))]
    """
    entries: dict[str, tuple[str, ...]] = {}
    for group, title in GROUPS.items():
        names = tuple(name for name, cell in cells.items() if cell.group == group)
        alone = group == NOTEBOOK or len(names) == 1
        entries |= {name: (name,) for name in names} if alone else {title: names} if names else {}
    return entries
