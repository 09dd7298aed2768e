"""Inside: what did the trained model see, word by word?"""

import streamlit as st

from rnnviz import figures, ui
from rnnviz.ui import inside

ui.page("Inside")
ui.visit()
with st.sidebar:
    models = inside.models()
pairs = inside.reviews(models)
ui.settle()
for column, (title, reading, words) in zip(st.columns(len(pairs) or 1), pairs, strict=False):
    with column:
        ui.picture(
            figures.reviews.verdict,
            words,
            reading.probabilities,
            reading.missed,
            reading.influence,
            title,
            place=title,
        )
        st.markdown(inside.sentence(reading, words))
        ui.picture(figures.states.overview, reading.run, units=(0, 1, 2), place=title)
        if reading.run.cell.shown_gates:
            ui.picture(figures.gates.overview, reading.run, place=title)
        ui.picture(figures.gradients.norms, reading.run, place=title)
inside.details(pairs)
