"""Many networks in one picture: what a unit comes to, and order and chaos, over their settings."""

from typing import NamedTuple

import numpy as np
import plotly.graph_objects as go

from rnnviz.core import dynamics
from rnnviz.core.networks import DRAWN
from rnnviz.core.phrases import number
from rnnviz.core.types import Pass, Run
from rnnviz.figures import parts, theme
from rnnviz.figures.figure_builder import FigureBuilder

KINDS = {-1: "ordered", 0: "undecided", 1: "chaotic"}
LIMITS = (-2.0, 2.0)  # of the kinds on the scale: its strong ends would drown the line
BORDER = "max |eig J(0)| = 1"
HERE = "this network"
EXPONENT = "λ₁ (nats a step)"


class Names(NamedTuple):
    """What is said for the gain and the forget bias of a network, in one word and at an axis, and
    its own of both."""

    noun: str
    gain: str
    bias: str
    own: tuple[float, float]


def names(run: Pass) -> Names:
    """Of weights drawn from a seed these are settings; any others are multiplied, and shifted."""
    if isinstance(run, Run) and run.experiment.weights == DRAWN:
        return Names(
            "gain", "gain", "forget bias", (run.experiment.gain, run.experiment.forget_bias)
        )
    return Names("factor", "recurrent factor", "forget bias shift", (1.0, 0.0))


def phase(run: Pass, diagram: dynamics.Phase, *, mode="light") -> go.Figure:
    """Order and chaos over gain and forget bias, and the line where the state 0 lets go."""
    builder, ink, said = FigureBuilder(mode), theme.MODES[mode], names(run)
    hover = f"{said.gain} %{{x:.3g}}, {said.bias} %{{y:.2g}}<br>"
    hover += "λ₁ = %{customdata:.3g}<extra></extra>"
    builder.add(
        parts.heatmap(diagram.kinds, diagram.gains, ink, LIMITS, "")
        | {"y": diagram.biases, "customdata": diagram.exponents, "hovertemplate": hover}
    )
    for kind, name in KINDS.items():
        builder.add(_key(name, theme.colour_at(ink.diverging, (kind - LIMITS[0]) / 4), ink.quiet))
    low, high = diagram.gains[0], diagram.gains[-1]
    inside = np.where((diagram.border >= low) & (diagram.border <= high), diagram.border, np.nan)
    style = {"color": ink.text, "width": 2, "dash": "dash"}
    line = parts.line(inside, diagram.along, BORDER, style, f"0 lets go<br>{said.gain} ")
    builder.add(line | {"showlegend": bool(np.isfinite(inside).any())})
    marker = {"symbol": "star", "size": 15, "color": ink.now}
    marker |= {"line": {"width": 1, "color": ink.ground}}
    (gain, bias), (least, *_, most) = said.own, diagram.biases
    here = said.own if low <= gain <= high and least <= bias <= most else (np.nan, np.nan)
    builder.add(
        {
            **{"type": "scatter", "x": [here[0]], "y": [here[1]], "mode": "markers"},
            **{"name": HERE, "marker": marker},
            "hovertemplate": f"{HERE}<br>{said.gain} %{{x}}, {said.bias} %{{y}}<extra></extra>",
        }
    )
    gaps = [float(np.diff(axis).mean()) / 2 for axis in (diagram.gains, diagram.biases)]
    builder.x(said.gain, range=[low - gaps[0], high + gaps[0]], showgrid=False)
    ends = diagram.biases[0] - gaps[1], diagram.biases[-1] + gaps[1]
    builder.y(said.bias, range=list(ends), showgrid=False)
    builder.legend(5)
    biases = said.bias.replace("bias", "biases", 1)
    told = (
        f"{diagram.kinds.size} networks at {said.noun}s from {number(low)} to {number(high)} and "
        f"{biases} from {number(diagram.biases[0])} to {number(diagram.biases[-1])}, each ordered, "
        f"undecided or chaotic. {lets_go(diagram)}"
    )
    return builder.finish(f"{run.cell.title}: order and chaos", 520, told)


