"""What a page of trainings shows, as one word of its link: `adding~cell-gru~units-24`.

A word is judged piece by piece: what is wrong stays at its default, and gives one sentence.
"""

from collections.abc import Iterator
from dataclasses import dataclass, fields, replace
from typing import Any

from rnnviz.core.cells import CELLS, Cell
from rnnviz.core.errors import ExperimentError, check_bounds, check_choice, shown
from rnnviz.core.settings import SETTINGS
from rnnviz.core.training import MISTAKES, Key, Settings
from rnnviz.tasks.base import TASKS, Task
from rnnviz.tasks.find import Asked, names

VIEWS = ("one", "duel", "mistake")
OWN = "own"  # the cell whose equations an Experiment carries
MOST = {"units": 128, "steps": 200, "updates": 5000, "batch": 64}  # what a page lets be asked for
MOST_SEEDS, MOST_CELLS = 5, 3
_LEFT_OUT = ("equations", "epsilon_place", "mistake")
_FORGET_BIAS = SETTINGS["forget_bias"].bounds
FIRST_KEY = Key(1, 0)  # of a batch that tells whether there can be one
_ASKED = Asked("adding")
USUAL = ("cell", "rate", "forget_bias", "updates")  # that a task may have values of its own for
_MOST_TASKS = Settings(cell="gru", updates=600)


def usual(asked: Asked) -> dict[str, Any]:
    """The settings that another task brings along: those that were measured to solve it."""
    own = TASKS[asked.name].usual if asked.name in TASKS else {}
    return {name: own.get(name, getattr(_MOST_TASKS, name)) for name in USUAL}


_FIRST = replace(_MOST_TASKS, **usual(_ASKED))


@dataclass(frozen=True)
class Plan:
    """A task, settings, and what is looked at: "one" network, a "duel" of `cells` over `seeds`
    seeds, with `matched` parameters or with units alike, or a "mistake" beside the right gradient.

    `own` says that the cell is a person's own.
    """

    asked: Asked = _ASKED
    settings: Settings = _FIRST
    view: str = "one"
    cells: tuple[str, ...] = ("rnn", "lstm", "gru")
    seeds: int = 3
    matched: bool = False
    mistake: str = "bias-once"
    own: bool = False

    @property
    def expected(self) -> str:
        """What was measured of just these settings; "" where others were chosen."""
        task = self.asked.name
        if task not in TASKS or self.own or self.asked != Asked(task):
            return ""
        there = read(task)[0].settings
        same = replace(self.settings, seed=there.seed, dtype=there.dtype) == there
        return TASKS[task].expected if same else ""

    def duel(self, task: Task) -> dict[str, list[Settings]]:
        """What is trained for a duel, one a seed, by the cell's name."""
        return {cell: list(self._over_seeds(cell, task)) for cell in self.cells}

    def _over_seeds(self, cell: str, task: Task) -> Iterator[Settings]:
        one = replace(self.settings, cell=cell, equations="")
        if self.matched:
            count = parameters(self.settings.cell_object, self.settings.units, task)
            one = replace(one, units=units_for(one.cell_object, count, task))
        for seed in range(one.seed, one.seed + self.seeds):
            yield replace(one, seed=seed)


def parameters(cell: Cell, units: int, task: Task) -> int:
    """How many numbers a network learns."""
    shapes = cell.shapes(task.n_x, units, task.n_y)
    return sum(rows * columns for rows, columns in shapes.values())


def units_for(cell: Cell, count: int, task: Task) -> int:
    """How many units come nearest to a number of parameters."""
    every = range(1, MOST["units"] + 1)
    return min(every, key=lambda units: abs(parameters(cell, units, task) - count))


def written(plan: Plan) -> str:
    """The word of a plan; what stands at its default is left out."""
    words = [plan.asked.name]
    base, _ = read(words[0])
    if plan.asked.name == "echo" and plan.asked.delay != Asked("echo").delay:
        words.append(f"delay-{plan.asked.delay}")
    for one in fields(Settings):
        value = getattr(plan.settings, one.name)
        if one.name == "cell" and plan.own:
            value = OWN
        if one.name not in _LEFT_OUT and value != getattr(base.settings, one.name):
            words.append(f"{one.name}-{value}")
    for name in ("view", "seeds", "mistake"):
        if getattr(plan, name) != getattr(base, name):
            words.append(f"{name}-{getattr(plan, name)}")
    if plan.cells != base.cells:
        words.append(f"cells-{'.'.join(plan.cells)}")
    if plan.matched:
        words.append("matched-1")
    return "~".join(words)


def read(word: str, equations: str = "", origin: str = "lstm") -> tuple[Plan, list[str]]:
    """A word's plan, and a sentence for each piece of it that is wrong; `equations` are those of a
    cell of one's own, made from the cell `origin`."""
    name, *pieces = word.split("~")
    plan, problems = Plan(), []
    for piece in (name and f"task-{name}", *pieces):
        if not piece:
            continue
        try:
            plan = _with(plan, *piece.partition("-")[::2], equations, origin)
        except ExperimentError as error:
            problems.append(str(error))
    return plan, problems


def _with(plan: Plan, name: str, word: str, equations: str, origin: str) -> Plan:
    settings = {one.name: type(one.default) for one in fields(Settings)}
    if name == "task":
        check_choice(name, word, names())
        task = Asked(word).task() if word != "columns" else None
        steps = min(task.steps, MOST["steps"]) if task else 20
        settings_then = replace(plan.settings, steps=steps, **usual(Asked(word)))
        return replace(plan, asked=Asked(word), settings=settings_then)
    if name == "delay":
        return replace(plan, asked=replace(plan.asked, delay=_number(name, word, int, 1, 100)))
    if name == "cell" and word == OWN:
        if not equations:
            raise ExperimentError("cell must be one of the menu, got own without its equations")
        with_own = replace(plan.settings, cell=origin, equations=equations)
        return replace(plan, settings=with_own, own=True)
    if name in settings and name not in _LEFT_OUT:
        value: Any = word
        if settings[name] is not str:
            bounds = (0, MOST.get(name, 1e9)) if name != "forget_bias" else _FORGET_BIAS
            value = _number(name, word, settings[name], *bounds)
        return replace(plan, settings=replace(plan.settings, **{name: value}))
    if name == "view":
        check_choice(name, word, VIEWS)
        return replace(plan, view=word)
    if name == "cells":
        cells = tuple(dict.fromkeys(word.split(".")))
        for cell in cells:
            check_choice(name, cell, CELLS)
        if not 2 <= len(cells) <= MOST_CELLS:
            raise ExperimentError(f"cells must be two or three, got {len(cells)}")
        return replace(plan, cells=cells)
    if name == "seeds":
        return replace(plan, seeds=_number(name, word, int, 1, MOST_SEEDS))
    if name == "matched":
        return replace(plan, matched=word == "1")
    if name == "mistake":
        check_choice(name, word, MISTAKES)
        return replace(plan, mistake=word)
    raise ExperimentError(f"training must be made of its settings, got {shown(name)}")


def _number(name: str, word: str, kind: type, low: float, high: float):
    try:
        value = kind(word)
    except ValueError:
        raise ExperimentError(f"{name} must be a number, got {shown(word)}") from None
    check_bounds(name, value, low, high)
    return value
