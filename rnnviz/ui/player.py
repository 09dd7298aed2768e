"""The player: a run as a live diagram of its cell beside a tape of all that it held and felt.

One component, mounted once a session (assets/player/): it plays in the browser and asks the server
for nothing; what is chosen comes back when the player rests, and goes into the link.
"""

from functools import cache, partial
from typing import NamedTuple

import streamlit as st

from rnnviz.core.checks import Verdict
from rnnviz.core.types import Pass, Run
from rnnviz.exhibits.by_cell import of_cell
from rnnviz.export.modules import one_module
from rnnviz.export.player.message import message
from rnnviz.figures import parts
from rnnviz.sitemap import ROOT
from rnnviz.ui import controls
from rnnviz.ui.cache import player_checks as cached_checks
from rnnviz.ui.checks_drawer import checks_drawer
from rnnviz.ui.page import large, write_link

_NUMBERS = ("t", "sequence", "unit")
_DIRECTIONS = ("forward", "backward")


class Chosen(NamedTuple):
    """Where the player stands, each counted from 0; `direction` is "forward" or "backward"."""

    t: int
    sequence: int
    unit: int
    direction: str


def player(
    *runs: Pass, direction: str = "forward", plays: bool = False, key: str = "player"
) -> Chosen:
    """Draw the player, and return what is chosen in it and in the link.

    Several runs, of the same input, play side by side at the same step. `direction` is where it
    starts without a word in the link; with `plays` it starts by itself, and over again, unless the
    reader has asked for less motion.
    A run that overflows ends at its last finite step.
    """
    sizes = ((parts.drawn_steps(run), run.trace.m, run.trace.n_a) for run in runs)
    ends = map(min, zip(*sizes, strict=True))
    t, sequence, unit = (
        controls.chosen(name, 1, end, 1) - 1 for name, end in zip(_NUMBERS, ends, strict=True)
    )
    said = controls.word("direction")
    chosen = Chosen(t, sequence, unit, said if said in _DIRECTIONS else direction)
    toured = controls.word("tour") == "1"
    controls.say("tour", "")  # it is asked for once
    write_link()
    _component()(
        key=key,
        data=message(runs, *chosen, large(), plays, controls.demo_keys(), toured),
        on_asked_change=partial(controls.hear_asked, key),
        on_edited_change=partial(controls.hear_edited, key),
        on_chosen_change=partial(controls.hear, key, _NUMBERS, {"direction": _DIRECTIONS}),
        height="content",
    )
    return chosen


def player_checks(*runs: Run, sequence: int = 0) -> None:
    """Under the player, folded away: what was checked of what it plays."""
    checks_drawer("player", partial(_checks, runs, sequence))


def _checks(runs: tuple[Run, ...], sequence: int) -> list[Verdict]:
    each = (cached_checks(run.experiment, sequence) for run in runs)
    if len(runs) == 1:
        return list(next(each))
    return [of_cell(r.cell.title, one) for r, some in zip(runs, each, strict=True) for one in some]


@cache
def _component():
    folder = ROOT / "assets" / "player"
    return st.components.v2.component(
        "rnnviz_player",
        html=(folder / "player.html").read_text(),
        css=(folder / "player.css").read_text() + (ROOT / "assets" / "card.css").read_text(),
        js=one_module(folder / "main.js"),
    )
