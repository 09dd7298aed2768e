"""Training: which of several networks gets there first, on the same batches?"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from rnnviz.core.checks import Unchecked, Verdict
from rnnviz.core.checks import training as checks
from rnnviz.core.checks.check import plural
from rnnviz.core.phrases import number
from rnnviz.exhibits.base import Exhibit, register
from rnnviz.exhibits.marks import Item, Note, across, log_line, on, upright
from rnnviz.exhibits.training import Watched
from rnnviz.figures import duel as figures

HIDDEN = 1.5  # times the updates of the right gradient: what is as quick as that, a curve hides


@dataclass(frozen=True, eq=False)
class Contestant:
    """One side: its name, its hue, and its trainings as far as they are, one a seed."""

    name: str
    hue: str | int
    each: Sequence[Watched]

    @property
    def solved(self) -> list[int]:
        """After how many updates each seed that did solved it, the quickest first."""
        return sorted(one.solved_at for one in self.each if one.solved_at is not None)

    @property
    def side(self) -> figures.Side:
        """What is drawn of it."""
        return figures.Side(self.name, self.hue, [np.array(w.one.record.loss) for w in self.each])


@dataclass(frozen=True, eq=False)
class Duel:
    """Several sides on the same batches; a `key` tells it from others, and from itself later.

    `mistake` is the name of what the second side does wrong, "" where they are cells.
    """

    sides: Sequence[Contestant]
    chance: float
    goal: float | None
    updates: int
    key: str
    of: str
    mistake: str = ""

    @property
    def first(self) -> Contestant | None:
        """The side whose middle seed solved it first; None as long as none has."""
        every = [one for one in self.sides if 2 * len(one.solved) > len(one.each)]
        return min(every, key=lambda one: middle(one), default=None)


def middle(one: Contestant) -> float:
    """The updates of a side's middle seed; what has not solved it comes after all others."""
    missing = [float("inf")] * (len(one.each) - len(one.solved))
    return float(np.sort([*one.solved, *missing])[len(one.each) // 2]) if one.each else float("inf")


def marks(duel: Duel, now: int | None = None) -> list[Item]:
    """Each seed's running mean, and the median of them, with both levels and the update `now`."""
    items: list[Item] = []
    for side in (one.side for one in duel.sides if one.each):
        for seed in side.losses if len(side.losses) > 1 else ():
            at, values = figures.running(seed)
            items += on(("updates", "loss"), log_line(values, at, ""))
        at, values = figures.median(side.losses)
        items += on(("updates", "loss"), log_line(values, at, side.hue, name=side.name))
    for level, name in ((duel.chance, "chance"), (duel.goal, "solved")):
        if level is not None:
            items += [across(level), Note(f"{name} {number(level)}", None, level)]
    return [*items, *([] if now is None else [upright(now)])]


def verdicts(duel: Duel) -> list[Verdict]:
    """The first loss of every training."""
    every = [v for one in duel.sides for w in one.each for v in checks.first_loss(w.one)]
    return every or [Unchecked("the losses", "nobody has begun")]


def caption(duel: Duel, now: int | None = None) -> str:
    """Who solved it when, over how many seeds; of an update `now` how far each is by then."""
    if now is not None:
        return f"{'; '.join(_by(one, now) for one in duel.sides)}. Chance is {number(duel.chance)}."
    told = [_told(one) for one in duel.sides if one.each]
    if not told:
        return "Nobody has begun."
    if duel.mistake and len(duel.sides) == 2:
        return f"{'; '.join(told)}. {curve_says(*duel.sides)}"
    return f"{'; '.join(told)}. Chance is {number(duel.chance)}."


def curve_says(right: Contestant, wrong: Contestant) -> str:
    """Whether the loss tells a mistake from the right gradient."""
    if not all(one.each and _over(one) for one in (right, wrong)):
        return ""
    if not right.solved:
        return "The right gradient does not solve it either: this task tells nothing."
    if wrong.solved and wrong.solved[0] <= HIDDEN * right.solved[0]:
        return "**The curve hides the mistake**: it falls as it ought to."
    return "**The curve shows the mistake.**"


def _over(one: Contestant) -> bool:
    return all(w.seconds is not None or w.one.fault for w in one.each)


def _by(one: Contestant, now: int) -> str:
    solved = sum(at <= now for at in one.solved)
    share = f", solved by {solved} of {plural(len(one.each), 'seed')}" if solved else ""
    if not now:
        return f"**{one.name}** before the first update"
    at, means = figures.median(one.side.losses)
    loss = number(float(means[max(0, int(np.searchsorted(at, now, side="right")) - 1)]))
    return f"**{one.name}** loss {loss} after {plural(now, 'update')}{share}"


def _told(one: Contestant) -> str:
    count, solved = len(one.each), one.solved
    done = max(w.one.done for w in one.each)
    if not solved:
        fault = next((w.one.fault for w in one.each if w.one.fault), None)
        ended = f", ended at {fault.sentence}" if fault else ""
        still = "not within" if _over(one) else "not yet after"
        return f"**{one.name}** {still} {plural(done, 'update')}{ended}"
    spread = f"{solved[0]}" if solved[0] == solved[-1] else f"{solved[0]} to {solved[-1]}"
    share = "" if count == 1 else f" ({len(solved)} of {plural(count, 'seed')})"
    return f"**{one.name}** after {spread} updates{share}"


losses = register(
    Exhibit(
        page="Training", of=None, place=80, figure=figures.losses,
        fits=lambda one: isinstance(one, Duel),
        arguments=lambda one: ([s.side for s in one.sides if s.each], one.chance, one.goal,
                               one.updates),
        marks=marks, checks=verdicts, caption=caption,
    )
)  # fmt: skip
