"""The player: a run as a live diagram of its cell beside a tape of all that it held and felt.

One component, mounted once a session (assets/player/): it plays in the browser and asks the server
for nothing; what is chosen comes back when the player rests, and goes into the link.
"""

from functools import cache, partial
from typing import NamedTuple

import streamlit as st

from rnnviz.core.types import Pass, Run
from rnnviz.figures import parts
from rnnviz.ui import controls
from rnnviz.ui.cache import player_checks as cached_checks
from rnnviz.ui.checks_drawer import checks_drawer
from rnnviz.ui.page import ROOT, large, write_link
from rnnviz.ui.player.message import message

_SCRIPTS = (  # in the order in which they build on one another
    "data ink equation geometry figure diagram strip tape clock controls stage main"
).split()
_NUMBERS = ("t", "sequence", "unit")
_DIRECTIONS = ("forward", "backward")


class Chosen(NamedTuple):
    """Where the player stands, each counted from 0; `direction` is "forward" or "backward"."""

    t: int
    sequence: int
    unit: int
    direction: str


def player(
    run: Pass, *, direction: str = "forward", plays: bool = False, key: str = "player"
) -> Chosen:
    """Draw the player, and return what is chosen in it and in the link.

    `direction` is where it starts without a word in the link; with `plays` it starts by itself, and
    over again, unless the reader has asked for less motion.
    A run that overflows ends at its last finite step.
    """
    ends = (parts.drawn_steps(run), run.trace.m, run.trace.n_a)
    t, sequence, unit = (
        controls.chosen(name, 1, end, 1) - 1 for name, end in zip(_NUMBERS, ends, strict=True)
    )
    said = controls.word("direction")
    chosen = Chosen(t, sequence, unit, said if said in _DIRECTIONS else direction)
    write_link()
    _component()(
        key=key,
        data=message(run, *chosen, large(), plays),
        on_chosen_change=partial(controls.hear, key, _NUMBERS, {"direction": _DIRECTIONS}),
        height="content",
    )
    return chosen


def player_checks(run: Run, sequence: int = 0) -> None:
    """Under the player, folded away: what was checked of what it plays."""
    checks_drawer("player", partial(cached_checks, run.experiment, sequence))


@cache
def _component():
    folder = ROOT / "assets" / "player"
    return st.components.v2.component(
        "rnnviz_player",
        html=(folder / "player.html").read_text(),
        css=(folder / "player.css").read_text(),
        js="\n".join((folder / f"{name}.js").read_text() for name in _SCRIPTS),
    )
