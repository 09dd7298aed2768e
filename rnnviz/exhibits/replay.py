"""Training: a record as a browser plays it, all of its pictures at once."""

import json
from typing import Any

from rnnviz.exhibits.base import Exhibit, chosen, of_page
from rnnviz.exhibits.training import Watched
from rnnviz.figures import figure_builder, theme

MOST = 100  # frames that are sent


def replay(one: Watched, mode: str, large: bool = False) -> dict:
    """`frames` of a record with the pictures that follow them, behind the first frame only what is
    no longer as it is there, by trace and by part of the layout; `lines`, by name, the shapes of
    the pictures over updates, of which the last stands at the update. `large` as on a projector."""
    updates = one.one.record.frames.updates
    count, last = min(MOST, len(updates)), len(updates) - 1
    every = of_page("Training", one)
    frames, first = list[dict](), dict[str, dict]()
    for at in sorted({round(k * last / max(1, count - 1)) for k in range(count)}):
        drawn = {
            e.name: _plain(e, one, mode, large, frame=at) for e in every if _follows(e, "frame")
        }
        told = {name: changed(first[name], figure) for name, figure in drawn.items() if first}
        first = first or drawn
        frames.append({"update": updates[at], "at": at, "pictures": told or drawn})
    moved = (e for e in every if _follows(e, "now"))
    lines = {e.name: _plain(e, one, mode, large, now=0)["layout"]["shapes"] for e in moved}
    veil = theme.MODES[mode].ground
    return {"last": max(1, one.one.done), "veil": veil, "frames": frames, "lines": lines}


def _follows(exhibit: Exhibit, choice: str) -> bool:
    return bool(chosen(exhibit.figure, {choice: 0}))


def _plain(exhibit: Exhibit, one: Watched, mode: str, large: bool, **choices: Any) -> dict:
    figure = exhibit.show(one, **choices).draw(mode)
    figure = figure_builder.enlarged(figure) if large else figure
    return json.loads(figure.to_json(validate=False))


def changed(first: dict, then: dict) -> dict:
    """What a figure has otherwise than the first one.

    >>> first = {"data": [{"x": 1, "y": 2}], "layout": {"height": 3}}
    >>> changed(first, {"data": [{"x": 1, "y": 4}], "layout": {"height": 3}})
    {'data': [{'y': 4}], 'layout': {}}
    """

    def other(a: dict, b: dict) -> dict:
        return {name: value for name, value in b.items() if a.get(name) != value}

    data = [other(a, b) for a, b in zip(first["data"], then["data"], strict=True)]
    return {"data": data, "layout": other(first["layout"], then["layout"])}
