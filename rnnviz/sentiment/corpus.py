"""The built-in corpus: film reviews from a grammar, hard for a bag of words, easy for a gated cell.

A review is neutral plot, one passage that decides, and more plot after it, so that what counts lies
0 to `MOST_DISTANCE` words before the end. Good and bad words stand equally often in good and bad
reviews: negations, contrasts and double negations turn half of them round. The words that turn
("not", "but", "although" ..) stand in the plot, too, so that they alone tell nothing.
"""

from typing import NamedTuple

import numpy as np

MOST_DISTANCE = 60  # words between the passage that decides and the end
GOOD = "good great lovely clever brilliant moving funny charming superb wonderful".split()
BAD = "bad dull awful stupid boring weak silly clumsy terrible poor".split()

_PART = "film story plot cast acting script music ending dialogue camera".split()
_WHO = "hero sister captain doctor dog thief king nurse teacher stranger".split()
_WHERE = "garden harbour kitchen forest castle station village tower".split()
_DO = "find follow leave meet call forget need help".split()
_DID = [f"{verb}s" for verb in _DO]
_WHEN = "then later meanwhile soon afterwards".split()
_VERY = "very really quite so truly".split()
_MOST = "most viewers|my friends|some people|the critics|all of us".split("|")


class Review(NamedTuple):
    """One review: its words, 1 for good and 0 for bad, the form of the passage that decides, and
    how many words follow it."""

    words: tuple[str, ...]
    label: int
    form: str
    distance: int


class _Grammar:
    """Draws clauses; every method gives a list of words."""

    def __init__(self, random: np.random.Generator):
        self.random = random

    def pick(self, words) -> str:
        return words[self.random.integers(len(words))]

    def opinion(self, good: bool) -> list[str]:
        word = self.pick(GOOD if good else BAD)
        return [self.pick(_VERY), word] if self.random.random() < 0.5 else [word]

    def part(self) -> list[str]:
        return ["the", self.pick(_PART)]

    def aside(self) -> list[str]:
        """What stands between a turning word and the word that it turns."""
        return ["for", *self.pick(_MOST).split()]

    def plot(self) -> list[str]:
        """A clause without an opinion, which holds turning words as often as not."""
        who, other = (["the", self.pick(_WHO)] for _ in range(2))
        where = ["in", "the", self.pick(_WHERE)]
        turn = self.random.random()
        if turn < 0.2:
            return [*who, "does", "not", self.pick(_DO), *other, *where]
        if turn < 0.4:
            return [*who, self.pick(_DID), *other, "but", "not", *where]
        if turn < 0.5:
            return ["although", *who, self.pick(_DID), *other, "nobody", "is", *where]
        if turn < 0.6:
            return ["nobody", "says", "that", *who, "is", "not", *where]
        return [self.pick(_WHEN), *who, self.pick(_DID), *other, *where]

    def plots(self, count: int) -> list[str]:
        """So many words of plot, the last clause cut."""
        words: list[str] = []
        while len(words) < count:
            words += self.plot()
        return words[:count]

    # -- the passages that decide: `good` is the verdict of the whole review ----------------------

    def plain(self, good):
        return [*self.part(), "is", *self.aside(), *self.opinion(good)]

    def negation(self, good):
        return [*self.part(), "is", "not", *self.aside(), *self.opinion(not good)]

    def double_negation(self, good):
        start = ["nobody", "says", "that", *self.part()]
        return [*start, "is", "not", *self.aside(), *self.opinion(good)]

    def contrast(self, good):
        first = [*self.part(), "is", *self.aside(), *self.opinion(not good), *self.aside()]
        return [*first, "but", *self.part(), "is", *self.aside(), *self.opinion(good)]

    def concession(self, good):
        first = [*self.part(), "is", *self.aside(), *self.opinion(good), *self.aside()]
        return [*first, "although", *self.part(), "is", *self.aside(), *self.opinion(not good)]


FORMS = ("plain", "negation", "double_negation", "contrast", "concession")
_SHARES = (0.4, 0.2, 0.1, 0.15, 0.15)  # opinions turned round almost as often as not


def review(random: np.random.Generator, label: int) -> Review:
    """One review with a verdict."""
    grammar = _Grammar(random)
    form = FORMS[random.choice(len(FORMS), p=_SHARES)]
    passage = getattr(grammar, form)(bool(label))
    before = []
    while len(before) < random.integers(0, 8):
        before += grammar.plot()
    distance = int(MOST_DISTANCE * random.random() ** 1.5 + 0.5)
    return Review((*before, *passage, *grammar.plots(distance)), label, form, distance)


def reviews(seed: int, count: int, without: frozenset = frozenset()) -> list[Review]:
    """`count` different reviews, labels balanced and shuffled, none of those in `without`."""
    random, drawn, seen = np.random.default_rng(seed), [], set(without)
    while len(drawn) < count:
        one = review(random, len(drawn) % 2)
        if one.words not in seen:
            seen.add(one.words)
            drawn.append(one)
    return [drawn[i] for i in random.permutation(count)]


def plot(random: np.random.Generator, count: int) -> list[str]:
    """So many words that judge nothing, as they stand before and after what decides."""
    return _Grammar(random).plots(count)


def vocabulary() -> tuple[str, ...]:
    """Every word the grammar can say, in a fixed order."""
    said = [GOOD, BAD, _PART, _WHO, _WHERE, _DO, _DID, _WHEN, _VERY]
    said += [people.split() for people in _MOST]
    said.append("the in does not but although nobody is says that for".split())
    return tuple(dict.fromkeys(word for words in said for word in words))
