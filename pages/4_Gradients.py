"""Gradients: how far back does learning reach?"""

import streamlit as st

from rnnviz import figures, ui
from rnnviz.ui import words

ui.page("Gradients")
run = ui.run(ui.experiment())
T_x = run.experiment.T_x
left, middle, right = st.columns(3)
with left:
    sequence = ui.sequence(run)
with middle:
    lag = ui.choose("lag", "Carry each loss back (steps)", 1, T_x, T_x)
with right:
    clip = 10 ** ui.choose("clip", "Clip at a norm of 10ⁿ, n =", -4.0, 4.0, 0.0, 0.5)
ui.broken(run)
ui.picture(figures.gradients.norms, run, clip=clip)
st.markdown(words.gradients(run))
st.markdown(words.clipping(run, clip))
left, right = st.columns(2)
with left:
    items, steps = ui.itemised(run.experiment, lag)
    ui.picture(figures.gradients.itemised, run, items, steps, proof=(run, items, steps, lag))
    st.caption(
        "Only the last step adds to this loss; under a loss at every step each one has a row here."
        if len(steps) == 1
        else "A row is a step's loss, a column the state that feels it, of all sequences together."
    )
with right:
    values = ui.singular_values(run.experiment, sequence)
    proof = (run, *values, sequence)
    ui.picture(figures.gradients.singular_values, run, *values, proof=proof)
    st.caption(f"Of sequence {sequence + 1}, and of the joint state where the cell has two.")
ui.equations(run.cell)
ui.table(figures.gradients.columns(run), "gradients")
ui.take_pictures(run)
ui.take(run)
ui.share()
ui.python(run.experiment, f"figures.gradients.norms(run, clip={clip})")
