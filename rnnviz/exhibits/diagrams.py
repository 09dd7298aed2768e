"""Dynamics: what becomes of a drawn network, and of all others with its weights, as they grow."""

from collections.abc import Generator
from dataclasses import replace
from functools import partial

import numpy as np

from rnnviz.core import dynamics
from rnnviz.core.checks import diagrams as checks
from rnnviz.core.checks.check import Verdict
from rnnviz.core.experiment import Experiment
from rnnviz.core.networks import DRAWN
from rnnviz.core.phrases import number
from rnnviz.core.run import draw
from rnnviz.core.settings import SETTINGS
from rnnviz.core.types import Pass, Run
from rnnviz.exhibits.base import Exhibit, register
from rnnviz.exhibits.marks import Item, across, cells, line, on, upright
from rnnviz.figures import diagrams as figures

MANY = 95  # from this place on pictures are of many networks
_NOT_CHAOS = (
    "Beyond the line the state 0 no longer attracts. It is **not the border of chaos**: a network "
    "may settle on other points or on cycles first."
)


def drawn(run: Pass) -> bool:
    """Whether the weights are drawn, so that a gain and a forget bias are settings of theirs."""
    return isinstance(run, Run) and run.experiment.weights == DRAWN


def why_none(run: Pass) -> str:
    """Why there are no pictures over gain and forget bias; "" where there are."""
    if drawn(run):
        return ""
    return (
        "There is no bifurcation diagram and no phase diagram here: both multiply weights drawn "
        "from a seed by a gain, and trained weights times a gain are a network that nobody trained."
    )


def base(run: Run) -> Experiment:
    """What a picture over gain and forget bias follows from: its own of both are not in it."""
    return replace(run.experiment, gain=1.0, forget_bias=0.0, dtype="float64")


def weights(run: Run) -> dict[str, np.ndarray]:
    """The parameters at gain 1 and forget bias 0, in double precision."""
    return draw(base(run)).params


def moved_weights(run: Run, along: str) -> dict[str, np.ndarray]:
    """Those that a diagram along a setting or a number of a parameter changes."""
    if along == "gain":
        return weights(run)
    bias = 0.0 if along == "forget_bias" else run.experiment.forget_bias
    return draw(replace(run.experiment, dtype="float64", forget_bias=bias)).params


def followed(run: Run, along: str = "gain") -> Experiment:
    """What a diagram along a setting or a number of a parameter follows from: its own value of the
    setting is not in it."""
    e = replace(run.experiment, dtype="float64")
    return replace(e, **{along: SETTINGS[along].default}) if along in SETTINGS else e


def opened(along: str = "gain") -> tuple[str, ...]:
    """What a click sets: the setting, and nothing where weights would no longer be drawn ones."""
    return (along,) if along in SETTINGS else ()


def phases(
    run: Run, window: int = dynamics.PREVIEW
) -> Generator[float, None, tuple[dynamics.Phase]]:
    """Order and chaos of all networks with these weights, over so many steps."""
    return ((yield from dynamics.phase_diagram(run.cell, weights(run), window)),)


def over_gain(
    run: Run, unit: int = 0, window: int = dynamics.PREVIEW, along: str = "gain"
) -> Generator[float, None, tuple[dynamics.Bifurcation]]:
    """What a unit comes to over the gain, after so many steps, at this network's forget bias; or
    along the forget bias, or a number of a parameter, at this network's gain."""
    bias, params = run.experiment.forget_bias, moved_weights(run, along)
    found = dynamics.bifurcation_diagram(run.cell, params, bias, unit, window, along)
    return ((yield from found),)


def phase_marks(run: Run, diagram: dynamics.Phase) -> list[Item]:
    """The kind of each network, with its exponent for who hovers; the line; this network."""
    e, inside = run.experiment, (diagram.gains[0], diagram.gains[-1])
    kinds = np.select(
        [np.isnan(diagram.exponents), np.abs(diagram.exponents) < dynamics.phase.UNDECIDED],
        [np.nan, 0.0],
        np.where(diagram.exponents > 0, 1.0, -1.0),
    )
    area = cells(kinds, diagram.gains, (-2.0, 2.0), diagram.biases, hover=diagram.exponents)
    gains = np.array([g if inside[0] <= g <= inside[1] else np.nan for g in diagram.border])
    border = line(diagram.along, gains, name=figures.BORDER)
    at = (e.gain, e.forget_bias) if shown(run, diagram) else (np.nan, np.nan)
    here = line(np.array([at[1]]), [at[0]], name=figures.HERE)
    return [*on(("gain", "forget bias"), area, border, here)]


