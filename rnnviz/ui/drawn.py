"""The pictures that this rerun of a page has drawn, so that they can be taken along together.

A rerun has a thread of its own: the list ends with it, and keeps no run in memory afterwards.
"""

import threading

from rnnviz.export.catalogue import Picture


class _Rerun(threading.local):
    def __init__(self):
        self.pictures: list[Picture] = []


_rerun = _Rerun()


def start() -> None:
    """Forget what was drawn; every page begins so."""
    _rerun.pictures = []


def keep(picture: Picture) -> None:
    """Note a picture of this rerun."""
    _rerun.pictures.append(picture)


def so_far() -> list[Picture]:
    """What this rerun has drawn until now."""
    return list(_rerun.pictures)
