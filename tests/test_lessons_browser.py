"""Lessons in a real browser: what crosses the wire, links that drive the picture, axe."""

import re
from urllib.parse import parse_qs, urlparse

import numpy as np
import pytest

import rnnviz
from rnnviz.lessons import LESSONS
from rnnviz.lessons.predictions import told

pytestmark = pytest.mark.browser
NAME, GUESS = "forget", "5"
LESSON = LESSONS[NAME]


@pytest.fixture
def tab(browser):
    context = browser.new_context(viewport={"width": 1280, "height": 900})
    yield context.new_page()
    context.close()


STANDS = """() => !document.querySelector('[data-testid="stStatusWidget"], [data-stale="true"]')
    && [...document.querySelectorAll('.js-plotly-plot')].every(p => p._fullData?.length)"""


def settled(page):
    """Wait until the script has ended and what it drew stands still."""
    page.wait_for_selector("h2, h3", timeout=30_000)
    standing = False
    while not standing:
        page.wait_for_function(STANDS)
        page.wait_for_timeout(400)
        standing = page.evaluate(STANDS)


def commit(page, guess=GUESS):
    page.get_by_label("Your prediction").fill(guess)
    page.get_by_role("button", name="Commit my prediction").click()
    page.wait_for_selector(".js-plotly-plot .main-svg", timeout=30_000)
    settled(page)


def address(page):
    return {name: words[0] for name, words in parse_qs(urlparse(page.url).query).items()}


def drawn(page):
    return page.evaluate("JSON.stringify(document.querySelector('.js-plotly-plot').data)")


def traces(text: bytes, answer: float) -> list[str]:
    """How an answer shows in what was sent: its digits, or the bytes of its float."""
    shown = [told(answer), f"{answer:.2f}", f"{answer:.6g}", repr(answer)]
    arrived = [digits for digits in shown if digits.encode() in text]
    kinds = ("<f8", "<f4", ">f8")
    return arrived + [k for k in kinds if np.array(answer, k).tobytes() in text]


def test_nothing_that_crosses_the_wire_holds_the_answer_before_the_commit(tab, server):
    frames = []

    def keep(payload):
        frames.append(payload if isinstance(payload, bytes) else payload.encode())

    tab.on("websocket", lambda socket: socket.on("framereceived", keep))
    tab.goto(f"{server}/Lessons?lesson={NAME}")
    settled(tab)
    run = rnnviz.run(LESSON.experiment)
    answer = LESSON.answer(run)
    first = re.search(r"[A-Z][^.$*{]{20,}\.", LESSON.explanation(run))[0].encode()
    before = b"".join(frames)
    assert LESSON.question.encode() in before  # the frames are what we think they are
    assert not traces(before, answer) and first not in before
    page = tab.content().encode()
    assert not traces(page, answer) and first not in page
    assert not tab.locator(".js-plotly-plot").count()
    commit(tab)
    after = b"".join(frames)
    assert traces(after, answer) and first in after
    said = tab.get_by_text("You said 5 steps; it is 14.27 steps: too low by 9.266 steps.")
    assert said.count() == 1
    assert GUESS not in {**address(tab)}.get("prediction", "") and "predict" not in tab.url


def test_links_in_the_prose_drive_the_picture_by_mouse_and_keyboard(tab, server):
    tab.goto(f"{server}/Lessons?lesson={NAME}")
    settled(tab)
    commit(tab)
    before = drawn(tab)
    tab.evaluate("window.same = true")
    now = tab.get_by_role("button", name="3", exact=True)
    five = tab.get_by_role("button", name="5", exact=True)
    assert now.get_attribute("aria-pressed") == "true"
    five.scroll_into_view_if_needed()
    place = five.bounding_box()
    five.click()
    tab.wait_for_url("**forget_bias=5.0*")
    tab.get_by_text("103.2183485").first.wait_for()
    settled(tab)
    assert five.get_attribute("aria-pressed") == "true" != now.get_attribute("aria-pressed")
    after = drawn(tab)
    assert after != before
    assert five.bounding_box() == place  # nothing jumps
    five.press("Shift+Tab")
    assert tab.get_by_role("button", name="4", exact=True).evaluate(
        "b => b === b.getRootNode().activeElement"
    )
    tab.keyboard.press("Enter")
    tab.wait_for_url("**forget_bias=4.0*")
    settled(tab)
    assert drawn(tab) not in (before, after)
    assert tab.evaluate("window.same") and len(tab.context.pages) == 1  # no reload, no new tab
    tab.get_by_role("button", name="Back to the lesson's own").click()
    tab.wait_for_url("**forget_bias=3.0*")
    settled(tab)
    assert drawn(tab) == before


def test_a_moved_lesson_opens_on_another_page_and_comes_back(tab, server):
    tab.goto(f"{server}/Lessons?lesson={NAME}")
    settled(tab)
    commit(tab)
    tab.get_by_role("button", name="5", exact=True).click()
    tab.wait_for_url("**forget_bias=5.0*")
    settled(tab)
    tab.get_by_role("link", name="Open this run in States").click()
    tab.wait_for_url("**/States?*")
    settled(tab)
    words = address(tab)
    assert words["forget_bias"] == "5.0" and words["T_x"] == "60" and "lesson" not in words
    assert tab.get_by_role("slider", name="Forget bias").input_value() == "5"
    tab.get_by_role("link", name="Lessons", exact=True).click()
    tab.wait_for_url("**/Lessons?*")
    card = tab.get_by_role("link", name=LESSON.title, exact=True)
    card.wait_for()
    settled(tab)
    tab.get_by_text(LESSON.question).click(force=True)  # the whole card is the link
    tab.get_by_text("You said 5 steps").wait_for()
    settled(tab)
    assert address(tab)["lesson"] == NAME and address(tab)["forget_bias"] == "3.0"
    tab.get_by_role("link", name="Next:").click()
    tab.get_by_role("button", name="Commit my prediction").wait_for()
    assert not tab.get_by_text("You said").count()


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [480, 1280])
def test_axe_finds_nothing_and_nothing_is_cut_off(browser, server, scheme, width):
    from axe_playwright_python.sync_playwright import Axe

    context = browser.new_context(viewport={"width": width, "height": 900}, color_scheme=scheme)
    page = context.new_page()

    def check():
        violations = Axe().run(page).response["violations"]
        assert not [(fault["id"], fault["nodes"][0]["html"][:200]) for fault in violations]
        assert page.evaluate("document.documentElement.scrollWidth") <= width

    page.goto(f"{server}/Lessons")
    settled(page)
    check()
    page.goto(f"{server}/Lessons?lesson={NAME}")
    settled(page)
    check()
    commit(page)
    check()
    page.goto(f"{server}/Lessons?lesson=clipping")
    settled(page)
    check()
    page.get_by_text("It becomes zero").click()
    page.get_by_role("button", name="Commit my prediction").click()
    page.wait_for_selector(".js-plotly-plot .main-svg", timeout=30_000)
    settled(page)
    check()
    context.close()
