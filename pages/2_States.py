"""States: what does the network remember?"""

import streamlit as st

from rnnviz import figures, ui
from rnnviz.ui import words

ui.page("States")
run = ui.run(ui.experiment())
n_a = run.experiment.n_a
columns = st.columns([1, 2])
with columns[0]:
    sequence = ui.sequence(run)
with columns[1]:
    default = list(range(1, min(n_a, 3) + 1))
    units = [
        u - 1 for u in ui.options("units", "Units drawn as lines", list(range(1, n_a + 1)), default)
    ]
ui.broken(run)
ui.picture(figures.states.overview, run, sequence=sequence, units=units)
st.markdown(words.states(run, sequence))
left, right = st.columns(2)
with left:
    ui.picture(figures.states.trajectory, run, sequence=sequence)
with right:
    ui.picture(figures.states.saturation, run)
ui.equations(run.cell)
ui.table(figures.states.columns(run, sequence), "states")
ui.take_pictures(run)
ui.take(run)
ui.share()
ui.python(run.experiment, f"figures.states.overview(run, sequence={sequence}, units={units})")
