"""What stands on a page: pictures with their sentence and checks, tables, snippets, warnings."""

from collections.abc import Iterator, Mapping
from contextlib import nullcontext
from dataclasses import replace
from functools import partial
from typing import Any, NamedTuple

import pandas as pd
import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from rnnviz.core.experiment import Experiment
from rnnviz.core.phrases import no_gradient, no_states
from rnnviz.core.types import Pass
from rnnviz.exhibits import Exhibit, Showing, of_page
from rnnviz.exhibits.base import chosen, nothing
from rnnviz.figures import figure_builder
from rnnviz.ui import cache, controls, drawn, saving, wish
from rnnviz.ui.chart import Picture, chart
from rnnviz.ui.chart import picture as picture_of
from rnnviz.ui.checks_drawer import checks_drawer
from rnnviz.ui.foot import part
from rnnviz.ui.page import large, write_link


def mode() -> str:
    """ "light" or "dark", as the browser shows the page."""
    return "dark" if st.context.theme.type == "dark" else "light"


def exhibits(
    page: str,
    subject: Any,
    *,
    place: str = "",
    of: str = "",
    within: range | None = None,
    **choices: Any,
) -> None:
    """All exhibits of a page that fit the subject, each with its sentence, in their order.

    Behind the first, those that compute something are drawn last, into the place kept for them:
    nobody waits for the others. `within` are the places of those that are meant, where others have
    controls of their own above them. `place` tells apart two subjects on one page; `of` are the
    words of the footer in place of the subject's experiments.
    """
    every = [one for one in of_page(page, subject) if within is None or one.place in within]
    places = [(at, one) for row in _rows(every) for at, one in zip(_places(row), row, strict=True)]
    places[1:] = sorted(places[1:], key=lambda at: at[1].compute is not nothing)
    before = len(drawn.so_far())
    for at, one in places:
        with at.picture:
            exhibit(one, subject, at.words, place=place, of=of, **choices)
    drawn.in_order(before)


class _At(NamedTuple):
    """Where a picture stands, and where its sentence does, if that is elsewhere."""

    picture: DeltaGenerator
    words: DeltaGenerator | None = None


def _rows(every: list[Exhibit]) -> Iterator[list[Exhibit]]:
    """As many in a row as there is room for."""
    row: list[Exhibit] = []
    for one in every:
        if row and sum(other.share for other in row) + one.share > 1:
            yield row
            row = []
        row.append(one)
    if row:
        yield row


def _places(row: list[Exhibit]) -> list[_At]:
    """Places side by side. Of a picture that is larger than those beside it the sentence has the
    width of the row; in the page's text it comes first, as it does on a phone (page.css)."""
    first, *others = row
    if not others:
        return [_At(st.container())]
    if first.share <= 1 / 2:
        return [_At(column) for column in st.columns(len(row))]
    with st.container(key=f"row-{first.name}"):
        large = _At(*(st.container(key=f"{part}-{first.name}") for part in ("large", "words")))
        return [large, _At(st.container(key=f"small-{first.name}"))]


def exhibit(
    one: Exhibit, subject: Any, words: DeltaGenerator | None = None, **choices: Any
) -> None:
    """One exhibit: its picture, the sentence under it or in `words`, and what it was checked
    against."""
    if one.asked:
        window = wish.window(one, subject, choices)
        if window is None:
            return
        choices |= {"window": window}
    showing = _showing(one, subject, **choices)
    _draw(showing)
    with words or nullcontext():
        if one.caption and (caption := showing.caption()):
            moves = bool(chosen(one.caption, {"now": None}))  # while it plays: see replay.js
            with st.container(key=f"says-{showing.name}") if moves else nullcontext():
                (st.caption if one.share <= 1 / 2 else st.markdown)(caption)
        _prove(showing)
        if one.asked:
            wish.more(one, subject, choices)


def picture(one: Exhibit, subject: Any, **choices: Any) -> None:
    """The same without the sentence, where the page has words of its own."""
    showing = _showing(one, subject, **choices)
    _draw(showing)
    _prove(showing)


def _showing(one: Exhibit, subject: Any, place: str = "", of: str = "", **choices: Any) -> Showing:
    """The first picture of a page comes after its controls, so that it also writes the link."""
    write_link()
    computed = (cache.asked if one.asked else cache.computed)(one, subject, choices)
    showing = replace(one.show(subject, computed, **choices), place=place, of=of)
    drawn.keep(showing)
    return showing


def _draw(showing: Showing) -> None:
    words = (mode(), saving.missing() is None, bool(showing.opens))
    wide = large()

    def made() -> Picture:
        fig = showing.draw(mode())
        return picture_of(figure_builder.enlarged(fig) if wide else fig, *words)

    said = chart(cache.picture(showing, (*words, wide), made), showing.name)
    opens = showing.opens
    if said.save is not None:
        saving.save(showing, said.save)
    if said.click is not None and opens:
        controls.take_over(opens, said.click)


def _prove(showing: Showing) -> None:
    checks_drawer(showing.name, partial(cache.checks, showing, mode()))


def table(first: Mapping | list[Mapping] | None = None) -> None:
    """The exact numbers of each picture of the page, to download.

    `first` stands before them where the page has a table of its own.
    """
    place = part("Numbers")
    if place is None:
        return
    each = {f"{n}. {one.title}": one for n, one in enumerate(drawn.so_far(), 1)}
    labels = [*(["All of this page"] if first is not None else []), *each]
    with place:
        label = st.selectbox("Of", labels, key="table") if len(labels) > 1 else labels[0]
        showing = each.get(label)
        columns = showing.table() if showing else first
        if isinstance(columns, Mapping):
            columns = {key: pd.Series(values) for key, values in columns.items()}
        frame = pd.DataFrame(columns)
        st.dataframe(frame, hide_index=True)
        file = f"rnnviz-{showing.name if showing else 'table'}.csv"
        st.download_button("Download as CSV", frame.to_csv(index=False), file, "text/csv")


def python(experiment: Experiment) -> None:
    """The page's first picture in Python: lines that run as they stand."""
    if place := part("Python"):
        place.code(snippet(experiment, drawn.so_far()[0]), language="python")


def snippet(experiment: Experiment, showing: Showing) -> str:
    """The lines themselves."""
    stated, lines = experiment.stated, ["import rnnviz", "from rnnviz import figures", ""]
    words = ", ".join(f"{name}={value!r}" for name, value in stated.items() if name != "equations")
    if experiment.equations:
        lines += [f'equations = """{experiment.equations}"""']
        words += ", equations=equations"
    lines += [f"experiment = rnnviz.Experiment({words})", "run = rnnviz.run(experiment)"]
    return "\n".join([*lines, *showing.lines(), "fig.show()"])


def overflow_warning(*runs: Pass) -> None:
    """One sentence for each run that left the finite numbers; the cell's name where they differ."""
    for run in runs:
        sentence = overflow(run)
        if sentence:
            st.warning(f"{run.cell.title}: {sentence}" if len(runs) > 1 else sentence)


def overflow(run: Pass) -> str:
    """Where a run left the finite numbers, and what is drawn nevertheless; or nothing."""
    most = f"what {run.trace.dtype} can hold"
    if reason := no_states(run):
        before = "The pictures show what there is" if run.trace.finite_steps else "There is nothing"
        return f"Numbers grow beyond {most}: {reason}. {before} before."
    if reason := no_gradient(run):
        return f"On its way back from the last step the gradient grows beyond {most}: {reason}."
    return ""
