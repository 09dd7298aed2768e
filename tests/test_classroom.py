"""A class: one prediction a browser, the teacher alone goes on, the picture counts everybody, and a
receipt that was changed is none."""

import hashlib
import json
import os
import re
import time
from statistics import quantiles

import numpy as np
import pytest
from conftest import serve

from rnnviz.__main__ import main
from rnnviz.classroom import begin, find, receipt, room, verified
from rnnviz.core.errors import ExperimentError
from rnnviz.exhibits import every, of_page
from rnnviz.exhibits.predicted import Guesses
from rnnviz.lessons import LESSONS
from rnnviz.lessons.predictions import Choice

TEACHER, ANN, BEN = "a" * 16, "b" * 16, "c" * 16
OPTIONS = ("the forget gate", "the input gate", "neither of them")


@pytest.fixture
def lesson(tmp_path):
    """A class of which Ann and Ben have predicted."""
    one = begin(TEACHER, tmp_path)
    one.ask("forget", TEACHER)
    one.predict("forget", ANN, "12")
    one.predict("forget", BEN, "3")
    return one


def test_the_first_prediction_of_a_browser_stands(lesson):
    lesson.predict("forget", ANN, "99")
    assert lesson.predicted("forget", ANN) == "12" and lesson.count("forget") == 2
    assert lesson.predictions("forget") == ["12", "3"]
    assert lesson.predicted("forget", TEACHER) is None and lesson.count("clipping") == 0


def test_the_teacher_alone_goes_on(lesson):
    for action in (
        lambda: lesson.ask("clipping", ANN),
        lambda: lesson.ask("forget", BEN, told=True),
    ):
        with pytest.raises(ExperimentError, match="is led by the browser that began it"):
            action()
    assert lesson.asked() == ("forget", False)
    lesson.ask("forget", TEACHER, told=True)
    with pytest.raises(ExperimentError, match="does not predict this any more"):
        lesson.predict("forget", "d" * 16, "14")
    lesson.ask("clipping", TEACHER)
    with pytest.raises(ExperimentError, match="does not predict this any more"):
        lesson.predict("forget", "d" * 16, "14")
    assert lesson.count("forget") == 2


def test_what_is_kept_of_a_student_is_the_prediction(lesson):
    files = {path.name: path for path in lesson.path.rglob("*") if path.is_file()}
    assert set(files) == {"room.json", ANN, BEN}
    assert files[ANN].read_text() == "12"
    assert set(json.loads(files["room.json"].read_text())) == {"teacher", "begun", "lesson", "told"}


def test_a_code_leads_to_its_class_and_to_nothing_else(lesson, tmp_path):
    assert find(f" {lesson.code.lower()} ", tmp_path) == lesson
    assert re.fullmatch("[BCDFGHJKLMNPQRSTVWXZ]{5}", lesson.code)
    (tmp_path / "BCDFG").write_text("no folder")
    for word in ("", "BCDFG", "../..", "ABCDE", lesson.code + "/..", "B" * 5000, "BCDF\n", "ßßßßß"):
        with pytest.raises(ExperimentError, match="class must be the code of one that was begun"):
            find(word, tmp_path)
    for name in ("..", "a/b", "room.json", "", "x" * 99):
        with pytest.raises(ExperimentError):
            lesson.predict(name, ANN, "1")


def test_a_class_is_bounded_and_ends(lesson, tmp_path, monkeypatch):
    monkeypatch.setattr(room, "MOST_STUDENTS", 2)
    with pytest.raises(ExperimentError, match="at most 2 predictions"):
        lesson.predict("forget", "d" * 16, "14")
    with pytest.raises(ExperimentError, match="at most 200 characters"):
        lesson.predict("forget", "d" * 16, "1" * 201)
    monkeypatch.setattr(room, "MOST_ROOMS", 1)
    with pytest.raises(ExperimentError, match="at most 1 classes"):
        begin(TEACHER, tmp_path)
    yesterday = time.time() - 25 * 3600
    os.utime(lesson.path, (yesterday, yesterday))
    other = begin(TEACHER, tmp_path)
    assert not lesson.path.exists() and other.asked() == ("", False)
    (other.path / "room.json").write_text("[1")
    with pytest.raises(ExperimentError, match="is over"):
        other.asked()


def test_every_option_of_a_lesson_can_be_kept():
    options = [o for one in LESSONS.values() if isinstance(one.prediction, Choice)
               for o in one.prediction.options]  # fmt: skip
    assert len(options) > 10 and max(map(len, options)) <= room.LONGEST
    assert all(re.fullmatch("[a-z0-9_-]{1,40}", name) for name in LESSONS)


def test_a_receipt_that_was_changed_is_none(tmp_path, monkeypatch, capsys):
    answers = [{"lesson": "The forget bias", "predicted": "12 steps", "right": False}]
    text = receipt(answers, tmp_path)
    assert verified(text, tmp_path) == answers
    assert (tmp_path / "receipt.key").stat().st_mode & 0o777 == 0o600
    for changed in (text.replace("false", "true"), text.replace("12", "14"), "[]", "{", "1" * 2000,
                    text.replace(json.loads(text)["signature"], "é")):  # fmt: skip
        with pytest.raises(ExperimentError, match=r"a receipt must|this receipt was changed"):
            verified(changed, tmp_path)
    with pytest.raises(ExperimentError, match="signed with another key"):
        verified(text, tmp_path / "elsewhere")
    monkeypatch.setenv("RNNVIZ_RUNS", str(tmp_path))
    (tmp_path / "one.json").write_text(text)
    assert main(["receipt", str(tmp_path / "one.json")]) == 0
    assert json.loads(capsys.readouterr().out) == answers
    (tmp_path / "one.json").write_text(text.replace("12", "14"))
    assert main(["receipt", str(tmp_path / "one.json")]) == 2
    assert capsys.readouterr().err.count("\n") == 1
    assert main(["receipt", str(tmp_path)]) == 2 and "cannot be read" in capsys.readouterr().err

    # HMAC from its definition (RFC 2104): H((K ^ opad) | H((K ^ ipad) | text)), blocks of 64.
    monkeypatch.setenv("RNNVIZ_RECEIPT_KEY", "the platform's own key")
    block = b"the platform's own key".ljust(64, b"\0")
    inner, outer = (bytes(letter ^ pad for letter in block) for pad in (0x36, 0x5C))
    short = b'[{"lesson":"The forget bias","predicted":"12 steps","right":false}]'
    signature = hashlib.sha256(outer + hashlib.sha256(inner + short).digest()).hexdigest()
    assert json.loads(receipt(answers, tmp_path))["signature"] == signature


