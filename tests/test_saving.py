"""Save under a picture, and all pictures in one file, as a browser downloads them."""

import io
import re
import zipfile

import numpy as np
import pytest
from conftest import pick
from PIL import Image
from test_browser import settled
from test_pages import PAGES, charts, open_page

import rnnviz
from rnnviz.exhibits import of_run
from rnnviz.export import images, offline
from rnnviz.figures import theme
from rnnviz.ui import drawn, saving

LINK = "v=2&cell=gru&seed=3&n_a=4&T_x=20"
RUN = rnnviz.run(rnnviz.Experiment(cell="gru", seed=3, n_a=4, T_x=20))
FOOTER = "gru, seed 3, n_x 3, n_a 4, n_y 2, m 10, T_x 20, init orthogonal, forget_bias 1, rnnviz"
browser_only = pytest.mark.browser


@pytest.fixture
def tab(browser, server):
    context = browser.new_context(viewport={"width": 1280, "height": 900})
    page = context.new_page()
    page.goto(f"{server}/Gradients?{LINK}")
    settled(page)
    yield page
    context.close()


def saved(tab, form, look, scale="1"):
    """What a click on Save under the first picture downloads: (name, bytes)."""
    menu = tab.locator("details.save").first
    if not menu.get_attribute("open") and not menu.locator("form").is_visible():
        menu.locator("summary").focus()
        tab.keyboard.press("Enter")  # no mouse is needed
    menu.locator("[name=format]").select_option(form)
    menu.locator("[name=look]").select_option(look)
    if form in ("png", "webp"):
        menu.locator("[name=scale]").select_option(scale)
    else:
        assert menu.locator("[name=scale]").is_disabled()
    with tab.expect_download(timeout=60_000) as download:
        menu.get_by_role("button", name="Save picture").click()  # nothing lies over it
    tab.get_by_text(f"Saved as rnnviz-gradients-norms.{form}").wait_for()
    with open(download.value.path(), "rb") as file:
        return download.value.suggested_filename, file.read()


def beyond_a_pixel(one, other):
    """Where one is nothing that the other shows within a pixel: a page lies between pixels."""
    near = [np.roll(other, (y, x), (0, 1)) for y in (-1, 0, 1) for x in (-1, 0, 1)]
    low, high = np.min(near, axis=0), np.max(near, axis=0)
    return (np.maximum(low - one, one - high) > 60).any(axis=2)


@browser_only
def test_the_png_is_the_pages_own_picture_with_a_footer(tab):
    name, content = saved(tab, "png", "")
    assert name == "rnnviz-gradients-norms.png"
    exported = np.asarray(Image.open(io.BytesIO(content)).convert("RGB"), int)
    tab.mouse.move(0, 0)
    box = tab.locator(".js-plotly-plot").first
    box.scroll_into_view_if_needed()
    tab.wait_for_timeout(500)  # until Plotly's buttons have faded
    shown = np.asarray(Image.open(io.BytesIO(box.screenshot())).convert("RGB"), int)
    height = tab.evaluate("document.querySelector('.js-plotly-plot').layout.height")
    assert exported.shape[1] == tab.evaluate("document.querySelector('.chart').clientWidth")
    strip = exported[height:]  # below what the page shows stands the footer
    assert 30 < len(strip) < 60 and (np.abs(strip - strip[-1, -1]) > 60).any()
    width = min(exported.shape[1], shown.shape[1])
    assert beyond_a_pixel(exported[:height, :width], shown[:height, :width]).mean() < 1e-3
    other = exported[:height, :width][:, ::-1]  # and that the measure sees a difference
    assert beyond_a_pixel(other, shown[:height, :width]).mean() > 0.01


@browser_only
def test_the_svg_holds_title_footer_and_the_runs_line(tab):
    _, content = saved(tab, "svg", "print 174mm")
    text = content.decode()
    assert FOOTER in text and "GRU: how strongly each step is felt by the loss" in text
    assert 'width="174mm"' in text
    # Plotly leaves out points that lie on a line with others; each that is there is a norm.
    drawn = max(re.findall(r'd="(M[^"]+)"', text), key=len)
    x, y = np.array(re.findall(r"([\d.]+),([\d.]+)", drawn), float).T
    k = 19 * (x - x[0]) / (x[-1] - x[0])
    assert len(k) > 12 and np.abs(k - k.round()).max() < 0.01
    norms = np.log10(RUN.gradients.norms["a"])[k.round().astype(int)]
    slope, offset = np.polyfit(norms, y, 1)
    assert slope < 0 and np.abs(y - (slope * norms + offset)).max() < 0.02


