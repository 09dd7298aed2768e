"""The one HTML file's lessons say what the dashboard's say, and judge predictions as it does."""

import json
import re
from html import unescape
from xml.etree import ElementTree

import pytest
from page_parts import page_parts

from rnnviz import run
from rnnviz.core.errors import ExperimentError
from rnnviz.exhibits import named
from rnnviz.export.page.lessons import elsewhere, here, lessons
from rnnviz.export.page.page import page
from rnnviz.lessons import LESSONS
from rnnviz.lessons.mathml import mathml
from rnnviz.lessons.predictions import Choice, Factor, Number
from rnnviz.sitemap import pages
from rnnviz.ui.lessons import shown

HERE = {"by-hand", "gain", "chain", "forget", "gates", "saturation", "clipping", "truncation",
        "initialisation", "conventions", "mistake"}  # fmt: skip
FORMULAS = {  # and the elements that the formula is made of
    r"f\,c_{t-1}": "<mi>f</mi><mspace/><msub><mi>c</mi>"
    "<mrow><mi>t</mi><mo>−</mo><mn>1</mn></mrow></msub>",
    r"\frac12": "<mfrac><mn>1</mn><mn>2</mn></mfrac>",
    r"1/\sqrt{64}": "<mn>1</mn><mo>/</mo><msqrt><mrow><mn>64</mn></mrow></msqrt>",
    r"W^\top < a_1^2": "<msup><mi>W</mi><mo>⊤</mo></msup><mo>&lt;</mo>"
    "<msubsup><mi>a</mi><mn>1</mn><mn>2</mn></msubsup>",
    r"\tilde c": '<mover accent="true"><mi>c</mi><mo>~</mo></mover>',
    r"\begin{pmatrix} 1 & \\ & 0.5 \end{pmatrix}": "<mtable><mtr><mtd><mrow><mn>1</mn></mrow></mtd>"
    "<mtd><mrow /></mtd></mtr><mtr><mtd><mrow /></mtd><mtd><mrow><mn>0.5</mn></mrow></mtd></mtr>"
    "</mtable>",
}
WORDS = (
    "5", "-5", "−5", " 3e-5 ", "1e-400", "10^-5", "3 × 10⁻⁵", "2x10^3", "1·10⁷", ".5", "5.", "0",
    "1e5", "2.6561398887587473e-05", "14.266", "19928116", "0.1721", "0.43482724", "1e999", "nan",
    "inf", "0x10", "1_0", "", "  ", "five", "10^", "1" * 41, "--1",
)  # fmt: skip
JUDGED = """([prediction, word, answer]) => {
  try {
    const said = understood(prediction, word);
    return [isRight(prediction, said, answer), difference(prediction, said, answer)];
  } catch (error) { return [null, `${error.message}`.split(", got")[0]]; }
}"""


def plain(text):
    """The words and numbers of a text, without its markup; the digits of its formulas apart."""
    formula = re.compile(r"<math.*?</math>|\$\$?.+?\$\$?", re.DOTALL)
    words = re.findall(r"\w+", unescape(re.sub("<[^>]*>", " ", formula.sub(" ", text))))
    formulas = [re.findall(r"\d", re.sub("<[^>]*>", "", one)) for one in formula.findall(text)]
    return words, formulas


@pytest.mark.slow
def test_the_file_has_every_lesson_that_it_can_show_and_names_the_others():
    assert {one["name"] for one in lessons()} == HERE
    for name, lesson in LESSONS.items():
        assert here(lesson) == (name in HERE)
        assert (f"“{lesson.title}”" in elsewhere()) == (name not in HERE)
    assert elsewhere() in page()


@pytest.mark.slow
@pytest.mark.parametrize("name", sorted(HERE))
def test_a_lesson_says_what_the_dashboard_says(name):
    lesson, [written] = LESSONS[name], [one for one in lessons() if one["name"] == name]
    own = run(lesson.experiment)
    told = {
        "setup": lesson.setup(own, **lesson.choices),
        "why": lesson.explanation(own, **lesson.choices),
        "check": lesson.check(own, **lesson.choices).table,
    }
    for part, text in told.items():
        assert plain(written[part]) == plain(text)
        assert "$" not in written[part] and "\\" not in written[part]
    assert written["answer"] == lesson.answer(own, **lesson.choices)
    assert plain(written["tries"])[0] == plain(re.sub(r"\]\([^)]*\)", "]", lesson.tries))[0]
    for link in written["links"]:
        setting = lesson.changed(lesson.own, link["words"])
        check = lesson.check(run(setting.experiment), **setting.choices)
        assert check.holds and plain(link["check"]) == plain(check.table)


@pytest.mark.parametrize("latex", FORMULAS)
def test_a_formula_is_mathml(latex):
    said = ElementTree.fromstring(mathml(latex))
    for space in said.iter("mspace"):
        space.attrib.clear()
    inner = "".join(ElementTree.tostring(one, "unicode") for one in said[0])
    assert inner.replace("<mspace />", "<mspace/>") == FORMULAS[latex]


UNREADABLE = (
    r"\alpha",
    r"\begin{matrix}",
    "a}",
    "{a",
    "a & b",
    r"\begin{pmatrix} 1",
    "a_",
    r"\frac1",
)


