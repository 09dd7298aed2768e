"""The Inside page's parts: which model, which review, and what it made of the words."""

import numpy as np
import streamlit as st

from rnnviz.core.errors import ExperimentError, shown
from rnnviz.sentiment import corpus, data, runs, twin
from rnnviz.sentiment.bridge import Model
from rnnviz.sentiment.runs import Folder
from rnnviz.ui import cache, controls
from rnnviz.ui.equations import equations
from rnnviz.ui.show import folded, table

PAIRS = {  # two reviews that differ in one word that turns the verdict
    "not": (
        "the film is for most viewers really good later the hero meets the dog in the garden",
        "the film is not for most viewers really good later the hero meets the dog in the garden",
    ),
    "but / although": (
        "the plot is for some people dull for my friends but the music is for my friends lovely",
        "the plot is for some people dull for my friends although the music is for my friends "
        "lovely",
    ),
    "nobody says .. not": (
        "the ending is not for the critics moving",
        "nobody says that the ending is not for the critics moving",
    ),
    "one word": (
        "the cast is for all of us brilliant although the thief calls the nurse nobody is in the "
        "tower",
        "the cast is for all of us awful although the thief calls the nurse nobody is in the tower",
    ),
}
_WORDS_SHOWN = 1000
_MOST_LEFT_OUT = 400  # words of a review that is read once more without each of them


def models() -> list[tuple[str, Model, tuple[str, ...]]]:
    """(title, model, vocabulary) of one or two chosen runs, or of a file that was sent."""
    kept = runs.included() + [f for f in runs.every() if f.model.exists() and f.result()]
    kept = {folder.id: folder for folder in kept if folder.model.exists()}
    ids, found = list(kept), []
    asked = [id for id in controls.word("run").split("-") if id in kept]

    def name(id):
        score = (kept[id].result() or {}).get("test_accuracy")
        return kept[id].name + (f", {score:.1%}" if score else "")

    first = asked[0] if asked else ("lstm" if "lstm" in kept else (ids or [None])[0])
    chosen = st.selectbox(
        "Model", ids, ids.index(first) if first in ids else None, format_func=name, key="model"
    )
    second = st.selectbox(
        "Beside it", ["", *ids], ["", *ids].index(asked[1]) if len(asked) > 1 else 0,
        format_func=lambda id: name(id) if id else "no other model", key="second",
    )  # fmt: skip
    controls.say("run", "-".join(filter(None, (chosen, second))))
    for id in filter(None, (chosen, second)):
        try:
            found.append((name(id), _model(kept[id]), kept[id].words()))
        except ExperimentError as error:
            st.error(f"{name(id)}: {error}.")
    drawer, file = folded("A .keras file of your own"), None
    if drawer.open:
        file = drawer.file_uploader("The file", type="keras", max_upload_size=200)
    if file is not None:
        try:
            found = [(shown(file.name), cache.uploaded_model(file.getvalue()), ())]
        except ExperimentError as error:
            st.error(f"{shown(file.name)}: {error}.")
    if chosen:
        _settings(kept[chosen])
    return found


def _model(folder: Folder) -> Model:
    return cache.model(str(folder.model), folder.model.stat().st_mtime)


def _settings(folder: Folder) -> None:
    with st.expander("How it was trained"):
        st.json(folder.settings.to_dict())


def reviews(models: list) -> list[tuple[str, twin.Reading, list[str]]]:
    """(title, reading, words) of what stands side by side: two models, or two reviews."""
    names = [*PAIRS, "an example", "my own words"]
    given = controls.word("pair")
    start = names.index(given) if given in names else 0
    left, right = st.columns(2)
    kind = left.selectbox("What the two reviews differ in", names, start, key="pair")
    controls.say("pair", kind)
    if kind == "an example":
        with right:
            number = controls.choose("number", "Example", 1, 500, 1)
        random = np.random.default_rng(number)
        texts = [" ".join(corpus.review(random, label).words) for label in (1, 0)]
    else:
        texts = list(PAIRS.get(kind, PAIRS["not"]))
    columns = st.columns(2)
    texts = [
        column.text_area(f"Review {n}", text, key=f"text {n} {kind} {controls.word('number')}",
                         max_chars=20_000)
        for n, (column, text) in enumerate(zip(columns, texts, strict=True), 1)
    ]  # fmt: skip
    asked = [(models[0], text) for text in texts] if len(models) == 1 else []
    if len(models) > 1:  # two models read the first review
        asked = [(model, texts[0]) for model in models]
    found = []
    for number, ((name, model, vocabulary), text) in enumerate(asked, 1):
        title = name if len(models) > 1 else f"Review {number}"
        try:
            found.append((title, *_read(model, vocabulary, text)))
        except ExperimentError as error:
            st.info(f"{title}: {error}.")
    return found


def _read(model: Model, vocabulary: tuple[str, ...], text: str):
    """The reading of a text; with no vocabulary the text is ids."""
    if vocabulary:
        words = data.tokens(text)[:_WORDS_SHOWN]
        if not words:
            raise ExperimentError("a review must have at least one word, got none")
        ids = data.encode(words, data.numbers(vocabulary), len(vocabulary) + data.FIRST)
        words = [
            "▸",
            *(w if i != data.UNKNOWN else f"({w})" for w, i in zip(words, ids[1:], strict=True)),
        ]
    else:
        ids = [int(word) for word in text.split() if word.isascii() and word.isdigit()][
            :_WORDS_SHOWN
        ]
        if not ids:
            raise ExperimentError(
                "a model without a vocabulary reads word ids, such as 1 14 22 16, got words"
            )
        words = [str(i) for i in ids if i or not model.masked]
    return twin.read(model, ids, leave_out=len(ids) <= _MOST_LEFT_OUT), words


def sentence(reading: twin.Reading, words: list[str]) -> str:
    """The verdict, and the word without which it would be most another."""
    p, z = reading.probabilities[-1], reading.log_odds
    side = "positive" if p > 0.5 else "negative"
    said = f"**{side}**, P(positive) = {p:.4f}"
    unknown = sum(word.startswith("(") for word in words)
    more = f" {unknown} words are outside its vocabulary." if unknown else ""
    if not np.isfinite(reading.missed).all():
        return f"{said}.{more}"
    most = np.argmax(reading.missed * np.sign(z))
    other = 1 / (1 + np.exp(reading.missed[most] - z))
    return f"{said}; without “{words[most]}” (word {most}) it would be **{other:.4f}**.{more}"


def details(pairs: list) -> None:
    """Equations and exact numbers."""
    if not pairs:
        return
    _, reading, words = pairs[0]
    equations(reading.run.cell)
    columns = {
        "word": words,
        "P(positive)": reading.probabilities,
        "lost without it": reading.missed,
    }
    columns |= {"gradient x input": reading.influence}
    for name, norms in reading.run.gradients.norms.items():
        columns[f"norm of dz/d{name}"] = norms
    table(columns, "inside")
