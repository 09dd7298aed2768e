"""What an exhibit is: one picture and all that is told of it; and one showing of it."""

import inspect
from collections.abc import Callable, Generator, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property, lru_cache
from typing import Any

import numpy as np
import plotly.graph_objects as go

from rnnviz.core.checks import Verdict
from rnnviz.core.types import Run
from rnnviz.exhibits.as_drawn import as_drawn
from rnnviz.exhibits.footer import footer_of
from rnnviz.exhibits.marks import Item
from rnnviz.figures.columns import columns

Columns = Mapping[str, np.ndarray | Sequence]  # a table, by column
# Of what takes long: it yields between its parts, the share that is done where it knows that.
Work = Generator[Any, None, tuple]


def carried_out(
    work: "tuple | Work", between: Callable[[float | None], None] | None = None
) -> tuple:
    """What a computation comes to; `between` is called between its parts, where it has any, with
    the share that is done."""
    if isinstance(work, tuple):
        return work
    while True:
        try:
            share = next(work)
        except StopIteration as done:
            return done.value
        if between:
            between(share)


def itself(subject: Any) -> Any:
    """The subject of a picture of one run."""
    return subject


def nothing(*_: Any) -> tuple:
    """What a picture computes that shows no more than its subject holds."""
    return ()


def every_subject(*_: Any) -> bool:
    """Whether the picture can show a subject: any."""
    return True


@dataclass(frozen=True, eq=False)
class Exhibit:
    """One picture, by the function of rnnviz.figures that draws it, and all that is told of it.

    A subject is what the page is about: a Run, Runs by cell, a trained model's reading. Every
    function of the record takes the subject, then the arrays of `compute`, then the choices that it
    names (`sequence`, `unit`, ..); the figure takes what `arguments` makes of the first two.

    `marks` are the numbers that must be drawn, and the lines and notes; `checks` hold them against
    something independent; `caption` is the sentence under the picture, `table` the exact numbers
    (by default those that are drawn). `of` makes the subject of a Run, None where it comes from
    elsewhere; `fits` says whether there is such a picture of a subject. `place` orders the
    exhibits, `share` is how much of a row it takes, beside others; `takes` names the choices that
    it follows, where that is not all of them.
    `asked` says what a picture that takes long to compute shows: it is drawn once somebody asks for
    it, as one is that shows what another does `again`, in another way. `follows` gives of a
    subject, and the choices that it names, what its arrays follow from, where that is less than all
    of it, and `opens` the settings along the axes, which a click sets.
    `setup`, of the subject and choices, and `call` are the lines of Python that make what the
    figure takes.
    """

    page: str
    place: int
    figure: Callable[..., go.Figure]
    marks: Callable[..., Iterable[Item]]
    checks: Callable[..., list[Verdict]]
    caption: Callable[..., str] | None = None
    compute: Callable[..., tuple | Work] = nothing
    arguments: Callable[..., tuple] = lambda *both: both
    table: Callable[..., Columns] | None = None
    of: Callable[[Run], Any] | None = itself
    fits: Callable[[Any], bool] = every_subject
    share: float = 1.0
    takes: tuple[str, ...] | None = None
    asked: str = ""
    again: bool = False
    follows: Callable[..., Any] = itself
    opens: Callable[..., tuple[str, ...]] = nothing
    setup: Callable[..., tuple[str, ...]] = nothing
    call: str = "run"

    @property
    def name(self) -> str:
        """What it is called in files, links, tests and on the command line."""
        return f"{self.figure.__module__.rsplit('.', 1)[-1]}-{self.figure.__name__}"

    @property
    def on_wish(self) -> bool:
        """Whether it is drawn only where somebody asks for it."""
        return bool(self.asked) or self.again

    def show(self, subject: Any, /, computed: tuple | None = None, **choices: Any) -> "Showing":
        """This exhibit of a subject; `computed` where the arrays are at hand already."""
        if self.takes is not None:
            choices = {name: value for name, value in choices.items() if name in self.takes}
        return Showing(self, subject, choices, computed)


