"""What a network of the built-in corpus may hear for ever: one word, or the mean of those without
an opinion; and the states that its reviews lead to."""

import numpy as np

from rnnviz.core.engine import forward
from rnnviz.core.errors import ExperimentError
from rnnviz.core.networks import Network
from rnnviz.sentiment import corpus

NEUTRAL = "neutral"
WORDS = (*corpus.GOOD, *corpus.BAD, "but", "although")  # that may be held, one at a time
_REVIEWS = 40


def words_of(network: Network | None) -> tuple[str, ...]:
    """What a network may hear: `NEUTRAL`, then single words; nothing where it reads other words."""
    if network is None or network.vectors is None:
        return ()
    try:
        words = network.read(" ".join(WORDS[::5])).words
    except ExperimentError:  # it reads ids alone
        return ()
    return () if any(word.startswith("(") for word in words) else (NEUTRAL, *WORDS)


def heard(network: Network, held: str) -> np.ndarray:
    """The vector (n_x,) of a word, or the mean one of all words without an opinion."""
    opinions = {*corpus.GOOD, *corpus.BAD}
    plain = [word for word in corpus.vocabulary() if word not in opinions]
    words = plain if held == NEUTRAL else [held]
    assert network.vectors is not None
    ids = [int(network.read(word).ids[-1]) for word in words]
    return network.vectors[ids].astype(float).mean(0)


def visited(network: Network) -> np.ndarray:
    """The joint states (N, ..) after each word of some reviews of the corpus."""
    params = {name: np.asarray(param, float) for name, param in network.params.items()}
    states = []
    for one in corpus.reviews(5, _REVIEWS):
        given = network.read(" ".join(one.words))
        trace = forward(network.cell, params, network.x(given).astype(float))
        states.append(np.concatenate([trace.state(s)[1:, :, 0].T for s in network.cell.states]))
    return np.concatenate(states, axis=1)
