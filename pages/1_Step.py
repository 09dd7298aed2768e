"""Step: what happens in one time step?"""

import streamlit as st

from rnnviz import ui
from rnnviz.exhibits.step import player_caption

ui.page("Step")
run = ui.run(ui.experiment())
ui.overflow_warning(run)
t, sequence, unit, _ = ui.player(run)
with st.container(key="at-step"):
    st.markdown(player_caption(run, t, sequence, unit))
    ui.player_checks(run, sequence=sequence)
    st.subheader("All units at this step", anchor=False)
    ui.exhibits("Step", run, t=t, sequence=sequence, unit=unit)
    st.subheader(f"Unit {unit + 1} with its numbers", anchor=False)
    for line in ui.substituted(run, t, sequence, unit):
        st.latex(line)
ui.equations(run)
if place := ui.part("Matrices"):
    for name, matrix in run.params.items():
        place.markdown(f"{name}, {matrix.shape[0]} × {matrix.shape[1]}")
        place.dataframe(matrix)
ui.table()
ui.download_pictures(run, at=(t, sequence, unit))
ui.film(run, sequence, unit)
ui.download_data(run)
ui.share()
ui.one_file(run.experiment)
ui.python(run.experiment)
