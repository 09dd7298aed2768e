"""Gates: when do they open?"""

import streamlit as st

from rnnviz import CELLS, figures, ui
from rnnviz.ui import words
from rnnviz.ui.page import script

ui.page("Gates")
run = ui.run(ui.experiment())
if not run.cell.shown_gates:
    st.info(f"The {run.cell.title} has no gates: it writes its whole state anew at every step.")
    for cell in (cell for cell in CELLS.values() if cell.shown_gates):
        link = ui.link_to({"cell": cell.name})
        st.page_link(script("Gates"), label=f"See the {cell.title} instead", query_params=link)
    ui.broken(run)
    ui.picture(figures.states.overview, run)
    st.markdown(words.states(run, 0))
    ui.equations(run.cell)
    st.stop()
left, right = st.columns(2)
with left:
    sequence = ui.sequence(run)
with right:
    unit = ui.unit(run)
ui.broken(run)
ui.picture(figures.gates.overview, run, sequence=sequence, unit=unit)
st.markdown(words.gates(run))
left, right = st.columns(2)
with left:
    ui.picture(figures.gates.saturation, run)
with right:
    if run.cell.memory:
        ui.picture(figures.gates.memory, run)
ui.equations(run.cell)
ui.table(figures.gates.columns(run, sequence), "gates")
ui.take_pictures(run)
ui.take(run)
ui.share()
ui.python(run.experiment, f"figures.gates.overview(run, sequence={sequence}, unit={unit})")
