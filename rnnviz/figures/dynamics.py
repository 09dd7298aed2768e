"""Dynamics: where the state goes under one input, where it settles, and how neighbours part."""

from collections.abc import Sequence

import numpy as np
import plotly.graph_objects as go

from rnnviz.core import dynamics
from rnnviz.core.phrases import number
from rnnviz.core.types import Pass
from rnnviz.figures import parts, theme
from rnnviz.figures.figure_builder import FigureBuilder

INPUTS = {  # how a sentence says what comes in
    "zero": "with no input",
    "constant": "with every input held at {}",
    "mean": "with the input held at its mean",
    "driven": "as the input drives it",
    "neutral": "with the mean neutral word held",
}
OWN, HELD, WAYS = "its own input", "the input held", "way out of a saddle"
KINDS = {  # of fixed points: the marker, its size, the hue, and whether it is filled
    "stable": ("star", 17, "gold", True),
    "neutral": ("star-open", 15, "gold", False),
    "saddle": ("x", 12, "ink", True),
    "unstable": ("diamond-open", 12, "ink", False),
}
_SHOWN = 8  # exponents whose convergence is drawn
_PALE = 3.5  # times as wide as the basins' own colours is the scale that they are taken from
_LONGEST_TITLE = 48  # characters that a phone has room for


def portrait(
    run: Pass, settling: dynamics.Settling, sequence: int = 0, *, mode="light"
) -> go.Figure:
    """The plane of the states: one sequence's own path, paths with the input held, fixed points by
    their kind, slow points, the ways out of saddles; of a slice where its states come to rest, and
    the field; states that are followed."""
    builder, seen = FigureBuilder(mode), dynamics.plane(settling, sequence)
    ink, held = builder.ink, settling.held != dynamics.HELD[-1]
    shaded = dynamics.basins(settling, seen) if held else None
    if shaded:
        x, y, leads = shaded
        heat = parts.heatmap(leads, x, ink, basin_limits(settling), "")
        builder.add(heat | {"y": y, "opacity": 0.55, "hoverinfo": "skip", "hovertemplate": None})
    if seen.cut and seen.cut.flows and held:
        _field(builder, settling, seen)
    builder.add(_path(joined(seen.own[:, :, None]), OWN, theme.line("x", mode, 1.5)))
    if held:
        style = theme.line("a", mode, 1.2)
        builder.add(_path(joined(seen.paths), HELD, style) | {"opacity": 0.75})
        if seen.ways:
            ways = one_by_one(seen.ways)
            builder.add(_path(ways, WAYS, {"color": ink.text, "width": 1.5}))
        _followed(builder, seen, mode)
        _points(builder, settling, seen)
    builder.x(seen.axes[0], zeroline=False)
    builder.y(seen.axes[1])
    if settling.of.N == 1:
        low, high = diagonal(seen)
        style = {"color": ink.quiet, "width": 1}
        builder.shapes.append(
            {"type": "line", "x0": low, "x1": high, "y0": low, "y1": high, "line": style}
        )
    named = [t for t in builder.traces if t.get("showlegend", True) and t["type"] == "scatter"]
    parts.note_broken(builder, run, above=builder.legend(len(named)))
    said = f"State of {settling.of.N} numbers {comes(settling)}: {counted(settling)}."
    title = f"{run.cell.title}: where the state goes {comes(settling)}"
    if len(title) > _LONGEST_TITLE:
        title = f"{run.cell.title}: the state {comes(settling)}"
    return builder.finish(title, 460, said)


def comes(settling: dynamics.Settling) -> str:
    """What comes in, as a sentence says it."""
    return coming(settling.held, settling.x[:, 0])


def coming(name: str, x: np.ndarray) -> str:
    """The same of an input x (n_x,) by its name."""
    return INPUTS.get(name, f"with “{name}” held").format(number(x[0]))


def counted(settling: dynamics.Settling) -> str:
    """ "3 fixed points, 2 stable, 1 saddle"; of none how many slow points."""
    if settling.found is None:
        return "no fixed points under an input that changes"
    kinds = [one.kind for one in settling.points]
    each = by_kind(kinds)
    every = f"{len(kinds) or 'no'} fixed point{'' if len(kinds) == 1 else 's'}"
    slow = settling.slow.shape[1]
    return ", ".join([every, *each, *([f"{slow} slow"] if slow else [])])


