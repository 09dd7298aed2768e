"""Dynamics: where a unit ends, as one number of its network changes."""

from collections.abc import Generator
from dataclasses import replace

import numpy as np

from rnnviz.core import dynamics
from rnnviz.core.checks import diagrams as checks
from rnnviz.core.checks.check import Verdict
from rnnviz.core.experiment import Experiment
from rnnviz.core.phrases import number
from rnnviz.core.run import draw
from rnnviz.core.settings import SETTINGS
from rnnviz.core.types import Pass, Run
from rnnviz.exhibits.base import Exhibit, register
from rnnviz.exhibits.many import MANY, UNTRAINED, Held, base, drawn, incoming, lines, weights
from rnnviz.exhibits.marks import Item, line, on, upright
from rnnviz.figures import diagrams as figures

_FEW = "Ends that none of these few starts comes to are not seen."


def moved_weights(run: Pass, along: str) -> dict[str, np.ndarray]:
    """Those that a diagram along a setting or a number of a parameter changes."""
    if along == "gain" or not drawn(run):
        return weights(run)
    assert isinstance(run, Run)
    bias = 0.0 if along == "forget_bias" else run.experiment.forget_bias
    return draw(replace(run.experiment, dtype="float64", forget_bias=bias)).params


def followed(run: Run, along: str = "gain", held: Held = "zero") -> Experiment:
    """What a diagram along a setting or a number of a parameter follows from: its own value of the
    setting is not in it."""
    if not drawn(run):
        return base(run, held)
    e = replace(run.experiment, dtype="float64")
    return replace(e, **{along: SETTINGS[along].default}) if along in SETTINGS else e


def opened(run: Pass, along: str = "gain") -> tuple[str, ...]:
    """What a click sets: the setting, and nothing where weights would no longer be drawn ones."""
    return (along,) if along in SETTINGS and drawn(run) else ()


def over_gain(
    run: Pass,
    unit: int = 0,
    window: int = dynamics.PREVIEW,
    along: str = "gain",
    held: Held = "zero",
    value: float = 1.0,
) -> Generator[float, None, tuple[dynamics.Bifurcation]]:
    """What a unit comes to over the gain, after so many steps, at this network's forget bias; or
    along the forget bias, the size of the input, or a number of a parameter, at this network's
    gain."""
    params, x = moved_weights(run, along), incoming(run, held, value)[0]
    found = dynamics.bifurcation_diagram(run.cell, params, _bias(run), unit, window, along, x)
    return ((yield from found),)


def _bias(run: Pass) -> float:
    """What is added to the forget bias of the weights: of those that are not drawn, nothing."""
    return figures.names(run).own[1]


def bifurcation_marks(run: Pass, diagram: dynamics.Bifurcation, unit: int = 0) -> list[Item]:
    """The values at each gain, those that no eye tells apart once, and this network's gain."""
    gains, values = figures.points(diagram)
    dots, own = line(values, gains, "a"), figures.own(run, diagram)
    here = [upright(own)] if diagram.gains[0] <= own <= diagram.gains[-1] else []
    axes = figures.title_of(run, diagram), f"a of unit {unit + 1} at the end"
    return [*on(axes, dots), *here]


def bifurcation_caption(
    run: Pass,
    diagram: dynamics.Bifurcation,
    unit: int = 0,
    held: Held = "zero",
    value: float = 1.0,
) -> str:
    """At how many gains it ends at one value, at several, or never ends, and from where on."""
    kinds, random = diagram.kinds, diagram.starts.shape[1] // 2
    said = figures.names(run)
    noun = said.noun if diagram.along == "gain" else "value"
    of = "" if diagram.along == "gain" else f" of {figures.title_of(run, diagram)}"
    told = [
        f"{_front(run, diagram, held, value)}, from {random} random states and their opposites, "
        f"after {diagram.steps} steps: at "
        f"**{_gains(kinds == 0, noun)}**{of} all end at one value, at {_gains(kinds == 1, noun)} "
        f"they end at several, and at {_gains(kinds == 2, noun)} some keep moving."
    ]
    if (gone := np.isnan(kinds)).any():
        told.append(f"At {_gains(gone, noun)} they overflow.")
    has = f"has {noun}" if diagram.along == "gain" else "is"
    if (moving := np.flatnonzero(kinds == 2)).size:
        told.append(f"The first that moves {has} {number(diagram.gains[moving[0]])}.")
    if (several := np.flatnonzero(kinds == 1)).size:
        told.append(f"The first with several ends {has} {number(diagram.gains[several[0]])}.")
    told.append(_FEW)
    if not drawn(run) and diagram.along == "gain":
        told.append(UNTRAINED.format(""))
    return " ".join(told)


def _front(run: Pass, diagram: dynamics.Bifurcation, held: Held, value: float) -> str:
    """What comes in, as the sentence begins."""
    x, hears = incoming(run, held, value)
    front = f"{hears[:1].upper()}{hears[1:]}"
    if diagram.along != "input":
        return front
    return f"{front}, made larger or smaller" if x.any() else "With every input held at one value"


def _gains(some: np.ndarray, noun: str) -> str:
    count = int(some.sum())
    return f"{count or 'no'} {noun}{'' if count == 1 else 's'}"


def _checked(run: Pass, diagram: dynamics.Bifurcation, unit: int = 0) -> list[Verdict]:
    params = moved_weights(run, diagram.along)
    return checks.bifurcation(run.cell, params, diagram, _bias(run), unit)


def _lines(
    run: Pass,
    unit: int = 0,
    window: int = dynamics.PREVIEW,
    along: str = "gain",
    held: str = "zero",
    value: float = 1.0,
) -> tuple[str, ...]:
    usual = {"unit": 0, "window": dynamics.PREVIEW, "along": "gain", "held": "zero", "value": 1.0}
    said = dict(zip(usual, (unit, window, along, held, value), strict=True))
    return lines("diagram", "bifurcation", "over_gain", usual, said)


register(
    Exhibit(
        page="Dynamics",
        place=MANY,
        figure=figures.bifurcation,
        compute=over_gain,
        marks=bifurcation_marks,
        checks=_checked,
        caption=bifurcation_caption,
        asked="where the unit ends, as one number changes",
        follows=followed,
        opens=opened,
        setup=_lines,
        call="run, diagram",
    )
)
