"""From a duel to each of its networks, as one that is played, filmed, kept and opened."""

from collections.abc import Sequence
from dataclasses import replace

import streamlit as st

from rnnviz.core.cells import CELLS
from rnnviz.core.training import Settings
from rnnviz.tasks.runs.plan import written
from rnnviz.ui import controls
from rnnviz.ui.learning.choose import Chosen


def singly(chosen: Chosen, several: Sequence[Settings]) -> None:
    """A button for each: the same settings find the same training."""
    with st.container(horizontal=True, gap="small", vertical_alignment="center", key="singly"):
        st.markdown("Play, film or keep one of them:", width="content")
        for settings in several:
            label = f"{CELLS[settings.cell].title}, seed {settings.seed}"
            key = f"single-{settings.cell}-{settings.seed}"
            st.button(label, key=key, on_click=_alone, args=(chosen, settings))


def _alone(chosen: Chosen, settings: Settings) -> None:
    one = replace(chosen.plan, settings=settings, view="one", own=False)
    for name in ("cell", "units", "seed"):
        controls.put(name, getattr(settings, name))
    controls.put("view", "one")
    controls.look_at(None)
    controls.say("training", written(one))
