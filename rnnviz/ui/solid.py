"""The portrait once more in three dimensions, on wish; what it shows is computed already."""

from typing import Any

import streamlit as st

from rnnviz.core.types import Run
from rnnviz.exhibits import named
from rnnviz.exhibits.flip_flop import is_one
from rnnviz.figures import solid as figures
from rnnviz.ui import cache
from rnnviz.ui.chart import chart
from rnnviz.ui.controls import pick
from rnnviz.ui.show import mode

_DRAWN = {"flat": "on paper", "solid": "in three dimensions, too"}


def solid(run: Run, **choices: Any) -> None:
    """Draw the choice, and the scene where it is chosen; turning it asks nothing of the server."""
    if len(run.cell.states) * run.trace.n_a < 3:
        return
    with st.columns(3)[0]:
        if pick("view", "Drawn", _DRAWN) == "flat":
            return
    if is_one(run):
        settling, answers = cache.computed(named("flip_flop-cube"), run, choices)
        fig = figures.cube(run, settling, answers, mode())
    else:
        (settling,) = cache.computed(named("dynamics-portrait"), run, choices)
        fig = figures.portrait(run, settling, choices["sequence"], mode())
    chart(fig, "solid", mode(), pdf=False, saves=False)
    st.caption("Drag to turn it, scroll to come near. The exact places are those of the portrait.")
