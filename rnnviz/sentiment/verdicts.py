"""What a network of the built-in corpus says of reviews, and still says many words later."""

from collections.abc import Generator, Sequence
from functools import lru_cache
from typing import NamedTuple

import numpy as np

from rnnviz.core import dynamics
from rnnviz.core.dynamics import StepMap
from rnnviz.core.networks import Network
from rnnviz.sentiment import corpus
from rnnviz.sentiment.held import NEUTRAL, heard

REVIEWS, FEW = 100, 12  # that are followed through many words; through one word, held
SHORT, LONG, MOST = corpus.MOST_DISTANCE, 1000, 3000  # words that judge nothing
COUNTS = np.unique([*np.geomspace(1, MOST, 40).astype(int), SHORT, LONG])
STRIP = (*corpus.GOOD, NEUTRAL, *corpus.BAD)  # held, one at a time
_SEED, _PART = 5, 250  # steps between two chances to stop


class Held(NamedTuple):
    """What is said (reviews,) after `LONG` times one word, and the stable points (N, some) that a
    search finds from there."""

    word: str
    said: np.ndarray
    ends: np.ndarray


@lru_cache(4)
def reviews(count: int) -> tuple[tuple[corpus.Review, ...], np.ndarray]:
    """Reviews of the corpus, as many good ones as bad, and which are good, (count,)."""
    drawn = tuple(corpus.reviews(_SEED, count))
    return drawn, np.array([one.label == 1 for one in drawn])


@lru_cache(1)
def after() -> tuple[tuple[str, ...], ...]:
    """`MOST` words that judge nothing for each review, of no two the same."""
    random = np.random.default_rng(_SEED)
    return tuple(tuple(corpus.plot(random, MOST)) for _ in range(REVIEWS))


def step_map(network: Network, x: np.ndarray | None = None) -> StepMap:
    """A network as a map of its joint state, in float64."""
    return StepMap.of(network.cell, {n: np.asarray(p, float) for n, p in network.params.items()}, x)


def log_odds(network: Network, states: np.ndarray) -> np.ndarray:
    """ln P(class 2) - ln P(class 1) at joint states (N, k), (k,)."""
    W, b = (np.asarray(network.params[name], float) for name in network.cell.readout)
    first, second = W @ states[: W.shape[1]] + b.reshape(-1, 1)
    return second - first


def read(network: Network, texts: Sequence[corpus.Review]) -> np.ndarray:
    """The joint states (N, k) at the ends of reviews, each read alone."""
    of, ids = step_map(network), [network.read(" ".join(one.words)).ids for one in texts]
    longest, states = max(map(len, ids)), np.zeros((of.N, len(ids)))
    padded = np.array([[0] * (longest - len(one)) + [*one] for one in ids])
    assert network.vectors is not None
    for t in range(longest):
        begun = [longest - len(one) <= t for one in ids]
        x = network.vectors[padded[:, t]].astype(float).T
        states = np.where(begun, of.step(states, x), states)
    return states


def lasting(network: Network) -> Generator[None, None, np.ndarray]:
    """The log-odds (REVIEWS, len(COUNTS)) after so many words more that judge nothing."""
    drawn, _ = reviews(REVIEWS)
    of, states, told = step_map(network), read(network, drawn), []
    index = {word: int(network.read(word).ids[-1]) for word in corpus.vocabulary()}
    assert network.vectors is not None
    vectors = network.vectors.astype(float)
    ids = np.array([[index[word] for word in text] for text in after()])
    for k in range(1, MOST + 1):
        states = of.step(states, vectors[ids[:, k - 1]].T)
        if k in COUNTS:
            told.append(log_odds(network, states))
        if k % _PART == 0:
            yield
    return np.stack(told, axis=1)


def held_words(network: Network) -> Generator[None, None, list[Held]]:
    """Where each word of `STRIP` leads from the ends of some reviews."""
    begin, told = read(network, reviews(FEW)[0]), []
    for word in STRIP:
        of, states = step_map(network, heard(network, word)), begin
        for _ in range(LONG):
            states = of.step(states)
        yield
        found = dynamics.fixed_points(of, np.concatenate([begin, states], axis=1))
        stable = [one.state for one in found.points if one.isolated and one.kind == "stable"]
        ends = np.array(stable).reshape(-1, of.N).T
        told.append(Held(word, log_odds(network, states), ends))
    return told
