"""A lesson's texts as HTML: those whose links set something, and those with tables and formulas.

In the first, `[3](forget_bias=3)` is a button; they know paragraphs, **bold**, *italics*, `code`
and such links, and everything else, HTML above all, stands there as it was typed.
"""

import json
import re
from typing import NamedTuple

from markdown_it import MarkdownIt
from markdown_it.token import Token

from rnnviz.lessons.mathml import mathml

_WORD = r"[a-zA-Z_]\w*=[\w.,+-]+"
_WORDS = re.compile(f"{_WORD}(&{_WORD})*")  # what a link of this project leads to


class Link(NamedTuple):
    """Words in a text that set something when they are chosen."""

    label: str
    words: dict[str, str]


class _Markdown(MarkdownIt):
    def validateLink(self, url: str) -> bool:
        """Whether it is a link of ours; any other is left as it was typed."""
        return _WORDS.fullmatch(url) is not None

    def normalizeLink(self, url: str) -> str:
        """The words as they are: they are no address."""
        return url


_FORMULA = re.compile(r"(\$\$?)(.+?)\1", re.DOTALL)
_HELD = re.compile("\ue000(\\d+)\ue001")  # where a formula stood; nobody writes these two
_TABLES = MarkdownIt("commonmark", {"html": False}).enable("table")
_PARSER = _Markdown("zero", {"html": False}).enable(["emphasis", "backticks", "link", "escape"])


def links(text: str) -> tuple[Link, ...]:
    """The links of a text, in their order."""
    return tuple(link for _, link in _links(_PARSER.parse(text)))


def html(text: str) -> str:
    """The text as HTML; a link is a button whose `data-words` are its words as JSON."""
    tokens = _PARSER.parse(text)
    for token, link in _links(tokens):
        token.attrs = {
            "type": "button",
            "title": ", ".join(f"{name} = {word}" for name, word in link.words.items()),
            "data-words": json.dumps(link.words),
        }
    return _PARSER.renderer.render(tokens, _PARSER.options, {})


def prose(text: str) -> str:
    """The text as HTML, its formulas as MathML: what the dashboard's own Markdown draws.

    >>> prose("It is **$1$**.")
    '<p>It is <strong><math><mrow><mn>1</mn></mrow></math></strong>.</p>\\n'
    """
    formulas = list[str]()

    def hold(found: re.Match) -> str:
        formulas.append(mathml(found[2], block=len(found[1]) == 2))
        return f"\ue000{len(formulas) - 1}\ue001"

    rendered = _TABLES.render(_FORMULA.sub(hold, text))
    return _HELD.sub(lambda found: formulas[int(found[1])], rendered)


def _links(tokens: list[Token]) -> list[tuple[Token, Link]]:
    """Each link with the token that opens it, both its tokens made those of a button."""
    opened = []
    for inline in (block.children for block in tokens if block.children):
        for index, token in enumerate(inline):
            if token.type == "link_open":
                end = next(i for i in range(index, len(inline)) if inline[i].type == "link_close")
                token.tag = inline[end].tag = "button"
                label = "".join(part.content for part in inline[index:end])
                words = dict(pair.split("=") for pair in str(token.attrs["href"]).split("&"))
                opened.append((token, Link(label, words)))
    return opened
