"""The exhibits that this rerun of a page has shown, so that they can be taken along together.

A rerun has a thread of its own: the list ends with it, and keeps no run in memory afterwards.
"""

import threading

from rnnviz.exhibits import Showing


class _Rerun(threading.local):
    def __init__(self):
        self.showings: list[Showing] = []


_rerun = _Rerun()


def start() -> None:
    """Forget what was shown; every page begins so."""
    _rerun.showings = []


def keep(showing: Showing) -> None:
    """Note a showing of this rerun."""
    _rerun.showings.append(showing)


def so_far() -> list[Showing]:
    """What this rerun has shown until now."""
    return list(_rerun.showings)
