"""The command that makes a file again: every flag of its experiment, whatever the defaults are."""

import shlex
from collections.abc import Iterable

from rnnviz.core.experiment import Experiment
from rnnviz.core.networks import DRAWN
from rnnviz.core.settings import SETTINGS, TRAINED


def command(one: Experiment, words: Iterable[str]) -> str:
    """`python -m rnnviz export` with the flags of a file, then those of the experiment.

    The numbers of a CSV stand in no command: the file that they came from does, as FILE.csv.
    """
    return shlex.join(["python", "-m", "rnnviz", "export", *words, *_flags(one)])


def _flags(one: Experiment) -> list[str]:
    """Every setting that the experiment's weights leave a choice of, and its cell's equations."""
    names = TRAINED if one.weights != DRAWN else [n for n in SETTINGS if n not in TRAINED]
    words = []
    for name in names:
        setting, value = SETTINGS[name], getattr(one, name)
        if setting.kind is tuple or (name == "equations" and not value):
            continue
        if name == "signal" and one.series:
            value = "FILE.csv"
        if name == "equations":
            value = value.replace("\n", "; ")
        text = repr(value) if setting.kind is float else str(value)
        words += [f"--{(setting.flag or name).replace('_', '-')}", text]
    return words
