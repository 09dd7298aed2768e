"""Dynamics: order and chaos of a network, and of all others with its weights, as they grow."""

from collections.abc import Generator
from functools import partial

import numpy as np

from rnnviz.core import dynamics
from rnnviz.core.checks import diagrams as checks
from rnnviz.core.checks.check import Verdict
from rnnviz.core.phrases import number
from rnnviz.core.types import Pass
from rnnviz.exhibits.base import Exhibit, register
from rnnviz.exhibits.many import UNTRAINED, Held, base, drawn, incoming, lines, weights
from rnnviz.exhibits.marks import Item, across, cells, line, on, upright
from rnnviz.figures import diagrams as figures

_NOT_CHAOS = (
    "Beyond the line the state 0 no longer attracts. It is **not the border of chaos**: a network "
    "may settle on other points or on cycles first."
)


def phases(
    run: Pass, window: int = dynamics.PREVIEW, held: Held = "zero", value: float = 1.0
) -> Generator[float, None, tuple[dynamics.Phase]]:
    """Order and chaos of all networks with these weights, over so many steps."""
    x, _ = incoming(run, held, value)
    return ((yield from dynamics.phase_diagram(run.cell, weights(run), window, x=x)),)


def phase_marks(run: Pass, diagram: dynamics.Phase) -> list[Item]:
    """The kind of each network, with its exponent for who hovers; the line; this network."""
    said, inside = figures.names(run), (diagram.gains[0], diagram.gains[-1])
    kinds = np.select(
        [np.isnan(diagram.exponents), np.abs(diagram.exponents) < dynamics.phase.UNDECIDED],
        [np.nan, 0.0],
        np.where(diagram.exponents > 0, 1.0, -1.0),
    )
    area = cells(kinds, diagram.gains, (-2.0, 2.0), diagram.biases, hover=diagram.exponents)
    gains = np.array([g if inside[0] <= g <= inside[1] else np.nan for g in diagram.border])
    border = line(diagram.along, gains, name=figures.BORDER)
    at = said.own if shown(run, diagram) else (np.nan, np.nan)
    here = line(np.array([at[1]]), [at[0]], name=figures.HERE)
    return [*on((said.gain, said.bias), area, border, here)]


def shown(run: Pass, diagram: dynamics.Phase) -> bool:
    """Whether this network lies within the picture."""
    (gain, bias), gains, biases = figures.names(run).own, diagram.gains, diagram.biases
    return bool(gains[0] <= gain <= gains[-1] and biases[0] <= bias <= biases[-1])


def phase_caption(
    run: Pass, diagram: dynamics.Phase, held: Held = "zero", value: float = 1.0
) -> str:
    """How many are ordered and how many chaotic, what this one is, and where 0 lets go."""
    hears, both = incoming(run, held, value)[1], dynamics.has_forget_bias(run.cell)
    told = [_counted(diagram, hears), _here(run, diagram), _lets_go(run, diagram)]
    if not both:
        noun = figures.names(run).noun
        told.append(f"This cell has no forget gate: there is the {noun} alone to change.")
    elif drawn(run):
        told.append("A click opens the network of that place.")
    if not drawn(run):
        told.append(UNTRAINED.format(" and a shift of 0" if both else ""))
    return " ".join(filter(None, told))


def _counted(diagram: dynamics.Phase, hears: str) -> str:
    kinds, every = diagram.kinds, diagram.kinds.size
    each = [_are(int((kinds == kind).sum()), name) for kind, name in figures.KINDS.items()]
    gone = int(np.isnan(kinds).sum())
    each += [f"{gone} overflow"] if gone else []
    front = f"Of {every} networks {hears}, over {diagram.steps} steps, "
    return f"{front}{', '.join(each)} (undecided: |λ₁| < {dynamics.phase.UNDECIDED})."


def _are(count: int, name: str) -> str:
    return f"{count or 'none'} {'are' if count > 1 else 'is'} {name}"


