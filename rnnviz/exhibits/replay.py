"""Training: a record as a browser plays it, all of its pictures at once."""

import json
from collections.abc import Callable, Iterator
from typing import Any

import numpy as np
import plotly.graph_objects as go

from rnnviz.exhibits import training
from rnnviz.exhibits.answer_plane import still_while_moving
from rnnviz.exhibits.base import Exhibit, chosen
from rnnviz.exhibits.duel import Duel, losses
from rnnviz.exhibits.lookup import of_page
from rnnviz.exhibits.training import Watched
from rnnviz.figures import figure_builder, theme

MOST = 100  # frames that are sent, and sentences
CURSOR = 1.5  # pixels: the line at an update
ROOM = 0.06  # of an axis, beyond what is drawn on it


def replay(one: Watched, mode: str, large: bool = False) -> dict:
    """`frames` of a record with the pictures that follow them, behind the first frame only what is
    no longer as it is there, by trace and by part of the layout; `ranges`, by name and axis, what
    holds all of them, so that nothing but what is drawn moves; `lines`, by name, what the line at
    an update is drawn with in the pictures over updates; `says`, pairs of an update and
    the sentences under those, by name. `large` as on a projector."""
    updates = one.one.record.frames.updates
    count, last = min(MOST, len(updates)), len(updates) - 1
    every = of_page("Training", one)
    frames, first = list[dict](), dict[str, dict]()
    moving = [e for e in every if _follows(e.figure, "frame")]
    ranges: dict[str, dict[str, list[float]]] = {e.name: {} for e in moving}
    sent = sorted({round(k * last / max(1, count - 1)) for k in range(count)})
    for at, still in zip(sent, still_while_moving(one, sent), strict=True):
        figures = {e.name: _drawn(e, one, mode, large, frame=at, still=still) for e in moving}
        for name, figure in figures.items():
            _widen(ranges[name], figure)
        drawn = {name: _plain(figure) for name, figure in figures.items()}
        told = {name: changed(first[name], figure) for name, figure in drawn.items() if first}
        first = first or drawn
        frames.append({"update": updates[at], "at": at, "pictures": told or drawn})
    moved = (e for e in every if _follows(e.figure, "now"))
    lines = {e.name: _plain(_drawn(e, one, mode, large, now=0)) for e in moved}
    return {
        "last": max(1, one.one.done), "veil": theme.MODES[mode].ground, "frames": frames,
        "ranges": ranges, "says": list(_says(one, every)),
        "lines": {name: figure["layout"]["shapes"][-1]["line"] for name, figure in lines.items()},
    }  # fmt: skip


def replay_duel(one: Duel, mode: str) -> dict:
    """The same of a duel, whose pictures are all over updates: the losses, and each side's lags in
    a place of their own."""
    updates = duel_updates(one)
    last = updates[-1]
    line = {"color": theme.MODES[mode].now, "width": CURSOR}
    lags = {f"{training.lags.name}-{n}": side.each[0] for n, side in enumerate(one.sides)}

    def told(now: int | None) -> dict[str, str]:
        own = {losses.name: losses.show(one, now=now).caption()}
        each = {name: training.lags.show(w, now=now) for name, w in lags.items()}
        return own | {name: showing.caption() for name, showing in each.items()}

    return {
        "last": last, "veil": theme.MODES[mode].ground, "ranges": {},
        "frames": [{"update": n, "at": at, "pictures": {}} for at, n in enumerate(updates)],
        "lines": dict.fromkeys([losses.name, *lags], line),
        "says": [(n, told(n if n < last else None)) for n in updates],
    }  # fmt: skip


def duel_updates(one: Duel) -> list[int]:
    """The updates at which a duel is looked at, from before the first to the last of all."""
    last = max(1, *(w.one.done for side in one.sides for w in side.each))
    return sorted({round(k * last / MOST) for k in range(MOST + 1)})


def _says(one: Watched, every: list[Exhibit]) -> Iterator[tuple[int, dict[str, str]]]:
    """Of so many updates the sentences that follow them; at the end those of the whole."""
    done = one.one.done
    told = [e for e in every if e.caption and _follows(e.caption, "now")]
    for update in sorted({round(k * done / MOST) for k in range(MOST + 1)}):
        now = update if update < done else None
        yield update, {e.name: e.show(one, now=now).caption() for e in told}


def _widen(ranges: dict[str, list[float]], figure: go.Figure) -> None:
    """Make the range of each axis hold what a figure has on it, or the range that it has there."""
    for trace in figure.data:
        for way in "xy":
            axis = f"{way}axis{(trace[f'{way}axis'] or way)[1:]}"
            said = figure.layout[axis].range
            numbers = np.asarray(trace[way] if said is None else said, float)
            numbers = numbers[np.isfinite(numbers)]
            if not len(numbers):
                continue
            low, high = float(numbers.min()), float(numbers.max())
            room = 0.0 if said else ROOM * ((high - low) or 1.0)
            before = ranges.get(axis, [low, high])
            ranges[axis] = [min(before[0], low - room), max(before[1], high + room)]


def _follows(function: Callable, choice: str) -> bool:
    return bool(chosen(function, {choice: 0}))


def _drawn(exhibit: Exhibit, one: Watched, mode: str, large: bool, **choices: Any) -> go.Figure:
    figure = exhibit.show(one, **choices).draw(mode)
    return figure_builder.enlarged(figure) if large else figure


def _plain(figure: go.Figure) -> dict:
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
