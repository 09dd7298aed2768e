"""Which exhibits show what: those of a page, by name, of one pass, of a run."""

from collections.abc import Iterable
from typing import Any

from rnnviz.core.types import Pass, Run
from rnnviz.exhibits.base import Exhibit, Showing, chosen, every, itself


def of_page(page: str, subject: Any) -> list[Exhibit]:
    """A page's exhibits that fit a subject."""
    return [one for one in every() if one.page == page and one.fits(subject)]


def named(name: str) -> Exhibit:
    """The exhibit of a run by its name; KeyError where there is none."""
    return {one.name: one for one in every() if one.of is not None}[name]


def of_pass(one: Pass, asked: bool = False) -> dict[str, Showing]:
    """Every exhibit that shows one pass alone, beside no other, by name: also of weights and an
    input of your own (`rnnviz.pass_of`); `asked` as of `of_run`."""
    alone = (e for e in every() if e.of is itself and e.fits(one) and (asked or not e.on_wish))
    return {exhibit.name: exhibit.show(one) for exhibit in alone}


def of_run(run: Run, cells: Iterable[str] = (), asked: bool = False) -> dict[str, Showing]:
    """Every exhibit of a run by name; what one needs is computed when it is drawn.

    `cells` are those that it is compared with, where that is not `Experiment.in_cells`' own choice;
    with `asked` there are also those that are only drawn on wish.
    """
    makers = {one.of for one in every() if one.of is not None}
    subjects = {of: of(run, **chosen(of, {"cells": cells})) for of in makers}
    return {
        one.name: one.show(subjects[one.of])
        for one in every()
        if one.of is not None and one.fits(subjects[one.of]) and (asked or not one.on_wish)
    }
