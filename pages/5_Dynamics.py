"""Dynamics: where does the state settle?"""

import streamlit as st

from rnnviz import ui
from rnnviz.exhibits.exponents import BEHIND
from rnnviz.exhibits.inputs import choices_of
from rnnviz.exhibits.many import MANY
from rnnviz.exhibits.solid import SOLID
from rnnviz.exhibits.surgery import PLACE, operable

ui.page("Dynamics")
run = ui.run(ui.experiment())
left, middle, right = st.columns(3)
with left:
    held = ui.pick("held", "What comes in", choices_of(run))
with middle:
    sequence = ui.sequence(run)
value = 1.0
with right if run.trace.m > 1 else middle:
    unit = ui.unit(run)
with right:
    if held == "constant":
        value = ui.choose("value", "Value of every input", -3.0, 3.0, value, 0.1)
ui.overflow_warning(run)
chosen = {"sequence": sequence, "held": held, "value": value, "unit": unit}
above, beside, below = st.container(), st.container(), st.container()
if operable(run):
    with beside:  # above what it changes, though the link has to know it first
        chosen |= ui.interfere(run)
with above:
    ui.exhibits("Dynamics", run, within=range(SOLID), **chosen)
    ui.solid(run, **chosen)
    ui.exhibits("Dynamics", run, within=range(BEHIND, PLACE), **chosen)
with below:
    ui.exhibits("Dynamics", run, within=range(PLACE, MANY), **chosen)
    chosen["along"] = ui.along(run)
    ui.exhibits("Dynamics", run, within=range(MANY, 100), **chosen)
ui.equations(run)
ui.table()
ui.download_pictures(run)
ui.download_data(run)
ui.share()
ui.python(run.experiment)
