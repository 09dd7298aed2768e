"""Predict, then see: what a network does beyond the lengths that it was trained on."""

import streamlit as st

from rnnviz.core.phrases import number
from rnnviz.exhibits.training import Watched
from rnnviz.lessons.predictions import Choice
from rnnviz.tasks.runs.beyond import OUTCOMES, beyond, outcome
from rnnviz.ui import controls
from rnnviz.ui.learning.choose import Chosen

_PREDICTION = Choice(OUTCOMES)


def ask(chosen: Chosen, one: Watched, id: str) -> None:
    """The question, and once it is answered what came."""
    steps = one.one.settings.steps
    with st.container(border=True, key="training-beyond"):
        st.markdown(f"**And on sequences twice as long?** It was trained on {steps} "
                    f"{chosen.task.length_is}.")  # fmt: skip
        said = controls.guess(f"beyond {id}")
        if said is None:
            left, right = st.columns([4, 1], vertical_alignment="bottom")
            word = left.radio(_PREDICTION.ask, OUTCOMES, index=None, horizontal=True)
            right.button("See", key="beyond-see", disabled=word is None,
                         on_click=controls.keep_guess, args=(f"beyond {id}", word))  # fmt: skip
            return
        lengths = beyond(one.one, chosen.task)
        if len(lengths) < 2:
            st.caption("No sequence of this task can be so long.")
            return
        st.markdown(_PREDICTION.difference(said, outcome(lengths[1], chosen.task)))
        rows = [f"| {n.steps} | {number(n.loss)} | {number(n.chance)} | {_share(n.right)} |"
                for n in lengths]  # fmt: skip
        head = f"| {chosen.task.length_is} | loss | at chance | answers right |"
        st.markdown("\n".join([head, "| --- | --- | --- | --- |", *rows]))


def _share(right: float) -> str:
    return f"{right:.1%}" if right == right else "–"
