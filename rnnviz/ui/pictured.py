"""A lesson's picture: the figure that it names, and what that figure is given."""

from collections.abc import Callable
from dataclasses import replace

from rnnviz import figures
from rnnviz.lessons import Lesson
from rnnviz.lessons.base import Setting
from rnnviz.ui import cache


def pictured(lesson: Lesson, setting: Setting) -> tuple[Callable, tuple, dict]:
    """The function of rnnviz.figures, its arguments and its options.

    In a link's words units, sequences and steps count from 1, and a threshold is its power of ten.
    """
    module, name = lesson.picture.figure.split(".")
    e, options = setting.experiment, dict(setting.choices)
    for counted in ("t", "sequence", "unit"):
        if counted in options:
            options[counted] -= 1
    if "clip" in options:
        options["clip"] = 10.0 ** options["clip"]
    if lesson.picture.cells:
        cells = lesson.picture.cells
        arguments = ({cell: cache.run(replace(e, cell=cell)) for cell in cells},)
    else:
        arguments = (cache.run(e),)
    if lesson.picture.figure == "gradients.itemised":
        arguments += cache.itemised(e, options.pop("lag", e.T_x))
    elif lesson.picture.figure == "gradients.singular_values":
        arguments += cache.singular_values(e, options.pop("sequence", 0))
    return getattr(getattr(figures, module), name), arguments, options


def proved(lesson: Lesson, setting: Setting, arguments: tuple) -> tuple:
    """What the picture's checks are given besides its arguments; empty where those say enough."""
    choices = setting.choices
    if lesson.picture.figure == "gradients.itemised":
        return (*arguments, choices.get("lag", setting.experiment.T_x))
    if lesson.picture.figure == "gradients.singular_values":
        return (*arguments, choices.get("sequence", 1) - 1)
    return ()
