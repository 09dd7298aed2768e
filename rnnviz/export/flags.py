"""An Experiment on a command line: one flag for each of its settings, a file for the series."""

import argparse
import re
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from rnnviz.core import networks
from rnnviz.core.calculus.parse import MOST_LETTERS
from rnnviz.core.cells import CELLS, menu
from rnnviz.core.errors import ExperimentError, check_choice, shown
from rnnviz.core.experiment import Experiment
from rnnviz.core.settings import SETTINGS
from rnnviz.core.signals import SIGNALS
from rnnviz.core.tables import series
from rnnviz.core.tables.meant import WAYS, Meant

_MEANT = {  # what a file of numbers may not say itself, by its flag
    "header": ("signal-header", "its first row names the columns"),
    "index": ("signal-index", "its first column numbers or dates the steps"),
    "comma": ("decimal-comma", "its decimals have commas"),
}


def add_experiment(parser: argparse.ArgumentParser) -> None:
    """The flags of an Experiment, as a group of their own."""
    group = parser.add_argument_group("the experiment")
    for name, setting in SETTINGS.items():
        if setting.kind is tuple:
            continue
        if name == "equations":
            group.add_argument(
                f"--{name}", type=_text, default="", metavar="FILE|TEXT",
                help=f"{setting.help}: a file of equations, or one such as 'a = tanh(W @ [a_prev, "
                "x] + b)'; a semicolon ends a line",
            )  # fmt: skip
            continue
        told = _told(setting.choices) or " to ".join(map(str, setting.bounds))
        if name == "signal":
            told += ", or a file of numbers such as FILE.csv, which sets the steps and n-x"
        words = ", ".join(filter(None, (setting.help, told)))
        group.add_argument(
            f"--{(setting.flag or name).replace('_', '-')}", dest=name, type=setting.kind,
            default=setting.default, metavar="N" if setting.bounds else "NAME",
            help=f"{words} ({setting.default})" if setting.default != "" else words,
        )  # fmt: skip
    file = parser.add_argument_group("where the file of --signal does not say so itself")
    for flag, words in _MEANT.values():
        file.add_argument(f"--{flag}", default="", metavar="yes|no", help=words)
    file.add_argument("--gaps", default="", metavar="|".join(WAYS),
                      help="gaps hold " + ", or ".join(WAYS.values()))  # fmt: skip


def _told(choices: Mapping[str, Any]) -> str:
    """The words that a flag takes; of the cells the notebook's first, then kind by kind."""
    if choices is not CELLS:
        return ", ".join(choice for choice in choices if choice != "csv")
    kinds: dict[str, list[str]] = {}
    for entry, cells in menu(CELLS).items():
        kinds.setdefault("" if cells == (entry,) else f"{entry}: ", []).extend(cells)
    return "; ".join(title + ", ".join(cells) for title, cells in kinds.items())


def _text(word: str) -> str:
    """A text that stands on the command line itself, or in a file that is named there."""
    if "=" in word or not word:
        return re.sub(r"; *", "\n", word)
    try:
        with open(word, encoding="utf-8") as file:
            return file.read(2 * MOST_LETTERS + 1)
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or "no text in UTF-8"
        raise argparse.ArgumentTypeError(f"must be a file to read, got: {reason}") from None


def experiment(chosen: argparse.Namespace) -> Experiment:
    """The Experiment that the flags name; the path of a model's file stands for the network in it.

    Raises ExperimentError.
    """
    values = {name: word for name, word in vars(chosen).items() if name in SETTINGS}
    if "." in values["weights"]:
        try:
            values["weights"] = networks.taken(Path(values["weights"]).read_bytes())
        except (OSError, ValueError) as error:
            if isinstance(error, ExperimentError):
                raise
            why = getattr(error, "strerror", None) or "no name of a file"
            raise ExperimentError(f"weights must be a file to read, got: {why}") from None
    own = getattr(SIGNALS.get(chosen.signal), "symbols", None)
    if own is None and values["text"]:
        raise ExperimentError(
            f"text needs a signal that is made of symbols, got the signal {shown(chosen.signal)}"
        )
    if chosen.signal not in SIGNALS:
        values |= _of_file(chosen, values)
    return Experiment(**values)


def _of_file(chosen: argparse.Namespace, values: dict) -> dict:
    """The settings that a file of numbers makes; how it was read is told on the way."""
    path = Path(chosen.signal)
    try:
        content = path.read_bytes()
    except (OSError, ValueError) as error:
        choices = ", ".join(name for name in SIGNALS if name != "csv")
        why = getattr(error, "strerror", None) or "no name of a file"
        raise ExperimentError(
            f"signal must be one of {choices} or a file, got {shown(chosen.signal)}: {why}"
        ) from None
    signal = series.read(content, _meant(chosen))
    sizes = {"T_x": len(signal.rows), "n_x": len(signal.rows[0])}
    for name, count in sizes.items():
        if values[name] not in (SETTINGS[name].default, count):
            raise ExperimentError(
                f"{name} must be {count} as in {shown(path.name)}, got {values[name]}"
            )
    for sentence in signal.told:
        print(sentence, file=sys.stderr)
    return {"signal": "csv", "series": signal.rows, **sizes}


def _meant(chosen: argparse.Namespace) -> Meant:
    said = {}
    for name, (flag, _) in _MEANT.items():
        word = getattr(chosen, flag.replace("-", "_"))
        if word:
            check_choice(flag, word, ("yes", "no"))
            said[name] = word == "yes"
    if chosen.gaps:
        check_choice("gaps", chosen.gaps, WAYS)
    return Meant(**said, gaps=chosen.gaps)
