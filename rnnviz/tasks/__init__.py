"""What small networks learn: every task of this folder, each registered by its file."""

from importlib import import_module
from pkgutil import iter_modules

from rnnviz.tasks.base import TASKS, Solved, Task, register

for _module in iter_modules(__path__):
    import_module(f"{__name__}.{_module.name}")

__all__ = ["TASKS", "Solved", "Task", "register"]
