"""Files of the user's own to learn: a CSV, with the columns that are to come out, and a text."""

import streamlit as st

from rnnviz.core.errors import ExperimentError, shown
from rnnviz.core.glossary import told
from rnnviz.core.tables.series import MOST_BYTES
from rnnviz.tasks.find import COLUMNS, Asked
from rnnviz.ui import controls


def asked() -> tuple[Asked, bytes | None]:
    """What was asked for, and the file; None without one that can be read."""
    file = st.file_uploader(
        "Your CSV: rows are steps", type=["csv", "tsv", "txt"], max_upload_size=MOST_BYTES >> 20,
        help=told("series"),
    )  # fmt: skip
    if file is None:
        return Asked(COLUMNS), None
    try:
        signal, meant = controls.understood(file)
    except ExperimentError as error:
        st.error(f"{shown(file.name)}: {str(error).partition(' (--')[0]}.")
        return Asked(COLUMNS), None
    count = len(signal.rows[0])
    every = [name or str(n) for n, name in enumerate(signal.names or [""] * count, 1)]
    targets = st.multiselect(
        "Columns that are to come out", every, default=every[-1:], help=told("columns-out")
    )
    rest = [name for name in every if name not in targets]
    inputs = st.multiselect("Columns that come in", rest, default=rest, help=told("columns-in"))
    return Asked(
        COLUMNS, inputs=tuple(inputs), targets=tuple(targets), meant=meant
    ), file.getvalue()


def text() -> bytes | None:
    """A text of the user's own in place of the project's; None without one."""
    file = st.file_uploader(
        "Your own text", type=["txt", "md"], max_upload_size=1, help=told("own-text")
    )
    return file.getvalue() if file else None