def by_kind(kinds: list[str]) -> list[str]:
    """How many points are of each kind.

    >>> by_kind(["saddle", "stable", "saddle"])
    ['1 stable', '2 saddles']
    """
    counts = {kind: kinds.count(kind) for kind in KINDS if kind in kinds}
    return [f"{n} {k}{'s' * (k == 'saddle' and n > 1)}" for k, n in counts.items()]


def basin_limits(settling: dynamics.Settling) -> tuple[float, float]:
    """The ends of the scale on which basins are drawn: pale, lest they drown the lines on them."""
    middle = (settling.stable.shape[1] - 1) / 2
    return -_PALE * middle, _PALE * middle


def joined(paths: np.ndarray) -> np.ndarray:
    """Paths (k, steps, some) one after another, with a gap behind each, (k, some (steps + 1))."""
    gap = np.full((len(paths), 1, paths.shape[2]), np.nan)
    both = np.concatenate([paths, gap], axis=1)
    return np.moveaxis(both, 2, 1).reshape(len(paths), -1)


def diagonal(seen: dynamics.Plane) -> tuple[float, float]:
    """Where the line on which nothing moves begins and ends, of a state of one number."""
    low, high = dynamics.box(seen)
    return float(low.min()), float(high.max())


def stays(settling: dynamics.Settling) -> tuple[str, str]:
    """The names of the lines on which one of two numbers stays as it is."""
    first, second = ("unit 1", "unit 2") if settling.of.n_a == 2 else settling.of.cell.states[:2]
    return f"{first} stays", f"{second} stays"


def one_by_one(ways: Sequence[np.ndarray]) -> np.ndarray:
    """The same of paths that differ in length."""
    return np.concatenate([joined(way[:, :, None]) for way in ways], axis=1)


