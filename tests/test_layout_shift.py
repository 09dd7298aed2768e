"""From the first byte to the last picture a page stays where it is: layout shift under 0.1."""

import pytest
from conftest import serve
from test_browser import settled
from test_fold import tab  # noqa: F401

from rnnviz.server import document
from rnnviz.sitemap import TEXT, pages

WATCH = """
window.moved = [];
new PerformanceObserver((list) => window.moved.push(...list.getEntries().map((one) => one.value)))
  .observe({ type: "layout-shift", buffered: true });
"""


@pytest.fixture(scope="module")
def launched():
    """The address of the dashboard as `python -m rnnviz` serves it."""
    with serve(("-m", "rnnviz", "app"), "--port") as address:
        yield address


def come(tab, title):  # noqa: F811
    """Wait until a page's pictures stand, or its words where it has none."""
    if title not in TEXT:
        return settled(tab)
    tab.get_by_role("heading", name=pages()[title].question).wait_for()
    tab.wait_for_function("!document.querySelector('[data-testid=stSkeleton]')")


# On a phone those whose parts, side by side elsewhere, stand under one another.
ON_A_PHONE = ["Lessons", "Compare", "Workshop", "Progress"]
EVERY = [*((title, 1280) for title in pages()), *((title, 480) for title in ON_A_PHONE)]


@pytest.mark.browser
@pytest.mark.parametrize(("title", "width"), EVERY)
def test_nothing_moves_as_a_page_comes(tab, launched, title, width):  # noqa: F811
    tab.set_viewport_size({"width": width, "height": 800 if width == 1280 else 900})
    tab.add_init_script(WATCH)
    moved = []
    for _ in range(2):  # a machine that is busy draws a page in pieces once, hardly twice
        tab.goto(f"{launched}/{'' if title == 'Home' else title}")
        come(tab, title)
        tab.wait_for_timeout(1000)
        moved.append(sum(tab.evaluate("window.moved")))
        if moved[-1] < 0.1:
            break
    assert min(moved) < 0.1


@pytest.mark.browser
@pytest.mark.parametrize("title", ["Gates", *TEXT])
def test_the_panels_place_is_kept_where_there_is_one(tab, launched, title):  # noqa: F811
    tab.goto(f"{launched}/{title}")
    come(tab, title)
    panel = tab.locator("[data-testid=stSidebar]")
    kept = "padding-left: 300px" in document(title)
    assert kept == bool(panel.count()) == (title not in TEXT)
    if kept:
        assert panel.bounding_box()["width"] == 300


def test_every_page_is_served_with_its_name_and_style():
    for title in pages():
        html = document(title)
        assert f"<title>{title} · rnnviz</title>" in html and "stMainBlockContainer" in html
        assert html.count('as="font"') == 2  # of texts and of headings
        assert html.index("<style>") < html.index('<div id="root">')
