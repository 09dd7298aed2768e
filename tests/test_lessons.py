"""Every lesson keeps its word: the engine's answer holds, and nobody sees it before predicting."""

import json
import re
from dataclasses import replace
from html.parser import HTMLParser
from itertools import product
from pathlib import Path
from urllib.parse import parse_qsl

import numpy as np
import pytest
from test_pages import charts, open_page

import rnnviz
from rnnviz.core.link import to_link
from rnnviz.lessons import LESSONS, base, markup
from rnnviz.lessons.predictions import Choice, Factor, Number, told
from rnnviz.ui.lessons import shown as pictured
from rnnviz.ui.thumbnail import thumbnail

PAGE = "pages/0_Lessons.py"
ROOT = Path(__file__).parent.parent
every_lesson = pytest.mark.parametrize("lesson", LESSONS.values(), ids=list(LESSONS))

# What each lesson's own experiment must come to: known beforehand, from no code of this project.
GROUND_TRUTHS = {
    "by-hand": pytest.approx(0.17211776753291672, abs=1e-15),  # the notebook prints it
    "gain": pytest.approx(2.656e-5, rel=1e-3),  # 0.9^100
    "chain": "It grows at first, then shrinks",
    "forget": pytest.approx(14.27, abs=5e-3),  # ln 0.5 / ln sigmoid(3)
    "saturation": pytest.approx(0.166372, abs=5e-7),  # 2 (1 - h*^2), h* = 0.957504
    "clipping": "It shrinks, by the same factor as all others",
    "truncation": 11,
    "initialisation": pytest.approx(2, abs=0.15),  # twice the radius of the eigenvalues' disc
    "conventions": pytest.approx(0.119203, abs=5e-7),  # 1 - sigmoid(2)
    "mistake": pytest.approx(0.434827240, abs=1e-9),  # by finite differences
    "without-forget": pytest.approx(
        50 * (1 - 0.33057962), rel=1e-7
    ),  # n (1 - f), f from its weight
    "tied": pytest.approx(0.102855, abs=5e-7),
    "which-gate": "The forget gate",
    "switches": 27,  # 3^3
    "decides": "To one of two points, by what the review said",  # a prototype's .011 and .966
    "edge": pytest.approx(np.exp(0.1547), abs=0.03),  # the mean-field theory's lambda at gain 2
    "orthogonal": pytest.approx(134.67, abs=0.01),  # ln 1000 / -ln 0.95
    "cliff": pytest.approx(-2.6556, abs=5e-5),  # where 5 s (1 - s) = 1
    "ghost": pytest.approx(314, abs=10),  # pi / sqrt(r), of a way without end
    "at-once": pytest.approx(17, abs=4),  # a prototype's, of such a network at lambda_1 = -.05
    "border": pytest.approx(1.0757657, abs=1e-6),  # 4 (1 - sigmoid(1))
    # Of trainings on this engine: only what stands beside two of them is known without one.
    "learn-clipping": 0,
    "learn-forget": "Only those that begin with 1",
    "learn-plateau": "It is still at chance",
    "learn-cut": "About half, as by chance",  # no gradient connects a bit with its echo
    "learn-start": "Neither: seeds differ more than the starts do",
    "learn-parity": "The RNN alone",  # a factor from 0 to 1 never turns a state round
}


def answered(lesson, setting=None):
    setting = setting or lesson.own
    return lesson.answer(rnnviz.run(setting.experiment), **setting.choices)


def settings(lesson):
    """Every setting that the links of a lesson's tries can lead to, one after another."""
    free = {name: sorted(words) for name, words in lesson.reachable.items() if len(words) > 1}
    for chosen in product(*free.values()):
        yield lesson.changed(lesson.own, dict(zip(free, chosen, strict=True)))


# -- the engine's answer ---------------------------------------------------------------------------


@pytest.mark.slow
@every_lesson
def test_the_check_holds_wherever_the_links_lead(lesson):
    for setting in settings(lesson):
        check = lesson.check(rnnviz.run(setting.experiment), **setting.choices)
        assert check.holds, (setting, check)
        assert "|" not in check.what + check.source  # it would end a cell of the table
        assert "they agree" in check.table
        wrong = check._replace(computed=1.5 * check.computed + 0.01)  # it is not all-forgiving
        assert not wrong.holds and "do **not** agree" in wrong.table
        assert not check._replace(computed=np.nan).holds