def exponent(run: Pass, diagram: dynamics.Phase, *, mode="light") -> go.Figure:
    """The largest exponent over the gain, of a cell in which no forget bias moves anything."""
    builder, ink = FigureBuilder(mode), theme.MODES[mode]
    values = np.where(np.isfinite(diagram.exponents[0]), diagram.exponents[0], np.nan)
    style = theme.line("a", mode)
    line = parts.line(diagram.gains, values, "λ₁", style, f"λ₁, {names(run).gain} ")
    builder.add(line | {"mode": "lines+markers", "marker": {"size": 5, "color": style["color"]}})
    builder.traces[-1]["showlegend"] = False
    builder.line(y=0.0, color=ink.quiet, width=1)
    for gain in diagram.border[np.isfinite(diagram.border)]:
        builder.line(x=float(gain), color=ink.quiet, width=1.5, dash="dash")
    gain, _ = names(run).own
    if diagram.gains[0] <= gain <= diagram.gains[-1]:
        builder.line(x=gain, color=ink.now, width=1.5)
    builder.x(names(run).gain, range=[0, diagram.gains[-1]])
    builder.y(EXPONENT)
    said = (
        f"{diagram.gains.size} networks at {names(run).noun}s from {number(diagram.gains[0])} to "
        f"{number(diagram.gains[-1])}. {lets_go(diagram)}"
    )
    return builder.finish(f"{run.cell.title}: order and chaos", 420, said)


def lets_go(diagram: dynamics.Phase) -> str:
    """Where the line stands, as a text alternative has it."""
    ends = diagram.border[np.isfinite(diagram.border)]
    if not len(ends):
        return f"There is no line {BORDER}."
    if ends.min() == ends.max():
        return f"{BORDER} at gain {number(ends[0])}."
    return f"{BORDER} at gains from {number(ends.min())} to {number(ends.max())}."


def bifurcation(
    run: Pass, diagram: dynamics.Bifurcation, unit: int = 0, *, mode="light"
) -> go.Figure:
    """The values that a unit comes to over the gain, or over what else changes."""
    builder, ink = FigureBuilder(mode), theme.MODES[mode]
    (gains, values), title, here = points(diagram), title_of(run, diagram), own(run, diagram)
    marker = {"size": 3, "color": theme.line("a", mode)["color"]}
    dots = parts.line(gains, values, "", {}, f"{title} ")
    builder.add(dots | {"mode": "markers", "marker": marker, "showlegend": False})
    if diagram.gains[0] <= here <= diagram.gains[-1]:
        builder.line(x=here, color=ink.now, width=1.5)
    low = 0.0 if diagram.along == "gain" else diagram.gains[0] - 0.05
    builder.x(title, range=[low, diagram.gains[-1] + 0.02])
    builder.y(f"a of unit {unit + 1} at the end")
    first, last = number(diagram.gains[0]), number(diagram.gains[-1])
    many = f"{names(run).noun}s" if diagram.along == "gain" else f"values of {title}"
    said = f"Values of unit {unit + 1} at {diagram.gains.size} {many} from {first} to {last}."
    return builder.finish(f"{run.cell.title}: where unit {unit + 1} ends", 460, said)


def title_of(run: Pass, diagram: dynamics.Bifurcation) -> str:
    """What changes, as the axis says it."""
    said = names(run)
    known = {"gain": said.gain, "forget_bias": said.bias, "input": "input size"}
    return known.get(diagram.along, diagram.along)


def own(run: Pass, diagram: dynamics.Bifurcation) -> float:
    """The run's own value of what changes."""
    gain, bias = names(run).own
    known = {"gain": gain, "forget_bias": bias, "input": float(diagram.x.any())}
    if diagram.along in known:
        return known[diagram.along]
    name, place = dynamics.place_of(run.params, diagram.along)
    return float(run.params[name][place])


def points(diagram: dynamics.Bifurcation) -> tuple[np.ndarray, np.ndarray]:
    """Gains and values of all points; of those that no eye tells apart at a gain one."""
    wide = np.nanmax(np.abs(diagram.values), initial=0.0) or 1.0
    gains, values = [], []
    for gain, ends in zip(diagram.gains, diagram.values.reshape(len(diagram.gains), -1),
                          strict=True):  # fmt: skip
        ends = ends[np.isfinite(ends)]
        _, kept = np.unique(np.round(ends / wide * 500), return_index=True)
        gains += [gain] * len(kept)
        values += ends[kept].tolist()
    return np.array(gains), np.array(values)


def _key(name: str, colour: str, edge: str) -> dict:
    """A row of the legend for an area."""
    marker = {"symbol": "square", "size": 14, "color": colour, "line": {"width": 1, "color": edge}}
    return {"type": "scatter", "x": [None], "y": [None], "mode": "markers", "name": name,
            "marker": marker, "hoverinfo": "skip"}  # fmt: skip
