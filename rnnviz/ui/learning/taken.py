"""What one takes with oneself of a training: its film, and the capsule that trains again."""

import streamlit as st

from rnnviz.core.errors import ExperimentError
from rnnviz.core.experiment import Experiment
from rnnviz.export import capsule, data
from rnnviz.export.film.training_jobs import Asked
from rnnviz.tasks.runs import NETWORK, Folder
from rnnviz.ui import cache
from rnnviz.ui.foot import part
from rnnviz.ui.learning.choose import Chosen
from rnnviz.ui.learning.filmed import offer
from rnnviz.ui.learning.follow import stands
from rnnviz.ui.learning.whole import whole_duel
from rnnviz.ui.letters import letter_by_letter


def take(chosen: Chosen) -> None:
    """The foot's parts of a training, or of a duel, that is over."""
    plan, queue = chosen.plan, cache.trainings()
    if plan.view == "duel":
        whole_duel(chosen)
        return
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
        frames = len(one.record.frames.rows)
        offer(Asked(str(folder.path), one.done), frames, f"{chosen.task.title}, {one.cell.title}")
