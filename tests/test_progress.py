"""What was predicted: kept in the browser, listed, printed; no answer before its prediction."""

import json

import pytest
import streamlit as st
from test_lessons_browser import commit, settled, tab  # noqa: F401
from test_pages import open_page

import rnnviz
from rnnviz.lessons import LESSONS
from rnnviz.lessons.predictions import Choice, Factor, Number
from rnnviz.lessons.record import readable, record
from rnnviz.ui import controls

PAGE = "pages/9_Progress.py"
every_lesson = pytest.mark.parametrize("lesson", LESSONS.values(), ids=lambda one: one.name)


@pytest.mark.slow
@every_lesson
def test_a_row_tells_what_was_said_and_whether_it_was_right(lesson):
    run = rnnviz.run(lesson.experiment)
    answer = lesson.answer(run, **lesson.choices)
    right = record(lesson, run, answer if isinstance(answer, str) else repr(float(answer)))
    assert right.right and right.missed == "" and right.predicted == right.came
    if isinstance(lesson.prediction, Choice):
        wrong = next(one for one in lesson.prediction.options if one != answer)
        assert record(lesson, run, wrong).missed == "another option"
    elif isinstance(lesson.prediction, Factor):
        assert "by a factor of 1000" in record(lesson, run, repr(float(answer) * 1000)).missed
        assert "low" in record(lesson, run, repr(float(answer) / 1000)).missed
    else:
        assert isinstance(lesson.prediction, Number)
        far = float(answer) + 3 * lesson.prediction.tolerance + 1
        assert record(lesson, run, repr(far)).missed.startswith("too high by ")


@pytest.mark.parametrize(
    "given",
    [None, 3, [], "x", {"forget": 5}, {"forget": "<b>"}, {"nothing": "5"}, {3: "5"},
     {"forget": "5" * 2000}],
)  # fmt: skip
def test_what_a_browser_says_is_never_trusted(given):
    assert readable(given) == {}


def test_the_first_prediction_of_a_lesson_stands(monkeypatch):
    monkeypatch.setattr(st, "session_state", {"answers": {"kept": {"forget": "5", "no": "1"}}})
    controls.hear_answers("answers", readable)
    assert controls.predicted("forget") == "5" and controls.predicted("no") is None
    controls.predict("forget", "7")
    assert controls.answers() == {"answers": {"forget": "5"}, "forgotten": 0}
    controls.forget_answers()
    assert controls.answers() == {"answers": {}, "forgotten": 1}


def test_the_page_tells_no_answer_of_what_was_not_predicted():
    app = open_page("pages/0_Lessons.py", lesson="forget")
    app.text_input[0].set_value("5")
    app.button[0].click().run()
    app.switch_page(PAGE).run()
    assert not app.exception
    text = " ".join(one.value for one in app.markdown)
    assert f"**1 of {len(LESSONS)}** lessons answered, **0** of them right" in text
    row = "| **The forget bias** {} | 5 steps | 14.27 steps | too low by 9.266 steps |"
    assert row.format(LESSONS["forget"].question) in text
    others = [one.title for one in LESSONS.values() if one.name != "forget"]
    links = [link.proto.label for link in app.get("page_link")]
    assert all(any(title in label for label in links) for title in others)
    assert not any(f"**{title}**" in text for title in others)


@pytest.mark.browser
def test_an_answer_outlives_a_reload_and_is_printed_and_handed_in(tab, server):  # noqa: F811
    tab.goto(f"{server}/Lessons?lesson=forget")
    settled(tab)
    commit(tab)
    tab.goto(f"{server}/Lessons?lesson=forget")  # a new session
    tab.get_by_text("You said 5 steps").wait_for(timeout=30_000)
    tab.goto(f"{server}/Progress")
    tab.get_by_text("too low by 9.266 steps").wait_for(timeout=30_000)
    with tab.expect_download() as sent:
        tab.get_by_role("button", name="As JSON").click()
    [row] = json.loads(sent.value.path().read_text())
    assert (row["predicted"], row["missed"]) == ("5 steps", "too low by 9.266 steps")
    tab.emulate_media(media="print")
    assert tab.get_by_role("button", name="As CSV").is_hidden()
    assert tab.get_by_text("too low by 9.266 steps").is_visible()
    assert tab.get_by_role("link", name="Lessons", exact=True).count() == 0
    tab.emulate_media(media="screen")
    tab.get_by_role("button", name="Forget all of it").click()
    tab.get_by_text(f"0 of {len(LESSONS)}").wait_for()
    tab.wait_for_function("localStorage.getItem('rnnviz-predictions') === '{}'")  # it hears later
    tab.reload()
    settled(tab)
    tab.get_by_text(f"0 of {len(LESSONS)}").wait_for(timeout=30_000)
    assert tab.evaluate("localStorage.getItem('rnnviz-predictions')") == "{}"