@pytest.mark.parametrize(("name", "truth"), GROUND_TRUTHS.items())
def test_the_answer_is_the_one_known_beforehand(name, truth):
    assert answered(LESSONS[name]) == truth


def test_gates_keep_what_an_rnn_loses():
    lesson = LESSONS["gates"]
    kept = {}
    for cell in ("rnn", "lstm"):
        d = rnnviz.run(replace(lesson.experiment, cell=cell)).gradients.states["a"]
        kept[cell] = np.linalg.norm(d[..., 0]) / np.linalg.norm(d[..., -1])
    assert answered(lesson) == pytest.approx(kept["lstm"] / kept["rnn"])
    assert kept["lstm"] > 0.1 and kept["rnn"] < 1e-6


@every_lesson
def test_the_answer_can_be_predicted(lesson):
    answer = answered(lesson)
    if isinstance(lesson.prediction, Choice):
        assert answer in lesson.prediction.options
        assert len(set(lesson.prediction.options)) > 1
    else:
        assert isinstance(answer, float) and np.isfinite(answer)
        assert lesson.prediction.right(lesson.prediction.read(told(answer)), answer)
        assert not lesson.prediction.right(lesson.prediction.read("-5"), answer)


def test_the_notebooks_formula_is_as_it_was_printed_and_wrong():
    from rnnviz.lessons import mistake

    run = rnnviz.run(LESSONS["mistake"].experiment)
    wrong = mistake.notebook_formula(run)
    assert wrong[2, 3] == pytest.approx(-0.3499913522344784, abs=1e-14)
    assert np.abs(wrong - run.gradients.initial["a"]).min() > 1e-3


# -- the text --------------------------------------------------------------------------------------


def numbers(text):
    """Every number of a text, 2.656 × 10⁻⁵ among them."""
    text = re.sub(
        r"\s×\s10([⁻⁰¹²³⁴⁵⁶⁷⁸⁹]+)", lambda match: "e" + plain(match[1]), text.replace("−", "-")
    )
    return [float(word) for word in re.findall(r"-?\d+\.?\d*(?:e-?\d+)?", text)]


def plain(raised):
    return raised.translate(str.maketrans("⁻⁰¹²³⁴⁵⁶⁷⁸⁹", "-0123456789"))


@pytest.mark.slow
@every_lesson
def test_the_explanation_carries_the_runs_own_numbers(lesson):
    run = rnnviz.run(lesson.experiment)
    text = lesson.explanation(run, **lesson.choices)
    answer = answered(lesson)
    expected = lesson.check(run, **lesson.choices).computed if isinstance(answer, str) else answer
    assert any(number == pytest.approx(expected, rel=5e-3) for number in numbers(text))
    others = {lesson.explanation(rnnviz.run(s.experiment), **s.choices) for s in settings(lesson)}
    assert len(others) > 1


@every_lesson
def test_what_is_read_before_the_prediction_does_not_give_it_away(lesson):
    setup = lesson.setup(rnnviz.run(lesson.experiment), **lesson.choices)
    text = f"{lesson.title} {lesson.question} {setup}"
    answer = answered(lesson)
    if isinstance(answer, float):
        assert not any(number == pytest.approx(answer, rel=1e-3) for number in numbers(text))
    else:
        assert answer.lower() not in text.lower()


@every_lesson
def test_a_lesson_names_its_paper_and_what_to_try(lesson):
    assert re.search(r"(19|20)\d\d", lesson.paper)
    assert lesson.question.endswith("?") and len(lesson.question) < 90
    assert re.fullmatch(r"[a-z-]+", lesson.name)
    assert len(lesson.links) >= 3


@pytest.mark.slow
@every_lesson
def test_every_try_moves_the_answer_or_the_picture(lesson):
    def seen(setting):
        exhibit, subject, choices = pictured(lesson, setting)
        return answered(lesson, setting), exhibit.show(subject, **choices).draw().to_json()

    own = seen(lesson.own)
    for link in lesson.links:
        setting = lesson.changed(lesson.own, link.words)
        assert (seen(setting) == own) == (setting == lesson.own), link


