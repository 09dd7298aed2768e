"""The Training page's parts: what learns what and how, and the pictures that follow it."""

from rnnviz.core.cells import CELLS
from rnnviz.ui.learning.choose import Chosen, choose
from rnnviz.ui.learning.contest import Side, contest
from rnnviz.ui.learning.follow import follow
from rnnviz.ui.learning.mistakes import mistake
from rnnviz.ui.learning.taken import take

__all__ = ["choose", "show", "take"]


def show(chosen: Chosen) -> None:
    """One network, a duel, or a mistake beside the right gradient."""
    if chosen.plan.view == "duel":
        every = chosen.plan.duel(chosen.task)
        contest(chosen, [Side(CELLS[cell].title, cell, each) for cell, each in every.items()])
    elif chosen.plan.view == "mistake":
        mistake(chosen)
    else:
        follow(chosen)
