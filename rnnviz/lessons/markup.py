"""Text whose links set something: Markdown in which `[3](forget_bias=3)` is a button.

It knows paragraphs, **bold**, *italics*, `code` and such links; everything else, HTML above all,
stands there as it was typed.
"""

import json
import re
from typing import NamedTuple

from markdown_it import MarkdownIt
from markdown_it.token import Token

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
