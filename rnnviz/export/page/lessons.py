"""The lessons in the one HTML file: those whose picture and experiment it can compute.

Texts and answers are of a lesson's own experiment, which nobody changes, and so they are written
when the file is made; the picture is computed in it, for whatever the lesson's links set.
"""

from functools import cache

from rnnviz.core.errors import ExperimentError
from rnnviz.core.networks import DRAWN
from rnnviz.core.phrases import listed
from rnnviz.core.run import run
from rnnviz.exhibits import named
from rnnviz.export.page.start import VIEWS, check
from rnnviz.lessons import LESSONS, Lesson
from rnnviz.lessons.base import LessonState
from rnnviz.lessons.markup import html, prose
from rnnviz.lessons.predictions import Choice, Factor

TITLE = "Lessons"  # of the page that has them


def here(lesson: Lesson) -> bool:
    """Whether the file can show it."""
    try:
        check(lesson.experiment)
    except ExperimentError:
        return False
    return named(lesson.picture.exhibit).page in VIEWS


@cache
def lessons() -> list[dict]:
    """Each lesson of the file, as `Taught` in assets/page/types.d.ts tells of it."""
    return [_written(one) for one in LESSONS.values() if here(one)]


def elsewhere() -> str:
    """One sentence that names the others."""
    others = [one for one in LESSONS.values() if not here(one)]
    needed = listed(sorted({_needed(one) for one in others}))
    titles = listed([f"“{one.title}”" for one in others])
    return f"In the dashboard alone, because they need {needed}: {titles}."


def _needed(lesson: Lesson) -> str:
    trained = lesson.experiment.weights != DRAWN
    return "trained networks" if trained else named(lesson.picture.exhibit).page


def _written(lesson: Lesson) -> dict:
    own, checked = run(lesson.experiment), _checked(lesson, lesson.own)
    settings = [lesson.changed(lesson.own, one.words) for one in lesson.links]
    links = [
        {"words": one.words, "check": checked if at == lesson.own else _checked(lesson, at)}
        for one, at in zip(lesson.links, settings, strict=True)
    ]
    return {
        "name": lesson.name,
        "title": lesson.title,
        "question": lesson.question,
        "words": lesson.own.words,
        "view": named(lesson.picture.exhibit).page,
        "picture": lesson.picture.exhibit,
        "cells": lesson.picture.cells,
        "setup": prose(lesson.setup(own, **lesson.choices)),
        "prediction": _prediction(lesson),
        "answer": lesson.answer(own, **lesson.choices),
        "check": checked,
        "why": prose(lesson.explanation(own, **lesson.choices)),
        "paper": " ".join(lesson.paper.split()),
        "tries": html(lesson.tries),
        "links": links,
    }


def _prediction(lesson: Lesson) -> dict:
    one = lesson.prediction
    if isinstance(one, Choice):
        return {"ask": one.ask, "options": one.options}
    factor = isinstance(one, Factor)
    return {"ask": one.ask, "unit": one.unit, "tolerance": one.tolerance, "factor": factor}


def _checked(lesson: Lesson, setting: LessonState) -> str:
    return prose(lesson.check(run(setting.experiment), **setting.choices).table)
