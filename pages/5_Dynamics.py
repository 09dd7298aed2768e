"""Dynamics: where does the state settle?"""

import streamlit as st

from rnnviz import ui
from rnnviz.exhibits.diagrams import drawn
from rnnviz.exhibits.dynamics import choices_of

ui.page("Dynamics")
run = ui.run(ui.experiment())
left, middle, right = st.columns(3)
with left:
    held = ui.pick("held", "What comes in", choices_of(run))
with middle:
    sequence = ui.sequence(run)
value = 1.0
with right:
    unit = ui.unit(run) if drawn(run) else 0
    if held == "constant":
        value = ui.choose("value", "Value of every input", -3.0, 3.0, value, 0.1)
ui.overflow_warning(run)
ui.exhibits("Dynamics", run, sequence=sequence, held=held, value=value, unit=unit)
ui.equations(run.cell)
ui.table()
ui.download_pictures(run)
ui.download_data(run)
ui.share()
ui.python(run.experiment)
