"""The equations of a cell of one's own: what is typed, and the last of it that makes a cell."""

from dataclasses import replace
from typing import NamedTuple

import streamlit as st

from rnnviz.core.calculus.parse import MOST_LETTERS
from rnnviz.core.cells.edits import equations_of
from rnnviz.core.errors import ExperimentError
from rnnviz.core.experiment import Experiment
from rnnviz.core.networks import DRAWN
from rnnviz.ui.controls.session import Store, store

_MOST_DRAFTS = 20


class Typed(NamedTuple):
    """What stands in the editor; `mistake` says why it is no cell, "" where it is one.

    `revision` grows whenever the text comes from elsewhere than the editor.
    """

    text: str
    revision: int
    mistake: str


def typed() -> Typed:
    """The text of this session's editor: the experiment's own, or what was typed on from it."""
    kept = store()
    now, source = (kept.experiment.cell, kept.experiment.equations), kept.drafted
    if now != source:  # another cell, by a menu or by a link
        kept.drafted, kept.revision = now, kept.revision + 1
    text, mistake = kept.drafts.get(now, (equations_of(*now), ""))
    return Typed(text, kept.revision, mistake)


def hear_typed(key: str) -> None:
    """Take what the editor sent: the cell that it makes, or the sentence why it makes none."""
    said = st.session_state.get(key, {}).get("typed")
    if isinstance(said, str):
        take(said[: 2 * MOST_LETTERS + 1])


def take(text: str) -> None:
    """Make a text the experiment's equations where it is a cell; keep it as it is in any case."""
    kept, mistake = store(), ""
    try:
        kept.experiment, kept.adopted = _with(kept.experiment, text), True
    except ExperimentError as error:
        mistake = str(error)
    now = (kept.experiment.cell, kept.experiment.equations)
    kept.drafted = now
    kept.drafts.pop(now, None)
    kept.drafts[now] = (text, mistake)
    while len(kept.drafts) > _MOST_DRAFTS:
        del kept.drafts[next(iter(kept.drafts))]


def start_from(cell: str, equations: str = "") -> None:
    """Put a cell's equations into the editor, or others made from them."""
    kept = store()
    drawn = kept.experiment.weights == DRAWN
    base = replace(kept.experiment if drawn else kept.drawn, cell=cell, equations="")
    kept.experiment = _with(base, equations) if equations else base
    kept.adopted = True
    forget_draft(kept)


def forget_draft(kept: Store) -> None:
    """The text of the experiment's cell as it is, whatever was typed after it."""
    kept.drafts.pop((kept.experiment.cell, kept.experiment.equations), None)
    kept.drafted = ("", "")


def _with(experiment: Experiment, text: str) -> Experiment:
    """The experiment with a text's equations; without any where the cell it came from has them."""
    if experiment.weights != DRAWN:  # a trained network leaves no choice of its cell
        experiment = replace(store().drawn, cell=experiment.cell)
    if not text.strip():
        raise ExperimentError("equations must be one a line, got none")
    same = replace(experiment, equations="")
    mine = replace(experiment, equations=text)
    unchanged = equations_of(experiment.cell, mine.equations) == equations_of(experiment.cell)
    return same if unchanged else mine
