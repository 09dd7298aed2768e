"""The Inside page's parts: which model, how it is given its reviews, and the exact numbers."""

from collections.abc import Callable, Mapping
from functools import partial
from types import MappingProxyType
from typing import NamedTuple

import pandas as pd
import streamlit as st

from rnnviz.core.errors import ExperimentError, shown
from rnnviz.core.glossary import told
from rnnviz.exhibits.inside import Read, names_of
from rnnviz.sentiment import runs, typed
from rnnviz.sentiment.bridge import ENDINGS, OTHERS, Model
from rnnviz.sentiment.examples import Example
from rnnviz.sentiment.network.model import VALUES
from rnnviz.sentiment.runs import Folder
from rnnviz.sentiment.settings import Settings
from rnnviz.sentiment.typed import Padding
from rnnviz.sentiment.vocabulary import Vocabulary, of_run
from rnnviz.ui import cache, controls
from rnnviz.ui.equations import equations
from rnnviz.ui.foot import part
from rnnviz.ui.letters import letter_by_letter
from rnnviz.ui.opened import in_ids, open_in
from rnnviz.ui.show import table


class Chosen(NamedTuple):
    """A model to look into. A run has settings and examples, a file that was sent a padding;
    `names` are its classes', where they are known, `weights` what an Experiment calls it, or of a
    file `kept` (layer, way) what one of its layers is called, and why it has no name."""

    title: str
    model: Model
    vocabulary: Vocabulary | None = None
    settings: Settings | None = None
    examples: Mapping[str, list[Example]] = MappingProxyType({})
    padding: Padding = Padding()
    names: tuple[str, ...] = ()
    weights: str = ""
    kept: Callable[..., tuple[str, str]] | None = None

    def called(self, look: "Look") -> str:
        """What an Experiment calls it, or the layer that is looked into; "" where it cannot be
        shown elsewhere."""
        return self.kept(look.layer, look.way)[0] if self.kept else self.weights


class Look(NamedTuple):
    """What of a model is looked at: the class that words are weighed for, None for the most
    probable one, and a layer and its direction."""

    target: int | None = None
    layer: int | None = None
    way: int = 0


def models() -> list[Chosen]:
    """One or two chosen runs, or a file that was sent; none where one of them cannot be read, so
    that no other model's picture stands for it."""
    kept = runs.included() + [folder for folder in runs.every() if folder.finished]
    kept = {folder.id: folder for folder in kept if folder.model.exists()}
    ids, readable = list(kept), []
    asked = [id for id in controls.word("run").split("-") if id in kept]

    def name(id):
        score = (kept[id].result() or {}).get("test_accuracy")
        return kept[id].name + (f", {score:.1%}" if score else "")

    first = asked[0] if asked else ("lstm" if "lstm" in kept else (ids or [None])[0])
    chosen = st.selectbox(
        "Model", ids, ids.index(first) if first in ids else None, format_func=name, key="model",
        help=told("model"),
    )  # fmt: skip
    second = st.selectbox(
        "Beside it", ["", *ids], ["", *ids].index(asked[1]) if len(asked) > 1 else 0,
        format_func=lambda id: name(id) if id else "no other model", key="second",
        help=told("second"),
    )  # fmt: skip
    controls.say("run", "-".join(filter(None, (chosen, second))))
    with st.expander("A model file of your own"):
        file = st.file_uploader(
            "The file", type=[*ENDINGS, *OTHERS], max_upload_size=200,
            help="Keras' .keras or .h5, or a PyTorch state_dict as .safetensors or .npz; nothing "
            "in it is run",
        )  # fmt: skip
        if file is not None:
            return _sent(shown(file.name), file.getvalue())
    asked = [id for id in (chosen, second) if id]
    for id in asked:
        folder = kept[id]
        try:
            words, names = of_run(folder.words()), tuple(map(shown, folder.classes()))
            more = words, folder.settings, folder.examples()
            readable.append(
                Chosen(name(id), _model(folder), *more, names=names, weights=f"run-{id}")
            )
        except ExperimentError as error:
            st.error(letter_by_letter(f"{name(id)}: {error}."))
    if chosen:
        _settings(kept[chosen])
    return readable if len(readable) == len(asked) else []


