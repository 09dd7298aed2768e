"""An Experiment on a command line: one flag for each field, made from the Experiment itself."""

import argparse
from dataclasses import fields

from rnnviz.core.cells import CELLS
from rnnviz.core.experiment import BOUNDS, CHOICES, Experiment

_NAMES = {"T_x": "steps"}  # a word that a shell types more easily
_WORDS = {"n_x": "inputs", "n_a": "hidden units", "n_y": "outputs", "m": "sequences",
          "T_x": "time steps T_x", "seed": "of all that is random"}  # fmt: skip


def add_experiment(parser: argparse.ArgumentParser) -> None:
    """The flags of an Experiment, as a group of their own."""
    group = parser.add_argument_group("the experiment")
    default = Experiment()
    for field in fields(Experiment):
        if field.name == "series":
            continue
        value, name = getattr(default, field.name), field.name
        choices = CELLS if name == "cell" else CHOICES.get(name, ())
        low, high = BOUNDS.get(name, (None, None))
        told = ", ".join(c for c in choices if c != "csv") or f"{low} to {high}"
        words = f"{_WORDS[name]}, {told}" if name in _WORDS else told
        group.add_argument(
            f"--{_NAMES.get(name, name).replace('_', '-')}", dest=name, type=type(value),
            default=value, metavar="N" if name in BOUNDS else "NAME", help=f"{words} ({value})",
        )  # fmt: skip


def experiment(chosen: argparse.Namespace) -> Experiment:
    """The Experiment that the flags name. Raises ExperimentError."""
    given = vars(chosen)
    return Experiment(**{f.name: given[f.name] for f in fields(Experiment) if f.name in given})
