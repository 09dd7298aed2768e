"""Take the pictures with you: those of a page, or of all pages, in one file."""

from collections.abc import Iterable

import streamlit as st

from rnnviz.core.errors import ExperimentError
from rnnviz.core.types import Run
from rnnviz.exhibits import Showing, of_run
from rnnviz.export import again, images, pages, stills
from rnnviz.export.dress import Look, fitted, look
from rnnviz.ui import drawn, saving
from rnnviz.ui.foot import part
from rnnviz.ui.letters import letter_by_letter
from rnnviz.ui.show import mode

_FILES = {  # what is offered: the kind of the file, and the format of the pictures in a zip
    "One page that opens offline (HTML)": ("html", ""),
    "PDF, one picture a page": ("pdf", ""),
    "One picture, panels a, b, c (SVG)": ("panels", "svg"),
    "One picture, panels a, b, c (PDF)": ("panels", "pdf"),
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
_STILLS = {
    "diagram": "The cell's diagram",
    "diagram-back": "The diagram with the gradients",
    "tape": "The tape",
    "tape-back": "The tape of the gradients",
}
_FORMATS = ("svg", "pdf", "png")
_MEDIA = {"html": "text/html", "pdf": "application/pdf", "zip": "application/zip"}
_MEDIA["svg"] = "image/svg+xml"


def download_pictures(
    run: Run | None = None, cells: Iterable[str] = (), at: tuple[int, int, int] | None = None
) -> None:
    """One file of this page's pictures as they stand, or of every page's.

    `cells` are those that Compare shows; `at` the step, sequence and unit (from 0) at which a
    player stands, whose diagram and tape are offered, too.
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
        common = not plain and left.toggle("One scale for all", key="pictures common")
        if missing:
            st.caption(f"{missing}.")
        elif plain:
            st.caption("It holds Plotly and shows itself light or dark, as its reader likes it.")
        if st.button("Make the file", key="make the pictures"):
            here = {one.name: one for one in drawn.so_far()}
            showings = here if run is None or which == "This page" else of_run(run, cells)
            worn = look(*_THEMES[chosen])._replace(common=common)
            _make(showings, (kind, form), worn, _scale(chosen))
        if run is not None and at is not None:
            _still(run, at)


def _still(run: Run, at: tuple[int, int, int]) -> None:
    """The diagram or the tape at a step, and the command that makes the same file."""
    t, sequence, unit = at
    st.markdown(f"**One step**, t = {t + 1}, sequence {sequence + 1}, unit {unit + 1}")
    left, middle, right = st.columns(3)
    kind = left.selectbox("Picture", _STILLS, format_func=_STILLS.__getitem__, key="still")
    offered = [form for form in _FORMATS if form == "svg" or not saving.missing()]
    form = middle.selectbox("Format", offered, format_func=str.upper, key="still format")
    themes = list(_THEMES)
    theme = right.selectbox("Ground", themes, index=themes.index(mode()), key="still theme")
    values = left.toggle("With its numbers", value=True, key="still values")
    title = middle.toggle("With a title", value=True, key="still title")
    still = stills.Still(kind, t, sequence, unit, values)
    worn = fitted(look(*_THEMES[theme]), title=title)
    scale = _scale(theme)

    def made() -> bytes:
        ((_, content),) = images.draw([stills.order(kind, run, still, worn, form, scale)])
        return content

    name = f"rnnviz-{run.experiment.file_name}-{kind}-t{t + 1}.{form}"
    st.download_button(f"Save {form.upper()}", made, name, on_click="ignore", key="still save")
    st.caption("The same from a shell:")
    words = ["--out", ".", *stills.flags(still, worn, form, scale)]
    st.code(again.command(run.experiment, words), language=None, wrap_lines=True)


def _make(showings: dict[str, Showing], asked: tuple[str, str], worn: Look, scale: float) -> None:
    kind, form = asked
    bar, content = st.progress(0.0, "Drawing .."), b""
    try:
        for part in pages.together(showings, kind, worn, form, scale):
            if isinstance(part, float):
                bar.progress(part, f"{round(part * len(showings))} of {len(showings)} pictures")
            else:
                content = part
    except ExperimentError as error:
        st.error(f"{letter_by_letter(error)}.")
        return
    finally:
        bar.empty()
    end = form if kind == "panels" else kind
    name = f"rnnviz-pictures.{end}"
    label = f"Download {name} ({max(1, len(content) // 1024):,} KB)"
    st.download_button(label, content, name, _MEDIA[end], on_click="ignore")
    if told := again.of_several(showings, kind, worn, form, scale):
        st.caption("The same from a shell:")
        st.code(told, language=None, wrap_lines=True)


def _scale(theme: str) -> float:
    return 1.0 if theme.startswith("print") else 2.0
