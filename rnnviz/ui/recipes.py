"""What the Sentiment page trains: the reviews, the recipe, the models; and the button."""

from dataclasses import replace

import streamlit as st

from rnnviz.core.errors import ExperimentError
from rnnviz.core.glossary import told
from rnnviz.sentiment import data
from rnnviz.sentiment.settings import BOUNDS, CELLS, MODELS, Settings, recipe
from rnnviz.ui import controls, uploads
from rnnviz.ui.letters import letter_by_letter
from rnnviz.ui.linked_runs import TITLES, show, submitted
from rnnviz.ui.uploads import Upload

_ADVANCED = ("seed", "epochs", "units", "words", "length", "batch", "embedding", "size", "ngrams")
_LABELS = {
    "words": "Words known",
    "length": "Words read of a review",
    "batch": "Reviews a batch",
    "embedding": "Numbers a word",
    "ngrams": "Longest phrase of the bag of words",
    "size": "Reviews to train on (built-in corpus)",
}
_TERMS = {"seed": "training-seed", "units": "width"}  # of the glossary, where that is another word


def choose(place) -> None:
    """What to train: data, recipe, cells and, folded away, the rest; and the button.

    A file that was sent is shown in `place` as it is understood.
    """
    source, sent = _source(place)
    kind = st.radio(
        "Recipe", ["modern", "notebook"], horizontal=True,
        key=controls.kept("recipe", "modern"), help=told("recipe"),
    )  # fmt: skip
    cells = st.pills(
        "Models", MODELS, selection_mode="multi", format_func=TITLES.get,
        key=controls.kept("models", MODELS), help=told("models"),
    )  # fmt: skip
    changed, matched = {}, False
    with st.expander("Settings"):
        base = recipe(kind, source or "builtin", "gru")
        base = replace(base, ngrams=recipe(kind, source or "builtin", "bow").ngrams)
        for name in _ADVANCED:
            value = getattr(base, name)
            key = f"set_{kind}_{source}_{name}"
            label = _LABELS.get(name, name.capitalize())
            kept, helped = controls.kept(key, value), told(_TERMS.get(name, name))
            number = st.number_input(label, *BOUNDS[name], key=kept, help=helped)
            if number != value:
                changed[name] = number
        matched = st.toggle(
            "Give every cell as many parameters as the GRU",
            key=controls.kept("matched", False),
            help=told("matched"),
        )
    if st.button("Train", disabled=not (cells and source)):
        try:
            if sent:
                changed |= sent.settings
            path = sent.keep() if sent else source
            asked = [recipe(kind, path, cell, **changed) for cell in cells]
            show(submitted(_matched(asked) if matched else asked))
        except ExperimentError as error:
            st.error(f"{letter_by_letter(error)}.")


def _matched(asked: list[Settings]) -> list[Settings]:
    from rnnviz.sentiment.models import cell_parameters, matched_units

    like = replace(asked[0], cell="gru")
    target = cell_parameters(like, like.units)
    return [
        replace(one, units=matched_units(one, target)) if one.cell in CELLS else one
        for one in asked
    ]


def _source(place) -> tuple[str, Upload | None]:
    """The dataset: built in, IMDB, or "csv" with the file that was sent and could be read; "" as
    long as there is none."""
    titles = {"builtin": "Built-in corpus", "imdb": "IMDB reviews", "csv": "Your own file"}
    chosen = st.selectbox(
        "Reviews", list(titles), format_func=titles.get,
        key=controls.kept("reviews", "builtin"), help=told("reviews"),
    )  # fmt: skip
    if chosen == "imdb" and "imdb" not in data.available():
        st.caption("Keras downloads them once, about 17 MB, when training starts.")
    if chosen != "csv":
        return chosen, None
    sent = uploads.reviews(place)
    return ("csv" if sent else ""), sent