@dataclass(frozen=True, eq=False)
class Showing:
    """One exhibit of one subject, with the choices that a page or a file made."""

    exhibit: Exhibit
    subject: Any
    choices: Mapping[str, Any] = field(default_factory=dict)
    given: tuple | None = None  # what the exhibit computes, where it is at hand already
    place: str = ""  # tells apart two showings of one exhibit on a page
    of: str = ""  # the footer in place of the subject's experiments

    @property
    def name(self) -> str:
        """The exhibit's, and the place."""
        return f"{self.exhibit.name}{self.place}"

    @cached_property
    def computed(self) -> tuple:
        """The arrays that the exhibit computes."""
        compute = self.exhibit.compute
        if self.given is not None:
            return self.given
        return carried_out(compute(self.subject, **chosen(compute, self.choices)))

    @cached_property
    def footer(self) -> str:
        """The footer: what makes the picture again."""
        return footer_of(self.subject, self.of)

    @cached_property
    def title(self) -> str:
        """What stands over it."""
        return self.draw().layout.title.text

    def draw(self, mode: str = "light") -> go.Figure:
        """The figure in a mode of the theme."""
        figure, given = self.exhibit.figure, self.exhibit.arguments(self.subject, *self.computed)
        return figure(*given, **chosen(figure, self.choices), mode=mode)

    @property
    def opens(self) -> tuple[str, ...]:
        """The settings that a click on it sets."""
        opens = self.exhibit.opens
        return opens(self.subject, **chosen(opens, self.choices))

    def marks(self) -> list[Item]:
        """The numbers that the figure has to draw, and what stands beside them, in its order."""
        return list(self._told(self.exhibit.marks))

    def checks(self, mode: str = "light") -> list[Verdict]:
        """What is drawn against the subject, and the subject's numbers against something else."""
        drawn = as_drawn(self.draw(mode), self.marks(), mode)
        return [*drawn, *self._told(self.exhibit.checks)]

    def caption(self) -> str:
        """The sentence under the picture, "" without one."""
        return self._told(self.exhibit.caption) if self.exhibit.caption else ""

    def table(self) -> Columns:
        """The exact numbers, as columns."""
        return self._told(self.exhibit.table) if self.exhibit.table else columns(self.draw())

    def lines(self) -> list[str]:
        """The lines of Python after `run = ..` that make the picture, `fig` at last."""
        one = self.exhibit
        setup = one.setup(self.subject, **chosen(one.setup, self.choices))
        given = chosen(one.figure, self.choices)
        words = ", ".join([one.call, *(f"{name}={value!r}" for name, value in given.items())])
        function, module = one.figure.__name__, one.figure.__module__
        if not module.startswith("rnnviz.figures."):  # it stands in the file of its record
            return [f"from {module} import {function}", *setup, f"fig = {function}({words})"]
        return [*setup, f"fig = figures.{one.name.replace('-', '.')}({words})"]

    def _told(self, function: Callable) -> Any:
        return function(self.subject, *self.computed, **chosen(function, self.choices))


@lru_cache
def _names(function: Callable) -> frozenset[str]:
    return frozenset(inspect.signature(function).parameters)


def chosen(function: Callable, choices: Mapping[str, Any]) -> dict[str, Any]:
    """Those of the choices that a function names."""
    return {name: value for name, value in choices.items() if name in _names(function)}


_registry: list[Exhibit] = []


def register(exhibit: Exhibit) -> Exhibit:
    """Make an exhibit known to its page, to every export and to every test."""
    same = [one for one in _registry if (one.page, one.name) == (exhibit.page, exhibit.name)]
    if same:
        raise TypeError(f"{exhibit.page} has an exhibit {exhibit.name} already")
    _registry.append(exhibit)
    _registry.sort(key=lambda one: one.place)
    return exhibit


def every() -> tuple[Exhibit, ...]:
    """All exhibits, in the order of their places."""
    return tuple(_registry)
