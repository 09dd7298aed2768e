"""Gradients: how far back does learning reach?"""

import streamlit as st

from rnnviz import figures, ui
from rnnviz.ui import words

ui.page("Gradients")
run = ui.run(ui.experiment())
left, right = st.columns(2)
with left:
    sequence = ui.sequence(run)
with right:
    clip = 10 ** ui.choose(
        "clip", "Clip the gradient's norm at 10 to the power of", -4.0, 4.0, 0.0, 0.5
    )
ui.broken(run)
ui.picture(figures.gradients.norms, run, clip=clip)
st.markdown(words.gradients(run))
st.markdown(words.clipping(run, clip))
left, right = st.columns(2)
with left:
    ui.picture(figures.gradients.itemised, run, *ui.itemised(run.experiment))
    st.caption(
        "Of all sequences together; a row is one step's loss, a column the state that feels it."
    )
with right:
    ui.picture(
        figures.gradients.singular_values, run, *ui.singular_values(run.experiment, sequence)
    )
    st.caption(f"Of sequence {sequence + 1}, and of the joint state where the cell has two.")
ui.equations(run.cell)
ui.table(figures.gradients.columns(run), "gradients")
ui.python(run.experiment, f"figures.gradients.norms(run, clip={clip})")
