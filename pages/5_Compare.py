"""Compare: which cell does what with the same input?"""

import streamlit as st

from rnnviz import CELLS, ui
from rnnviz.exhibits.compare import affordable, band_note, beside_note

ui.page("Compare")
experiment = ui.experiment()
cells = ui.cells(experiment.cell)
each = experiment.in_cells(cells)
runs = {cell: ui.run(one) for cell, one in each.items()}
if missing := [CELLS[cell].title for cell in cells if cell not in each]:
    st.warning(f"Not here, because a run of that size would not fit: {', '.join(missing)}.")
left, right = st.columns(2)
with left:
    sequence = ui.sequence(runs[experiment.cell_name])
with right:
    note = beside_note(runs)  # of trained weights, which no seed leads to
    seeds = ui.choose("seeds", "Seeds for the band", 2, 2 if note else 100, 2 if note else 20)
ui.overflow_warning(*runs.values())
if note:
    st.caption(note)
ui.exhibits("Compare", runs, sequence=sequence, seeds=seeds)
if not affordable(runs, seeds):
    st.caption(band_note(each.values(), seeds))
ui.equations(*(run.cell for run in runs.values()))
ui.table()
ui.download_pictures(runs[experiment.cell_name], cells)
ui.share()
ui.python(experiment)
