"""The pages of the dashboard, as the files that they are."""

import ast
from functools import cache
from pathlib import Path
from typing import NamedTuple

_CARRIED = Path(__file__).parent / "_dashboard"  # what an installed package carries along
ROOT = _CARRIED if _CARRIED.is_dir() else Path(__file__).parents[1]
TEXT = (
    "Lessons",
    "Class",
    "Glossary",
    "Progress",
    "Status",
)  # pages without controls on their left
ASIDE = ("Class", "Glossary", "Progress", "Status")  # the row above the picture leaves them out


class Page(NamedTuple):
    """A page by its file, as `st.page_link` takes it (relative to app.py), and its question."""

    script: str
    question: str


@cache
def pages() -> dict[str, Page]:
    """Every page by its title, in the order of the navigation: app.py, then pages/ by number.

    A page is its file: the first line of its docstring is "Title: question?".
    """
    known = {}
    for path in [ROOT / "app.py", *sorted((ROOT / "pages").glob("*.py"))]:
        first = (ast.get_docstring(ast.parse(path.read_text())) or "").partition("\n")[0]
        title, _, question = first.partition(": ")
        question = question[:1].upper() + question[1:]
        known[title] = Page(path.relative_to(ROOT).as_posix(), question)
    return known
