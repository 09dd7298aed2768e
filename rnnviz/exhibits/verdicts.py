"""Dynamics of trained networks: how long a verdict lasts, and where one word alone leads."""

from collections.abc import Generator, Mapping, Sequence
from functools import partial

import numpy as np

from rnnviz.core.cells import CELLS
from rnnviz.core.checks import Verdict
from rnnviz.core.checks.check import compare
from rnnviz.core.checks.forward import by_hand
from rnnviz.core.engine import forward
from rnnviz.core.networks import Network, Weights, find
from rnnviz.core.phrases import listed, number
from rnnviz.core.types import Pass, Run
from rnnviz.exhibits.base import Exhibit, register
from rnnviz.exhibits.exponents import BEHIND
from rnnviz.exhibits.marks import Item, Mark, across, line, on, upright
from rnnviz.figures import theme
from rnnviz.figures import verdicts as figures
from rnnviz.sentiment import verdicts
from rnnviz.sentiment.corpus import BAD, GOOD
from rnnviz.sentiment.held import heard, words_of

_FORGETS = 0.05  # of the verdicts: fewer that are lost may be chance
_LONGEST = 300  # words that a check reads in one pass

Odds = Mapping[str, np.ndarray]


def judges(run: Pass) -> bool:
    """Whether a run's network tells good reviews of the built-in corpus from bad ones by its last
    state."""
    if not isinstance(run, Run) or run.experiment.network is None:
        return False
    network = run.experiment.network
    last = run.experiment.objective.name == "head_last"
    return last and len(network.classes) == 2 and bool(words_of(network))


def network_of(run: Pass) -> Network:
    """The network of a run that `judges`."""
    assert isinstance(run, Run) and run.experiment.network is not None
    return run.experiment.network


# -- how long a verdict lasts ----------------------------------------------------------------------


def lasting(run: Pass) -> Generator[None, None, tuple]:
    """What this network and those trained alike say of reviews, more and more words later."""
    network = network_of(run)
    every: dict[str, Network | None] = {network.cell.name: network}
    every |= {cell: find(Weights.of(word)) for cell, word in network.beside().items()}
    odds = {}
    for cell in CELLS:
        if one := every.get(cell):
            odds[cell] = yield from verdicts.lasting(one)
    good = verdicts.reviews(verdicts.REVIEWS)[1]
    return verdicts.COUNTS, odds, good, verdicts.SHORT


def lasting_marks(
    run: Pass, counts: np.ndarray, odds: Odds, good: np.ndarray, known: int
) -> list[Item]:
    """Of each cell the middle of the good and of the bad reviews, and the share that is right."""
    marks: list[Item] = []
    for cell, told in odds.items():
        title, middles = theme.title_of(cell), [_middles(told[some]) for some in (good, ~good)]
        names = (title, f"{title}, bad reviews")
        lines = [line(m, counts, cell, name=n) for m, n in zip(middles, names, strict=True)]
        right = [sum((z > 0) == g for z, g in zip(column, good, strict=True)) for column in told.T]
        share = line(np.array(right) / len(good), counts, cell, name=title)
        marks += [*on((figures.COUNT, figures.ODDS), *lines)]
        marks += on((figures.COUNT, figures.RIGHT), share)
    return [*marks, across(0.0, "quiet"), upright(known)]


