"""Dynamics: where does the state settle?"""

from functools import partial

import numpy as np

from rnnviz.core import dynamics
from rnnviz.core.checks import settling
from rnnviz.core.phrases import listed, number
from rnnviz.core.types import Pass
from rnnviz.exhibits.base import Exhibit, register
from rnnviz.exhibits.exponents import parts, settled
from rnnviz.exhibits.followed import follows, network_of, of_plane, verdict
from rnnviz.exhibits.inputs import lines_of
from rnnviz.exhibits.marks import Item, Line, broken, cells, line, on
from rnnviz.figures import dynamics as figures
from rnnviz.figures.columns import columns


def portrait_marks(run: Pass, one: dynamics.Settling, sequence: int = 0) -> list[Item]:
    """Paths, then slow points, then fixed points by their kind, at their places in the plane."""
    seen, held = dynamics.plane(one, sequence), one.held != "driven"
    marks, lines = [], list[Item]()
    if shaded := dynamics.basins(one, seen) if held else None:
        x, y, leads = shaded
        marks.append(cells(leads, x, figures.basin_limits(one), y))
    if seen.cut and seen.cut.flows and held:
        x, y = figures.joined(np.swapaxes(dynamics.arrows(one, seen), 0, 1))
        marks.append(line(y, x, name="a step"))
        for name, (x, y) in zip(figures.stays(one), dynamics.nullclines(one, seen), strict=True):
            marks.append(line(y, x, name=name))
    own = figures.joined(seen.own[:, :, None])
    marks.append(line(own[1], own[0], "x", name=figures.OWN))
    if held:
        x, y = figures.joined(seen.paths)
        marks.append(line(y, x, "a", name=figures.HELD))
        if seen.ways:
            x, y = figures.one_by_one(seen.ways)
            marks.append(line(y, x, name=figures.WAYS))
        for index, (name, (x, y)) in enumerate(seen.ends.items()):
            marks.append(line(y, x, index, name=name))
        if seen.slow.shape[1]:
            marks.append(line(seen.slow[1], seen.slow[0], name="slow, not fixed"))
        kinds = np.array([point.kind for point in one.points])
        for kind in ("stable", "neutral", "saddle", "unstable"):
            if kind in kinds:
                x, y = seen.points[:, kinds == kind]
                marks.append(line(y, x, name=kind))
    if one.of.N == 1:
        low, high = figures.diagonal(seen)
        lines = [Line(low, high, low, high, "quiet")]
    return [*on(seen.axes, *marks), *lines, *broken(run)]


def portrait_caption(run: Pass, one: dynamics.Settling, sequence: int = 0) -> str:
    """How many fixed points, what they are, where what is followed goes, whether neighbouring
    states part, and what the plane is."""
    every = [_settles(run, one), says(run, one), follows(run, one), parts(one.exponents)]
    every.append(of_plane(run, one, sequence))
    return " ".join(filter(None, every))


def says(run: Pass, one: dynamics.Settling) -> str:
    """What a trained network of two classes says at the points, were it to end there."""
    network = network_of(run)
    if network is None or not run.reads_out or len(network.classes) != 2 or not one.points:
        return ""
    told: dict[str, list[str]] = {}
    for point in one.points:
        p = verdict(run, network, point.state)
        told.setdefault(point.kind, []).append(number(float(p)))
    each = [f"{listed(said)} at the {_named(kind, len(said))}" for kind, said in told.items()]
    return f"There it says P({network.classes[1]}) = {', '.join(each)}."


def _named(kind: str, count: int) -> str:
    if kind == "saddle":
        return "saddle" if count == 1 else "saddles"
    return f"{kind} point" if count == 1 else f"{kind} points"


def _settles(run: Pass, one: dynamics.Settling) -> str:
    what = figures.comes(one)
    if one.found is None:
        return f"{what[:1].upper()}{what[1:]} there are no fixed points: each step is another map."
    count, kinds = len(one.points), [point.kind for point in one.points]
    each = figures.by_kind(kinds)
    if count == 1:
        each = ["it is a saddle" if kinds == ["saddle"] else f"it is {kinds[0]}"]
    front = f"{what[:1].upper()}{what[1:]} the {run.cell.title}"
    searched = f"within what it visits, from {one.found.starts} starts"
    points = f"**{count} fixed point{'' if count == 1 else 's'}**"
    if count:
        told = f"{front} has {points} {searched}: {listed(each)}."
    elif one.unproved:
        told = f"{front} stands **at a border**."
    else:
        told = f"{front} has **no fixed point** {searched}."
    return " ".join([told, *_more(one)])


def _more(one: dynamics.Settling) -> list[str]:
    """What is said beside the count: the ends that are none, those out of reach, the border."""
    assert one.found is not None
    told, flat = [], len(one.unproved)
    slow = one.slow.shape[1] - flat
    if flat:
        near = min(point.nearest for point in one.unproved)
        ends = "1 search ends" if flat == 1 else f"Searches end at {flat} places"
        told.append(
            f"{ends} where the state stays up to rounding, and whether that is one point or many "
            f"cannot be told (|1 − λ| = {number(near, 2)})."
        )
    if slow:
        noun = "1 place is slow, and not" if slow == 1 else f"{slow} places are slow, and none is"
        told.append(f"{noun} fixed.")
    if beyond := one.found.beyond:
        noun = "1 search" if beyond == 1 else f"{beyond} searches"
        told.append(f"{noun} ended beyond its reach and {'is' if beyond == 1 else 'are'} left out.")
    indices = sum(point.index for point in one.points)
    if one.points and indices != 1:
        told.append(
            f"Their indices add up to {number(indices)}, which of a complete set is 1: some are "
            "missing, or out of reach."
        )
    if any(point.kind == "neutral" for point in one.points):
        told.append("At a neutral point a small distance stays as it is: the border itself.")
    return told


def portrait_table(run: Pass, one: dynamics.Settling, sequence: int = 0) -> dict:
    """What is drawn, and of every fixed point its kind, residual and state; the basins' places."""
    table: dict = columns(figures.portrait(run, one, sequence))
    table |= of_points(one)
    seen, held = dynamics.plane(one, sequence), one.held != "driven"
    if shaded := dynamics.basins(one, seen) if held else None:
        x, y, leads = shaded
        table[f"basin: {seen.axes[0]}"] = x  # a column for each row of places
        table |= {f"{seen.axes[1]} {at}": row for at, row in zip(y, leads, strict=True)}
    return table


def of_points(one: dynamics.Settling) -> dict[str, list]:
    """Of every fixed point its kind, eigenvalue, residual and state, as columns."""
    points, told = one.points, dict[str, list]()
    told["kind of fixed point"] = [point.kind for point in points]
    told["directions that lead away"] = [point.unstable for point in points]
    told["largest |eigenvalue|"] = [abs(point.eigenvalues[0]) for point in points]
    told["residual"] = [point.residual for point in points]
    return told | {f"state {k + 1}": [p.state[k] for p in points] for k in range(one.of.N)}


register(
    Exhibit(
        page="Dynamics",
        place=60,
        figure=figures.portrait,
        compute=settled,
        marks=portrait_marks,
        checks=lambda run, one: settling.points(run, one),
        caption=portrait_caption,
        table=portrait_table,
        share=2 / 3,
        setup=partial(lines_of, "settling = dynamics.settle"),
        call="run, settling",
    )
)
