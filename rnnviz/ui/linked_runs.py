"""The runs that a link names, and those that are asked for: they come into it."""

import streamlit as st

from rnnviz.core.errors import ExperimentError
from rnnviz.sentiment import runs
from rnnviz.sentiment.runs import Folder
from rnnviz.sentiment.settings import Settings
from rnnviz.ui import controls
from rnnviz.ui.cache import jobs
from rnnviz.ui.letters import letter_by_letter

TITLES = {"rnn": "RNN", "lstm": "LSTM", "gru": "GRU", "bow": "Bag of words"}
MOST_SHOWN = 4  # runs side by side: their ids must fit into the link


def shown_runs() -> list[Folder]:
    """The runs that the link names, or those that come with the package."""
    asked = []
    for id in controls.word("runs").split("-")[:MOST_SHOWN]:
        try:
            folder = runs.find(id)
            folder.check()
            asked.append(folder)
        except ExperimentError as error:
            if id:
                st.warning(f"{letter_by_letter(error)}.")
    return asked or runs.included()


def show(folders: list[Folder]) -> None:
    """Put runs into the link and draw the page again."""
    controls.say("runs", "-".join(folder.id for folder in folders[:MOST_SHOWN]))
    st.rerun()


def submitted(asked: list[Settings], name: str = "") -> list[Folder]:
    """New runs, which are this browser's own. Raises ExperimentError."""
    folders = []
    for one in asked:
        controls.check_share(jobs())
        folders.append(jobs().submit(one, name))
        controls.claim(folders[-1])
    return folders
