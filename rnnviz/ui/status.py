"""How a server is, for who teaches with it: sessions, jobs, memory."""

import time
from collections import Counter
from typing import Any

import pandas as pd
import streamlit as st

from rnnviz import watched
from rnnviz.core import machine, memory
from rnnviz.core.errors import ExperimentError
from rnnviz.jobs.folder import Folder
from rnnviz.ui import cache, controls, shared_runs
from rnnviz.ui.kept_runs import ask_for_the_token

_MB = 2**20
_EVERY = 2.0  # seconds between two looks


def status() -> None:
    """The page; where others reach the server, for the teacher alone."""
    if controls.open_to_others() and not controls.teaches():
        st.markdown("Who teaches sees here how the server is.")
        ask_for_the_token()
        if not controls.teaches():
            return
    shared_runs.bounded()

    @st.fragment(run_every=_EVERY)
    def live():
        _show(jobs(time.time()))

    live()


def jobs(now: float) -> list[dict[str, Any]]:
    """What waits or runs in each queue, the oldest first: kind, id, state, seconds since asked."""
    queues = {
        "training of a small network": cache.trainings(),
        "training on reviews": cache.jobs(),
        "film": cache.films(),
        "film of a training": cache.training_films(),
        "diagram": cache.refined(),
    }
    rows = []
    for kind, queue in queues.items():
        for folder in reversed(Folder.every(queue.root)):
            state = folder.progress()["state"]
            if state in ("queued", "running"):
                rows.append(
                    {"what": kind, "id": folder.id, "state": state, "for": _since(folder, now)}
                )
    return rows


def _since(folder: Folder, now: float) -> str:
    try:
        seconds = max(0, int(now - folder.submitted))
    except ExperimentError:  # deleted meanwhile
        return ""
    return f"{seconds // 60} min {seconds % 60} s"


def sentence(states: Counter[str]) -> str:
    """Who is there and what is done, in a few words."""
    tabs, runs, waits = watched.sessions(), states["running"], states["queued"]
    people = f"{_of(tabs, 'open page', 'open pages')}, " if tabs else ""
    return f"{people}{_of(runs, 'job runs', 'jobs run')}, {_of(waits, 'waits', 'wait')}."


def _of(count: int, one: str, many: str) -> str:
    return f"**{count}** {one if count == 1 else many}"


def _mb(size: int) -> str:
    return f"{-(-size // _MB):,}"


def _show(rows: list[dict[str, Any]]) -> None:
    st.markdown(sentence(Counter(row["state"] for row in rows)))
    if budget := memory.budget():
        taken, most = budget.taken, budget.most
        told = f"Runs take {_mb(taken)} of {_mb(most)} MB of memory"
        st.progress(min(1.0, taken / most), told)
        kept = shared_runs.small.size + shared_runs.large.size
        refused = _of(budget.refused, "run was", "runs were")
        st.caption(
            f"{_mb(kept)} MB of them are kept for whoever asks again, and give way. {refused} "
            f"refused for want of memory. The whole server takes {_mb(machine.resident())} MB."
        )
    if rows:
        st.dataframe(pd.DataFrame(rows), hide_index=True)
