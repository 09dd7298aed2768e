"""What this rerun of a page has drawn: its exhibits, to be taken along together, and its foot.

A rerun has a thread of its own: the list ends with it, and keeps no run in memory afterwards.
"""

import threading

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from rnnviz.exhibits import Showing


class _Rerun(threading.local):
    def __init__(self):
        self.showings: list[Showing] = []
        self.foot: DeltaGenerator | None = None


_rerun = _Rerun()


def start() -> None:
    """Forget what was shown; every page begins so."""
    _rerun.showings, _rerun.foot = [], None


def foot() -> DeltaGenerator:
    """The row at the page's foot, drawn where it is first asked for."""
    if _rerun.foot is None:
        _rerun.foot = st.container(horizontal=True, gap="small", key="foot")
    return _rerun.foot


def keep(showing: Showing) -> None:
    """Note a showing of this rerun."""
    _rerun.showings.append(showing)


def so_far() -> list[Showing]:
    """What this rerun has shown until now."""
    return list(_rerun.showings)
