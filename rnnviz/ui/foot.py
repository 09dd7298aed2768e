"""The foot of a page: one quiet row of what else there is, each part opening under it."""

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from rnnviz.ui import controls, drawn
from rnnviz.ui.page import script


def part(label: str) -> DeltaGenerator | None:
    """Offer a part of the foot: where it goes once somebody has opened it, else None.

    What is slow to compute is then computed for those who look. It stays open on the other pages.
    """
    if not controls.unfolded(label, drawn.foot(_ways)):
        return None
    place = st.container(border=True)
    place.markdown(f"**{label}**")
    return place


def _ways(row: DeltaGenerator) -> None:
    """The way to what every symbol means."""
    row.page_link(script("Glossary"), label="Glossary", query_params=controls.link_to({}))
