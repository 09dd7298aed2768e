"""In a real browser: deep links on a fresh server, links that carry all, charts that are drawn."""

import json
from urllib.parse import parse_qs, urlparse

import pytest

from rnnviz.core.versions import VERSION

pytestmark = pytest.mark.browser
PAGES = ["", "Step", "States", "Gates", "Gradients", "Compare"]
READERS = ["Sentiment", "Inside"]
LINK = {"v": "1", "cell": "gru", "seed": "7", "n_a": "6", "T_x": "23", "gain": "1.5"}
MEANT = LINK | {"v": VERSION, "init": "notebook", "forget_bias": "0.0"}  # as the program says it


def words(link):
    return "&".join(f"{name}={word}" for name, word in link.items())


DRAWN = """() => {
    const charts = [...document.querySelectorAll('.js-plotly-plot')]
    const player = location.pathname === '/'  // Home has the player instead
    return !document.querySelector('[data-testid="stStatusWidget"], [data-stale="true"]')
        && (charts.length || player) && charts.every(p => p._fullData?.length)
}"""


def settled(page):
    """Wait until the script has ended and every chart stands with its marks drawn."""
    home = urlparse(page.url).path == "/"
    page.wait_for_selector(
        ".player canvas" if home else ".js-plotly-plot .main-svg", timeout=30_000
    )
    standing = False
    while not standing:  # between two pages, the charts of one are gone before the status shows
        page.wait_for_function(DRAWN)
        page.wait_for_timeout(400)
        standing = page.evaluate(DRAWN)


HELD = "[...document.querySelectorAll('.js-plotly-plot')].map(p => JSON.stringify(p.data))"


def pictures(page):
    """What each chart holds, as the browser knows it."""
    return page.evaluate(f"() => {HELD}")


def hold_again(page, first):
    """Wait until the charts hold what they held; the address is back before they are."""
    page.wait_for_function(f"first => JSON.stringify({HELD}) === JSON.stringify(first)", arg=first)


def address(page):
    return {name: words[0] for name, words in parse_qs(urlparse(page.url).query).items()}


@pytest.fixture
def tab(browser):
    context = browser.new_context(viewport={"width": 1280, "height": 900})
    yield context.new_page()
    context.close()


@pytest.mark.parametrize("path", PAGES)
def test_a_deep_link_on_a_fresh_server(tab, fresh_server, path):
    tab.goto(f"{fresh_server}/{path}?{words(LINK)}")
    settled(tab)
    assert address(tab).items() >= MEANT.items()
    slider = tab.get_by_role("slider", name="Hidden units n_a")
    assert slider.input_value() == LINK["n_a"]
    assert tab.get_by_role("combobox", name="Cell", exact=True).input_value() == "GRU"
    drawn = pictures(tab)
    assert bool(drawn) == bool(path) and all(len(json.loads(data)) for data in drawn)
    # Every chart has ink: a heatmap is an image, a line or bar a path.
    for chart in tab.locator(".js-plotly-plot").all():
        assert chart.locator("image, .scatterlayer path, .barlayer path").count()
    assert not tab.get_by_text("in the server's log").count()


def test_links_between_pages_keep_the_experiment(tab, server):
    tab.goto(f"{server}/States?{words(LINK)}")
    settled(tab)
    for name in ("Gates", "Gradients", "Step", "Compare", "Home", "States"):
        tab.get_by_role("link", name=name, exact=True).click()
        tab.wait_for_url(f"**/{'' if name == 'Home' else name}?*")
        settled(tab)
        assert address(tab).items() >= MEANT.items(), name


def test_a_moved_slider_changes_picture_and_link_and_the_link_gives_the_picture(
    browser, tab, server
):
    tab.goto(f"{server}/States")
    settled(tab)
    before = pictures(tab)
    slider = tab.get_by_role("slider", name="Gain of the recurrent weights")
    slider.focus()
    for _ in range(4):
        slider.press("ArrowRight")
    tab.wait_for_url("**gain=1.04*")
    settled(tab)
    after = pictures(tab)
    assert after != before
    other = browser.new_context(viewport={"width": 1280, "height": 900})
    page = other.new_page()
    page.goto(tab.url)
    settled(page)
    assert pictures(page) == after
    other.close()


