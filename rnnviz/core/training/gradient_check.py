"""The gradient check: which tensor is wrong, and at which step, by moving one number at a time."""

from collections.abc import Mapping
from dataclasses import replace
from typing import NamedTuple

import numpy as np

from rnnviz.core.engine import forward
from rnnviz.core.phrases import number
from rnnviz.core.training.batches import Key, Learnable
from rnnviz.core.training.broken import walk_back
from rnnviz.core.training.heads import judge
from rnnviz.core.training.loop import Training
from rnnviz.core.training.settings import Settings

TOLERANCE = 1e-6
_H = 1e-5  # the differences are off by H^2 of a third derivative, and by eps / H
_SAMPLED = 3  # numbers of each tensor at each step, beside the largest
_SCALES = (1e-4, 10.0)  # lengths of a gradient: where epsilon shows, and where clipping does


class Found(NamedTuple):
    """The first number that differs: of `tensor`, at a step from 1 (0: no step's own); what the
    way back has there, and what it ought to be."""

    tensor: str
    step: int
    computed: float
    expected: float

    @property
    def sentence(self) -> str:
        """The same in words."""
        where = f" at step {self.step}" if self.step else ""
        both = (number(value, 6) for value in (self.computed, self.expected))
        return "{}{} is {} and ought to be {}".format(self.tensor, where, *both)


def gradient_check(task: Learnable, settings: Settings) -> Found | None:
    """Hold the mistake of some settings against central differences; None where all agree.

    A small network in double precision, from the last step back, as the gradient goes: first what
    is carried to each state, then what the step adds to each parameter; last the optimiser's step
    against its formula. Only of cells that have a way back by hand.

    >>> from rnnviz.tasks import TASKS
    >>> right, wrong = (Settings(cell="rnn", mistake=name) for name in ("", "bias-once"))
    >>> gradient_check(TASKS["parity"], right) is None
    True
    >>> gradient_check(TASKS["parity"], wrong)[:2]  # of eight steps the last has it right
    ('dL/dba', 7)
    """
    words = {"units": 4, "batch": 3, "steps": 8, "dtype": "float64", "truncation": 0}
    words |= {"clip": 1.0, "decay": 0.0, "schedule": "constant", "epsilon_place": "outside"}
    small = replace(settings, **words)  # and the mistake takes back what it is about
    one = Training(task, small)
    return _Check(one).first() or _step(one)


class _Check:
    def __init__(self, one: Training):
        self.one, self.cell, self.params = one, one.cell, one.params.views
        settings = one.settings
        self.batch = one.task.draw(Key(settings.seed, 0), settings.batch, settings.steps)
        self.trace = forward(self.cell, self.params, self.batch.x)
        judged = self.judged(self.trace.states["a"])
        self.back = walk_back(self.trace, self.params, judged.upstream, settings.mistake)
        self.random = np.random.default_rng(1)

    def judged(self, a: np.ndarray):
        W, b = (self.params[name] for name in self.cell.readout)
        return judge(self.one.task.head, a, W, b, self.batch.target, self.batch.mask)

    def first(self) -> Found | None:
        for t in reversed(range(self.trace.T_x)):
            for name, carried in self.back.carried.items():
                states = {n: self.trace.state(n)[t + 1].copy() for n in self.cell.states}
                found = self.wrong(carried[t], states[name], lambda s=states, t=t: self.after(s, t))
                if found:
                    return Found(f"dL/d{name}", t + 1, *found)
            for name, share in self.back.shares.items():
                moved = {n: p.copy() if n == name else p for n, p in self.params.items()}
                found = self.wrong(share[t], moved[name], lambda p=moved, t=t: self.within(p, t))
                if found:
                    return Found(f"dL/d{name}", t + 1, *found)
        return None

    def wrong(self, computed, array, loss) -> tuple[float, float] | None:
        """The first of some numbers whose slope is another; `loss` sees what `array` holds."""
        some = self.random.choice(array.size, min(_SAMPLED, array.size), replace=False)
        for at in (int(np.abs(computed).argmax()), *some):
            place, ends = np.unravel_index(at, array.shape), []
            old = array[place]
            for array[place] in (old - _H, old + _H):
                ends.append(loss())
            array[place] = old
            expected = (ends[1] - ends[0]) / (2 * _H)
            if not abs(computed[place] - expected) <= TOLERANCE * max(1, abs(expected)):
                return float(computed[place]), expected
        return None

    def after(self, states: Mapping[str, np.ndarray], t: int) -> float:
        """The loss where these are the states after step t."""
        a = [self.trace.states["a"][..., :t], states["a"][..., None]]
        if t + 1 < self.trace.T_x:
            rest = forward(self.cell, self.params, self.batch.x[..., t + 1 :], states)
            a.append(rest.states["a"])
        return float(self.judged(np.concatenate(a, axis=-1)).losses.sum())

    def within(self, params: Mapping[str, np.ndarray], t: int) -> float:
        """The loss where step t alone has these parameters."""
        before = {name: self.trace.state(name)[t] for name in self.cell.states}
        here = forward(self.cell, params, self.batch.x[..., t : t + 1], before)
        return self.after({name: here.state(name)[1] for name in self.cell.states}, t)


def _step(one: Training) -> Found | None:
    """The first step of Adam, clipped at 1, against algorithm 1 of Kingma & Ba 2015."""
    settings, random = one.settings, np.random.default_rng(2)
    if settings.optimiser != "adam":
        return None
    for length in _SCALES:
        gradient = random.standard_normal(len(one.params.vector))
        gradient *= length / np.linalg.norm(gradient)
        start = one.params.vector.copy()
        one.moments = settings.optimiser_at(0).start({"all": start})
        one.gradient.vector[...] = gradient
        one.follow(0)
        moved, clipped = one.params.vector - start, min(1.0, 1.0 / length) * gradient
        one.params.vector[...] = start
        wanted = -settings.rate * clipped / (np.abs(clipped) + settings.epsilon)
        for tensor, computed, expected in (
            ("the clipped gradient", one.gradient.vector, clipped),
            ("the optimiser's step", moved, wanted),
        ):
            at = int(np.argmax(np.abs(computed - expected)))
            if abs(computed[at] - expected[at]) > TOLERANCE:
                return Found(tensor, 0, float(computed[at]), float(expected[at]))
    return None
