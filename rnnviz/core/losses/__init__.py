"""What a run minimises, step by step: every loss of this folder, each registered by its file."""

from importlib import import_module
from pkgutil import iter_modules

from rnnviz.core.losses.base import LOSSES, Evaluation, Loss, register
from rnnviz.core.losses.heads import head

for _module in iter_modules(__path__):
    import_module(f"{__name__}.{_module.name}")

__all__ = ["LOSSES", "Evaluation", "Loss", "head", "register"]