def exponents(
    run: Pass, spectrum: dynamics.Spectrum | None, parting: float, *, mode="light"
) -> go.Figure:
    """The Lyapunov exponents in their order, those above 0 part neighbouring states."""
    builder = FigureBuilder(mode)
    values = finite(spectrum)
    style = theme.line("a", mode)
    trace = parts.line(np.arange(1, len(values) + 1), values, "", style, "exponent ")
    marker = {"size": 7, "color": style["color"]}
    builder.add(trace | {"mode": "lines+markers", "marker": marker, "showlegend": False})
    builder.line(y=0.0, color=builder.ink.now, width=1.5)
    every = max(1, -(-len(values) // 8))
    builder.x("exponent, from the largest", tickvals=list(range(1, len(values) + 1, every)))
    builder.y("λ (nats a step)")
    parts.note_broken(builder, run)
    said = f"The largest of {len(values)} exponents is {number(values[0])}."
    said = said if np.isfinite(values[0]) else "There are no exponents to draw."
    return builder.finish("Lyapunov exponents", 320, said)


def convergence(
    run: Pass, spectrum: dynamics.Spectrum | None, parting: float, *, mode="light"
) -> go.Figure:
    """How the first exponents come about: their means so far, and lambda_1 by two trajectories."""
    builder = FigureBuilder(mode)
    times, history = so_far(spectrum)
    for index, values in enumerate(history.T):
        style = theme.tone(index, mode)
        name = f"λ<sub>{index + 1}</sub>"
        builder.add(parts.line(times, values, name, style, f"{name}, t = "))
    if np.isfinite(parting):
        builder.line(y=parting, color=builder.ink.now, width=1.5)
    builder.x("steps so far t")
    drawn = np.append(history.ravel(), parting)
    drawn = drawn[np.isfinite(drawn)]
    if drawn.size:  # rounding alone is not drawn large
        room = max(0.01, 0.05 * float(np.ptp(drawn)))
        builder.y(range=[float(drawn.min()) - room, float(drawn.max()) + room])
    builder.y("mean so far (nats a step)")
    above = builder.legend(history.shape[1])
    parts.note_broken(builder, run, above=above)
    said = f"Means so far of {history.shape[1]} exponents over {int(times[-1])} steps."
    return builder.finish("How they come about", 420, said)


def finite(spectrum: dynamics.Spectrum | None) -> np.ndarray:
    """The exponents that can be drawn; one NaN without any."""
    values = spectrum.exponents[np.isfinite(spectrum.exponents)] if spectrum else np.empty(0)
    return values if len(values) else np.array([np.nan])


def so_far(spectrum: dynamics.Spectrum | None) -> tuple[np.ndarray, np.ndarray]:
    """The steps, and the first exponents' means so far (steps, some)."""
    if spectrum is None:
        return np.array([1]), np.array([[np.nan]])
    history = np.where(np.isfinite(spectrum.history), spectrum.history, np.nan)[:, :_SHOWN]
    some = slice(None, None, -(-len(history) // 200))
    return spectrum.times[some], history[some]


def _path(places: np.ndarray, name: str, style: dict) -> dict:
    marker, style = {"size": 3, "color": style["color"]}, style | {"simplify": False}
    return parts.line(places[0], places[1], name, style, f"{name}<br>") | {
        "mode": "lines+markers", "marker": marker,
    }  # fmt: skip


def _points(builder: FigureBuilder, settling: dynamics.Settling, seen: dynamics.Plane) -> None:
    """Slow points below, then each kind of fixed point."""
    ink = builder.ink
    if seen.slow.shape[1]:
        marker = {"symbol": "circle-open", "size": 7, "color": ink.quiet}
        builder.add(_dots(seen.slow, "slow, not fixed", marker))
    kinds = [point.kind for point in settling.points]
    for kind, (symbol, size, hue, filled) in KINDS.items():
        at = [place for place, one in enumerate(kinds) if one == kind]
        if not at:
            continue
        edge = {"line": {"width": 1.2, "color": ink.text if hue == "gold" else ink.ground}}
        marker = {
            "symbol": symbol,
            "size": size,
            "color": ink.lines[hue],
            **(edge if filled else {}),
        }
        told = [_told(settling.points[place]) for place in at]
        dots = _dots(seen.points[:, at], kind, marker, "<br>%{hovertext}")
        builder.add(dots | {"hovertext": told})


def _followed(builder: FigureBuilder, seen: dynamics.Plane, mode: str) -> None:
    """The states that are followed, by their name."""
    for index, (name, places) in enumerate(seen.ends.items()):
        symbol = ("circle", "diamond")[index % 2]
        edge = {"width": 0.8, "color": builder.ink.ground}
        colour = theme.tone(index, mode)["color"]
        marker = {"symbol": symbol, "size": 7, "color": colour, "line": edge}
        builder.add(_dots(places, name, marker))


def _told(point: dynamics.FixedPoint) -> str:
    first = point.eigenvalues[0]
    return (
        f"{point.unstable} directions lead away<br>largest |eigenvalue| {number(abs(first))}<br>"
        f"residual {number(point.residual, 2)}"
    )


def _dots(places: np.ndarray, name: str, marker: dict, more: str = "") -> dict:
    hover = f"{name}<br>%{{x:.6g}}, %{{y:.6g}}{more}<extra></extra>"
    return {
        **{"type": "scatter", "x": places[0], "y": places[1], "mode": "markers", "name": name},
        **{"marker": marker, "hovertemplate": hover},
    }


def _field(builder: FigureBuilder, settling: dynamics.Settling, seen: dynamics.Plane) -> None:
    """Which way a step leads, and the lines on which one of both numbers stays."""
    ends, ink = dynamics.arrows(settling, seen), builder.ink
    turned = np.degrees(np.arctan2(*(ends[1] - ends[0])))
    sizes = np.tile([0, 6, 0], ends.shape[2])
    marker = {"symbol": "arrow", "size": sizes, "angle": np.repeat(turned, 3), "color": ink.quiet}
    style = {"color": ink.quiet, "width": 0.8}
    field = _path(joined(np.swapaxes(ends, 0, 1)), "a step", style)
    builder.add(field | {"marker": marker | {"line": {"width": 0}}, "opacity": 0.6})
    for index, line in enumerate(dynamics.nullclines(settling, seen)):
        style = {"color": ink.lines[("orange", "green")[index]], "width": 1.5}
        name = stays(settling)[index]
        builder.add(parts.line(line[0], line[1], name, style, f"{name}<br>"))
