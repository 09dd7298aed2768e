"""The text of a signal that is made of symbols: typed here, or changed by a click on the tape."""

from dataclasses import replace

import streamlit as st

from rnnviz.core.errors import ExperimentError
from rnnviz.core.glossary import told
from rnnviz.core.settings import SETTINGS
from rnnviz.core.signals import SIGNALS
from rnnviz.core.symbols import MOST_LETTERS
from rnnviz.ui.controls.session import say, store
from rnnviz.ui.letters import letter_by_letter


def draw_text(values: dict, redraw: bool) -> None:
    """The field, and the sizes that its text decides; a text that cannot be read leaves the last
    one that could, or the signal's own."""
    symbols = SIGNALS[values["signal"]].symbols
    if symbols is None:
        values["text"] = ""
        return
    try:
        before = symbols.written(symbols.read(values["text"]))
    except ExperimentError:  # of another signal
        before = symbols.text
    key = f"control_text_{values['signal']}"
    if redraw or key not in st.session_state:
        st.session_state[key] = before
    label = SETTINGS["text"].label
    typed = st.text_area(label, key=key, max_chars=MOST_LETTERS, height=68, help=told("text"))
    try:
        read = symbols.read(typed)
    except ExperimentError as error:
        st.error(f"{letter_by_letter(error)}.")
        read = symbols.read(before)
    values |= {"text": symbols.written(read), "T_x": len(read), "n_x": symbols.n_x}


def hear_edited(key: str) -> None:
    """Take what a component's trigger `edited` said: the step and the row of an input that was
    clicked, from 0. Anything else is not ours, and is left out."""
    said, kept = st.session_state.get(key, {}).get("edited"), store()
    one = kept.experiment
    symbols = SIGNALS[one.signal].symbols
    if symbols is None or not isinstance(said, dict):
        return
    t, row = said.get("t"), said.get("row")
    if type(t) is type(row) is int and 0 <= t < one.T_x and 0 <= row < one.n_x:
        say("t", str(t + 1))
        kept.experiment = replace(one, text=symbols.edited(one.text, t, row))
        kept.adopted = True