def test_another_cell_is_drawn_as_if_it_had_been_the_first(tab, server):
    def ranges():
        return tab.evaluate(
            """() => [...document.querySelectorAll('.js-plotly-plot')].map(p => Object.fromEntries(
                Object.entries(p._fullLayout).filter(([name]) => /^[xy]axis[0-9]*$/.test(name))
                    .map(([name, axis]) => [name, axis.range])))"""
        )

    tab.goto(f"{server}/States?v=1&cell=gru")
    settled(tab)
    first = ranges()
    tab.goto(f"{server}/States?v=1&cell=lstm")
    settled(tab)
    assert ranges() != first
    box = tab.get_by_role("combobox", name="Cell", exact=True)
    box.click()
    box.fill("GRU")
    tab.get_by_role("option", name="GRU", exact=True).wait_for()
    box.press("Enter")
    tab.wait_for_url("**cell=gru*")
    settled(tab)
    assert ranges() == first


def test_the_notebooks_link_on_home_shows_its_number(tab, server):
    tab.goto(server)
    settled(tab)
    tab.get_by_role("button", name="Skip", exact=True).click()  # a first visit
    tab.get_by_role("link", name="The notebook's own numbers").click()
    tab.wait_for_url("**/Step?*")
    settled(tab)
    tab.get_by_text("0.17211777").first.wait_for(timeout=10_000)
    assert address(tab)["T_x"] == "7" and address(tab)["unit"] == "5"


def test_the_browsers_back_gives_the_page_before(tab, server):
    tab.goto(f"{server}/Step?{words(LINK)}")
    settled(tab)
    tab.get_by_role("link", name="Gates", exact=True).click()
    tab.wait_for_url("**/Gates?*")
    settled(tab)
    tab.go_back()
    tab.wait_for_url("**/Step?*")
    settled(tab)
    assert address(tab).items() >= MEANT.items()


def test_a_change_that_has_come_to_rest_is_one_step_of_the_history(tab, server):
    def steps():
        return tab.evaluate("history.length")

    tab.goto(f"{server}/States?{words(LINK)}")
    settled(tab)
    begun, first = steps(), pictures(tab)
    slider = tab.get_by_role("slider", name="Gain of the recurrent weights")
    slider.focus()
    for _ in range(6):
        tab.keyboard.down("ArrowRight")  # held, so all but the first repeat it
    tab.keyboard.up("ArrowRight")
    tab.wait_for_url("**gain=1.56*")
    settled(tab)
    assert steps() == begun + 1 and pictures(tab) != first
    tab.go_back()
    tab.wait_for_url("**gain=1.5&*")
    hold_again(tab, first)
    tab.wait_for_function("slider => slider.value === '1.5'", arg=slider.element_handle())


def test_one_step_back_leaves_gates_with_a_trained_network(tab, server):
    tab.goto(f"{server}/States?v=2&weights=run-lstm")
    settled(tab)
    first = pictures(tab)
    tab.get_by_role("link", name="Gates", exact=True).click()
    tab.wait_for_url("**/Gates?*")
    settled(tab)
    tab.go_back()
    tab.wait_for_url("**/States?*")
    hold_again(tab, first)


def test_a_wide_screen_is_used(browser, server):
    page = browser.new_page(viewport={"width": 1920, "height": 1080})
    page.goto(f"{server}/Step?{words(LINK)}")
    settled(page)
    player, panel = (
        page.locator(f"css={one}").first.bounding_box()
        for one in (".player", "[data-testid=stSidebar]")
    )
    assert player["width"] > 0.9 * (1920 - panel["width"])
    page.close()


