"""What a network of the built-in corpus says of reviews, and still says many words later."""

from collections.abc import Generator, Sequence
from functools import lru_cache
from typing import NamedTuple

import numpy as np

from rnnviz.core import dynamics
from rnnviz.core.dynamics import StepMap
from rnnviz.core.networks import Network
from rnnviz.sentiment import corpus, said
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
    kept = said.kept(network, "lasting", (REVIEWS, len(COUNTS)))
    return kept if kept is not None else (yield from followed(network))


def followed(network: Network) -> Generator[None, None, np.ndarray]:
    """The same, word by word."""
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
    every, N = said.kept(network, "said", (len(STRIP), FEW)), step_map(network).N
    counts = said.kept(network, "counts", (len(STRIP),))
    if every is not None and counts is not None:
        points = said.kept(network, "points", (N, int(counts.sum())))
        if points is not None:
            ends = np.split(points, np.cumsum(counts)[:-1], axis=1)
            return [Held(*one) for one in zip(STRIP, every, ends, strict=True)]
    return (yield from led(network, STRIP))


def led(network: Network, words: Sequence[str]) -> Generator[None, None, list[Held]]:
    """The same of some words, step by step: of all of them together, then point by point."""
    begin = read(network, reviews(FEW)[0])
    xs = [heard(network, word) for word in words]
    of, given = step_map(network), np.repeat(np.stack(xs, axis=1), begin.shape[1], axis=1)
    states = np.tile(begin, len(words))
    for k in range(1, LONG + 1):
        states = of.step(states, given)
        if k % _PART == 0:
            yield
    told = []
    for word, x, after in zip(words, xs, np.split(states, len(words), axis=1), strict=True):
        starts = np.concatenate([begin, after], axis=1)
        yield
        found = dynamics.fixed_points(step_map(network, x), starts)
        stable = [one.state for one in found.points if one.isolated and one.kind == "stable"]
        told.append(Held(word, log_odds(network, after), np.array(stable).reshape(-1, of.N).T))
    return told


def arrays(network: Network) -> dict[str, np.ndarray]:
    """All that is said of a network, as it is kept."""
    every = dynamics.exhausted(led(network, STRIP))
    return {
        "lasting": dynamics.exhausted(followed(network)),
        "said": np.stack([one.said for one in every]),
        "counts": np.array([one.ends.shape[1] for one in every]),
        "points": np.concatenate([one.ends for one in every], axis=1),
    }
