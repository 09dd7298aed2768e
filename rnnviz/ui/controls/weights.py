"""The control that chooses where weights come from, and those of a trained network."""

from dataclasses import replace

import streamlit as st

from rnnviz.core import networks
from rnnviz.core.errors import ExperimentError
from rnnviz.core.experiment import Experiment
from rnnviz.core.glossary import told
from rnnviz.core.networks import DRAWN, MOST_TEXT, Weights
from rnnviz.core.settings import SETTINGS, TRAINED
from rnnviz.ui.letters import letter_by_letter

FIXED = ("cell", "n_a", "T_x", "m", "n_x", "n_y", "activation", "dtype")  # by a trained network
KEY = "control_weights"


def still_here(kept: Experiment) -> Experiment:
    """The experiment; where its network has gone in the meantime, drawn weights of its shapes."""
    try:
        return kept if kept.network is None else replace(kept)
    except ExperimentError as error:
        st.warning(f"{letter_by_letter(error)}; weights drawn from the seed are used.")
        return Experiment(**{n: getattr(kept, n) for n in SETTINGS if n not in TRAINED})


def switched(kept: Experiment, word: str, drawn: Experiment) -> Experiment:
    """The experiment with other weights: those drawn last, or a network with the same review where
    it can read that, else with one of its own."""
    if word == DRAWN:
        return drawn
    try:
        if kept.weights != DRAWN:
            return replace(kept, weights=word)
    except ExperimentError:
        pass
    try:
        return Experiment(weights=word)
    except ExperimentError as error:
        st.error(f"{letter_by_letter(error)}.")
        return kept


def choose(value: str, redraw: bool) -> str:
    """Draw the control; the word that it stands at."""
    titles = {DRAWN: "drawn from the seed"} | networks.offered()
    if value not in titles:
        own = networks.find(Weights.of(value)) if value.startswith("task-") else None
        titles[value] = own.title if own else f"of the file {value.removeprefix('file-')}"
    if redraw or KEY not in st.session_state:
        st.session_state[KEY] = value
    label = SETTINGS["weights"].label
    return st.selectbox(
        label, list(titles), format_func=lambda word: titles[word], key=KEY, help=told("weights")
    )


def reads(kept: Experiment, redraw: bool) -> dict[str, object]:
    """Draw what is asked of a trained network: its review, and the label of that."""
    network = kept.network
    values = {"review": kept.review, "label": kept.label}
    if network is None:
        return values
    for name, value in values.items():
        if redraw or f"control_{name}" not in st.session_state:
            st.session_state[f"control_{name}"] = value
    classes = dict(enumerate(network.classes, 1))
    values["review"] = st.text_area(
        network.asks, key="control_review", max_chars=MOST_TEXT, height=120, help=told("review"),
    )  # fmt: skip
    st.caption(network.note)
    if not network.classes:
        st.caption(f"The loss: {kept.objective.sentence}.")
        return {"review": values["review"]}
    values["label"] = st.selectbox(
        SETTINGS["label"].label,
        list(classes),
        format_func=lambda label: classes[label],
        key="control_label",
        help=told("label"),
    )
    st.caption(f"The loss: {kept.objective.sentence}.")
    return values
