"""What a network may hear for ever, as a command line says it: a choice of the page's, any word
that it knows, or numbers."""

import numpy as np

from rnnviz.core.dynamics import Heard
from rnnviz.core.errors import ExperimentError, shown
from rnnviz.core.networks import Network
from rnnviz.core.types import Pass
from rnnviz.exhibits.dynamics import CHOICES, choices_of
from rnnviz.exhibits.followed import network_of


def input_of(run: Pass, word: str) -> str | Heard:
    """What `dynamics.settle` takes for a word of a command line. Raises ExperimentError."""
    choices = choices_of(run)
    if word in choices:
        return word
    nowhere = np.empty((run.trace.n_a * len(run.cell.states), 0))
    x = _numbers(run, word)
    if x is not None:
        return Heard(", ".join(f"{one:g}" for one in x), x, nowhere)
    network = network_of(run)
    if network is not None and network.vectors is not None and _knows(network, word):
        x = network.vectors[network.read(word).ids[-1]].astype(float)
        return Heard(word, x, nowhere)
    word_too = (
        ", a word that it knows" if network is not None and network.vectors is not None else ""
    )
    every = ", ".join(one for one in choices if one in (*CHOICES, "neutral"))
    count = run.trace.n_x
    raise ExperimentError(
        f"input must be one of {every}{word_too}, or n_x = {count} finite "
        f"number{'s' if count > 1 else ''} with commas, got {shown(word)}"
    )


def _numbers(run: Pass, word: str) -> np.ndarray | None:
    """So many finite numbers as there are inputs, (n_x,); None of anything else."""
    try:
        x = np.array([float(one) for one in word.split(",")])
    except ValueError:
        return None
    return x if len(x) == run.trace.n_x and np.isfinite(x).all() else None


def _knows(network: Network, word: str) -> bool:
    """Whether it is one word of the vocabulary that the network reads."""
    try:
        read = network.read(word).words
    except ExperimentError:
        return False
    return read[-1:] == (word,)
