"""Whether the answers of a dashboard are right: its sentences and figures against runs made here.

What a page's record says of `rnnviz.run` of the same Experiment has to stand in what the server
sent: the sentence among the texts, and every number of the marks in the figure.
"""

import base64
from collections.abc import Iterator, Mapping
from typing import Any

import numpy as np
import plotly.graph_objects as go

import rnnviz
from classroom.browser import Answer, figure_of
from rnnviz.core.checks import Check
from rnnviz.exhibits import Showing, of_page
from rnnviz.exhibits.as_drawn import as_drawn
from rnnviz.exhibits.inputs import choices_of
from rnnviz.exhibits.step import player_caption
from rnnviz.exhibits.together import together, together_caption

PAGES = ("Step", "States", "Gates", "Gradients", "Compare", "Dynamics")


def faults(page: str, experiment: rnnviz.Experiment, answer: Answer) -> list[str]:
    """What is wrong with the answer of a page to an experiment at the page's own choices."""
    run = rnnviz.run(experiment)
    wrong = [text for text in answer.texts if "Error" in text]
    showing = _first(page, run)
    for sentence in filter(None, (*_sentences(page, run), showing.caption())):
        if sentence not in answer.texts:
            wrong.append(f"{page}: the sentence {sentence!r} is missing")
    message = answer.pictures.get(showing.name)
    if message is None:
        return [*wrong, f"{page}: the picture {showing.name} is missing"]
    figure = go.Figure(_arrays(figure_of(message)), skip_invalid=True)
    for verdict in as_drawn(figure, showing.marks(), "light"):
        if not isinstance(verdict, Check) or not verdict.error <= _rounding(run, verdict):
            wrong.append(f"{page}: {showing.name}: {verdict}")
    return wrong


def _rounding(run: rnnviz.Run, verdict: Check) -> float:
    """What two processes may differ by: where an array begins in memory decides in which order
    NumPy adds, so a sum over all that a step holds differs by eps for each of its summands."""
    count = run.trace.n_a * run.trace.m
    return float(verdict.tolerance + np.finfo(run.trace.dtype).eps * count * abs(verdict.expected))


def _first(page: str, run: rnnviz.Run) -> Showing:
    """The page's first picture, with the choices of somebody who has chosen nothing."""
    subject: Any = run
    choices: dict[str, Any] = {"sequence": 0}
    if page == "States":
        choices["units"] = [0, 1, 2]
    if page in ("Step", "Gates", "Dynamics"):
        choices["unit"] = 0
    if page == "Step":
        choices["t"] = 0
    if page == "Gradients":
        choices |= {"lag": run.experiment.T_x, "clip": 1.0}
    if page == "Compare":
        subject = {cell: rnnviz.run(one) for cell, one in run.experiment.in_cells(()).items()}
    if page == "Dynamics":
        choices |= {"held": next(iter(choices_of(run))), "value": 1.0}
    return of_page(page, subject)[0].show(subject, **choices)


def _sentences(page: str, run: rnnviz.Run) -> Iterator[str]:
    """The sentences that belong to no record."""
    if page == "Step":
        yield player_caption(run)
    if page == "Compare":
        runs = {cell: rnnviz.run(one) for cell, one in run.experiment.in_cells(()).items()}
        yield together_caption(together(runs, run.experiment.cell_name))


def _arrays(value: Any) -> Any:
    """A figure's JSON with the arrays that Plotly packs into text as arrays again."""
    if isinstance(value, Mapping) and "bdata" in value:
        array = np.frombuffer(base64.b64decode(value["bdata"]), np.dtype(value["dtype"]))
        shape = [int(size) for size in str(value.get("shape", len(array))).split(",")]
        return array.reshape(shape)
    if isinstance(value, Mapping):
        return {name: _arrays(one) for name, one in value.items()}
    return [_arrays(one) for one in value] if isinstance(value, list) else value
