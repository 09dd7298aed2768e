"""Dynamics: how fast do neighbouring states part? The exponents, and how they come about."""

from collections.abc import Generator
from functools import partial

import numpy as np

from rnnviz.core import dynamics
from rnnviz.core.checks import settling
from rnnviz.core.phrases import number
from rnnviz.core.types import Pass
from rnnviz.exhibits.base import Exhibit, register
from rnnviz.exhibits.inputs import heard, lines_of
from rnnviz.exhibits.marks import Item, across, broken, line, on
from rnnviz.figures import dynamics as figures

BEHIND = 63  # what stands behind the portrait and its exponents has this place, or a later one
_DECIDED = 0.005  # of an exponent: what is nearer to 0 is left open


def settled(
    run: Pass, held: str | dynamics.Heard = "zero", value: float = 1.0
) -> Generator[None, None, tuple[dynamics.Settling]]:
    """Where it goes under the input, and how fast neighbours part there: computed once for all
    pictures of both."""
    return ((yield from dynamics.settling(run, heard(run, held), value)),)


def parts(spectrum: dynamics.Spectrum | None) -> str:
    """Whether neighbouring states part, by lambda_1."""
    if spectrum is None:
        return "Its states overflow, so there are no exponents."
    first = float(spectrum.exponents[0])
    told = f"λ₁ = {number(first)} a step over {spectrum.steps} steps"
    if not np.isfinite(first):
        return "Neighbouring states become one."
    if abs(first) < _DECIDED:
        return f"Whether neighbouring states part is **undecided**: {told}."
    verb = "part" if first > 0 else "come together"
    return f"Neighbouring states **{verb}**: {told}."


def exponents_marks(run: Pass, one: dynamics.Settling) -> list[Item]:
    """The finite exponents in their order, and 0."""
    values = figures.finite(one.exponents)
    places = np.arange(1, len(values) + 1)
    axes = ("exponent, from the largest", "λ (nats a step)")
    return [*on(axes, line(values, places, "a")), across(0.0), *broken(run)]


def exponents_caption(run: Pass, one: dynamics.Settling) -> str:
    """How many are positive, and the dimension that follows."""
    spectrum = one.exponents
    if spectrum is None:
        return parts(spectrum)
    count, above = len(spectrum.exponents), int((spectrum.exponents > _DECIDED).sum())
    gone = int(np.isneginf(spectrum.exponents).sum())
    told = f"{above} of {count} exponents, means along one path, are above {_DECIDED}"
    told += f"; {gone} directions vanish in a step" if gone else ""
    if count < run.trace.n_a * len(run.cell.states):
        return f"{told}; of so many states only the first are computed."
    return f"{told}; the Kaplan-Yorke dimension is {number(spectrum.dimension)}."


def convergence_marks(run: Pass, one: dynamics.Settling) -> list[Item]:
    """Means so far of the first exponents, and the level of the other estimate."""
    times, history = figures.so_far(one.exponents)
    curves = [
        line(values, times, index, name=f"λ<sub>{index + 1}</sub>")
        for index, values in enumerate(history.T)
    ]
    level = [across(one.parting)] if np.isfinite(one.parting) else []
    return [*on(("steps so far t", "mean so far (nats a step)"), *curves), *level, *broken(run)]


def convergence_caption(run: Pass, one: dynamics.Settling) -> str:
    """The second estimate beside the first."""
    parting = one.parting
    if one.exponents is None:
        return ""
    if np.isnan(parting):
        return (
            "The state stands on a corner, as that of a ReLU, where neighbours on either side part "
            "at another rate: there is no second estimate."
        )
    if not np.isfinite(parting):
        return "Two trajectories become one: there is no second estimate."
    return (
        f"The level is λ₁ by two neighbouring trajectories, {number(parting)}, which need no "
        "Jacobian. All are of one path: elsewhere states may part otherwise."
    )


for _place, _share, _figure, _marks, _caption in (
    (61, 1 / 3, figures.exponents, exponents_marks, exponents_caption),  # beside the portrait
    (BEHIND + 1, 1 / 2, figures.convergence, convergence_marks, convergence_caption),
):
    register(
        Exhibit(
            page="Dynamics",
            place=_place,
            figure=_figure,
            compute=settled,
            arguments=lambda run, one: (run, one.exponents, one.parting),
            marks=_marks,
            checks=lambda run, one: settling.exponents(one.exponents, one.parting),
            caption=_caption,
            share=_share,
            setup=partial(lines_of, "spectrum, parting = dynamics.exponents_of"),
            call="run, spectrum, parting",
        )
    )