def drawn(guesses):
    """The exhibit that fits, its sentence and its figure's bars."""
    (one,) = of_page("Class", guesses)
    showing = one.show(guesses)
    for mode in ("light", "dark"):
        assert [str(check) for check in showing.checks(mode) if not check.passed] == []
    return showing.caption(), showing.draw().data[0], showing.computed


def test_a_bar_is_as_long_as_many_chose_it():
    said = [OPTIONS[k] for k in (0, 1, 1, 2, 1, 0, 1)]
    caption, bar, _ = drawn(Guesses("Which?", said, OPTIONS[0], 2, OPTIONS[2], OPTIONS))
    assert list(bar.x) == [2, 4, 1]
    assert caption == f"**2 of 7** predicted it rightly. Most, 4, chose “{OPTIONS[1]}”."


@pytest.mark.parametrize("powers", [False, True])
def test_every_number_is_in_its_bar(powers):
    said = [float(x) for x in np.random.default_rng(3).lognormal(1, 2, 41)]
    guesses = Guesses(
        "How many?", [*said, -1.0] if powers else said, 7.5, 4, 3.0, (), "steps", powers
    )
    caption, bar, (edges, counts, came, *_) = drawn(guesses)
    scale = np.log10 if powers else np.asarray
    np.testing.assert_allclose(bar.x, (edges[1:] + edges[:-1]) / 2)
    for low, high, count in zip(edges, edges[1:], bar.y, strict=False):
        assert count == sum(low <= x < high or x == high == edges[-1] for x in scale(said))
    assert sum(counts) == 41 and edges[0] <= came <= edges[-1]
    low, _, high = quantiles(guesses.said, n=4, method="inclusive")
    assert f"between {low:.3g} and {high:.3g}".replace("-", "−") in caption
    assert ("1 not above zero has no place here" in caption) == powers


def test_a_class_that_said_nothing_or_all_the_same_has_a_picture():
    for said in ([], [2.0], [2.0, 2.0, 2.0], [1e-300, 1e300]):
        caption, bar, _ = drawn(Guesses("How many?", said, 2.0, len(said), None))
        assert sum(bar.y) == len(said) and f"**{len(said)} of {len(said)}**" in caption
    assert drawn(Guesses("Which?", [], OPTIONS[0], 0, None, OPTIONS))[0].startswith("**0 of 0**")


def test_the_class_has_two_pictures():
    assert [one.name for one in every() if one.page == "Class"] == [
        "predicted-options", "predicted-numbers",
    ]  # fmt: skip


@pytest.fixture
def launched(tmp_path, monkeypatch):
    """The dashboard as people start it: it is the launcher that knows a browser again."""
    monkeypatch.setenv("RNNVIZ_RUNS", str(tmp_path))
    with serve(("-m", "rnnviz", "app"), "--port") as address:
        yield address


@pytest.mark.browser
def test_all_predict_and_all_see(browser, launched):
    server = launched

    def tab():
        page = browser.new_context().new_page()
        page.add_init_script("localStorage.setItem('rnnviz-tour', 'taken')")
        return page

    teacher, *students = (tab() for _ in range(3))
    teacher.goto(f"{server}/Class")
    teacher.get_by_role("button", name="Begin a class").click()
    teacher.wait_for_url(re.compile("class=[A-Z]{5}"))
    code = re.search("class=([A-Z]{5})", teacher.url)[1]
    teacher.get_by_role("combobox", name="Question").click()
    teacher.get_by_role("option", name="The forget bias", exact=True).click()
    teacher.get_by_role("button", name="Ask the class").click()
    teacher.get_by_text("Nobody has yet predicted.").wait_for(timeout=30_000)
    for student, said in zip(students, ("14", "9"), strict=True):
        student.goto(f"{server}/Class?class={code.lower()}")
        student.get_by_label("Your prediction").fill(said)
        student.get_by_role("button", name="Commit my prediction").click()
        student.get_by_text(f"You predicted {said} steps.").wait_for(timeout=30_000)
    students[0].reload()  # one prediction a browser, in whatever session
    students[0].get_by_text("You predicted 14 steps.").wait_for(timeout=30_000)
    teacher.get_by_text("2 have predicted.").wait_for(timeout=30_000)
    teacher.get_by_role("button", name="Show the answer").click()
    for page in (teacher, *students):  # the students' pages turn by themselves
        page.get_by_text("1 of 2 predicted it rightly.").wait_for(timeout=30_000)
    with students[1].expect_download() as download:
        students[1].get_by_role("button", name="A receipt, signed").click()
    (answer,) = json.loads(download.value.path().read_text())["answers"]
    assert answer["predicted"] == "9 steps" and answer["class"] == code and not answer["right"]
    assert "role" not in answer and set(answer) == {
        "lesson", "question", "predicted", "came", "missed", "class", "right",
    }  # fmt: skip
    for page in (teacher, *students):
        page.context.close()
