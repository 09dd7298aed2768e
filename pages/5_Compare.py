"""Compare: which cell does what with the same input?"""

from dataclasses import replace

import streamlit as st

from rnnviz import CELLS, figures, ui
from rnnviz.ui import words

ui.page("Compare")
experiment = ui.experiment()
each = [replace(experiment, cell=cell) for cell in CELLS]
runs = {one.cell: ui.run(one) for one in each}
left, right = st.columns(2)
with left:
    sequence = ui.sequence(runs[experiment.cell])
with right:
    seeds = ui.choose("seeds", "Seeds for the band", 2, 100, 20)
for run in runs.values():
    ui.broken(run)
ui.picture(figures.compare.states, runs, sequence=sequence)
st.markdown(words.compare(runs))
left, right = st.columns(2)
with left:
    ui.picture(figures.compare.norms, runs)
with right:
    bands = ui.bands(experiment, seeds)
    ui.picture(figures.compare.band, bands, of=each, proof=(experiment, bands))
ui.picture(figures.compare.parameters, runs)
for run in runs.values():
    ui.equations(run.cell)
ui.table(figures.compare.columns(runs), "compare")
ui.take_pictures(runs[experiment.cell])
ui.share()
setup = (
    "from dataclasses import replace",
    "runs = {c: rnnviz.run(replace(experiment, cell=c)) for c in rnnviz.CELLS}",
)
ui.python(experiment, f"figures.compare.states(runs, sequence={sequence})", setup)