def test_every_file_of_the_folder_is_a_lesson_and_is_short():
    files = set((ROOT / "rnnviz" / "lessons").glob("*.py"))
    written = {file for file in files if "\nregister(" in file.read_text()}
    assert len(written) == len(LESSONS) >= 11
    assert {file.stem for file in files - written} == {
        "__init__",
        "base",
        "learned",
        "markup",
        "mathml",
        "oracles",
        "predictions",
        "record",
    }
    assert max(len(file.read_text().splitlines()) for file in written) <= 120


# -- predictions -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("word", "value"),
    [
        ("12", 12), (" 0.5 ", 0.5), ("-3", -3), ("−3", -3), ("3e-5", 3e-5), ("10^-5", 1e-5),
        ("3 x 10^-5", 3e-5), ("3 × 10⁻⁵", 3e-5), ("3×10^7", 3e7), ("2*10^2", 200), (".5", 0.5),
    ],
)  # fmt: skip
def test_a_typed_prediction_is_read(word, value):
    assert Number("", 1).read(word) == pytest.approx(value)


@pytest.mark.parametrize(
    "word",
    ["", "a lot", "nan", "inf", "1e999", "10^9999", "1_000", "1,5", "٣", "0x10", "1" * 99, "\0"],
)
def test_what_is_no_number_gets_one_sentence(word):
    with pytest.raises(rnnviz.ExperimentError, match=r"^a prediction must be a number, got "):
        Number("", 1).read(word)
    with pytest.raises(rnnviz.ExperimentError, match=r"^a prediction must be one of the options"):
        Choice(("yes", "no")).read(word)


@pytest.mark.parametrize(
    ("kind", "said", "answer", "sentence"),
    [
        (Number("steps", 1), 14, 14.27, "You said 14 steps; it is **14.27 steps**. That is right."),
        (Number("steps", 1), 5, 14.25, "You said 5 steps; it is **14.25 steps**: too low by 9.25 "
         "steps."),
        (Number("", 0.1), 2, -0.5, "You said 2; it is **−0.5**: too high by 2.5."),
        (Factor("", 2), 4e-5, 2.5e-5, "You said 4 × 10⁻⁵; it is **2.5 × 10⁻⁵**. That is right, "
         "within a factor of 2."),
        (Factor("times", 2), 10, 1e6, "You said 10 times; it is **10⁶ times**: too low by a factor "
         "of 10⁵."),
        (Factor("", 2), 1, 1e-4, "You said 1; it is **0.0001**: too high by a factor of 10⁴."),
        (Factor("", 2), 0, 4, "You said 0; it is **4**, so that no factor lies between the two."),
        (Choice(("yes", "no")), "no", "no", "You chose “no”. That is right."),
        (Choice(("yes", "no")), "yes", "no", "You chose “yes”; it is **“no”**."),
    ],
)  # fmt: skip
def test_the_difference_is_told(kind, said, answer, sentence):
    assert kind.difference(said, answer) == re.sub(r" (?=×)|(?<=×) ", "\u202f", sentence)


# -- links -----------------------------------------------------------------------------------------


@every_lesson
def test_a_setting_travels_in_a_link_and_nothing_else_does(lesson):
    for setting in settings(lesson):
        assert lesson.at(setting.words) == setting
        assert lesson.at({**setting.words, "lesson": lesson.name, "zzz": "1"}) == setting
    assert lesson.at({}) == lesson.own
    for words in ({"n_y": "7"}, {"seed": "nan"}, {"gain": "99"}, {"v": "9"}, {"T_x": "5000"}):
        assert lesson.at(words) == lesson.own
    for name in lesson.choices:
        assert lesson.at({name: "x"}) == lesson.at({name: "1e9"}) == lesson.own


def shown(html):
    """What a reader sees of some HTML, and its elements as (tag, attributes), by another parser."""
    texts, elements = [], []
    reader = HTMLParser(convert_charrefs=True)
    reader.handle_data = texts.append
    reader.handle_starttag = lambda tag, attributes: elements.append((tag, dict(attributes)))
    reader.feed(html)
    reader.close()
    return "".join(texts), elements


