"""Gates: when do they open?"""

import streamlit as st

from rnnviz import CELLS, ui
from rnnviz.exhibits import named

ui.page("Gates")
run = ui.run(ui.experiment())
if not run.cell.shown_gates:
    st.info(f"The {run.cell.title} has no gates: it writes its whole state anew at every step.")
    for cell in (cell for cell in CELLS.values() if cell.shown_gates):
        link = ui.link_to({"cell": cell.name})
        label = f"See the {cell.title} instead"
        st.page_link(ui.script("Gates"), label=label, query_params=link)
    ui.overflow_warning(run)
    ui.exhibit(named("states-overview"), run)
    ui.equations(run)
    st.stop()
left, right = st.columns(2)
with left:
    sequence = ui.sequence(run)
with right:
    unit = ui.unit(run)
ui.overflow_warning(run)
ui.exhibits("Gates", run, sequence=sequence, unit=unit)
ui.equations(run)
ui.table()
ui.download_pictures(run)
ui.download_data(run)
ui.share()
ui.one_file(run.experiment)
ui.python(run.experiment)
