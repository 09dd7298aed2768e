"""Under each picture, folded away: what its numbers were checked against, for this very run."""

from collections.abc import Callable, Iterable, Mapping
from html import escape

import streamlit as st

from rnnviz.core.checks import Check, Verdict
from rnnviz.core.phrases import number
from rnnviz.sitemap import ROOT

LABEL = "What is this checked against?"
_NUMBERS = ("computed", "expected", "difference", "tolerance")
_COLUMNS = ("verdict", "what", *_NUMBERS, "expected from")


def checks_drawer(name: str, verdicts: Callable[[], Iterable[Verdict]]) -> None:
    """The drawer under the picture of that name; its checks are made once it is opened."""
    key = f"checks {name}"
    drawer = st.expander(LABEL, key=key, type="compact", on_change="rerun")
    if not drawer.open:
        return
    with drawer, st.spinner("Checking ..", show_time=False):
        made = tuple(verdicts())
    drawer.markdown(heading(made))
    drawer.html(ROOT / "assets" / "proof.css")
    drawer.html(table([row(one) for one in made]))


def heading(verdicts: tuple[Verdict, ...]) -> str:
    """ "Checked: 5 of 5", and what could not be."""
    made = [one for one in verdicts if isinstance(one, Check)]
    passed = sum(one.passed for one in made)
    left = len(verdicts) - len(made)
    more = f" {left} could not be checked in this run." if left else ""
    return f"**Checked: {passed} of {len(made)}** agree within their tolerance.{more}"


def row(one: Verdict) -> dict[str, str]:
    """One line of the table; the verdict is a word and a mark."""
    if not isinstance(one, Check):
        return {"verdict": "– not checked", "what": one.what, "expected from": one.reason}
    return {
        "verdict": "✓ agrees" if one.passed else "✗ disagrees",
        "what": one.what,
        "computed": number(one.computed, 8),
        "expected": number(one.expected, 8),
        "difference": number(one.error, 2),
        "tolerance": number(one.tolerance, 2),
        "expected from": one.source,
    }


def table(rows: Iterable[Mapping[str, str]]) -> str:
    """Rows as HTML whose words wrap, each number with its name for where there is no room beside.

    >>> table([{"verdict": "– not checked", "what": "a < b"}]).count("<td ")
    2
    """

    def cell(name: str, words: str) -> str:
        number = ' data-number=""' if name in _NUMBERS else ""
        return f'<td data-label="{name}"{number}>{escape(words)}</td>'

    head = "".join(f'<th scope="col">{name}</th>' for name in _COLUMNS)
    body = "".join(
        f"<tr>{''.join(cell(n, one[n]) if n in one else '<td></td>' for n in _COLUMNS)}</tr>"
        for one in rows
    )
    return (
        f'<div class="proof-box"><table class="proof"><thead><tr>{head}</tr></thead>'
        f"<tbody>{body}</tbody></table></div>"
    )