def test_a_text_keeps_its_words_and_its_links_become_buttons():
    text = "Set **both** to [0.5](gain=0.5&init=chain),\nor *none*.\n\nThen `look`."
    words = {"gain": "0.5", "init": "chain"}
    assert markup.links(text) == (markup.Link("0.5", words),)
    seen, elements = shown(markup.html(text))
    assert seen.split() == "Set both to 0.5, or none. Then look.".split()
    assert [tag for tag, _ in elements] == ["p", "strong", "button", "em", "p", "code"]
    button = dict(elements)["button"]
    assert json.loads(button["data-words"]) == words
    assert button["title"] == "gain = 0.5, init = chain" and button["type"] == "button"


@every_lesson
def test_every_link_of_a_lesson_becomes_a_button(lesson):
    _, elements = shown(markup.html(lesson.tries))
    buttons = [json.loads(about["data-words"]) for tag, about in elements if tag == "button"]
    assert buttons == [link.words for link in lesson.links]
    assert len(buttons) == lesson.tries.count("](") > 0


@pytest.mark.parametrize(
    "text",
    [
        "<script>alert(1)</script>",
        '<b onclick="alert(1)">a & b</b> &lt;',
        "[x](https://example.org)",
        "[x](javascript:alert(1))",
        "[x](//example.org?a=1)",
        "[x](a=1&b)",
        "<https://example.org>",
        "![x](y.png)",
        '[x](a="><script>alert(1)</script>)',
        "# no heading",
        "| no | table |",
    ],
)
def test_whatever_else_is_typed_stands_there_as_it_was_typed(text):
    seen, elements = shown(markup.html(text))
    assert seen.strip() == text and elements == [("p", {})] and not markup.links(text)


@every_lesson
@pytest.mark.parametrize("mode", ["light", "dark"])
def test_a_card_has_a_small_picture(lesson, mode):
    image = thumbnail(lesson.thumbnail(rnnviz.run(lesson.experiment)), mode)
    assert image.startswith('<img alt="" src="data:image/svg+xml;base64,') and len(image) < 12_000


# -- the page --------------------------------------------------------------------------------------


def commit(app, lesson, right=False):
    answer = answered(lesson)
    if isinstance(lesson.prediction, Choice):
        options = sorted(lesson.prediction.options, key=lambda o: (o == answer) != right)
        app.radio[0].set_value(options[0])
    else:
        app.text_input[0].set_value(told(answer) if right else "-7")
    next(b for b in app.button if b.label == "Commit my prediction").click()
    return app.run()


def texts(app):
    return [box.value for box in [*app.markdown, *app.success, *app.info, *app.caption, *app.error]]


def test_the_cards_name_every_lesson():
    app = open_page(PAGE)
    assert not app.exception
    assert {lesson.question for lesson in LESSONS.values()} <= set(texts(app))
    links = [link.proto for link in app.get("page_link")]
    for lesson in LESSONS.values():
        assert any(f"lesson={lesson.name}" == link.query_string for link in links)


@every_lesson
@pytest.mark.parametrize("right", [True, False])
def test_a_lesson_opens_and_answers(lesson, right):
    app = open_page(PAGE, lesson=lesson.name)
    assert not app.exception and not app.error and not app.warning
    assert lesson.question in [box.value for box in app.subheader]
    assert not charts(app) and not app.success and not app.info
    app = commit(app, lesson, right)
    assert not app.exception and not app.error
    assert len(charts(app)) == 1
    (verdict,) = [box.value for box in [*app.success, *app.info]]
    assert ("That is right" in verdict) == bool(app.success) == right
    run = rnnviz.run(lesson.experiment)
    assert lesson.explanation(run, **lesson.choices).strip() in [t.strip() for t in texts(app)]
    assert lesson.check(run, **lesson.choices).table in texts(app)
    assert f":small[{' '.join(lesson.paper.split())}]" in texts(app)
    assert any(
        component.proto.component_name == "rnnviz_prose" for component in app.get("bidi_component")
    )


@every_lesson
def test_before_the_commit_the_answer_is_not_even_computed(lesson, monkeypatch):
    def never(*_, **__):
        raise AssertionError("computed before the prediction")

    hidden = replace(lesson, answer=never, check=never, explanation=never, tries="")
    monkeypatch.setitem(base._registry, lesson.name, hidden)
    app = open_page(PAGE, lesson=lesson.name)
    assert not app.exception
    app.button[0].click().run()  # committing nothing shows nothing
    assert not app.exception and "Predict something first" in app.info[0].value
    assert not any("said" in word or "predict" in word for word in app.query_params)


