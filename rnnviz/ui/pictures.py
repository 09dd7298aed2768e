"""Take the pictures with you: those of a page, or of all pages, in one file."""

from collections.abc import Iterable

import streamlit as st

from rnnviz.core.errors import ExperimentError
from rnnviz.core.types import Run
from rnnviz.exhibits import Showing, of_run
from rnnviz.export import pages
from rnnviz.export.dress import look
from rnnviz.ui import drawn, saving
from rnnviz.ui.foot import part
from rnnviz.ui.show import mode

_FILES = {  # what is offered: the kind of the file, and the format of the pictures in a zip
    "One page that opens offline (HTML)": ("html", ""),
    "PDF, one picture a page": ("pdf", ""),
    "Zip of SVG": ("zip", "svg"),
    "Zip of PNG": ("zip", "png"),
    "Zip of WebP": ("zip", "webp"),
}
_THEMES = {
    "light": ("light", ""),
    "dark": ("dark", ""),
    "print, one column (85 mm)": ("print", "85mm"),
    "print, two columns (174 mm)": ("print", "174mm"),
}
_MEDIA = {"html": "text/html", "pdf": "application/pdf", "zip": "application/zip"}


def download_pictures(run: Run | None = None, cells: Iterable[str] = ()) -> None:
    """One file of this page's pictures as they stand, or of every page's.

    `cells` are those that Compare shows.
    """
    place = part("Pictures")
    if place is None:
        return
    with place:
        left, middle, right = st.columns(3)
        every = "Every page" if run is not None else None
        which = left.selectbox("Which", list(filter(None, ("This page", every))))
        missing = saving.missing()
        offered = [name for name, (kind, _) in _FILES.items() if kind == "html" or not missing]
        kind, form = _FILES[middle.selectbox("As", offered)]
        themes, plain = list(_THEMES), kind == "html"
        chosen = right.selectbox("Theme", themes, index=themes.index(mode()), disabled=plain)
        if missing:
            st.caption(f"{missing}.")
        elif plain:
            st.caption("It holds Plotly and shows itself light or dark, as its reader likes it.")
        if st.button("Make the file", key="make the pictures"):
            here = {one.name: one for one in drawn.so_far()}
            showings = here if run is None or which == "This page" else of_run(run, cells)
            _make(showings, kind, form, chosen)


def _make(showings: dict[str, Showing], kind: str, form: str, theme: str) -> None:
    bar, content = st.progress(0.0, "Drawing .."), b""
    try:
        for part in pages.together(showings, kind, look(*_THEMES[theme]), form, _scale(theme)):
            if isinstance(part, float):
                bar.progress(part, f"{round(part * len(showings))} of {len(showings)} pictures")
            else:
                content = part
    except ExperimentError as error:
        st.error(f"{error}.")
        return
    finally:
        bar.empty()
    name = f"rnnviz-pictures.{kind}"
    label = f"Download {name} ({max(1, len(content) // 1024):,} KB)"
    st.download_button(label, content, name, _MEDIA[kind], on_click="ignore")


def _scale(theme: str) -> float:
    return 1.0 if theme.startswith("print") else 2.0