def _here(run: Pass, diagram: dynamics.Phase) -> str:
    """What the network nearest to this one is."""
    gain, bias = figures.names(run).own
    bias = bias if dynamics.has_forget_bias(run.cell) else 0.0
    row = int(np.abs(diagram.biases - bias).argmin())
    column = int(np.abs(diagram.gains - gain).argmin())
    value = diagram.exponents[row, column]
    if not diagram.gains[0] <= gain <= diagram.gains[-1] or np.isnan(value):
        return ""
    kind = figures.KINDS[int(diagram.kinds[row, column])]
    return f"The one nearest to this network is **{kind}** (λ₁ = {number(value)})."


def _lets_go(run: Pass, diagram: dynamics.Phase) -> str:
    """Where the line stands at this network's forget bias."""
    if np.isnan(diagram.border).all():
        return "There is no line at which the state 0 lets go: it is no fixed point, or holds."
    said = figures.names(run)
    bias = said.own[1] if dynamics.has_forget_bias(run.cell) else 0.0
    at = int(np.abs(diagram.along - bias).argmin())
    gain, where = diagram.border[at], ""
    if len(diagram.along) > 1:
        where = f" at {said.bias} {number(diagram.along[at])}"
    if np.isnan(gain):
        return _NOT_CHAOS
    return f"max |eig J(0)| = 1 at {said.noun} {number(gain)}{where}. {_NOT_CHAOS}"


def phase_table(run: Pass, diagram: dynamics.Phase) -> dict:
    """A row a network: its settings, exponent, kind, and the gain at which 0 lets go."""
    said, (gains, biases) = figures.names(run), np.meshgrid(diagram.gains, diagram.biases)
    border = np.interp(biases.ravel(), diagram.along, diagram.border)
    return {
        said.gain: gains.ravel(),
        said.bias: biases.ravel(),
        "λ₁ (nats a step)": diagram.exponents.ravel(),
        "kind": diagram.kinds.ravel(),
        f"{said.gain} at which 0 lets go": border,
        f"this network's {said.gain}": [said.own[0]] * gains.size,
        f"its {said.bias}": [said.own[1]] * gains.size,
    }


def exponent_marks(run: Pass, diagram: dynamics.Phase) -> list[Item]:
    """The exponent at each gain, 0, the gains at which 0 lets go, and this network's."""
    values = np.array([one if np.isfinite(one) else np.nan for one in diagram.exponents[0]])
    curve = line(values, diagram.gains, "a", name="λ₁")
    lines = [across(0.0, "quiet"), *(upright(g, "quiet") for g in diagram.border if g == g)]
    said = figures.names(run)
    inside = diagram.gains[0] <= said.own[0] <= diagram.gains[-1]
    here = [upright(said.own[0])] if inside else []
    return [*on((said.gain, "λ₁ (nats a step)"), curve), *lines, *here]


def _checked(
    run: Pass, diagram: dynamics.Phase, held: Held = "zero", value: float = 1.0
) -> list[Verdict]:
    return checks.phase(run.cell, weights(run), diagram, incoming(run, held, value)[0])


def _lines(
    run: Pass, window: int = dynamics.PREVIEW, held: str = "zero", value: float = 1.0
) -> tuple[str, ...]:
    usual = {"window": dynamics.PREVIEW, "held": "zero", "value": 1.0}
    said = {"window": window, "held": held, "value": value}
    return lines("diagram", "diagrams", "phases", usual, said)


def _fits(both: bool, run: Pass) -> bool:
    return dynamics.has_forget_bias(run.cell) == both


def _opens(both: bool, run: Pass) -> tuple[str, ...]:
    """What a click sets: nothing where weights would no longer be those that were trained."""
    return ("gain", "forget_bias")[: 1 + both] if drawn(run) else ()


for _place, _figure, _marks, _both in (
    (96, figures.phase, phase_marks, True),
    (97, figures.exponent, exponent_marks, False),
):
    register(
        Exhibit(
            page="Dynamics",
            place=_place,
            figure=_figure,
            compute=phases,
            marks=_marks,
            checks=_checked,
            caption=phase_caption,
            table=phase_table,
            fits=partial(_fits, _both),
            asked="order and chaos, as the recurrent weights grow"
            + (" and the forget bias moves" if _both else ""),
            follows=base,
            opens=partial(_opens, _both),
            setup=_lines,
            call="run, diagram",
        )
    )
