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
    clip = 10 ** ui.choose("clip", "Clip the gradient at a norm of 10ⁿ, n =", -4.0, 4.0, 0.0, 0.5)
ui.broken(run)
ui.picture(figures.gradients.norms, run, clip=clip)
st.markdown(words.gradients(run))
st.markdown(words.clipping(run, clip))
left, right = st.columns(2)
with left:
    items, steps = ui.itemised(run.experiment)
    ui.picture(figures.gradients.itemised, run, items, steps)
    st.caption(
        "Only the last step adds to this loss; under a loss at every step each one has a row here."
        if len(steps) == 1
        else "Of all sequences together; a row is a step's loss, a column the state that feels it."
    )
with right:
    ui.picture(
        figures.gradients.singular_values, run, *ui.singular_values(run.experiment, sequence)
    )
    st.caption(f"Of sequence {sequence + 1}, and of the joint state where the cell has two.")
ui.equations(run.cell)
ui.table(figures.gradients.columns(run), "gradients")
ui.python(run.experiment, f"figures.gradients.norms(run, clip={clip})")