def shown(run: Run, diagram: dynamics.Phase) -> bool:
    """Whether this network lies within the picture."""
    e, gains, biases = run.experiment, diagram.gains, diagram.biases
    return bool(gains[0] <= e.gain <= gains[-1] and biases[0] <= e.forget_bias <= biases[-1])


def phase_caption(run: Run, diagram: dynamics.Phase) -> str:
    """How many are ordered and how many chaotic, what this one is, and where 0 lets go."""
    told = [_counted(diagram), _here(run, diagram), _lets_go(run, diagram)]
    if dynamics.has_forget_bias(run.cell):
        told.append("A click opens the network of that place.")
    else:
        told.append("This cell has no forget gate: there is the gain alone to change.")
    return " ".join(filter(None, told))


def _counted(diagram: dynamics.Phase) -> str:
    kinds, every = diagram.kinds, diagram.kinds.size
    each = [_are(int((kinds == kind).sum()), name) for kind, name in figures.KINDS.items()]
    gone = int(np.isnan(kinds).sum())
    each += [f"{gone} overflow"] if gone else []
    front = f"Of {every} networks without input, over {diagram.steps} steps, "
    return f"{front}{', '.join(each)} (undecided: |λ₁| < {dynamics.phase.UNDECIDED})."


def _are(count: int, name: str) -> str:
    return f"{count or 'none'} {'are' if count > 1 else 'is'} {name}"


def _here(run: Run, diagram: dynamics.Phase) -> str:
    """What the network nearest to this one is."""
    e = run.experiment
    bias = e.forget_bias if dynamics.has_forget_bias(run.cell) else 0.0
    row = int(np.abs(diagram.biases - bias).argmin())
    column = int(np.abs(diagram.gains - e.gain).argmin())
    value = diagram.exponents[row, column]
    if not diagram.gains[0] <= e.gain <= diagram.gains[-1] or np.isnan(value):
        return ""
    kind = figures.KINDS[int(diagram.kinds[row, column])]
    return f"The one nearest to this network is **{kind}** (λ₁ = {number(value)})."


def _lets_go(run: Run, diagram: dynamics.Phase) -> str:
    """Where the line stands at this network's forget bias."""
    if np.isnan(diagram.border).all():
        return "There is no line at which the state 0 lets go: it is no fixed point, or holds."
    bias = run.experiment.forget_bias if dynamics.has_forget_bias(run.cell) else 0.0
    at = int(np.abs(diagram.along - bias).argmin())
    gain, where = diagram.border[at], ""
    if len(diagram.along) > 1:
        where = f" at forget bias {number(diagram.along[at])}"
    if np.isnan(gain):
        return _NOT_CHAOS
    return f"max |eig J(0)| = 1 at gain {number(gain)}{where}. {_NOT_CHAOS}"


def phase_table(run: Run, diagram: dynamics.Phase) -> dict:
    """A row a network: its settings, exponent, kind, and the gain at which 0 lets go."""
    gains, biases = np.meshgrid(diagram.gains, diagram.biases)
    border = np.interp(biases.ravel(), diagram.along, diagram.border)
    return {
        "gain": gains.ravel(),
        "forget bias": biases.ravel(),
        "λ₁ (nats a step)": diagram.exponents.ravel(),
        "kind": diagram.kinds.ravel(),
        "gain at which 0 lets go": border,
        "this network's gain": [run.experiment.gain] * gains.size,
        "its forget bias": [run.experiment.forget_bias] * gains.size,
    }


