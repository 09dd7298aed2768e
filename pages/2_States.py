"""States: what does the network remember?"""

import streamlit as st

from rnnviz import ui

ui.page("States")
run = ui.run(ui.experiment())
left, right = st.columns([1, 2])
with left:
    sequence = ui.sequence(run)
with right:
    every = list(range(1, run.experiment.n_a + 1))
    units = [unit - 1 for unit in ui.options("units", "Units drawn as lines", every, every[:3])]
ui.overflow_warning(run)
ui.exhibits("States", run, sequence=sequence, units=units)
ui.equations(run)
ui.table()
ui.download_pictures(run)
ui.download_data(run)
ui.share()
ui.one_file(run.experiment)
ui.python(run.experiment)
