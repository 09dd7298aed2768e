"""A file of reviews that somebody sent: how it is understood, and what else it could mean."""

import hashlib
from typing import BinaryIO, NamedTuple

import pandas as pd
import streamlit as st

from rnnviz.core.errors import ExperimentError, shown
from rnnviz.sentiment import dealing, reviews_csv, runs
from rnnviz.sentiment.columns import Layout, UnknownColumns
from rnnviz.sentiment.labels import Classes, UnknownLabels, classes
from rnnviz.sentiment.reviews_csv import Reviews
from rnnviz.ui import cache
from rnnviz.ui.letters import letter_by_letter

_KINDS = ["csv", "tsv", "txt", "gz", "zip"]
_MOST_SHOWN = 160  # characters of a text
_MOST_WORDS = 25


class Upload(NamedTuple):
    """A file that can be trained on, and what the settings say of it."""

    file: BinaryIO
    settings: dict[str, str]

    def keep(self) -> str:
        """The path of a copy for the processes that train. Raises ExperimentError."""
        self.file.seek(0)
        content = self.file.read()
        path = runs.home() / "data" / f"{hashlib.sha256(content).hexdigest()[:16]}.csv"
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(content)
        except OSError as error:
            raise ExperimentError(f"the file cannot be kept: {error.strerror}") from None
        return str(path)


def reviews(place) -> Upload | None:
    """Ask for a file; in `place` show it as it is understood. None until it can be trained on."""
    most = reviews_csv.MOST_BYTES >> 20
    label = "Reviews as .csv, .tsv, .txt or .csv.gz: a text and a label in every row"
    file = st.file_uploader(label, type=_KINDS, max_upload_size=most)
    if file is None:
        return None
    with place:
        st.subheader(f"{letter_by_letter(shown(file.name))}, as it is understood", anchor=False)
        try:
            given, settings = _read(file)
            two, more = _classes(given, file.file_id)
            if two is None:
                return None
            _preview(given, two)
            dealing.check(given.texts, two.labels)
        except ExperimentError as error:
            st.error(f"{letter_by_letter(str(error).partition(' (--')[0])}.")
            return None
    return Upload(file, settings | more)


def _read(file) -> tuple[Reviews, dict[str, str]]:
    """The file's reviews, with the switches and menus for what it could mean else."""
    first = cache.uploaded_reviews(file.file_id, "", "", "", file)
    layout = _layout(first)
    if layout is None:
        return _sound(first), {}
    columns = st.columns(3, vertical_alignment="bottom")
    named = columns[0].toggle(
        "First row names the columns", layout.header_row > 0, key=f"named {file.file_id}"
    )
    header = "" if named == (layout.header_row > 0) else ("yes" if named else "no")
    asked = {"text_column": "", "label_column": "", "header": header}
    if header:
        first = cache.uploaded_reviews(file.file_id, "", "", header, file)
        layout = _layout(first) or layout
    titles = [layout.title(k) for k in range(layout.width)]
    for what, place, column in (("text", layout.text, 1), ("label", layout.label, 2)):
        chosen = columns[column].selectbox(
            f"The {what}", range(layout.width), place if place >= 0 else None,
            format_func=titles.__getitem__, key=f"{what} {header} {file.file_id}",
        )  # fmt: skip
        if chosen is None:
            return _sound(first), asked
        if chosen != place:
            asked[f"{what}_column"] = str(chosen + 1)
    if asked["text_column"] or asked["label_column"]:
        first = cache.uploaded_reviews(
            file.file_id, asked["text_column"], asked["label_column"], header, file
        )
    return _sound(first), asked


def _sound(read: Reviews | ExperimentError) -> Reviews:
    if isinstance(read, ExperimentError):
        raise read
    return read


def _layout(first: Reviews | ExperimentError) -> Layout | None:
    if isinstance(first, UnknownColumns | Reviews):
        return first.layout
    return None


def _classes(given: Reviews, id: str) -> tuple[Classes | None, dict[str, str]]:
    """The two classes, asked for where the labels do not say them; None until it is said."""
    try:
        two = classes(given.labels)
    except UnknownLabels as error:
        asked = "Which label is the positive class?"
        key = f"positive {id} {'|'.join(error.labels)}"
        positive = st.radio(asked, error.labels, index=None, key=key, horizontal=True)
        if positive is None:
            return None, {}
        return classes(given.labels, positive), {"positive": positive}
    if not two.stars:
        return two, {}
    label = f"The positive class begins at (of {two.stars[0]:g} to {two.stars[-1]:g})"
    least = st.select_slider(
        label, two.stars[1:], two.threshold, key=f"stars {id}",
        format_func=lambda star: f"{star:g}",
    )  # fmt: skip
    if least == two.threshold:
        return two, {}
    threshold = f"{least:g}"
    return classes(given.labels, threshold=threshold), {"threshold": threshold}


def _preview(given: Reviews, two: Classes) -> None:
    """What was made of the file, and of its first rows."""
    said = [*given.told(), two.told(), *dealing.told(given.texts, two.labels)]
    st.markdown("\n".join(f"- {letter_by_letter(sentence)}" for sentence in said))
    rows = [
        {
            **{"row": row, "label": label, "class": two.names[two.labels[k]]},
            **{"text": _cut(text, _MOST_SHOWN), "read as": " ".join(words[:_MOST_WORDS])},
        }
        for k, (row, text, words, label) in enumerate(given.first)
    ]
    st.dataframe(pd.DataFrame(rows), hide_index=True)


def _cut(text: str, most: int) -> str:
    return text if len(text) <= most else f"{text[:most]} .."