def exponent_marks(run: Run, diagram: dynamics.Phase) -> list[Item]:
    """The exponent at each gain, 0, the gains at which 0 lets go, and this network's."""
    values = np.array([one if np.isfinite(one) else np.nan for one in diagram.exponents[0]])
    curve = line(values, diagram.gains, "a", name="λ₁")
    lines = [across(0.0, "quiet"), *(upright(g, "quiet") for g in diagram.border if g == g)]
    inside = diagram.gains[0] <= run.experiment.gain <= diagram.gains[-1]
    here = [upright(run.experiment.gain)] if inside else []
    return [*on(("gain", "λ₁ (nats a step)"), curve), *lines, *here]


def bifurcation_marks(run: Run, diagram: dynamics.Bifurcation, unit: int = 0) -> list[Item]:
    """The values at each gain, those that no eye tells apart once, and this network's gain."""
    gains, values = figures.points(diagram)
    dots, own = line(values, gains, "a"), figures.own(run, diagram)
    here = [upright(own)] if diagram.gains[0] <= own <= diagram.gains[-1] else []
    return [*on((diagram.along.replace("_", " "), f"a of unit {unit + 1} at the end"), dots), *here]


def bifurcation_caption(run: Run, diagram: dynamics.Bifurcation, unit: int = 0) -> str:
    """At how many gains it ends at one value, at several, or never ends, and from where on."""
    kinds, random = diagram.kinds, diagram.starts.shape[1] // 2
    noun = "gain" if diagram.along == "gain" else "value"
    of = "" if noun == "gain" else f" of {figures.title_of(diagram)}"
    told = [
        f"Without input, from {random} random states and their opposites, after {diagram.steps} "
        "steps: at "
        f"**{_gains(kinds == 0, noun)}**{of} all end at one value, at {_gains(kinds == 1, noun)} "
        f"they end at several, and at {_gains(kinds == 2, noun)} some keep moving."
    ]
    if (gone := np.isnan(kinds)).any():
        told.append(f"At {_gains(gone, noun)} they overflow.")
    has = "has gain" if noun == "gain" else "is"
    if (moving := np.flatnonzero(kinds == 2)).size:
        told.append(f"The first that moves {has} {number(diagram.gains[moving[0]])}.")
    if (several := np.flatnonzero(kinds == 1)).size:
        told.append(f"The first with several ends {has} {number(diagram.gains[several[0]])}.")
    return " ".join(told)


def _gains(some: np.ndarray, noun: str) -> str:
    count = int(some.sum())
    return f"{count or 'no'} {noun}{'' if count == 1 else 's'}"


def _checked(run: Run, diagram: dynamics.Phase) -> list[Verdict]:
    return checks.phase(run.cell, weights(run), diagram)


def _fits(both: bool, run: Pass) -> bool:
    return drawn(run) and dynamics.has_forget_bias(run.cell) == both


def _lines(name: str, of: str):
    def lines(
        run: Run, unit: int = 0, window: int = dynamics.PREVIEW, along: str = "gain"
    ) -> tuple[str, ...]:
        more = f", unit={unit}" if of == "over_gain" and unit else ""
        more += f", window={window}" if window != dynamics.PREVIEW else ""
        more += f", along={along!r}" if of == "over_gain" and along != "gain" else ""
        return (
            "from rnnviz.exhibits.base import carried_out",
            f"from rnnviz.exhibits.diagrams import {of}",
            f"({name},) = carried_out({of}(run{more}))",
        )

    return lines


register(
    Exhibit(
        page="Dynamics",
        place=MANY,
        figure=figures.bifurcation,
        compute=over_gain,
        marks=bifurcation_marks,
        checks=lambda run, diagram, unit=0: checks.bifurcation(
            run.cell, moved_weights(run, diagram.along), diagram, run.experiment.forget_bias, unit
        ),
        caption=bifurcation_caption,
        fits=drawn,
        asked="where the unit ends, as one number changes",
        follows=followed,
        opens=opened,
        setup=_lines("diagram", "over_gain"),
        call="run, diagram",
    )
)
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
            asked="order and chaos" + (" over gain and forget bias" if _both else " over the gain"),
            follows=base,
            opens=partial(tuple, ("gain", "forget_bias") if _both else ("gain",)),
            setup=_lines("diagram", "phases"),
            call="run, diagram",
        )
    )
