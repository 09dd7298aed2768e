"""The runs that are kept on this machine: who may see to them, compare, rename, delete."""

import pandas as pd
import streamlit as st

from rnnviz.core.errors import ExperimentError
from rnnviz.sentiment import runs
from rnnviz.sentiment.runs import Folder
from rnnviz.ui import controls
from rnnviz.ui.cache import jobs
from rnnviz.ui.foot import part
from rnnviz.ui.letters import or_a_sentence
from rnnviz.ui.linked_runs import MOST_SHOWN, show


def saved_runs() -> None:
    """The runs that are kept, one's own where others reach the server: compare, rename, delete."""
    place = part("Runs kept here")
    if place is None:
        return
    with place:
        if controls.open_to_others():
            st.caption("Your own runs are listed here; a link to a run shows it to anybody.")
            ask_for_the_token()
        kept = {folder.id: folder for folder in runs.every() if controls.mine(folder)}
        if not kept:
            st.caption("None yet: what you train is kept and listed here.")
            return
        st.dataframe(pd.DataFrame([_row(folder) for folder in kept.values()]), hide_index=True)

        def name(id):
            return f"{kept[id].name} ({id})"

        chosen = st.multiselect("Runs", kept, format_func=name, max_selections=MOST_SHOWN)
        left, middle, right = st.columns(3, vertical_alignment="bottom")
        if left.button("Compare", disabled=not chosen):
            show([kept[id] for id in chosen])
        title = middle.text_input("New name", max_chars=60)
        if middle.button("Rename", disabled=len(chosen) != 1 or not title):
            with or_a_sentence():
                kept[chosen[0]].rename(title)
                st.rerun()
        if right.button("Delete", disabled=not chosen):
            with or_a_sentence():
                for id in chosen:
                    jobs().cancel(kept[id])
                    kept[id].delete()
                show([])


def ask_for_the_token() -> None:
    """Students see to their own runs, a teacher to all."""
    token = st.text_input("Teacher's token", type="password", key="teacher token")
    if token and not controls.teach(token):
        st.error("That is not the teacher's token.")


def _row(folder: Folder) -> dict:
    try:
        folder.check()
        progress, result = folder.progress(), folder.result() or {}
    except ExperimentError as error:
        return {"name": folder.name, "id": folder.id, "state": f"{error}"}
    return {
        **{"name": folder.name, "id": folder.id, "state": progress["state"]},
        **{"test accuracy": result.get("test_accuracy"), "epochs": len(folder.history())},
    }