def test_the_projector_is_part_of_the_link_and_hides_the_side_panel(browser, tab, server):
    tab.goto(f"{server}/Gates")
    settled(tab)
    size = "() => document.querySelector('.js-plotly-plot').layout.title.font.size"
    before = tab.evaluate(size)
    tab.get_by_text("Projector", exact=True).click()
    tab.wait_for_url("**projector=1*")
    settled(tab)
    assert tab.evaluate(size) > before
    assert not tab.get_by_test_id("stSidebar").is_visible()
    tab.get_by_role("link", name="States", exact=True).click()
    tab.wait_for_url("**/States?*")
    settled(tab)
    assert address(tab)["projector"] == "1"
    other = browser.new_context().new_page()
    other.goto(tab.url)
    settled(other)
    assert not other.get_by_test_id("stSidebar").is_visible()
    other.get_by_text("Projector", exact=True).click()
    other.get_by_test_id("stSidebar").wait_for()
    other.context.close()


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_picture_wears_the_pages_mode(browser, server, scheme):
    from rnnviz.figures import theme

    context = browser.new_context(color_scheme=scheme)
    page = context.new_page()
    page.goto(f"{server}/Gradients")
    settled(page)
    colour = page.evaluate("document.querySelector('.js-plotly-plot').data[0].line.color")
    assert colour == theme.line("a", scheme)["color"]
    context.close()


def test_a_csv_is_uploaded_and_drawn(tab, server, tmp_path):
    file = tmp_path / "mine.csv"
    file.write_text("left,right\n" + "\n".join(f"{t},{-2 * t}" for t in range(8)))
    tab.goto(f"{server}/Step")
    settled(tab)
    tab.get_by_text("Advanced", exact=True).click()
    box = tab.get_by_role("combobox", name="Input signal")
    tab.wait_for_timeout(800)  # the drawer slides open
    box.click()
    box.fill("your own")
    tab.get_by_role("option", name="your own CSV").wait_for()
    box.press("Enter")
    tab.locator("input[type=file]").set_input_files(file)
    tab.get_by_text("8 steps of 2 inputs are in use").wait_for(timeout=20_000)
    tab.wait_for_url("**series=*")
    settled(tab)
    words = address(tab)
    assert (words["T_x"], words["n_x"], words["signal"]) == ("8", "2", "csv")
    for label, size in (("Time steps T_x", "8"), ("Inputs n_x", "2")):
        slider = tab.get_by_role("slider", name=label)
        assert slider.input_value() == size and slider.is_disabled()
    bad = tmp_path / "bad.csv"
    bad.write_text("1,2\n3,x")
    tab.locator("input[type=file]").set_input_files(bad)
    tab.get_by_text("row 2, column 2 of the CSV must be a finite number, got x").wait_for()
    settled(tab)
    assert address(tab)["T_x"] == "8"  # nothing is lost


@pytest.mark.parametrize("path", READERS)
def test_the_reading_pages_open_on_a_fresh_server(tab, fresh_server, path):
    tab.goto(f"{fresh_server}/{path}")
    settled(tab)
    assert pictures(tab)
    assert not tab.get_by_text("in the server's log").count()


def test_a_training_survives_a_refresh_and_opens_inside(tab, server):
    tab.goto(f"{server}/Sentiment")
    settled(tab)
    for name in ("RNN", "LSTM", "Bag of words"):  # leaves the GRU
        tab.get_by_test_id("stButtonGroup").get_by_text(name, exact=True).click()
        tab.wait_for_timeout(500)
    tab.get_by_text("Settings", exact=True).click()
    for label, value in (("Epochs", "2"), ("Reviews to train on", "400")):
        box = tab.get_by_role("spinbutton", name=label)
        box.fill(value)
        box.press("Enter")
        tab.wait_for_timeout(700)
    tab.get_by_role("button", name="Train", exact=True).click()
    tab.wait_for_url("**runs=*", timeout=20_000)
    tab.get_by_text("GRU:").first.wait_for(timeout=30_000)
    tab.reload()
    tab.get_by_text("is right on").first.wait_for(timeout=120_000)
    settled(tab)
    run = address(tab)["runs"]
    tab.goto(f"{server}/Inside?run={run}")
    settled(tab)
    assert any("lost" in data or len(json.loads(data)) == 3 for data in pictures(tab))


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("path", [*PAGES, *READERS, "Training"])
def test_axe_finds_nothing(browser, server, path, scheme):
    """Deque's rules for what a screen reader, a keyboard and weak eyes need."""
    from axe_playwright_python.sync_playwright import Axe

    context = browser.new_context(viewport={"width": 1280, "height": 900}, color_scheme=scheme)
    page = context.new_page()
    page.goto(f"{server}/{path}")
    settled(page)
    violations = Axe().run(page).response["violations"]
    assert not [(fault["id"], fault["nodes"][0]["html"][:200]) for fault in violations]
    context.close()
