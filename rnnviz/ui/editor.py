"""The editor of a cell's equations: typed, completed, and judged at every pause."""

import json
import re
from collections.abc import Mapping
from functools import cache, partial

import streamlit as st

from rnnviz.core.calculus.expression import FUNCTIONS
from rnnviz.core.cells import CELLS, Cell
from rnnviz.core.cells.edits import edits
from rnnviz.core.experiment import Experiment
from rnnviz.core.measures import parameter_count
from rnnviz.core.phrases import listed
from rnnviz.core.types import Run
from rnnviz.sitemap import ROOT
from rnnviz.ui import controls

_KEY = "equations"
_PLACE = re.compile(r" in line (\d+), column (\d+)$")


def editor(experiment: Experiment) -> None:
    """The field, and the sentence under it where what it holds is no cell."""
    typed, cell = controls.typed(), experiment.cell_object
    place = _PLACE.search(typed.mistake)
    line, column = map(int, place.groups()) if place else (0, 0)
    said = {"text": typed.text, "revision": typed.revision, "line": line, "column": column}
    said |= {"names": _names(cell), "functions": list(FUNCTIONS)}
    _component()(
        key=_KEY,
        data=json.dumps(said).encode(),
        height="content",
        on_typed_change=partial(controls.hear_typed, _KEY),
    )
    if typed.mistake:
        st.error(f"{typed.mistake}. The picture still shows the last cell that could run.")


def start(experiment: Experiment) -> None:
    """The menu of cells to begin with."""
    left, right = st.columns([3, 2], vertical_alignment="bottom")
    names = list(CELLS)
    chosen = left.selectbox(
        "Start from", names, names.index(experiment.cell),
        format_func=lambda name: CELLS[name].title, key=f"start {experiment.cell}",
    )  # fmt: skip
    if chosen != experiment.cell:
        controls.start_from(chosen)
        st.rerun()
    right.button(
        f"Back to the {experiment.origin.title}", key="start again",
        disabled=not experiment.equations, on_click=controls.start_from, args=(experiment.cell,),
    )  # fmt: skip


def strike(experiment: Experiment) -> None:
    """Two menus and a button: a gate, and what stands in its place."""
    every = edits(experiment.cell, experiment.equations)
    gates = list(dict.fromkeys(edit.gate for edit in every))
    if not gates:
        st.caption("This cell has no gate that could be taken away.")
        return
    left, middle, right = st.columns([2, 3, 2], vertical_alignment="bottom")
    gate = left.selectbox("Make the gate", gates, key="strike which")
    ways = {edit.words: edit for edit in every if edit.gate == gate}
    words = middle.selectbox("become", list(ways), key=f"strike by {gate}")
    right.button(
        "Change it", key="strike", on_click=controls.start_from,
        args=(experiment.cell, ways[words].equations),
    )  # fmt: skip


def size(runs: Mapping[str, Run]) -> None:
    """How many numbers the cell learns, beside the one that it was made from."""
    counts = [parameter_count(run)["cell"] for run in runs.values()]
    first, *_, last = [run.cell for run in (*runs.values(), *runs.values())]
    words = f"{counts[-1]:,} parameters"
    if len(counts) > 1:
        words += f"; the {first.title} has {counts[0]:,}"
    vectors = [one for one in last.derived.vectors if one not in first.draws]
    if vectors:  # a letter left out somewhere looks like one, too
        words += f". No line defines {listed([f'`{one}`' for one in vectors])}: a vector to learn"
    st.caption(f"{words}. A first line such as `# my cell` gives it a name.")


def _names(cell: Cell) -> list[str]:
    """What the equations speak of, in their order; the input and states before the step first."""
    equations = cell.derived.equations
    before = [f"{state}_prev" for state in cell.states]
    return [*before, "x", *equations.lines, *equations.parameters]


@cache
def _component():
    html, css, js = ((ROOT / "assets" / "editor" / f"editor.{end}").read_text()
                     for end in ("html", "css", "js"))  # fmt: skip
    return st.components.v2.component("rnnviz_editor", html=html, css=css, js=js)
