"""The Inside page's parts: which model, and the exact numbers."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import NamedTuple

import streamlit as st

from rnnviz.core.errors import ExperimentError, shown
from rnnviz.exhibits.inside import Read
from rnnviz.sentiment import runs
from rnnviz.sentiment.bridge import Model
from rnnviz.sentiment.examples import Example
from rnnviz.sentiment.runs import Folder
from rnnviz.sentiment.settings import Settings
from rnnviz.ui import cache, controls
from rnnviz.ui.equations import equations
from rnnviz.ui.show import table


class Chosen(NamedTuple):
    """A model to look into; a file that was sent has neither settings nor words nor examples."""

    title: str
    model: Model
    settings: Settings | None = None
    words: tuple[str, ...] = ()
    examples: Mapping[str, list[Example]] = MappingProxyType({})


def models() -> list[Chosen]:
    """One or two chosen runs, or a file that was sent; none where one of them cannot be read, so
    that no other model's picture stands for it."""
    kept = runs.included() + [f for f in runs.every() if f.model.exists() and f.result()]
    kept = {folder.id: folder for folder in kept if folder.model.exists()}
    ids, readable = list(kept), []
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
    with st.expander("A .keras file of your own"):
        file = st.file_uploader("The file", type="keras", max_upload_size=200)
    if file is not None:
        try:
            return [Chosen(shown(file.name), cache.uploaded_model(file.getvalue()))]
        except ExperimentError as error:
            st.error(f"{shown(file.name)}: {error}.")
            return []
    asked = [id for id in (chosen, second) if id]
    for id in asked:
        folder = kept[id]
        try:
            more = folder.settings, folder.words(), folder.examples()
            readable.append(Chosen(name(id), _model(folder), *more))
        except ExperimentError as error:
            st.error(f"{name(id)}: {error}.")
    if chosen:
        _settings(kept[chosen])
    return readable if len(readable) == len(asked) else []


def _model(folder: Folder) -> Model:
    return cache.model(str(folder.model), folder.model.stat().st_mtime)


def _settings(folder: Folder) -> None:
    with st.expander("How it was trained"):
        st.json(folder.settings.to_dict())


def details(several: list[Read]) -> None:
    """Equations and exact numbers."""
    if several:
        equations(several[0].run.cell)
        table()
