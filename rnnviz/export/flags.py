"""An Experiment on a command line: one flag for each of its settings but the series."""

import argparse
from collections.abc import Mapping
from typing import Any

from rnnviz.core.cells import CELLS, menu
from rnnviz.core.experiment import Experiment
from rnnviz.core.settings import SETTINGS


def add_experiment(parser: argparse.ArgumentParser) -> None:
    """The flags of an Experiment, as a group of their own."""
    group = parser.add_argument_group("the experiment")
    for name, setting in SETTINGS.items():
        if setting.kind is tuple:
            continue
        told = _told(setting.choices) or " to ".join(map(str, setting.bounds))
        words = ", ".join(filter(None, (setting.help, told)))
        group.add_argument(
            f"--{(setting.flag or name).replace('_', '-')}", dest=name, type=setting.kind,
            default=setting.default, metavar="N" if setting.bounds else "NAME",
            help=f"{words} ({setting.default})",
        )  # fmt: skip


def _told(choices: Mapping[str, Any]) -> str:
    """The words that a flag takes; of the cells the notebook's first, then kind by kind."""
    if choices is not CELLS:
        return ", ".join(choice for choice in choices if choice != "csv")
    kinds: dict[str, list[str]] = {}
    for entry, cells in menu(CELLS).items():
        kinds.setdefault("" if cells == (entry,) else f"{entry}: ", []).extend(cells)
    return "; ".join(title + ", ".join(cells) for title, cells in kinds.items())


def experiment(chosen: argparse.Namespace) -> Experiment:
    """The Experiment that the flags name. Raises ExperimentError."""
    return Experiment(**{name: word for name, word in vars(chosen).items() if name in SETTINGS})
