"""Surgery: what would have happened, had a run been interfered with from a step on."""

from collections.abc import Mapping

import numpy as np
import plotly.graph_objects as go

from rnnviz.core import dynamics
from rnnviz.core.phrases import number
from rnnviz.core.types import Pass
from rnnviz.figures import parts, theme
from rnnviz.figures.figure_builder import FigureBuilder

AS_IT_WAS, AS_IT_IS, RATE = "as it was", "interfered with", "at the rate λ₁"
TIME, APART = "time step t", "distance of the states"


def counterfactual(
    run: Pass,
    after: Mapping[str, np.ndarray],
    rate: np.ndarray,
    what: str,
    begun: int,
    sequence: int = 0,
    unit: int = 0,
    *,
    mode="light",
) -> go.Figure:
    """One unit's state as it was and as it is with `what` done to it from step `begun` on, and how
    far all states (n_a, m, T_x) are apart; `rate` (T_x,) is how far at the run's own exponent."""
    builder, t = FigureBuilder(mode, 2, gap=0.09), parts.times(run)
    apart = dynamics.distance(run, after)[sequence]
    true, other = (states["a"][unit, sequence] for states in (run.trace.states, after))
    dashed = theme.tone(2, mode)
    builder.add(parts.line(t, true, AS_IT_WAS, theme.line("a", mode), f"{AS_IT_WAS}<br>t = "))
    builder.add(parts.line(t, other, AS_IT_IS, dashed, f"{AS_IT_IS}<br>t = "))
    far = parts.line(t, parts.positive(apart), AS_IT_IS, dashed, f"{AS_IT_IS}<br>t = ")
    builder.add(far | {"showlegend": False}, 2)
    drawn = [apart]
    if np.isfinite(rate).any():
        style = theme.line("x", mode)
        builder.add(parts.line(t, parts.positive(rate), RATE, style, f"{RATE}<br>t = "), 2)
        drawn.append(rate)
    builder.line(x=begun, color=builder.ink.now, width=1.5)
    builder.time(TIME)
    builder.y(f"a of unit {unit + 1}")
    builder.y(APART, 2, **parts.log_axis(*drawn))
    builder.legend(3)
    end = f"{number(apart[-1])} apart at the last step"
    said = f"{what} from step {begun} on: the states are {end}."
    return builder.finish(f"What if: {what[:1].lower()}{what[1:]}", 500, said)
