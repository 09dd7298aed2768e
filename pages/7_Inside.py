"""Inside: what did the trained model see, word by word?"""

import streamlit as st

from rnnviz import figures, ui
from rnnviz.ui import inside, reviews

ui.page("Inside")
with st.sidebar:
    models = inside.models()
pairs = reviews.readings_of(models)
ui.settle()
for n, (column, pair) in enumerate(zip(st.columns(len(pairs) or 1), pairs, strict=False)):
    title, reading, words = pair
    parts = (words, reading.probabilities, reading.missed, reading.influence)
    run, more = reading.run, {"place": str(n), "proof": (reading,)}
    more["of"] = f"trained {run.cell.title}, {title}"
    with column:
        ui.picture(figures.reviews.verdict, *parts, title, **more)
        st.markdown(inside.sentence(reading, words))
        ui.picture(figures.states.overview, run, units=(0, 1, 2), **more)
        if run.cell.shown_gates:
            ui.picture(figures.gates.overview, run, **more)
        ui.picture(figures.gradients.norms, run, **more)
inside.details(pairs)
ui.take_pictures()
