"""What the boxes of a diagram hold at one step of a run, and how it is written into them."""

import numpy as np

from rnnviz.core.diagram import FUNCTIONS, evaluate, parameter_values, wiring
from rnnviz.core.types import Pass


def values_at(run: Pass, t: int, sequence: int, unit: int) -> dict[str, float]:
    """What every node of the run's diagram holds at step t (from 0), for one unit.

    States, gates and pre-activations are the run's own; what lies between is computed from them.
    """
    trace, cell, at = run.trace, run.cell, (unit, sequence, t)
    diagram = wiring(cell)
    given = {f"{s}_prev": trace.state(s)[t][unit, sequence] for s in cell.states}
    given |= {f"z_{name}": z[at] for name, z in trace.preactivations.items()}
    given |= {name: v[unit, 0] for name, v in parameter_values(cell, run.params).items()}
    with np.errstate(all="ignore"):
        values = evaluate(diagram.nodes, given | {"x": np.nan}, _FUNCTIONS)
    exact = {name: gate[at] for name, gate in trace.gates.items()}
    exact |= {name: state[at] for name, state in trace.states.items()}
    return {name: float(exact.get(name, value)) for name, value in values.items()}


_FUNCTIONS = {name: getattr(np, name, None) for name in FUNCTIONS} | {
    "sigmoid": lambda z: 0.5 + np.tanh(0.5 * z) / 2,
    "relu": lambda z: np.maximum(z, 0),
    "softplus": lambda z: np.logaddexp(0, z),
    "softmax": lambda z: np.nan,  # of all units together, which no node of one has
}


def short(value: float) -> str:
    """A number that fits into a box, as the player writes it."""
    if not np.isfinite(value):
        return "–"
    size = abs(value)
    if not value or 0.005 <= size < 1000:
        return f"{value:.2f}".replace("-", "−") if value else "0"
    digits, exponent = f"{value:.0e}".split("e")
    return f"{digits}e{int(exponent)}".replace("-", "−")
