"""The one file's pictures as a reader has them: pages, hover, keys, zoom, light and dark, files."""

import csv
import io
from xml.etree import ElementTree

import numpy as np
import pytest
from page_parts import page_parts
from PIL import Image

from rnnviz import Experiment, run
from rnnviz.export.page.page import page
from rnnviz.export.page.start import VIEWS
from rnnviz.figures import theme
from rnnviz.sitemap import pages

pytestmark = [pytest.mark.browser, pytest.mark.slow]
E = Experiment(cell="lstm", n_a=4, T_x=12, m=3)
LINK = "v=2&cell=lstm&n_a=4&T_x=12&m=3&sequence=2&units=1-4"
MIXED = 1  # of 256: where a channel lies halfway between two numbers
OVERVIEW = 'figure:has([aria-label="Save states-overview as SVG"])'


@pytest.fixture
def tab(browser, tmp_path):
    """The file from disk, without a net; nothing is said against its policy, and nothing fails."""
    path, wrong = tmp_path / "rnnviz.html", []
    path.write_text(page())
    context = browser.new_context(offline=True, viewport={"width": 1000, "height": 900})
    tab = context.new_page()
    tab.on("console", lambda said: wrong.append(said.text) if said.type != "log" else None)
    tab.on("pageerror", lambda error: wrong.append(str(error)))
    tab.goto(f"{path.as_uri()}#States?{LINK}")
    tab.wait_for_selector(f"{OVERVIEW} svg image")
    yield tab
    context.close()
    assert wrong == []


def saved(tab, kind):
    """The bytes of the overview's file."""
    with tab.expect_download() as download:
        tab.get_by_label(f"Save states-overview as {kind}").click()
    assert download.value.suggested_filename == f"states-overview.{kind.lower()}"
    return download.value.path().read_bytes()


def places(svg):
    """Where each heatmap lies in a picture: left, top, width and height, in pixels."""
    for image in svg.iter("{http://www.w3.org/2000/svg}image"):
        left, width, height = (float(image.get(name)) for name in ("x", "width", "height"))
        yield left, float(image.get("transform")[12:-1]), width, height


def test_a_picture_is_read_zoomed_and_saved(tab):
    states = run(E).trace.states
    svg = ElementTree.fromstring(saved(tab, "SVG"))
    assert "LSTM: what each unit holds over time" in "".join(svg.itertext())
    image = np.asarray(Image.open(io.BytesIO(saved(tab, "PNG"))).convert("RGB")).astype(int)
    for values, (left, top, width, height) in zip(states.values(), places(svg), strict=True):
        one = values[:, 1]
        most = np.abs(one).max()
        for unit, step in np.ndindex(one.shape):
            x, y = left + (step + 0.5) * width / 12, top + (unit + 0.5) * height / 4
            share = (one[unit, step] / most + 1) / 2
            wanted = theme.rgb(theme.colour_at(theme.MODES["light"].diverging, share))
            assert np.abs(image[round(2 * y), round(2 * x)] - wanted).max() <= MIXED
    columns = list(zip(*csv.reader(io.StringIO(saved(tab, "CSV").decode())), strict=True))
    table = {name: [float(one) for one in column if one] for name, *column in columns}
    for name, values in states.items():
        for unit in range(4):
            np.testing.assert_allclose(table[f"{name} {unit + 1}"], values[unit, 1], rtol=1e-9)

    plot, tip = tab.locator(f"{OVERVIEW} .plot"), tab.locator(f"{OVERVIEW} .tip")
    left, top, width, height = next(places(svg))
    plot.hover(position={"x": left + 6.5 * width / 12, "y": top + 2.5 * height / 4})
    value = states["a"][2, 1, 6]
    assert tip.locator("div").all_inner_texts() == [
        "a", "unit 3, t = 7", f"{value:#.6g}".replace("-", "−"),
    ]  # fmt: skip
    plot.focus()
    tab.keyboard.press("ArrowRight")
    tab.keyboard.press("ArrowDown")
    assert tip.locator("div").all_inner_texts()[1] == "unit 4, t = 8"
    wide = tab.locator(f"{OVERVIEW} image").first
    assert wide.bounding_box()["width"] == pytest.approx(width, abs=1)
    plot.hover(position={"x": left + width / 4, "y": top + 5})
    tab.mouse.down()
    plot.hover(position={"x": left + 3 * width / 4, "y": top + 5})
    tab.mouse.up()
    assert float(wide.get_attribute("width")) == pytest.approx(2 * width, rel=0.01)
    plot.dblclick()
    assert float(wide.get_attribute("width")) == pytest.approx(width)


