"""Home: what do you want to see?"""

import streamlit as st

from rnnviz import figures, ui
from rnnviz.ui import words
from rnnviz.ui.page import QUESTIONS, script

ui.page("Home")
run = ui.run(ui.experiment())
st.markdown(
    "rnnviz runs **recurrent cells** step by step and shows all that they hold, open and learn."
)
ui.broken(run)
ui.picture(figures.states.overview, run, sequence=0, units=(0,))
st.markdown(words.states(run, 0))
for name, question in list(QUESTIONS.items())[1:]:
    st.page_link(script(name), label=f"{question} **{name}**", query_params=ui.link_to({}))
st.page_link(
    script("Step"),
    label="The notebook's own numbers: `a[4][3][6] = 0.17211777`",
    query_params=ui.link_to(
        {
            **{"cell": "lstm", "seed": 1, "n_x": 3, "n_a": 5, "n_y": 2, "m": 10, "T_x": 7},
            **{"init": "notebook", "gain": 1.0, "forget_bias": 0.0, "signal": "gaussian"},
            **{"dtype": "float64", "series": (), "t": 7, "sequence": 4, "unit": 5},
        }
    ),
)
