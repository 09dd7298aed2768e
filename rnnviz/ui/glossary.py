"""The glossary on its page: every term by its group, the one that the link names first."""

from itertools import groupby

import streamlit as st

from rnnviz.core.glossary import GLOSSARY, Term
from rnnviz.core.phrases import listed
from rnnviz.lessons import LESSONS
from rnnviz.ui import controls

_LETTERED = ("What is held and felt", "Signs in the diagram")  # groups whose symbols are LaTeX


def glossary() -> None:
    """Draw it."""
    named = GLOSSARY.get(controls.word("term"))
    groups = [(group, list(some)) for group, some in groupby(GLOSSARY.values(), lambda t: t.group)]
    st.caption(
        f"{len(GLOSSARY)} terms: {listed([group.lower() for group, _ in groups])}. "
        "In the player a click on a sign or on the words of a row says the same, with the cell's "
        "own letters; beside a control it is the question mark, on a picture the words of an axis."
    )
    if named:
        with st.container(border=True):
            st.markdown(entries([named]))
    for n, (group, some) in enumerate(groups):
        st.subheader(group, anchor=False)
        with st.container(key=f"terms-{n}" if n else "first-terms"):
            st.markdown(entries(some))


def entries(terms: list[Term]) -> str:
    """Terms as paragraphs of Markdown: what each means, and below it its facts."""
    return "\n\n".join(map(_entry, terms))


def _entry(one: Term) -> str:
    symbol = f"${one.symbol}$" if one.group in _LETTERED else f"**{one.symbol}**"
    formula = f"${one.formula}$" if one.formula else ""
    lesson = f"[{LESSONS[one.lesson].title}](Lessons?lesson={one.lesson})" if one.lesson else ""
    facts = " · ".join(part for part in (formula, one.unit, lesson) if part)
    return f"{symbol} \u2003{one.sentence}" + (f"  \n:small[{facts}]" if facts else "")
