"""What was predicted in the lessons, kept in the browser, and the page that lists it."""

import json
from collections.abc import Mapping
from functools import cache, partial

import pandas as pd
import streamlit as st

from rnnviz.lessons import LESSONS
from rnnviz.lessons.record import Answer, readable, record
from rnnviz.sitemap import ROOT
from rnnviz.ui import cache as cached
from rnnviz.ui import controls
from rnnviz.ui.page import script

_COLUMNS = {"predicted": "you predicted", "came": "what came", "missed": "missed"}


@cache
def _component():
    js = (ROOT / "assets" / "answers.js").read_text()
    return st.components.v2.component("rnnviz_answers", html='<div class="answers"></div>', js=js)


def remember(prints: bool = False) -> None:
    """Keep this session's predictions in the browser, and take over those that it has; with
    `prints` there is a button that prints the page."""
    said = {**controls.answers(), "prints": prints}
    hear = partial(controls.hear_answers, "answers", readable)
    _component()(key="answers", data=json.dumps(said).encode(), on_kept_change=hear)


def progress() -> None:
    """The page: a row for each lesson that was answered, the lessons that are left, the files."""
    rows = answers()
    right = sum(row.right for row in rows.values())
    st.markdown(f"**{len(rows)} of {len(LESSONS)}** lessons answered, **{right}** of them right.")
    if rows:
        st.markdown(table(rows))
    left = [lesson for name, lesson in LESSONS.items() if name not in rows]
    with st.container(key="no-print"):
        remember(prints=bool(rows))
        with st.container(horizontal=True):
            if rows:
                every = [row._asdict() for row in rows.values()]
                csv, text = pd.DataFrame(every).to_csv(index=False), json.dumps(every, indent=1)
                st.download_button("As CSV", csv, "rnnviz-predictions.csv", "text/csv")
                st.download_button("As JSON", text, "rnnviz-predictions.json", "application/json")
                st.button("Forget all of it", on_click=controls.forget_answers, type="tertiary")
        if left:
            st.subheader("Still to predict", anchor=False)
        for lesson in left:
            st.page_link(
                script("Lessons"), label=f"**{lesson.title}** {lesson.question}",
                query_params={"lesson": lesson.name},
            )  # fmt: skip
    st.caption("This list is kept in your own browser alone; nobody else has it.")


def answers() -> dict[str, Answer]:
    """Every lesson that was answered, in their order, by name."""
    said = {name: controls.predicted(name) for name in LESSONS}
    return {
        name: record(lesson, cached.run(lesson.experiment), word)
        for name, lesson in LESSONS.items() if (word := said[name]) is not None
    }  # fmt: skip


def table(rows: Mapping[str, Answer]) -> str:
    """The rows in Markdown."""
    lines = [
        f"| lesson | {' | '.join(_COLUMNS.values())} |",
        "| --- " * (1 + len(_COLUMNS)) + "|",
        *(
            f"| **{row.lesson}** {row.question} | {_cell(row.predicted)} | {_cell(row.came)} "
            f"| {_cell(row.missed) or 'right'} |"
            for row in rows.values()
        ),
    ]
    return "\n".join(lines)


def _cell(text: str) -> str:
    return text.replace("|", "&#124;").replace("<", "&lt;").replace("$", r"\$")
