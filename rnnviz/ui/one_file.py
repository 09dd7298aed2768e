"""The page as one HTML file that goes on without a server: engine, player and this experiment."""

from functools import partial

import streamlit as st

from rnnviz.core.errors import ExperimentError
from rnnviz.core.experiment import Experiment
from rnnviz.export.page.page import page
from rnnviz.export.page.start import PLACES, check
from rnnviz.ui import controls
from rnnviz.ui.foot import part
from rnnviz.ui.letters import letter_by_letter


def one_file(experiment: Experiment) -> None:
    """The file, made when it is asked for; what it cannot compute is said instead."""
    place = part("One HTML file")
    if place is None:
        return
    with place:
        st.caption(
            "Player and pictures of every cell, as one file that computes by itself: it opens from "
            "a stick, a learning platform or a phone, without this server and without a net. It "
            "begins where you stand; what only the dashboard has is named in it."
        )
        try:
            check(experiment)
        except ExperimentError as error:
            st.caption(f"This experiment is not to be had so: {letter_by_letter(error)}.")
            return
        words = {name: controls.word(name) for name in PLACES} | {"page": controls.store().page}
        st.download_button(
            "One HTML file (.html)",
            partial(page, experiment, words),
            f"rnnviz-{experiment.file_name}.html",
            "text/html",
            on_click="ignore",
        )
