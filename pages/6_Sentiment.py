"""Sentiment: which cell reads reviews best?"""

import streamlit as st

from rnnviz import ui
from rnnviz.ui import training
from rnnviz.ui.kept_runs import saved_runs

ui.page("Sentiment")
upload = st.container()
with st.sidebar:
    training.choose(upload)
folders = training.shown_runs()
ui.write_link()
if not training.follow(folders):
    training.compare(folders)
training.ablation()
saved_runs()