@pytest.mark.parametrize("latex", UNREADABLE)
def test_a_formula_that_cannot_be_read_is_refused(latex):
    with pytest.raises(ExperimentError):
        mathml(latex)


def judged(prediction, word, answer):
    try:
        said = prediction.read(word)
    except ExperimentError as error:
        return [None, str(error).partition(", got")[0]]
    return [prediction.right(said, answer), prediction.difference(said, answer)]


@pytest.mark.slow
@pytest.mark.browser
def test_a_prediction_is_read_and_judged_as_in_the_dashboard(browser):
    counted = {"right": 0, "wrong": 0, "refused": 0}
    with page_parts(browser) as tab:
        for written in lessons():
            prediction = LESSONS[written["name"]].prediction
            assert isinstance(prediction, Choice | Factor | Number)
            options = prediction.options if isinstance(prediction, Choice) else ()
            for word in (*WORDS, *options):
                wanted = judged(prediction, word, written["answer"])
                given = [written["prediction"], word, written["answer"]]
                assert tab.evaluate(JUDGED, json.loads(json.dumps(given))) == wanted
                counted[{True: "right", False: "wrong", None: "refused"}[wanted[0]]] += 1
    assert min(counted.values()) > 10


def typed(lesson):
    """A wrong prediction."""
    if isinstance(lesson.prediction, Choice):
        own = lesson.answer(run(lesson.experiment), **lesson.choices)
        return next(one for one in lesson.prediction.options if one != own)
    return "-77"


@pytest.mark.slow
@pytest.mark.browser
def test_lessons_are_predicted_shown_tried_and_kept(browser, tmp_path):
    path, wrong = tmp_path / "rnnviz.html", []
    path.write_text(page())
    context = browser.new_context(offline=True, viewport={"width": 480, "height": 900})
    tab = context.new_page()
    tab.on("console", lambda said: wrong.append(said.text) if said.type != "log" else None)
    tab.on("pageerror", lambda error: wrong.append(str(error)))
    try:
        tab.goto(f"{path.as_uri()}#States?v=2&cell=gru&seed=9")
        tab.get_by_role("link", name="Lessons", exact=True).click()
        tab.wait_for_selector("#ask li")
        assert tab.locator("header p").inner_text() == pages()["Lessons"].question
        assert tab.locator("#ask li").count() == len(HERE)
        for written in lessons():
            lesson = LESSONS[written["name"]]
            tab.evaluate(f"location.hash = 'Lessons?lesson={lesson.name}'")
            tab.locator("#ask h2", has_text=lesson.question).wait_for()
            assert not tab.locator("#player, #pictures, .tries").filter(visible=True).count()
            tab.get_by_role("button", name="Commit").click()
            assert "Predict something first" in tab.get_by_role("alert").last.inner_text()
            word = typed(lesson)
            if isinstance(lesson.prediction, Choice):
                tab.get_by_label(word, exact=True).check()
            else:
                tab.locator("[name=prediction]").fill(word)
            tab.get_by_role("button", name="Commit").click()
            verdict = tab.locator(".verdict")
            verdict.wait_for()
            said = lesson.prediction.difference(lesson.prediction.read(word), written["answer"])
            assert verdict.inner_text() == said.replace("**", "")
            step = named(lesson.picture.exhibit).page == "Step"
            tab.wait_for_selector(".player .node" if step else "#pictures .plot svg")
            assert tab.evaluate("document.documentElement.scrollWidth") <= 480
        # Space scrolls where no player is to be seen; what a link sets is drawn, told and checked.
        tab.evaluate("location.hash = 'Lessons?lesson=forget&forget_bias=77&seed=5'")
        tab.locator("h2", has_text="How many steps").wait_for()
        tab.evaluate("document.activeElement.blur()")
        tab.keyboard.press("Space")
        assert not tab.evaluate("document.querySelector('.player').player.clock.playing")
        lesson = LESSONS["forget"]
        for bias in ("3", "1"):
            tab.locator(f".tries button[data-words*='\"{bias}\"']").click()
            tab.wait_for_selector(f'.tries [aria-pressed=true]:text-is("{bias}")')
            exhibit, subject, choices = shown(
                lesson, lesson.changed(lesson.own, {"forget_bias": bias})
            )
            caption = exhibit.caption(subject, **choices).replace("**", "")
            assert tab.locator("#pictures p", has_text="largest").inner_text() == caption
            check = lesson.check(subject).table
            assert plain(tab.locator(".check").inner_html()) == plain(check)
        tab.reload()
        tab.wait_for_selector('.tries [aria-pressed=true]:text-is("1")')
        tab.get_by_role("link", name="Open this run in States").click()
        tab.wait_for_url(re.compile(r"#States\?.*cell=lstm.*forget_bias=1"))
        tab.get_by_role("link", name="Lessons", exact=True).click()
        tab.wait_for_selector("#ask li")
        assert tab.locator(".came").count() == len(HERE)
        assert f"{len(HERE)} of {len(HERE)} lessons answered, 0 of them right" in tab.inner_text(
            "#ask"
        )
        tab.get_by_role("button", name="Forget all of it").click()
        assert tab.locator(".came").count() == 0
        assert tab.evaluate("localStorage['rnnviz-predictions']") == "{}"
        assert wrong == []
    finally:
        context.close()
