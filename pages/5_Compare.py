"""Compare: which cell does what with the same input?"""

import streamlit as st

from rnnviz import CELLS, ui
from rnnviz.exhibits.band import affordable, band_note
from rnnviz.exhibits.by_cell import beside_note
from rnnviz.exhibits.together import together, together_caption

ui.page("Compare")
experiment = ui.experiment()
stage, left, right = st.container(key="stage"), *st.columns(2)
stage.empty()  # a container without anything in it keeps no place
with left:
    cells = ui.cells(experiment.cell)
each = experiment.in_cells(cells)
with stage:
    runs = ui.runs(each)
note = beside_note(runs)  # of trained weights, which no seed leads to
with right:
    seeds = ui.choose("seeds", "Seeds for the band", 2, 2 if note else 100, 2 if note else 20)
with stage:
    ui.overflow_warning(*runs.values())
    few = together(runs, experiment.cell_name)
    sequence = ui.player(*few).sequence
    st.markdown(together_caption(few, sequence))
    ui.player_checks(*few, sequence=sequence)
if missing := [CELLS[cell].title for cell in cells if cell not in each]:
    st.warning(f"Not here, because a run of that size would not fit: {', '.join(missing)}.")
if note:
    st.caption(note)
ui.exhibits("Compare", runs, sequence=sequence, seeds=seeds)
if not affordable(runs, seeds):
    st.caption(band_note(each.values(), seeds))
ui.equations(*runs.values())
ui.table()
ui.download_pictures(runs[experiment.cell_name], cells)
ui.share()
ui.one_file(experiment)
ui.python(experiment)
