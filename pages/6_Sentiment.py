"""Sentiment: which cell reads reviews best?"""

import streamlit as st

from rnnviz import ui
from rnnviz.ui import linked_runs, recipes, training
from rnnviz.ui.kept_runs import saved_runs

ui.page("Sentiment")
upload = st.container()
with st.sidebar:
    recipes.choose(upload)
folders = linked_runs.shown_runs()
ui.write_link()
if not training.follow(folders):
    training.compare(folders)
training.ablation()
saved_runs()