def _middles(told: np.ndarray) -> np.ndarray:
    ordered = np.sort(told, axis=0)
    return (ordered[(len(ordered) - 1) // 2] + ordered[len(ordered) // 2]) / 2


def lasting_checks(
    run: Pass, counts: np.ndarray, odds: Odds, good: np.ndarray, known: int
) -> list[Verdict]:
    """The first review and the words behind it, read in one pass by the engine."""
    network = network_of(run)
    (first, *_), _ = verdicts.reviews(verdicts.REVIEWS)
    some = counts[counts <= _LONGEST]
    given = network.read(" ".join(first.words))
    ids = list(given.ids)
    ends = len(ids) - 1 + some
    ids += [int(network.read(word).ids[-1]) for word in verdicts.after()[0][: some[-1]]]
    params = {name: np.asarray(param, float) for name, param in network.params.items()}
    a = forward(
        network.cell, params, network.x(given._replace(ids=np.array(ids))).astype(float)
    ).states["a"][:, 0]
    W, b = (params[name] for name in network.cell.readout)
    z = W @ a[:, ends] + b.reshape(-1, 1)
    what = f"log-odds of a review, up to {some[-1]} words after it"
    computed = odds[network.cell.name][0, : len(some)]
    allowed = len(ids) * len(W.T) * np.finfo(float).eps * (1 + np.abs(W).sum()) * 16
    return [compare(what, computed, z[1] - z[0], allowed, "the engine, all words in one pass")]


def lasting_caption(run: Pass, counts: np.ndarray, odds: Odds, good: np.ndarray, known: int) -> str:
    """How many verdicts are right after a short, a long and the longest text."""
    rights = {cell: figures.share_right(told, good) for cell, told in odds.items()}
    each = []
    for at in (verdicts.SHORT, verdicts.LONG, verdicts.MOST):
        place = int(np.flatnonzero(counts == at)[0])
        shares = [f"{theme.title_of(c)} {right[place]:.0%}" for c, right in rights.items()]
        each.append(f"after {at:,} words more by the {', '.join(shares)}")
    place = int(np.flatnonzero(counts == known)[0])
    lost = [theme.title_of(c) for c, r in rights.items() if r[place] - r[-1] > _FORGETS]
    kept = [theme.title_of(c) for c, r in rights.items() if r[place] - r[-1] <= _FORGETS]
    told = f"Of {len(good)} reviews of the built-in corpus are judged rightly {'; '.join(each)}. "
    told += f"Training had at most {known} words between what decides and the end."
    if lost:
        told += f" Far beyond, {_the(lost)} **forget{'s' if len(lost) == 1 else ''}**"
        told += f", and {_the(kept)} {'does' if len(kept) == 1 else 'do'} not." if kept else "."
    else:
        told += f" Far beyond, {_the(kept)} still say{'s' if len(kept) == 1 else ''} the same."
    return f"{told} That is one network of each cell: another seed may forget sooner or later."


def _the(titles: Sequence[str]) -> str:
    return listed([f"the {title}" for title in titles])


# -- where one word alone leads --------------------------------------------------------------------


def held_words(run: Pass) -> Generator[None, None, tuple]:
    """What is said after one word many times over, and at the stable points under each."""
    network = network_of(run)
    every = yield from verdicts.held_words(network)
    said = np.stack([one.said for one in every])
    good = verdicts.reviews(verdicts.FEW)[1]
    ends = [verdicts.log_odds(network, one.ends) for one in every]
    names = [one.word for one in every]
    return names, said, good, ends, verdicts.LONG, [one.ends for one in every]


def held_words_marks(
    run: Pass, names: list[str], said: np.ndarray, good: np.ndarray, ends: list, times: int, _
) -> list[Item]:
    """What is said at the stable points, then of the reviews by their kind, word after word."""
    axes, marks = ("word held", f"log-odds after {times:,} times"), list[Mark]()
    points = [(word, z) for word, each in zip(names, ends, strict=True) for z in each]
    if points:
        at, values = zip(*points, strict=True)
        marks.append(line(np.array(values), list(at), name=figures.END))
    for index, (name, kind) in enumerate(((figures.BAD, False), (figures.GOOD, True))):
        some = [place for place, one in enumerate(good) if one == kind]
        words = [word for word in names for _ in some]
        numbers = [row[place] for row in said for place in some]
        marks.append(line(np.array(numbers), words, index, name=name))
    return [*on(axes, *marks), across(0.0, "quiet")]


def held_words_checks(
    run: Pass, names: list[str], said: np.ndarray, good: np.ndarray, ends: list, times: int, points
) -> list[Verdict]:
    """A step by hand from stable points under the first, the middle and the last word with any."""
    network = network_of(run)
    params = {name: np.asarray(param, float) for name, param in network.params.items()}
    n_a, states, after = network.cell.states, [], []
    have = [place for place, one in enumerate(points) if one.shape[1]]
    for place in {*have[:1], *have[len(have) // 2 :][:1], *have[-1:]}:
        state = points[place][:, 0]
        blocks = np.split(state, len(n_a))
        before = dict(zip(n_a, (one.tolist() for one in blocks), strict=True))
        x = heard(network, names[place]).tolist()
        numbers, _ = by_hand(network.cell, params, before, x)
        states.append(state)
        after.append([value for name in n_a for value in numbers[name]])
    if not states:
        return []
    # The search ends at a residual of rounding, 64 N eps of a state; a sum by hand rounds once.
    allowed = 256 * len(states[0]) * np.finfo(float).eps * (1 + np.abs(states).max())
    source = "the cell's equations, by hand"
    return [
        compare("a step from stable points", np.array(after), np.array(states), allowed, source)
    ]


def held_words_caption(
    run: Pass, names: list[str], said: np.ndarray, good: np.ndarray, ends: list, times: int, _
) -> str:
    """Under how many words that judge the network has one end, and whether it is the word's own."""
    places = {name: place for place, name in enumerate(names)}
    clauses = []
    for kind, words, sign in (("good", GOOD, 1), ("bad", BAD, -1)):
        own = [w for w in words if (e := ends[places[w]]).size and (sign * e > 0).all()]
        agree = sum(bool((sign * said[places[w]] > 0).all()) for w in words)
        clauses.append(
            f"{len(own)} of {len(words)} {kind} words have {kind} ends alone, and {agree} have "
            f"made every review {kind} after {times:,} steps"
        )
    plain = ends[places["neutral"]]
    middle = f"has {len(plain)} stable points" if len(plain) != 1 else "has 1 stable point"
    middle = middle if len(plain) else "has no stable point where reviews lead"
    told = f"Held for ever, {clauses[0]}; {clauses[1]}. Under the mean neutral word it {middle}"
    if len(plain) > 1:
        told += f", at log-odds {listed([number(z) for z in sorted(plain)])}: it **remembers** "
        told += "a verdict by the end in which it stands"
    elif not len(plain):
        told += ": it **remembers without settling**"
    return f"{told}. No review is one word over and over; the ends are of that input alone."


def _lines(name: str, run: Pass) -> tuple[str, ...]:
    """The lines of Python that compute what is drawn."""
    return ("from rnnviz.exhibits import named", f'computed = named("{name}").show(run).computed')


register(
    Exhibit(
        page="Dynamics",
        place=BEHIND,
        figure=figures.lasting,
        compute=lasting,
        marks=lasting_marks,
        checks=lasting_checks,
        caption=lasting_caption,
        fits=judges,
        setup=partial(_lines, "verdicts-lasting"),
        call="run, *computed",
    )
)
register(
    Exhibit(
        page="Dynamics",
        place=BEHIND,
        figure=figures.held_words,
        compute=held_words,
        arguments=lambda run, *computed: (run, *computed[:-1]),
        marks=held_words_marks,
        checks=held_words_checks,
        caption=held_words_caption,
        fits=judges,
        setup=partial(_lines, "verdicts-held_words"),
        call="run, *computed[:-1]",
    )
)
