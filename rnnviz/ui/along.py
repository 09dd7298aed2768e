"""What changes along a bifurcation diagram: a setting, or one number of a parameter."""

import streamlit as st

from rnnviz.core import dynamics
from rnnviz.core.types import Run
from rnnviz.figures.diagrams import names
from rnnviz.ui.controls import choose, pick


def along(run: Run) -> str:
    """Draw the menu, and of a parameter the place of the number; its word, as
    `dynamics.bifurcation_diagram` reads it."""
    said = names(run)
    settings = {"gain": said.gain, "forget_bias": said.bias, "input": "input size"}
    settings = {key: f"{title[:1].upper()}{title[1:]}" for key, title in settings.items()}
    if not dynamics.has_forget_bias(run.cell):
        del settings["forget_bias"]
    inner = [name for name in run.params if name not in run.cell.readout]
    first, second, third = st.columns(3)
    with first:
        titles = settings | {name: f"One number of {name}" for name in inner}
        what = pick("along", "Bifurcation over", titles)
    if what in settings:
        return what
    rows, columns = run.params[what].shape
    with second:
        row = choose("row", f"Row of {what}", 1, rows, 1)
    if columns == 1:
        return f"{what}[{row}]"
    with third:
        return f"{what}[{row},{choose('column', f'Column of {what}', 1, columns, 1)}]"