@every_lesson
def test_the_picture_follows_the_links_words(lesson):
    link = next(k for k in lesson.links if lesson.changed(lesson.own, k.words) != lesson.own)
    setting = lesson.changed(lesson.own, link.words)
    app = open_page(PAGE, lesson=lesson.name, **setting.words)
    app = commit(app, lesson)
    check = lesson.check(rnnviz.run(setting.experiment), **setting.choices)
    assert not app.exception
    assert check.table in texts(app)
    exhibit, subject, choices = pictured(lesson, setting)
    assert charts(app)[0]["layout"]["meta"] == exhibit.show(subject, **choices).draw().layout.meta
    assert {**app.query_params} == setting.words | {"lesson": lesson.name}
    onwards = [link.proto for link in app.get("page_link") if "Open this run" in link.proto.label]
    assert to_link(setting.experiment).items() <= dict(parse_qsl(onwards[0].query_string)).items()
    back = next(b for b in app.button if b.label == "Back to the lesson's own")
    back.click().run()
    assert {**app.query_params} == lesson.own.words | {"lesson": lesson.name}


def test_what_cannot_be_read_is_said_and_asked_again():
    app = open_page(PAGE, lesson="gain")
    app.text_input[0].set_value("<b>many</b>")
    app.button[0].click().run()
    assert app.error[0].value == r"a prediction must be a number, got \<b\>many\</b\>."
    assert not charts(app)


@pytest.mark.parametrize(
    "word", ["nothing", "../../etc", "<script>", "x" * 10_000, "Forget", "%00"]
)
def test_a_lesson_that_is_none_gets_one_sentence_and_the_cards(word):
    app = open_page(PAGE, lesson=word, cell="gru")
    assert not app.exception
    (warning,) = app.warning
    assert warning.value.startswith("lesson must be one of by-hand, ") and len(warning.value) < 400
    assert len(app.get("page_link")) > len(LESSONS)
    assert app.query_params["cell"] == "gru" and "lesson" not in app.query_params


def test_a_prediction_outlives_other_pages_but_not_the_session():
    lesson = LESSONS["forget"]
    app = commit(open_page(PAGE, lesson="forget"), lesson)
    link = {**app.query_params}
    app.switch_page("pages/2_States.py")
    app.query_params.clear()
    app.run()
    assert not app.exception and charts(app)
    app.switch_page(PAGE)
    app.query_params["lesson"] = "forget"
    app.run()
    assert any("You said −7" in text for text in texts(app))
    assert not charts(open_page(PAGE, **link))  # who opens the link predicts for himself


def test_on_another_page_a_lessons_name_is_no_word():
    app = open_page("pages/3_Gates.py", lesson="forget", cell="gru", n_a="9")
    assert (app.query_params["cell"], app.query_params["n_a"]) == ("gru", "9")
    assert "lesson" not in app.query_params


def test_a_lesson_leaves_the_shared_experiment_alone():
    app = open_page("pages/2_States.py", cell="gru", n_a="7")
    app.switch_page(PAGE)
    app.query_params.clear()
    app.query_params["lesson"] = "forget"
    app.run()
    assert app.query_params["cell"] == "lstm"
    words = next(k.proto.query_string for k in app.get("page_link") if k.proto.label == "States")
    assert "cell=gru" in words and "n_a=7" in words and "lesson" not in words


def test_a_lesson_that_is_registered_appears():
    new = replace(LESSONS["gain"], name="brand-new", place=1, title="Brand new", question="New?")
    base.register(new)
    try:
        assert next(iter(LESSONS)) == "brand-new"
        assert "New?" in texts(open_page(PAGE))
        assert charts(commit(open_page(PAGE, lesson="brand-new"), new))
    finally:
        del base._registry["brand-new"]


def test_the_chain_has_small_eigenvalues_and_large_singular_values():
    W = rnnviz.run(LESSONS["chain"].experiment).params["Waa"]
    assert np.allclose(np.linalg.eigvals(W), 0.5)
    assert 1.4 < np.linalg.norm(W, 2) < 1.5
