"""The Inside page's parts: which model, which review, and what it made of the words."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import NamedTuple

import numpy as np
import streamlit as st

from rnnviz.core.errors import ExperimentError, shown
from rnnviz.exhibits.inside import Read
from rnnviz.sentiment import corpus, data, examples, runs
from rnnviz.sentiment.bridge import Model
from rnnviz.sentiment.examples import Example
from rnnviz.sentiment.reading import read
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
_TITLES = {
    **{kind: f"differ in: {kind}" for kind in PAIRS},
    **{kind: f"of the test half: {kind}" for kind in examples.KINDS},
    "an example": "an example of the built-in grammar",
}
_WORDS_SHOWN = 1000
_MOST_LEFT_OUT = 400  # words of a review that is read once more without each of them


class Chosen(NamedTuple):
    """A model to look into; a file that was sent has neither vocabulary nor examples."""

    title: str
    model: Model
    words: tuple[str, ...] = ()
    examples: Mapping[str, list[Example]] = MappingProxyType({})


def models() -> list[Chosen]:
    """One or two chosen runs, or a file that was sent."""
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
            folder = kept[id]
            found.append(Chosen(name(id), _model(folder), folder.words(), folder.examples()))
        except ExperimentError as error:
            st.error(f"{name(id)}: {error}.")
    drawer, file = folded("A .keras file of your own"), None
    if drawer.open:
        file = drawer.file_uploader("The file", type="keras", max_upload_size=200)
    if file is not None:
        try:
            found = [Chosen(shown(file.name), cache.uploaded_model(file.getvalue()))]
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


def reviews(models: list[Chosen]) -> list[Read]:
    """What stands side by side: two models, or two reviews."""
    own = {kind: found for kind, found in (models[0].examples if models else {}).items() if found}
    names = [*PAIRS, *own, "an example", "my own words"]
    given = controls.word("pair")
    start = names.index(given) if given in names else 0
    left, right = st.columns(2)
    kind = left.selectbox(
        "The two reviews",
        names,
        start,
        format_func=lambda name: _TITLES.get(name, name),
        key="pair",
    )
    controls.say("pair", kind)
    if kind in own:
        pair = _numbered(own[kind], right)
        texts = [_text(one, models[0].words) for one in pair]
    else:
        pair = []
        texts = _example(right) if kind == "an example" else list(PAIRS.get(kind, PAIRS["not"]))
    texts = [
        column.text_area(f"Review {n}", text, key=f"text {n} {kind} {controls.word('number')}",
                         max_chars=20_000)
        for n, (column, text) in enumerate(zip(st.columns(2), texts, strict=False), 1)
    ]  # fmt: skip
    asked = [(models[0], n) for n in range(len(texts))] if len(models) == 1 else []
    if len(models) > 1:  # two models read the first review
        asked = [(chosen, 0) for chosen in models]
    found = []
    for chosen, n in asked:
        title = chosen.title if len(models) > 1 else f"Review {n + 1}"
        as_read = pair[n] if pair and texts[n] == _text(pair[n], models[0].words) else None
        if as_read:
            title += f", labelled {'positive' if as_read.label else 'negative'}"
        try:
            ids, words = _ids(chosen, texts[n], as_read, models[0].words)
            reading = read(chosen.model, ids, leave_out=len(ids) <= _MOST_LEFT_OUT)
            found.append(Read(title, reading, words))
        except ExperimentError as error:
            st.info(f"{title}: {error}.")
    return found


def _numbered(found: list[Example], place) -> list[Example]:
    """The n-th review of either class, as far as there are any."""
    sides = [[one for one in found if one.label == label] for label in (1, 0)]
    with place:
        number = controls.choose("number", "Example", 1, max(map(len, sides)), 1)
    return [side[number - 1] for side in sides if len(side) >= number]


def _example(place) -> list[str]:
    """Two reviews from the built-in grammar, one of either class."""
    with place:
        number = controls.choose("number", "Example", 1, 500, 1)
    random = np.random.default_rng(number)
    return [" ".join(corpus.review(random, label).words) for label in (1, 0)]


def _text(one: Example, vocabulary: tuple[str, ...]) -> str:
    return " ".join(
        word for word in examples.spelled(one.ids, vocabulary) if word not in ("·", "▸")
    )


def _ids(chosen: Chosen, text: str, as_read: Example | None, vocabulary: tuple[str, ...]):
    """The ids of a text and a word for each; without a vocabulary the text is ids.

    `as_read`: the example that the text is, word for word, in ids of that vocabulary.
    """
    if as_read and chosen.words == vocabulary:
        words = examples.spelled(as_read.ids, vocabulary)
        if chosen.model.masked:
            words = [word for word in words if word != "·"]
        return as_read.ids, words
    if chosen.words:
        words = data.tokens(text)[:_WORDS_SHOWN]
        if not words:
            raise ExperimentError("a review must have at least one word, got none")
        ids = data.encode(words, data.numbers(chosen.words), len(chosen.words) + data.FIRST)
        marked = (w if i != data.UNKNOWN else f"({w})" for w, i in zip(words, ids[1:], strict=True))
        return ids, ["▸", *marked]
    ids = [int(word) for word in text.split() if word.isascii() and word.isdigit()][:_WORDS_SHOWN]
    if not ids:
        raise ExperimentError(
            "a model without a vocabulary reads word ids, such as 1 14 22 16, got words"
        )
    return ids, [str(i) for i in ids if i or not chosen.model.masked]


def details(several: list[Read]) -> None:
    """Equations and exact numbers."""
    if several:
        equations(several[0].run.cell)
        table()
