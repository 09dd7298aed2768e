"""What this rerun of a page has drawn: its exhibits, to be taken along together, and its foot.

A rerun has a thread of its own: the list ends with it, and keeps no run in memory afterwards.
"""

import threading
from collections.abc import Callable

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


def foot(first: Callable[[DeltaGenerator], None]) -> DeltaGenerator:
    """The row at the page's foot, drawn where it is first asked for; `first` begins it."""
    if _rerun.foot is None:
        _rerun.foot = st.container(
            horizontal=True, vertical_alignment="center", gap="small", key="foot"
        )
        first(_rerun.foot)
    return _rerun.foot


def keep(showing: Showing) -> None:
    """Note a showing of this rerun."""
    _rerun.showings.append(showing)


def in_order(first: int) -> None:
    """Put the showings from number `first` on (from 0) in the page's order, whenever each was
    drawn."""
    _rerun.showings[first:] = sorted(_rerun.showings[first:], key=lambda one: one.exhibit.place)


def so_far() -> list[Showing]:
    """What this rerun has shown until now."""
    return list(_rerun.showings)
