"""What a network may hear for ever, as a menu says it and as a command line does: a choice of the
page's, any word that it knows, or numbers."""

import numpy as np

from rnnviz.core.dynamics import Heard
from rnnviz.core.errors import ExperimentError, shown
from rnnviz.core.networks import Network
from rnnviz.core.types import Pass
from rnnviz.exhibits.followed import ends, kept_of, network_of
from rnnviz.sentiment.held import NEUTRAL, visited, words_of
from rnnviz.sentiment.held import heard as vector
from rnnviz.tasks.answered import answered

CHOICES = {  # what may come in, as a menu says it
    "zero": "Nothing (0)",
    "constant": "One value, held",
    "mean": "Its mean, held",
    "driven": "What it is, step by step",
}
_STARTS, _SMALL = 500, 64  # from which 27 points are found, of a state of so many numbers


def choices_of(run: Pass) -> dict[str, str]:
    """What may come in, as a menu says it: of a network that reads the built-in corpus its words,
    too, and first of all their mean."""
    words = dict.fromkeys(words_of(network_of(run)))
    titles = {word: f"“{word}”, held" for word in words}
    neutral = {NEUTRAL: "The mean neutral word, held"} if words else {}
    return neutral | CHOICES | {word: t for word, t in titles.items() if word != NEUTRAL}


def heard(run: Pass, held: str | Heard) -> str | Heard:
    """A word of the network's as what it hears, or nothing as a network has it that learned a task,
    whose points are looked for around all that it visits, not on this run alone; else `held`."""
    if not isinstance(held, str):
        return held
    network, one = network_of(run), kept_of(run)
    if one is not None and held == "zero":
        many = _STARTS if len(run.cell.states) * run.trace.n_a <= _SMALL else 0
        return Heard(held, np.zeros(run.trace.n_x), answered(one).visited, starts=many)
    if network is None or held not in words_of(network):
        return held
    return Heard(held, vector(network, held), visited(network), ends(network))


def lines_of(call: str, run: Pass, held: str = "zero", value: float = 1.0) -> tuple[str, ...]:
    """The lines of Python that compute what is drawn."""
    first = "from rnnviz.core import dynamics"
    if held in CHOICES and heard(run, held) == held:
        if held == "zero":
            return first, f"{call}(run)"
        more = f", {value!r}" if held == "constant" else ""
        return first, f"{call}(run, {held!r}{more})"
    word = f"from {heard.__module__} import heard"
    return first, word, f"{call}(run, heard(run, {held!r}))"


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
