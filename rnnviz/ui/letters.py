"""What others wrote stays text: Streamlit's texts are Markdown, whose pictures are fetched."""

import re
from collections.abc import Iterator
from contextlib import contextmanager

import streamlit as st

from rnnviz.core.errors import ExperimentError

# A colon or an underscore means something at the edge of a word alone; "http:" and "www." link.
_MARKUP = re.compile(r"[\\`*{}\[\]<>#|~$]|:(?=[\w/])|(?<!\w)_|_(?!\w)|(?<=www)\.")


def letter_by_letter(sentence: object) -> str:
    r"""A sentence with somebody's words in it, as Markdown shows it letter by letter.

    >>> letter_by_letter("n_a must be a number, got ![x](http://a.b)")
    'n_a must be a number, got !\\[x\\](http\\://a.b)'
    """
    return _MARKUP.sub(r"\\\g<0>", str(sentence))


@contextmanager
def or_a_sentence() -> Iterator[None]:
    """What a button does; where that is refused, the sentence why stands on the page."""
    try:
        yield
    except ExperimentError as error:
        st.error(f"{letter_by_letter(error)}.")
