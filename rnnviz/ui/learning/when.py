"""Predict, then see: after how many updates a network has learned its task."""

import streamlit as st

from rnnviz.exhibits.training import Watched
from rnnviz.lessons.predictions import Factor, told
from rnnviz.ui import controls
from rnnviz.ui.learning.choose import Chosen

NEAR = Factor("updates", 1.5)
_MOST = 10**6


def ask(chosen: Chosen) -> float | None:
    """The question before the first update; None where nobody says."""
    return chosen.row.number_input(
        "Predict: after how many updates is it solved?", 1, _MOST, value=None,
        placeholder="Predict: solved after how many updates?", key="training-updates-guess",
        label_visibility="collapsed", width=360,
    )  # fmt: skip


def tell(chosen: Chosen, one: Watched, of: str) -> None:
    """What was predicted, if anything was, and what came; what others measured."""
    said, at = controls.guess(of), one.solved_at
    if said is not None and at is None:
        came = f"it was **not solved within {told(one.one.done)} updates**"
        st.markdown(f"You said {NEAR.told(said)}; {came}.")
    elif said is not None and at is not None:
        st.markdown(NEAR.difference(float(said), at))
    if expected := chosen.plan.expected:
        st.caption(f"Measured with these settings: {expected}. Tests come every 50 updates.")
