"""What one takes with oneself of a training: its film, and the capsule that trains again."""

import streamlit as st

from rnnviz.core.errors import ExperimentError
from rnnviz.core.experiment import Experiment
from rnnviz.core.training import Training
from rnnviz.export import capsule, data
from rnnviz.export.film.training_jobs import Asked
from rnnviz.tasks.runs import NETWORK, Folder
from rnnviz.ui import cache, controls
from rnnviz.ui.film import FORMATS as TITLES
from rnnviz.ui.film import KINDS, follow, play
from rnnviz.ui.foot import part
from rnnviz.ui.learning.choose import Chosen
from rnnviz.ui.learning.follow import stands
from rnnviz.ui.letters import letter_by_letter
from rnnviz.ui.show import mode


def take(chosen: Chosen) -> None:
    """The foot's parts of one training that is over."""
    plan, queue = chosen.plan, cache.trainings()
    folder = queue.find(plan.asked, plan.settings, chosen.data) if plan.view == "one" else None
    if folder is None or stands(folder) != "done" or not (folder.path / NETWORK).exists():
        return
    _again(folder)
    _film(folder, chosen)


def _again(folder: Folder) -> None:
    place = part("Capsule")
    if place is None:
        return
    name = f"rnnviz-training-{folder.id}"
    with place:
        st.caption(
            "The network with all that it was trained by, the numbers and figures of its run. It "
            "opens here, and this trains it once more, and says whether each loss and each weight "
            "has the same bits:"
        )
        st.code(f"python -m rnnviz train --again {name}.zip --out again", language="shell")
        try:
            run = cache.run(Experiment(weights=f"task-{folder.id}"))
        except ExperimentError as error:
            st.caption(f"There is no capsule: {letter_by_letter(error)}.")
            return
        with st.container(horizontal=True):
            st.download_button("Capsule (.zip)", lambda: data.made(capsule.write, run),
                               f"{name}.zip", "application/zip", on_click="ignore")  # fmt: skip
            st.download_button("Network alone (.npz)", (folder.path / NETWORK).read_bytes(),
                               f"{name}.npz", "application/octet-stream",
                               on_click="ignore")  # fmt: skip


def _film(folder: Folder, chosen: Chosen) -> None:
    place = part("Film")
    one = cache.learned(str(folder.path), (folder.path / "progress.json").stat().st_mtime)
    if place is None or one is None:
        return
    with place:
        left, right = st.columns(2)
        kind = left.selectbox(
            "Format", list(TITLES), format_func=TITLES.__getitem__, key="film format"
        )
        themes = ("light", "dark")
        theme = right.selectbox("Theme", themes, index=themes.index(mode()),
                                format_func=str.capitalize, key="film theme")  # fmt: skip
        _offer(Asked(str(folder.path), one.done, kind, theme), one, chosen.task.title)


def _offer(asked: Asked, one: Training, title: str) -> None:
    """The button, the bar or the film: whichever this very film has come to."""
    queue = cache.training_films()
    folder = queue.find(asked)
    progress = folder.progress() if folder else {"state": ""}
    if folder and progress["state"] == "done":
        content = folder.file.read_bytes()
        play(content, asked.format, f"Film of a training: {title}, {one.cell.title}")
        st.download_button(f"Download ({len(content) / 1e6:.1f} MB)", content,
                           f"rnnviz-training.{asked.format}", KINDS[asked.format],
                           on_click="ignore", key="film take")  # fmt: skip
        return
    if folder and progress["state"] in ("queued", "running"):
        follow(queue, folder)
        return
    if progress["state"] == "failed":
        st.error(f"{letter_by_letter(progress.get('reason', 'The film failed'))}.")
    st.caption(f"{len(one.record.frames.rows)} pictures, from the first update to the last.")
    if st.button("Make the film", key="film make"):
        try:
            controls.check_share(queue)
            controls.claim(queue.submit(asked))
        except ExperimentError as error:
            st.error(f"{letter_by_letter(error)}.")
            return
        st.rerun()