@browser_only
@pytest.mark.parametrize(
    ("look", "mode"), [("dark", "dark"), ("light", "light"), ("print 85mm", "print")]
)
def test_another_theme_is_drawn_in_its_own_colours(tab, look, mode):
    name, content = saved(tab, "webp", look, "2")
    assert name.endswith(".webp") and content[:4] == b"RIFF"
    pixels = np.asarray(Image.open(io.BytesIO(content)).convert("RGB"), int)
    ground = theme.rgb(theme.MODES[mode].ground)
    assert np.abs(pixels[2, 2] - ground).max() <= 6
    line = theme.rgb(theme.line("a", mode)["color"])
    assert (np.abs(pixels - line).max(axis=2) < 40).sum() > 500


@browser_only
def test_a_png_for_print_has_300_dpi_at_column_width(tab):
    _, content = saved(tab, "png", "print 85mm")
    picture = Image.open(io.BytesIO(content))
    assert picture.info["dpi"] == pytest.approx((300, 300), rel=2e-3)
    assert picture.width == pytest.approx(85 / 25.4 * 300, abs=2)


@browser_only
def test_the_pdf_comes_from_the_server(tab):
    from pypdf import PdfReader

    _, content = saved(tab, "pdf", "print 85mm")
    (page,) = PdfReader(io.BytesIO(content)).pages
    assert FOOTER in " ".join(page.extract_text().split())
    assert float(page.mediabox.width) == pytest.approx(85 / 25.4 * 72, abs=0.5)


@browser_only
def test_every_pages_pictures_come_as_one_zip(tab):
    tab.get_by_role("button", name="Pictures", exact=True).click()
    for label, choice in (("Which", "Every page"), ("As", "Zip of SVG")):
        pick(tab, label, choice)
        tab.wait_for_timeout(700)
    tab.get_by_role("button", name="Make the file").click()
    button = tab.get_by_role("button", name="Download rnnviz-pictures.zip")
    button.wait_for(timeout=90_000)
    with tab.expect_download() as download:
        button.click()
    with zipfile.ZipFile(download.value.path()) as archive:
        assert archive.namelist() == [f"{name}.svg" for name in of_run(RUN)]
        assert FOOTER in archive.read("gates-overview.svg").decode()


def make(page, monkeypatch, **chosen):
    """The page with its drawer open and the file made."""
    app = open_page(page, cell="gru", n_a="4", T_x="9")
    app.session_state["drawer Pictures"] = True
    app.run()
    for label, choice in chosen.items():
        next(box for box in app.selectbox if box.label == label).set_value(choice)
    app.run()
    next(one for one in app.button if one.label == "Make the file").click()
    return app.run()


@pytest.mark.slow
@pytest.mark.parametrize("page", [page for page in PAGES if page[:7] in "pages/1 pages/5 pages/7"])
def test_a_page_takes_its_own_pictures_along(page, monkeypatch):
    taken = []
    html = offline.html
    monkeypatch.setattr(offline, "html", lambda showings: taken.extend(showings) or html(showings))
    app = make(page, monkeypatch)
    assert not app.exception and not app.error
    assert [one.draw(mode="light").layout.title.text for one in taken] == [
        fig["layout"]["title"]["text"] for fig in charts(app)
    ]
    assert app.get("download_button")


@pytest.mark.slow
def test_without_chrome_the_drawer_offers_html_and_says_why(monkeypatch):
    monkeypatch.setattr(saving, "missing", lambda: "PDF needs a Chrome")
    app = make("pages/2_States.py", monkeypatch, Which="Every page")
    assert any("PDF needs a Chrome." in caption.value for caption in app.caption)
    (menu,) = (box for box in app.selectbox if box.label == "As")
    assert menu.options == ["One page that opens offline (HTML)"]
    assert not app.exception and app.get("download_button")


@pytest.mark.parametrize(
    "asked",
    [
        {"format": "exe", "scale": 1, "theme": "light", "width": "960"},
        {"format": "png", "scale": 1e9, "theme": "light", "width": "960"},
        {"format": "png", "scale": True and "x", "theme": "light", "width": "960"},
        {"format": "png", "scale": 1, "theme": "<script>", "width": "960"},
        {"format": "png", "scale": 1, "theme": "light", "width": "9" * 9999},
        {"format": ["png"], "scale": [1], "theme": {}, "width": None},
        {},
    ],
)
def test_what_a_browser_asks_is_not_trusted(asked):
    with pytest.raises(rnnviz.ExperimentError, match=r"must be"):
        saving._order(of_run(RUN)["gradients-norms"], asked)


def test_a_rerun_forgets_the_pictures_of_the_one_before():
    drawn.start()
    drawn.keep(of_run(RUN)["gates-memory"])
    assert [one.name for one in drawn.so_far()] == ["gates-memory"]
    drawn.start()
    assert drawn.so_far() == []


def test_the_browser_is_offered_what_is_drawn():
    html = (saving.ROOT / "assets" / "chart.html").read_text()
    assert set(re.findall(r'<option value="(\w+)">[A-Z]', html)) == set(images.FORMATS)
