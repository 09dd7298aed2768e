"""Step: what happens in one time step?"""

import streamlit as st

from rnnviz import figures, ui
from rnnviz.ui import words

ui.page("Step")
run = ui.run(ui.experiment())
ui.broken(run)
t, sequence, unit, _ = ui.player(run)
ui.proof("player", run, sequence=sequence)
st.markdown(words.step(run, t, sequence, unit))
st.subheader("All units at this step", anchor=False)
ui.picture(figures.step.flow, run, t=t, sequence=sequence, unit=unit)
st.subheader(f"Unit {unit + 1} with its numbers", anchor=False)
for line in ui.substituted(run, t, sequence, unit):
    st.latex(line)
ui.equations(run.cell)
drawer = ui.folded("The matrices")
if drawer.open:
    for name, matrix in run.params.items():
        drawer.markdown(f"**{name}** {matrix.shape[0]} × {matrix.shape[1]}")
        drawer.dataframe(matrix)
numbers = figures.step.columns(run, t, sequence)
ui.table(figures.step.padded(numbers), "step")
ui.take_pictures(run)
ui.film(run, sequence, unit)
ui.take(run)
ui.share()
ui.python(run.experiment, f"figures.step.flow(run, t={t}, sequence={sequence}, unit={unit})")
