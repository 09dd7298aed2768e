"""Without scrolling, on a laptop: each page's question, its picture, and the picture's sentence."""

import pytest
from test_browser import settled

from rnnviz.sitemap import ASIDE, pages

pytestmark = pytest.mark.browser
LAPTOP = {"width": 1280, "height": 800}
FIRST = ".player, .js-plotly-plot, [class*='st-key-lesson-card-']"  # a page's picture comes first
UNDER = """(pictures, [low]) => {
    const left = pictures[0].getBoundingClientRect().left + 60;
    const main = document.querySelector("[data-testid=stMain]");
    const every = main.querySelectorAll("[data-testid=stMarkdownContainer] > p");
    const boxes = [...every].filter(p => p.textContent).map(p => p.getBoundingClientRect());
    return Math.min(...boxes.filter(b => b.top >= low - 1 && b.left < left).map(b => b.bottom));
}"""


@pytest.fixture
def tab(browser):
    context = browser.new_context(viewport=LAPTOP, reduced_motion="reduce")
    context.add_init_script("localStorage.setItem('rnnviz-tour', 'taken')")
    yield context.new_page()
    context.close()


def bottom(place):
    box = place.bounding_box()
    return box["y"] + box["height"]


@pytest.mark.parametrize("title", [title for title in pages() if title not in ASIDE])
def test_question_picture_and_sentence_are_seen_without_scrolling(tab, server, title):
    tab.goto(f"{server}/{'' if title == 'Home' else title}")
    if title == "Lessons":
        tab.get_by_role("link", name="What you predicted").wait_for(timeout=30_000)
    else:
        settled(tab)
    question = tab.get_by_role("heading", name=pages()[title].question, exact=True)
    picture = tab.locator(f"css={FIRST}").first
    low = bottom(picture)
    assert 0 < bottom(question) <= picture.bounding_box()["y"] + 1
    assert low <= LAPTOP["height"]
    if title != "Lessons":  # a card's question stands in it
        assert tab.locator(f"css={FIRST}").evaluate_all(UNDER, [low]) <= LAPTOP["height"]
    if title == "Dynamics":  # the spectrum stands beside it
        large, small = (tab.locator(".js-plotly-plot").nth(n).bounding_box() for n in (0, 1))
        assert large["x"] + large["width"] < small["x"] and large["width"] > 1.8 * small["width"]
        assert abs(large["y"] - small["y"]) < 1 and small["y"] + small["height"] < low


@pytest.mark.parametrize("path", ["", "Step", "Compare"])
def test_a_projector_shows_the_keys_without_scrolling(tab, server, path):
    tab.goto(f"{server}/{path}?projector=1")
    tab.locator(".player canvas").wait_for(timeout=30_000)
    tab.wait_for_function("() => !document.querySelector('[data-stale=\"true\"]')")
    keys = tab.get_by_role("group", name="Keys of a demonstration")
    tab.wait_for_timeout(400)
    assert bottom(keys) <= LAPTOP["height"]
