"""The portrait once more in three dimensions, on wish; what it shows is computed already."""

from typing import Any

import streamlit as st

from rnnviz.core.types import Run
from rnnviz.exhibits.solid import SOLID, has_room
from rnnviz.ui.controls import pick
from rnnviz.ui.show import exhibits

_DRAWN = {"flat": "on paper", "solid": "in three dimensions, too"}


def solid(run: Run, **choices: Any) -> None:
    """Draw the choice, and the scenes where it is chosen; turning one asks nothing of the
    server."""
    if not has_room(run):
        return
    with st.columns(3)[0]:
        view = pick("view", "Drawn", _DRAWN)
    if view == "solid":
        exhibits("Dynamics", run, within=range(SOLID, SOLID + 1), **choices)
