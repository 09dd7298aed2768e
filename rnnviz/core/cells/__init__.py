"""Every cell that stands in this folder: importing the package imports and so registers each."""

from importlib import import_module
from pkgutil import iter_modules

from rnnviz.core.cells.base import CELLS, Cell, Equation, Gate, enrolled, register
from rnnviz.core.cells.groups import GROUPS, NOTEBOOK, menu

for _module in iter_modules(__path__):
    import_module(f"{__name__}.{_module.name}")

__all__ = [
    "CELLS",
    "GROUPS",
    "NOTEBOOK",
    "Cell",
    "Equation",
    "Gate",
    "enrolled",
    "menu",
    "register",
]
