"""In a real browser: from a trained model to the pages of runs, with its review."""

from pathlib import Path
from urllib.parse import urlencode

import numpy as np
import pytest
from test_browser import address, settled
from test_networks import TURNED, trained

import rnnviz
from rnnviz.core.link import to_link

pytestmark = pytest.mark.browser


@pytest.fixture
def tab(browser):
    context = browser.new_context(viewport={"width": 1280, "height": 900})
    yield context.new_page()
    context.close()


def arrived(page):
    """Wait for a page whose model is read first, perhaps by a server that has just begun."""
    page.wait_for_selector(".js-plotly-plot .main-svg", timeout=120_000)
    settled(page)


def words_on_axes(page):
    return page.evaluate(
        """() => [...document.querySelectorAll('.js-plotly-plot')].map(p =>
            Object.values(p._fullLayout).find(axis => axis?.ticktext)?.ticktext ?? [])"""
    )


def test_open_in_states_shows_the_review_with_its_words(tab, server):
    tab.goto(f"{server}/Inside?run=lstm&pair=not")
    arrived(tab)
    tab.get_by_role("link", name="in States", exact=True).nth(1).click()
    tab.wait_for_url("**/States?*")
    settled(tab)
    expected = to_link(trained("lstm", label=1))
    assert address(tab).items() >= expected.items()
    assert tab.get_by_role("textbox", name="Review").input_value() == TURNED
    assert tab.get_by_role("combobox", name="Cell", exact=True).is_disabled()
    words = list(rnnviz.run(trained("lstm")).words)
    assert words_on_axes(tab)[0] == words
    tab.get_by_role("link", name="Gates", exact=True).click()  # and along to the other pages
    tab.wait_for_url("**/Gates?*")
    settled(tab)
    assert address(tab).items() >= expected.items()
    assert words_on_axes(tab)[0] == words


def test_a_file_that_brings_its_words_is_read_and_opened_with_them(tab, server):
    tab.goto(f"{server}/Inside")
    arrived(tab)
    tab.get_by_text("A model file of your own").click()
    file = Path(__file__).parent / "keras2" / "2.15_of_words.keras"
    tab.locator("input[type=file]").first.set_input_files(str(file))
    tab.get_by_text("keeps the first 6 words of a review").wait_for()
    box = tab.get_by_role("textbox", name="Review 1")
    box.fill("Not a GOOD film, bad")
    box.press("Control+Enter")
    words = ["not", "(a)", "good", "film", "bad", "·"]
    axis = ".js-plotly-plot .xtick text"
    tab.wait_for_function(
        "axis => document.querySelector(axis)?.textContent === 'not'", arg=axis, timeout=60_000
    )
    settled(tab)
    assert words in words_on_axes(tab)
    tab.get_by_role("link", name="in States", exact=True).first.click()
    tab.wait_for_url("**/States?*")
    settled(tab)
    assert words_on_axes(tab)[0] == ["not", "(?)", "good", "film", "bad", "·"]
    assert tab.get_by_text("first 6 ids and padded behind").is_visible()


def test_a_typed_review_is_read_and_stands_in_the_address(tab, server):
    tab.goto(f"{server}/States?{urlencode(to_link(trained('gru')))}")
    arrived(tab)
    box = tab.get_by_role("textbox", name="Review")
    box.fill("the plot is lovely")
    box.press("Control+Enter")
    tab.wait_for_url("**review=the+plot+is+lovely*")
    settled(tab)
    assert words_on_axes(tab)[0] == ["▸", "the", "plot", "is", "lovely"]
    assert address(tab)["T_x"] == "5"


def test_the_player_says_each_steps_word(tab, server):
    tab.goto(f"{server}/Step?{urlencode(to_link(trained('lstm')) | {'t': '9'})}")
    arrived(tab)
    word = rnnviz.run(trained("lstm")).words[8]
    tab.get_by_text(f"t = 9 of 19 “{word}”", exact=True).wait_for(timeout=10_000)
    tab.get_by_text(f"At t = 9 (“{word}”)").wait_for(timeout=10_000)
    a = rnnviz.run(trained("lstm")).trace.states["a"][0, 0, 8]
    assert np.isfinite(a)


@pytest.mark.parametrize("width", [1280, 480])
def test_a_legend_stands_right_below_the_title_whatever_rows_it_takes(tab, server, width):
    tab.set_viewport_size({"width": width, "height": 900})
    tab.goto(f"{server}/Dynamics?v=2&weights=run-rnn")
    arrived(tab)
    picture = tab.locator("css=.chart").first
    title, legend = (
        picture.locator(f"css={part}").first.bounding_box() for part in (".gtitle", ".legend")
    )
    below = title["y"] + title["height"]
    assert -8 < legend["y"] - below < 20  # a row is 20 pixels
    assert legend["height"] > (60 if width == 480 else 0)  # there it takes several
