"""The Sentiment page's parts: how a training goes, and what came of it."""

import pandas as pd
import streamlit as st

from rnnviz.exhibits import sentiment as exhibits
from rnnviz.sentiment import comparison
from rnnviz.sentiment.ablation import EXPLANATION, STEPS, command
from rnnviz.sentiment.ablation import table as measured_steps
from rnnviz.sentiment.runs import OVER, Folder
from rnnviz.ui import controls
from rnnviz.ui.cache import jobs
from rnnviz.ui.foot import part
from rnnviz.ui.letters import letter_by_letter, or_a_sentence
from rnnviz.ui.linked_runs import TITLES, show, submitted
from rnnviz.ui.opened import open_in
from rnnviz.ui.show import exhibit, picture, table


def follow(folders: list[Folder]) -> bool:
    """Bars and curves while any of the runs is not over; True as long as that is so."""
    if all(folder.progress()["state"] in OVER for folder in folders):
        return False

    @st.fragment(run_every=1.0)
    def live():
        if all([_bar(folder) for folder in folders]):
            st.rerun()
        histories = {_label(folder): folder.history() for folder in folders}
        _curves(histories)

    live()
    return True


def _curves(histories: dict) -> None:
    """The learning curves of the networks that have an epoch to show."""
    begun = {label: rows for label, rows in histories.items() if rows and label[:3] != "bow"}
    if begun:
        picture(exhibits.curves, begun)


def _bar(folder: Folder) -> bool:
    """One run's bar; True where it is over."""
    progress, title = folder.progress(), TITLES[folder.settings.cell]
    state = progress["state"]
    left, right = st.columns([5, 1], vertical_alignment="center")
    if state == "queued":
        ahead = jobs().place(folder)
        words = f"{title}: waiting" + (f", {ahead} before it" if ahead else "")
        left.progress(0.0, words)
    elif state == "running":
        epochs, batches = progress.get("epochs", 1), progress.get("batches", 1)
        share = (progress.get("epoch", 0) + progress.get("batch", 0) / batches) / epochs
        words = f"{title}: {progress.get('stage', 'running')}"
        if "loss" in progress:
            words += (
                f", epoch {progress['epoch'] + 1} of {epochs}, loss {progress['loss']:.3f}, "
                f"accuracy {progress['accuracy']:.1%}, gradient norm "
                f"{progress['gradient_norm']:.3g}, about {progress['seconds_left']:.0f} s left"
            )
        left.progress(min(1.0, share), words)
    else:
        left.progress(float(state == "done"), f"{title}: {state}")
    may = state not in OVER and controls.mine(folder)
    if may and right.button("Cancel", key=f"cancel {folder.id}"):
        jobs().cancel(folder)
    return state in OVER


def compare(folders: list[Folder]) -> None:
    """The finished runs side by side, the sentence, and the rest folded away."""
    for folder in folders:
        _say_end(folder)
    over = [folder for folder in folders if folder.progress()["state"] == "done"]
    done = [(folder, result) for folder in over if (result := folder.result())]
    if not done:
        return
    rows = [{**result, "label": _label(folder)} for folder, result in done]
    exhibit(exhibits.accuracy, rows)
    for folder, _ in done:
        if folder.model.exists():
            open_in(f"Open **{letter_by_letter(folder.name)}**", f"run-{folder.id}", run=folder.id)
    _curves({_label(folder): folder.history() for folder, _ in done})
    left, right = st.columns(2)
    with left:
        if exhibits.distance.fits(rows):
            picture(exhibits.distance, rows)
    with right:
        picture(exhibits.calibration, rows)
    if place := part("Errors"):
        with place:
            for column, (folder, _), row in zip(st.columns(len(done)), done, rows, strict=True):
                with column:
                    picture(exhibits.confusion, row, place=folder.id)
    table(comparison.rows(folder for folder, _ in done))


def _say_end(folder: Folder) -> None:
    progress = folder.progress()
    if progress["state"] not in ("failed", "cancelled"):
        return
    kept = len(folder.history())
    why = f": {progress['reason']}" if progress.get("reason") else ""
    left, right = st.columns([5, 1], vertical_alignment="center")
    told = f"{folder.name} {progress['state']}{why}. It keeps {kept} whole epochs."
    left.warning(letter_by_letter(told))
    if controls.mine(folder) and right.button("Resume", key=f"resume {folder.id}"):
        with or_a_sentence():
            jobs().resume(folder)
            st.rerun()


def _label(folder: Folder) -> str:
    """The cell's name, and the folder's own name where the user gave one."""
    settings = folder.settings
    plain = folder.name == f"{settings.cell} on {settings.data}"
    return settings.cell if plain else f"{settings.cell} {folder.name}"


def ablation() -> None:
    """Why the notebook's models stay at chance: measured steps from its recipe to the modern."""
    place = part("Why the notebook's models stay at chance")
    if place is None:
        return
    with place:
        st.markdown(EXPLANATION)
        st.dataframe(pd.DataFrame(measured_steps()), hide_index=True)
        steps = list(STEPS)
        chosen = controls.menu("Run one of them here, on IMDB", steps, key="ablation")
        if st.button("Run this step"):
            with or_a_sentence():
                show(submitted([STEPS[chosen]], chosen))
        st.code(command(chosen), language="bash")
