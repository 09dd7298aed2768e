"""Exhibits: each picture once, with all that is told of it; importing the package registers all."""

from importlib import import_module
from pkgutil import iter_modules

from rnnviz.exhibits.base import Exhibit, Showing, every, register
from rnnviz.exhibits.lookup import named, of_page, of_pass, of_run

for _module in iter_modules(__path__):
    import_module(f"{__name__}.{_module.name}")

__all__ = ["Exhibit", "Showing", "every", "named", "of_page", "of_pass", "of_run", "register"]
