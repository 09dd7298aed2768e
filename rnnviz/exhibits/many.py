"""What pictures of many networks have in common: whose weights they have, and what comes in."""

from dataclasses import replace

import numpy as np

from rnnviz.core import dynamics
from rnnviz.core.experiment import Experiment
from rnnviz.core.networks import DRAWN
from rnnviz.core.run import draw
from rnnviz.core.settings import SETTINGS
from rnnviz.core.types import Pass, Run
from rnnviz.exhibits.inputs import heard
from rnnviz.figures.dynamics import coming

MANY = 95  # from this place on pictures are of many networks
UNTRAINED = (
    "Only at a factor of 1{} is it the network that was trained: what the others do nobody has "
    "trained."
)
Held = str | dynamics.Heard


def drawn(run: Pass) -> bool:
    """Whether the weights are drawn, so that a gain and a forget bias are settings of theirs."""
    return isinstance(run, Run) and run.experiment.weights == DRAWN


def incoming(run: Pass, held: Held, value: float) -> tuple[np.ndarray, str]:
    """What every step hears, x (n_x,), and how a sentence says it; nothing where steps differ."""
    one = heard(run, held)
    x = dynamics.under(run, one, value).x[:, 0]
    if not x.any():
        return x, "without input"
    return x, coming(one if isinstance(one, str) else one.name, x)


def base(run: Run, held: Held = "zero") -> Experiment:
    """What a picture over gain and forget bias follows from: its own of both are not in it, nor is
    what a trained network reads, unless the mean of that is held."""
    if drawn(run):
        return replace(run.experiment, gain=1.0, forget_bias=0.0, dtype="float64")
    read = {name: SETTINGS[name].default for name in ("review", "label")}
    return run.experiment if held == "mean" else replace(run.experiment, **read)


def weights(run: Pass) -> dict[str, np.ndarray]:
    """The parameters at gain 1 and forget bias 0, those that are not drawn as they are, in double
    precision."""
    if drawn(run):
        assert isinstance(run, Run)
        return draw(base(run)).params
    return {name: np.asarray(param, float) for name, param in run.params.items()}


def lines(name: str, module: str, function: str, unlike: dict, said: dict) -> tuple[str, ...]:
    """The lines of Python that compute a diagram, with what was chosen that is not as usual."""
    words = [f", {key}={one!r}" for key, one in said.items() if one != unlike[key]]
    return (
        "from rnnviz.exhibits.base import carried_out",
        f"from rnnviz.exhibits.{module} import {function}",
        f"({name},) = carried_out({function}(run{''.join(words)}))",
    )
