"""Home: what do you want to see?"""

import streamlit as st

from rnnviz import ui
from rnnviz.exhibits.states import overview_caption
from rnnviz.ui import lessons

ui.page("Home")
run = ui.run(ui.experiment())
st.markdown(
    "A recurrent network reads step after step and carries a memory along. "
    "**Watch** it, and how the gradient walks back."
)
ui.overflow_warning(run)
sequence = ui.player(run, plays=True).sequence
st.markdown(overview_caption(run, sequence))
ui.player_checks(run, sequence=sequence)
st.subheader("Predict, then see", anchor=False)
lessons.cards()
st.page_link(
    ui.script("Home"),
    label="New here? **The first two minutes** in five screens",
    query_params=ui.link_to({"tour": 1}),
)
st.subheader("Or ask a question of your own", anchor=False)
ui.questions()
st.page_link(
    ui.script("Step"),
    label="The notebook's own numbers: `a[4][3][6] = 0.17211777`",
    query_params=ui.link_to(
        {
            **{"cell": "lstm", "seed": 1, "n_x": 3, "n_a": 5, "n_y": 2, "m": 10, "T_x": 7},
            **{"init": "notebook", "gain": 1.0, "forget_bias": 0.0, "signal": "gaussian"},
            **{"loss": "cross_entropy_last", "activation": "tanh", "dtype": "float64"},
            **{"series": (), "equations": "", "t": 7, "sequence": 4, "unit": 5},
        }
    ),
)
ui.share()
if place := ui.part("Open a capsule"):
    with place:
        ui.open_capsule()
