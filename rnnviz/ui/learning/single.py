"""From a duel to each of its networks, as one that is played, filmed, kept and opened."""

from collections.abc import Sequence
from dataclasses import replace

import streamlit as st

from rnnviz.core.cells import CELLS
from rnnviz.core.training import Settings
from rnnviz.tasks.runs.plan import written
from rnnviz.ui import controls
from rnnviz.ui.learning.choose import Chosen
from rnnviz.ui.page import script


def singly(chosen: Chosen, several: Sequence[Settings]) -> None:
    """A link to each: the same settings find the same training."""
    with st.container(horizontal=True, gap="small", vertical_alignment="center", key="singly"):
        st.markdown("Play, film or keep one of them:", width="content")
        for settings in several:
            one = replace(chosen.plan, settings=settings, view="one", own=False)
            words = controls.link_to({"training": written(one), "update": ""})
            label = f"{CELLS[settings.cell].title}, seed {settings.seed}"
            st.page_link(script("Training"), label=label, query_params=words, width="content")
