"""Gradients: how far back does learning reach?"""

import streamlit as st

from rnnviz import ui

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
ui.overflow_warning(run)
ui.exhibits("Gradients", run, sequence=sequence, lag=lag, clip=clip)
ui.equations(run)
ui.table()
ui.download_pictures(run)
ui.download_data(run)
ui.share()
ui.one_file(run.experiment)
ui.python(run.experiment)
