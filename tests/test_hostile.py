"""What others wrote stays text on a page (names, links); a page fetches from here alone."""

import re

import pytest
from conftest import awaited
from markdown_it import MarkdownIt
from starlette.requests import Request
from test_pages import open_page

from rnnviz import server
from rnnviz.sentiment.runs import create
from rnnviz.sentiment.settings import recipe
from rnnviz.ui.letters import letter_by_letter

PICTURE = "![x](http://203.0.113.7/a.png)"
HOSTILE = [PICTURE, "<img src=x onerror=y>", "[a](http://b.c)", "*b* _c_ `d` ~~e~~ $f$", "\\[a](b)"]


def read(words: str) -> str:
    """The HTML that a Markdown reader who believes everything makes of a text."""
    return MarkdownIt("commonmark", {"html": True}).enable("strikethrough").render(words)


@pytest.mark.parametrize("words", HOSTILE)
def test_a_reader_of_markdown_finds_nothing_but_text(words):
    assert re.search("<(img|a|em|code|s)[ >]", read(words)) or "$" in words or words[0] == "\\"
    html = read(letter_by_letter(words))
    assert not re.search("<(?!/?p>)", html)
    text = html.strip().removeprefix("<p>").removesuffix("</p>")
    for entity, letter in (("&lt;", "<"), ("&gt;", ">"), ("&quot;", '"'), ("&amp;", "&")):
        text = text.replace(entity, letter)
    assert text == words


@pytest.mark.slow
def test_words_of_a_link_and_names_of_runs_are_no_markdown(monkeypatch, tmp_path):
    monkeypatch.setenv("RNNVIZ_RUNS", str(tmp_path))
    folder = create(recipe("modern", "builtin", "gru"), tmp_path, PICTURE)
    folder.note("failed", reason=f"the disk refused {PICTURE}")
    for page, words in (
        ("pages/6_Sentiment.py", {"runs": folder.id}),
        ("pages/6_Sentiment.py", {"runs": PICTURE.replace("-", "")[:40]}),
        ("pages/2_States.py", {"cell": PICTURE[:40], "v": "2"}),
        ("pages/0_Lessons.py", {"lesson": PICTURE[:40]}),
    ):
        app = open_page(page, **words)
        assert not app.exception
        every = [*app.warning, *app.error, *app.info, *app.caption, *app.markdown]
        said = [box.value for box in every if "203.0" in box.value]
        assert said and not any("<img" in read(text) for text in said), (page, said)


def test_a_page_may_fetch_from_here_alone():
    said = awaited(
        server._answer(server.document("Sentiment"))(Request({"type": "http", "headers": []}))
    ).headers
    rules = dict(rule.split(" ", 1) for rule in said["content-security-policy"].split("; "))
    assert set(rules["img-src"].split()) == {"'self'", "data:", "blob:"}
    assert rules["object-src"] == "'none'"