def _sent(title: str, content: bytes) -> list[Chosen]:
    """A file's model with what the file does not say: words, padding, names."""
    try:
        model = cache.uploaded_model(content)
    except ExperimentError as error:
        st.error(letter_by_letter(f"{title}: {error}."))
        return []
    for note in model.notes:
        st.caption(letter_by_letter(f"{note[:1].upper()}{note[1:]}."))
    try:
        words = b"" if model.vocabulary else _words(model)
        vocabulary = model.vocabulary
        if words and model.embedding is not None:
            vocabulary = cache.vocabulary(words, len(model.embedding))
            st.caption(letter_by_letter(f"Read as {vocabulary.told}."))
        padding = _padding(model)
    except ExperimentError as error:
        st.error(f"{letter_by_letter(error)}.")
        return []
    what = "values" if model.final == VALUES else "classes"
    given = st.text_input(
        f"Names of its {what}", key=f"names {title}", max_chars=400,
        placeholder=", ".join(names_of(model)[:8]), help="From the first on, with commas",
    )  # fmt: skip
    names = tuple(name.strip() for name in given.split(",")) if given.strip() else ()
    kept = partial(cache.kept_network, content, words)
    if reason := kept()[1]:
        st.caption(f"It opens on no other page: {letter_by_letter(reason)}.")
    return [Chosen(title, model, vocabulary, padding=padding, names=names, kept=kept)]


def _words(model: Model) -> bytes:
    """The file of a vocabulary that lies beside a model's, if one is sent."""
    if model.embedding is None:
        return b""
    file = st.file_uploader(
        "Its vocabulary, if you have it", type=["txt", "json", "tsv", "csv", "vocab"],
        key="vocabulary", max_upload_size=50,
        help="JSON, one word a line, or Keras' index of reviews",
    )  # fmt: skip
    return b"" if file is None else file.getvalue()


def _padding(model: Model) -> Padding:
    """How reviews are padded: guessed from the file, which is said, and to be changed."""
    guess, why = typed.guessed(model)
    if guess.first or model.numbers:
        st.caption(why)
        return guess
    place = st.container(horizontal=True)
    side = place.selectbox(
        "Padding", typed.SIDES, typed.SIDES.index(guess.side), key=f"padding {guess}",
        format_func={"none": "none", "front": "in front", "back": "behind"}.get,
    )  # fmt: skip
    length = guess.length
    if side != "none" or length:
        length = place.number_input(
            "Length", 1, typed.MOST, length or 100, key=f"length {guess}",
            help="Of longer reviews the last ids are read",
        )  # fmt: skip
    st.caption(why)
    return Padding(side, length)


def _model(folder: Folder) -> Model:
    return cache.model(str(folder.model), folder.model.stat().st_mtime)


def _settings(folder: Folder) -> None:
    with st.expander("How it was trained"):
        st.json(folder.settings.to_dict())


def look(models: list[Chosen]) -> Look:
    """Which class words are weighed for, and which layer is looked into, where there is a choice;
    of two models each shows its own last layer."""
    if len(models) != 1:
        return Look()
    (chosen,) = models
    place, target = st.container(horizontal=True), None
    names, values = names_of(chosen.model, chosen.names), chosen.model.final == VALUES
    if len(names) > (1 if values else 2):
        first = "the largest one" if values else "the most probable class"
        asked = place.selectbox(
            "Steps are weighed for" if values else "Words are weighed for", range(-1, len(names)),
            key=f"class {chosen.title}", format_func=lambda k: names[k] if k >= 0 else first,
        )  # fmt: skip
        target = asked if asked >= 0 else None
    ways = [
        (layer, way)
        for layer, one in enumerate(chosen.model.recurrent)
        for way in range(len(one.ways))
    ]
    layer, way = ways[-len(chosen.model.recurrent[-1].ways)]
    if len(ways) > 1:
        layer, way = place.selectbox(
            "Look into", ways, ways.index((layer, way)), key=f"layer {chosen.title}",
            format_func=lambda at: chosen.model.recurrent[at[0]].told(at[1]),
        )  # fmt: skip
    return Look(target, layer, way)


def open_reading(one: Read, place: str) -> None:
    """The way of a review and its model to the pages of runs, against its label, or where it has
    none against what the model says; `place` is of the page's readings this one."""
    said = int(one.reading.each_class[:, -1].argmax())
    label = said if one.label is None else one.label
    open_in("Open this review", one.weights, in_ids(one.reading.row), label + 1, place=place)


def details(several: list[Read], models: list[Chosen]) -> None:
    """Equations, exact numbers, and the words that a model knows."""
    if several:
        equations(several[0].run)
        table()
    for chosen in models[:1]:
        if chosen.vocabulary is not None:
            _known(chosen.vocabulary)


def _known(vocabulary: Vocabulary) -> None:
    count = len(vocabulary.index)
    if place := part("Vocabulary"):
        words = sorted(vocabulary.index.items(), key=lambda pair: pair[1])
        place.caption(f"It knows {count:,} words.")
        place.dataframe(pd.DataFrame(words, columns=["word", "id"]), hide_index=True)
