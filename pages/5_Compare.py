"""Compare: which cell does what with the same input?"""

import streamlit as st

from rnnviz import CELLS, figures, ui
from rnnviz.ui import words

ui.page("Compare")
experiment = ui.experiment()
each = experiment.in_every_cell()
runs = {cell: ui.run(one) for cell, one in each.items()}
if missing := [CELLS[cell].title for cell in CELLS if cell not in each]:
    st.warning(f"Not here, because a run of that size would not fit: {', '.join(missing)}.")
left, right = st.columns(2)
with left:
    sequence = ui.sequence(runs[experiment.cell])
with right:
    seeds = ui.choose("seeds", "Seeds for the band", 2, 100, 20)
ui.broken(*runs.values())
ui.picture(figures.compare.states, runs, sequence=sequence)
st.markdown(words.compare(runs))
left, right = st.columns(2)
with left:
    ui.picture(figures.compare.norms, runs)
with right:
    bands = ui.bands(experiment, seeds)
    if bands:
        ui.picture(figures.compare.band, bands, of=each.values(), proof=(experiment, bands))
    if note := words.band(each.values(), seeds):
        st.caption(note)
ui.picture(figures.compare.parameters, runs)
for run in runs.values():
    ui.equations(run.cell)
ui.table(figures.compare.columns(runs), "compare")
ui.take_pictures(runs[experiment.cell])
ui.share()
setup = "runs = {cell: rnnviz.run(one) for cell, one in experiment.in_every_cell().items()}"
ui.python(experiment, f"figures.compare.states(runs, sequence={sequence})", (setup,))
