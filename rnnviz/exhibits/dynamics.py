"""Dynamics: where does the state settle?"""

from collections.abc import Generator
from functools import partial

import numpy as np

from rnnviz.core import dynamics
from rnnviz.core.checks import settling
from rnnviz.core.phrases import listed, number
from rnnviz.core.types import Pass
from rnnviz.exhibits.base import Exhibit, register
from rnnviz.exhibits.followed import ends, follows, kept_of, network_of, of_plane, verdict
from rnnviz.exhibits.marks import Item, Line, across, broken, cells, line, on
from rnnviz.figures import dynamics as figures
from rnnviz.figures.columns import columns
from rnnviz.sentiment.held import NEUTRAL, visited, words_of
from rnnviz.sentiment.held import heard as vector
from rnnviz.tasks.answered import answered

CHOICES = {  # what may come in, as a menu says it
    "zero": "Nothing (0)",
    "constant": "One value, held",
    "mean": "Its mean, held",
    "driven": "What it is, step by step",
}
BEHIND = 61  # what stands behind the portrait has this place, or a later one
_STARTS, _SMALL = 500, 64  # from which 27 points are found, of a state of so many numbers
_DECIDED = 0.005  # of an exponent: what is nearer to 0 is left open


def settled(
    run: Pass, held: str | dynamics.Heard = "zero", value: float = 1.0
) -> Generator[None, None, tuple[dynamics.Settling]]:
    """Where it goes under the input."""
    return ((yield from dynamics.settling(run, heard(run, held), value)),)


def parting(
    run: Pass, held: str | dynamics.Heard = "zero", value: float = 1.0
) -> tuple[dynamics.Spectrum | None, float]:
    """The exponents under the input, and lambda_1 by two trajectories."""
    return dynamics.exponents_of(run, heard(run, held), value)


def choices_of(run: Pass) -> dict[str, str]:
    """What may come in, as a menu says it: of a network that reads the built-in corpus its words,
    too, and first of all their mean."""
    words = dict.fromkeys(words_of(network_of(run)))
    titles = {word: f"“{word}”, held" for word in words}
    neutral = {NEUTRAL: "The mean neutral word, held"} if words else {}
    return neutral | CHOICES | {word: t for word, t in titles.items() if word != NEUTRAL}


def heard(run: Pass, held: str | dynamics.Heard) -> str | dynamics.Heard:
    """A word of the network's as what it hears, or nothing as a network has it that learned a task,
    whose points are looked for around all that it visits, not on this run alone; else `held`."""
    if not isinstance(held, str):
        return held
    network, one = network_of(run), kept_of(run)
    if one is not None and held == "zero":
        many = _STARTS if len(run.cell.states) * run.trace.n_a <= _SMALL else 0
        return dynamics.Heard(held, np.zeros(run.trace.n_x), answered(one).visited, starts=many)
    if network is None or held not in words_of(network):
        return held
    return dynamics.Heard(held, vector(network, held), visited(network), ends(network))


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
            marks.append(line(y, x, name="way out of a saddle"))
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


def portrait_table(run: Pass, one: dynamics.Settling, sequence: int = 0) -> dict:
    """What is drawn, and of every fixed point its kind, residual and state; the basins' places."""
    table: dict = columns(figures.portrait(run, one, sequence))
    points = one.points
    table["kind of fixed point"] = [point.kind for point in points]
    table["directions that lead away"] = [point.unstable for point in points]
    table["largest |eigenvalue|"] = [abs(point.eigenvalues[0]) for point in points]
    table["residual"] = [point.residual for point in points]
    seen, held = dynamics.plane(one, sequence), one.held != "driven"
    if shaded := dynamics.basins(one, seen) if held else None:
        x, y, leads = shaded
        table[f"basin: {seen.axes[0]}"] = x  # a column for each row of places
        table |= {f"{seen.axes[1]} {at}": row for at, row in zip(y, leads, strict=True)}
    return table | {f"state {k + 1}": [p.state[k] for p in points] for k in range(one.of.N)}


def exponents_marks(run: Pass, spectrum: dynamics.Spectrum | None, parting: float) -> list[Item]:
    """The finite exponents in their order, and 0."""
    values = figures.finite(spectrum)
    places = np.arange(1, len(values) + 1)
    axes = ("exponent, from the largest", "λ (nats a step)")
    return [*on(axes, line(values, places, "a")), across(0.0), *broken(run)]


def exponents_caption(run: Pass, spectrum: dynamics.Spectrum | None, parting: float) -> str:
    """How many are positive, and the dimension that follows."""
    if spectrum is None:
        return parts(spectrum)
    count, above = len(spectrum.exponents), int((spectrum.exponents > _DECIDED).sum())
    gone = int(np.isneginf(spectrum.exponents).sum())
    told = f"{above} of {count} exponents are above {_DECIDED}"
    told += f"; {gone} directions vanish in a step" if gone else ""
    if count < run.trace.n_a * len(run.cell.states):
        return f"{told}; of so many states only the first are computed."
    return f"{told}; the Kaplan-Yorke dimension is {number(spectrum.dimension)}."


def convergence_marks(run: Pass, spectrum: dynamics.Spectrum | None, parting: float) -> list[Item]:
    """Means so far of the first exponents, and the level of the other estimate."""
    times, history = figures.so_far(spectrum)
    curves = [
        line(values, times, index, name=f"λ<sub>{index + 1}</sub>")
        for index, values in enumerate(history.T)
    ]
    level = [across(parting)] if np.isfinite(parting) else []
    return [*on(("steps so far t", "mean so far (nats a step)"), *curves), *level, *broken(run)]


def convergence_caption(run: Pass, spectrum: dynamics.Spectrum | None, parting: float) -> str:
    """The second estimate beside the first."""
    if spectrum is None:
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
        "Jacobian."
    )


def _lines(call: str, run: Pass, held: str = "zero", value: float = 1.0) -> tuple[str, ...]:
    """The lines of Python that compute what is drawn."""
    first = "from rnnviz.core import dynamics"
    if held in CHOICES and heard(run, held) == held:
        if held == "zero":
            return first, f"{call}(run)"
        more = f", {value!r}" if held == "constant" else ""
        return first, f"{call}(run, {held!r}{more})"
    word = f"from {heard.__module__} import heard"
    return first, word, f"{call}(run, heard(run, {held!r}))"


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
        setup=partial(_lines, "settling = dynamics.settle"),
        call="run, settling",
    )
)
for _place, _figure, _marks, _caption in (
    (BEHIND + 1, figures.exponents, exponents_marks, exponents_caption),
    (BEHIND + 2, figures.convergence, convergence_marks, convergence_caption),
):
    register(
        Exhibit(
            page="Dynamics",
            place=_place,
            figure=_figure,
            compute=parting,
            marks=_marks,
            checks=lambda run, spectrum, parting: settling.exponents(spectrum, parting),
            caption=_caption,
            beside=True,
            setup=partial(_lines, "spectrum, parting = dynamics.exponents_of"),
            call="run, spectrum, parting",
        )
    )