def test_what_is_out_of_sight_is_drawn_once_it_is_seen_or_saved(tab):
    shares = (np.abs(run(E).trace.states["a"]) > 0.95).mean(axis=(0, 1))
    tab.set_viewport_size({"width": 1000, "height": 120})
    for name in ("Compare", "States"):
        tab.locator("nav a", has_text=name).click()
        tab.wait_for_selector(f"[aria-current=page]:text-is('{name}')")
        tab.wait_for_selector("#pictures[aria-busy=false]")
    with tab.expect_download() as download:
        tab.get_by_label("Save states-saturation as CSV").evaluate("button => button.click()")
    rows = list(csv.reader(io.StringIO(download.value.path().read_text())))
    np.testing.assert_allclose([float(share) for _, share in rows[1:]], shares, rtol=1e-9)
    path = tab.locator("figure:has([aria-label='Save states-trajectory as CSV'])")
    assert path.get_attribute("aria-busy") == "true"
    path.scroll_into_view_if_needed()
    tab.wait_for_selector(
        "figure:not([aria-busy]):has([aria-label='Save states-trajectory as CSV'])"
    )
    assert "Path of the hidden state" in path.locator(".plot").get_attribute("aria-label")


LATER = """() => new Promise((done) => {
  const told = [], later = new Later((busy) => busy || told.length < 3 || done(told));
  const task = (name, pieces, due = () => true) => ({ due, *work() {
    for (let k = 0; k < pieces; k++) { told.push(`${name}${k}`); yield; }
  } });
  later.begin([task("old", 2)]);
  later.begin([task("hidden", 1, () => false), task("new", 2), task("last", 1)]);
})"""


def test_newer_work_takes_the_place_of_older_and_what_is_not_due_waits(browser):
    with page_parts(browser) as parts:
        assert parts.evaluate(LATER) == ["new0", "new1", "last0"]


def test_pages_links_and_grounds(tab):
    for name in VIEWS:
        tab.locator("nav a", has_text=name).click()
        tab.wait_for_selector(f"[aria-current=page]:text-is('{name}')")
        assert tab.locator("#player").is_visible() == (name in ("Step", "Compare"))
        assert tab.locator("header p").inner_text() == pages()[name].question
        assert f"#{name}?" in tab.url and "units=1-4" in tab.url and "sequence=2" in tab.url
    tab.go_back()
    tab.evaluate(f"location.hash = 'States?{LINK}'")
    labelled = tab.locator(f"{OVERVIEW} .plot")
    tab.wait_for_selector("[aria-current=page]:text-is('States')")
    assert "Heatmap of 4 units over 12 steps of sequence 2" in labelled.get_attribute("aria-label")
    quiet = tab.locator(f"{OVERVIEW} svg")
    assert quiet.get_attribute("color") == theme.MODES["light"].text
    tab.locator("#mode").click()
    assert quiet.get_attribute("color") == theme.MODES["dark"].text
    height = float(quiet.get_attribute("height"))
    tab.locator("#large").click()
    assert float(quiet.get_attribute("height")) == pytest.approx(1.4 * height)
    tab.set_viewport_size({"width": 480, "height": 900})
    tab.wait_for_selector(f"{OVERVIEW} svg[width^='4']")
    assert tab.evaluate("document.documentElement.scrollWidth") <= 480
    tab.evaluate("location.hash = 'Training?v=2&units=9-x&clip=1e9&sequence=77'")
    tab.locator("#problem", has_text="not in this file").wait_for()
    assert (
        tab.locator("#problem").inner_text()
        == "The page Training is not in this file: Step is shown"
    )
