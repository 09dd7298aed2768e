"""The way from a trained model to the pages that show a run: "Open in States"."""

import streamlit as st

from rnnviz.core.errors import ExperimentError
from rnnviz.core.experiment import Experiment
from rnnviz.core.link import to_link
from rnnviz.sentiment.reader import IDS
from rnnviz.sitemap import pages
from rnnviz.ui.letters import letter_by_letter
from rnnviz.ui.page import script

_PAGES = ("Step", "States", "Gates", "Gradients", "Compare", "Dynamics")


def open_in(
    title: str, weights: str, review: str = "", label: int = 2, run: str = "", *, place: str = ""
) -> None:
    """Links that open trained weights with a review (else one of their own) on the pages of runs,
    or one sentence on why they cannot. `run` is a kept run's id, which Inside reads word by word;
    `place` tells rows of the same weights on one page apart.
    """
    if not weights:
        return
    try:
        experiment = Experiment(weights=weights, review=review, label=label)
        words = to_link(experiment)
    except ExperimentError as error:
        st.caption(f"{title} opens on no other page: {letter_by_letter(error)}.")
        return
    gates = bool(experiment.cell_object.shown_gates)
    key = f"opens-{weights}-{place}"
    with st.container(horizontal=True, gap="small", vertical_alignment="center", key=key):
        st.markdown(title, width="content")
        if run:
            st.page_link(
                script("Inside"),
                label="in Inside",
                query_params=words | {"run": run},
                width="content",
            )
        for page in _PAGES:
            if page in pages() and (gates or page != "Gates"):
                st.page_link(script(page), label=f"in {page}", query_params=words, width="content")


def in_ids(ids) -> str:
    """A review in word ids, as a network reads it."""
    return f"{IDS} {' '.join(map(str, ids))}"
