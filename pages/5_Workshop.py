"""Workshop: what if the cell were different?"""

import streamlit as st

from rnnviz import ui
from rnnviz.core import variants
from rnnviz.exhibits import named

ui.page("Workshop")
experiment = ui.experiment()
each = ui.runs(variants.beside(experiment))
without = ui.runs(variants.opened(experiment))
run = each[experiment.cell_name]
picture, writing = st.columns([5, 4], gap="large")
place = picture.container(key="gates-open")
place.empty()  # a container without anything in it keeps no place
with writing:
    ui.start(experiment)
    ui.strike(experiment)
    ui.editor(experiment)
    ui.size(each)
    ui.aligned(run.cell)
st.subheader("One step of it", anchor=False)
t, sequence, unit, _ = ui.player(run)
ui.player_checks(run, sequence=sequence)
with place:
    ui.overflow_warning(*each.values())
    if len(each) > 1:
        ui.exhibit(named("workshop-beside"), each, sequence=sequence)
    if len(without) > 1:
        ui.exhibit(named("workshop-opened"), without)
    elif len(each) == 1:
        ui.exhibit(named("states-overview"), run, sequence=sequence)
if run.cell.shown_gates:
    ui.exhibit(named("gates-overview"), run, sequence=sequence, unit=unit)
ui.table()
ui.download_pictures(run, at=(t, sequence, unit))
ui.film(run, sequence, unit)
ui.download_data(run)
ui.share()
ui.one_file(experiment)
ui.python(experiment)
