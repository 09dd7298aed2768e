"""What one takes with oneself of a whole duel: its film, and the capsule that trains all again."""

import hashlib

import streamlit as st

from rnnviz.core.cells import CELLS
from rnnviz.export.duel_capsule import packed
from rnnviz.export.film.duel import MOST
from rnnviz.export.film.training_jobs import Asked
from rnnviz.tasks.runs import NETWORK, Folder
from rnnviz.ui import cache
from rnnviz.ui.foot import part
from rnnviz.ui.learning.choose import Chosen
from rnnviz.ui.learning.filmed import offer
from rnnviz.ui.learning.follow import stands


def whole_duel(chosen: Chosen) -> None:
    """The foot's parts of a duel whose networks are all over."""
    plan, queue = chosen.plan, cache.trainings()
    every = {
        cell: [queue.find(plan.asked, one, chosen.data) for one in several]
        for cell, several in plan.duel(chosen.task).items()
    }
    folders = [one for several in every.values() for one in several if one and _over(one)]
    if len(folders) < sum(map(len, every.values())):
        return
    _capsule(folders)
    _film(chosen, {cell: [one for one in several if one] for cell, several in every.items()})


def _over(folder: Folder) -> bool:
    return stands(folder) == "done" and (folder.path / NETWORK).exists()


def _capsule(folders: list[Folder]) -> None:
    place = part("Capsule")
    if place is None:
        return
    of = hashlib.sha256(" ".join(one.id for one in folders).encode()).hexdigest()[:8]
    name = f"rnnviz-duel-{of}.zip"
    with place:
        st.caption(
            f"All {len(folders)} networks with all that they were trained by. This trains each of "
            "them once more, and says whether each loss and each weight has the same bits:"
        )
        st.code(f"python -m rnnviz train --again {name} --out again", language="shell")
        st.download_button("Capsule (.zip)", lambda: packed(_networks(folders), name), name,
                           "application/zip", on_click="ignore")  # fmt: skip


def _networks(folders: list[Folder]) -> dict[str, bytes]:
    each = ((one.settings, (one.path / NETWORK).read_bytes()) for one in folders)
    return {f"{settings.cell}-seed-{settings.seed}": content for settings, content in each}


def _film(chosen: Chosen, every: dict[str, list[Folder]]) -> None:
    place = part("Film")
    if place is None:
        return
    sides = [
        (CELLS[cell].title, cell, [str(one.path) for one in some]) for cell, some in every.items()
    ]
    done = chosen.plan.settings.updates
    with place:
        names = ", ".join(name for name, *_ in sides)
        asked = Asked(sides[0][2][0], done, sides=sides)
        offer(asked, min(MOST, done) + 1, f"{chosen.task.title}, {names}")
