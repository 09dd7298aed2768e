"""Exported pictures, opened by other programs, hold the figure, its words and the run's numbers."""

import io
import json
import re
import xml.etree.ElementTree as ET
import zipfile
from dataclasses import replace
from types import SimpleNamespace

import numpy as np
import plotly.graph_objects as go
import pytest
from kinds import KINDS

import rnnviz
from rnnviz.core.errors import Unavailable
from rnnviz.exhibits import every, of_run
from rnnviz.exhibits.footer import footer
from rnnviz.export import images, offline, pages
from rnnviz.export.dress import DPI, Look, dress, dressed, look
from rnnviz.figures import theme

# The notebook's: a[4][3][6] = 0.172118.
EXPERIMENT = rnnviz.Experiment(n_a=5, T_x=7, init="notebook", forget_bias=0.0)
RUN = rnnviz.run(EXPERIMENT)
FOOTER = "lstm, seed 1, n_x 3, n_a 5, n_y 2, m 10, T_x 7, init notebook, forget_bias 0"
FOOTER += f", rnnviz {rnnviz.__version__}"
SVG = "{http://www.w3.org/2000/svg}"
every_cell = pytest.mark.parametrize("cell", KINDS)
LOOKS = [look("light"), look("dark"), look("print"), look("print", "174mm")]


def order(name, worn, form, scale=1.0):
    picture = of_run(RUN)[name]
    label = f"{name} {worn.theme} {worn.width} {form} {scale:g}"
    return images.Order(label, lambda: dress(picture, worn), worn, form, scale)


RASTERS = [
    *(order("gates-overview", worn, form) for worn in LOOKS for form in ("png", "webp")),
    *(order("gates-memory", worn, form, 4.0) for worn in LOOKS[::2] for form in ("png", "webp")),
]
VECTORS = [order("step-flow", LOOKS[0], "svg"), order("gradients-norms", LOOKS[2], "svg")]


@pytest.fixture(scope="module")
def drawn():
    """All of this file's pictures, drawn once: a Chrome takes seconds to start."""
    return {order.name: content for order, content in images.draw([*RASTERS, *VECTORS])}


def words_of(svg):
    """Every text of an SVG, each with its lines and subscripts joined."""
    return ["".join(text.itertext()) for text in ET.fromstring(svg).iter(f"{SVG}text")]


@pytest.mark.slow
@every_cell
@pytest.mark.parametrize("worn", LOOKS, ids=lambda worn: f"{worn.theme}-{worn.width}")
def test_every_figure_is_dressed_and_stays_the_same_figure(cell, worn):
    for name, picture in of_run(rnnviz.run(rnnviz.Experiment(cell=cell, T_x=9))).items():
        bare, fig = picture.draw(mode=worn.theme), dress(picture, worn)
        go.Figure(fig.to_dict())  # Plotly checks every property
        kept = json.loads(fig.to_json())["data"][:-1]
        for trace in kept + (given := json.loads(bare.to_json())["data"]):
            trace.get("textfont", {}).pop("size", None)
        assert kept == given, name
        assert fig.layout.width == worn.width and fig.layout.height > bare.layout.height
        assert fig.layout.paper_bgcolor == fig.layout.plot_bgcolor == theme.MODES[worn.theme].ground
        words = fig.layout.legend9.title.text.replace("<br>", " ").strip()
        assert words == picture.footer and f"rnnviz {rnnviz.__version__}" in words
        assert cell in words and "T_x 9" in words, name


def test_every_exhibit_of_a_run_leaves_under_its_name():
    names = [one.name for one in every() if one.of is not None and not one.on_wish]
    # Of other networks than one that was drawn.
    others = {"workshop-beside", "verdicts-lasting", "verdicts-held_words"}
    others |= {"flip_flop-cube", "flip_flop-other_cube", "losses-trials"}
    long = rnnviz.run(rnnviz.Experiment(T_x=30))  # as some ask for
    assert [*of_run(long)] == [name for name in names if name not in others]


def test_a_footer_makes_the_run_again():
    assert footer(EXPERIMENT) == FOOTER
    other = replace(EXPERIMENT, gain=1.5, loss="upstream_every", dtype="float32")
    assert ", gain 1.5, forget_bias 0, loss upstream_every, dtype float32, rnnviz" in footer(other)
    assert footer(EXPERIMENT, replace(EXPERIMENT, cell="gru")).startswith("lstm / gru, seed 1,")
    assert footer() == f"rnnviz {rnnviz.__version__}"


def test_print_is_black_on_white_and_broader():
    ink = theme.MODES["print"]
    assert (ink.ground, ink.text) == ("#ffffff", "#000000")
    for name in theme.HUES:
        assert theme.line(name, "print")["width"] > 1.3 * theme.line(name, "light")["width"]
        assert theme.line(name, "print")["dash"] == theme.line(name, "light")["dash"]


@every_cell
def test_lines_of_one_figure_differ_without_their_colours(cell):
    """In grey print a dash or a marker tells them apart."""
    run = rnnviz.run(rnnviz.Experiment(cell=cell, T_x=9))
    for name in (
        "gates-overview",
        "gradients-norms",
        "gradients-singular_values",
        "compare-norms",
        "compare-band",
    ):
        if name not in of_run(run):
            continue
        drawn = of_run(run)[name].draw(mode="print").data
        lines = [t for t in drawn if t.type == "scatter" and t.mode == "lines" and t.line.width]
        assert len({t.line.dash for t in lines}) == len(lines), name


@pytest.mark.parametrize(
    ("width", "expected"),
    [("", (493, 85.0)), ("174mm", (1009, 174.0)), ("700", (700, None)), ("700px", (700, None))],
)
def test_a_width_is_read(width, expected):
    assert look("print", width) == Look("print", *expected)


@pytest.mark.parametrize("width", ["0", "59mm", "9" * 99, "-5", "1e3", "nan", "mm", "5000", "٣٢٠"])
def test_a_width_that_makes_no_sense_gets_one_sentence(width):
    with pytest.raises(rnnviz.ExperimentError, match=r"^width must be between 320px and 4000px or"):
        look("light", width)
    with pytest.raises(rnnviz.ExperimentError, match="theme must be one of light, dark, print"):
        look(width)


def test_a_long_title_and_footer_are_wrapped_not_cut():
    fig = of_run(RUN)["gradients-norms"].draw(mode="light")
    fig.layout.title.text = "A title " * 20
    narrow = dressed(fig, look("light", "320"), footer(replace(EXPERIMENT, gain=1.5)))
    lines = narrow.layout.title.text.split("<br>")
    assert max(map(len, lines)) * 0.47 * 20 <= 320 and len(lines) > 3
    assert narrow.layout.margin.t == fig.layout.margin.t + round((len(lines) - 1) * 1.25 * 20)


def test_without_chrome_one_sentence_says_what_to_install(monkeypatch, tmp_path):
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setenv("BROWSER_PATH", str(tmp_path / "none"))
    chromium = pytest.importorskip("choreographer.browsers.chromium").Chromium
    monkeypatch.setattr(chromium, "find_browser", lambda **_: None)
    sentence = images.missing()
    assert "need Chrome or Chromium" in sentence and "HTML" in sentence and "\n" not in sentence
    with pytest.raises(Unavailable, match="need Chrome"):
        list(images.draw([]))


def test_without_kaleido_one_sentence_says_what_to_install(monkeypatch):
    monkeypatch.setitem(__import__("sys").modules, "kaleido", None)
    assert "need Kaleido (pip install kaleido pypdf)" in images.missing()


@pytest.mark.browser
def test_the_svg_holds_title_footer_and_numbers(drawn):
    texts = words_of(drawn[VECTORS[0].name])
    assert FOOTER in texts and "LSTM: one step, t = 1, sequence 1" in texts
    plain = [t.replace("−", "-") for t in texts]
    numbers = [float(t) for t in plain if re.fullmatch(r"-?\d+\.\d\d", t)]
    z = RUN.trace.preactivations["forget"][:, 0, 0]
    assert set(np.round(z, 2)) <= set(numbers)
    assert set(np.round(RUN.trace.states["a"][:, 0, 0], 2)) <= set(numbers)


@pytest.mark.browser
def test_the_svg_of_a_column_is_85_millimetres_wide(drawn):
    content = drawn[VECTORS[1].name]
    root = ET.fromstring(content)
    assert root.tag == f"{SVG}svg" and root.get("width") == "85mm"
    *_, width, height = map(float, root.get("viewBox").split())
    high = float(root.get("height").removesuffix("mm"))
    assert high == pytest.approx(height / width * 85, abs=0.01)
    fonts = re.findall(r"font-family: ([^;]+)", content.decode())
    assert fonts and all(font.startswith("Helvetica") for font in fonts)


@pytest.mark.browser
@pytest.mark.parametrize("order", RASTERS, ids=lambda order: order.name.replace(" ", "-"))
def test_rasters_have_their_size_their_ground_and_ink(drawn, order):
    from PIL import Image

    picture, worn = Image.open(io.BytesIO(drawn[order.name])), order.look
    layout, loss = order.make().layout, 0 if order.format == "png" else 12
    size = [side * worn.density * order.scale for side in (layout.width, layout.height)]
    assert picture.format.lower() == order.format
    assert picture.size == pytest.approx(size, abs=2)
    if worn.mm and order.format == "png":
        dpi = DPI * order.scale
        assert picture.info["dpi"] == pytest.approx((dpi, dpi), rel=1e-3)
        assert picture.width / dpi * 25.4 == pytest.approx(worn.mm, abs=0.2)
    pixels = np.asarray(picture.convert("RGB"), np.int16)
    ground = np.array(theme.rgb(theme.MODES[worn.theme].ground))
    assert np.abs(pixels[:, [0, -1]] - ground).max() <= loss  # nothing is cut at the sides
    assert np.abs(pixels[[0, -1]] - ground).max() <= loss
    assert (np.abs(pixels - ground).max(axis=2) > 40).mean() > 0.005


@pytest.mark.browser
def test_the_pdf_holds_every_figure_a_page_with_title_footer_and_numbers():
    from pypdf import PdfReader

    *shares, content = pages.together(of_run(RUN), "pdf", look("print", "174mm"))
    assert shares == sorted(shares) and shares[-1] == 1.0
    document = PdfReader(io.BytesIO(content))
    assert len(document.pages) == len(of_run(RUN)) == len(document.outline)
    assert document.metadata.title == f"rnnviz: {FOOTER}"
    for page, (name, picture) in zip(document.pages, of_run(RUN).items(), strict=True):
        text = " ".join(page.extract_text().split())
        assert picture.footer in text, name
        assert picture.draw(mode="print").layout.title.text.replace("  ", " ") in text, name
        assert float(page.mediabox.width) == pytest.approx(174 / 25.4 * 72, abs=0.5)
    step = document.pages[0].extract_text().replace("−", "-")
    assert f"{RUN.trace.states['a'][1, 0, 0]:.2f}" in step


@pytest.mark.browser
@pytest.mark.parametrize("form", ["png", "svg"])
def test_the_zip_holds_every_figure(form):
    some = {n: one for n, one in of_run(RUN).items() if one.exhibit.page == "Gradients"}
    *_, content = pages.together(some, "zip", look("dark"), form)
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        assert archive.namelist() == [f"{name}.{form}" for name in some]
        assert archive.testzip() is None
        magic = {"png": b"\x89PNG", "svg": b"<svg", "webp": b"RIFF"}[form]
        assert all(archive.read(name).startswith(magic) for name in archive.namelist())


@pytest.mark.browser
def test_an_order_that_fails_says_so_and_leaves_no_chrome():
    def broken():
        raise rnnviz.ExperimentError("n_a must be between 1 and 256, got 0")

    with pytest.raises(rnnviz.ExperimentError, match="n_a must be"):
        list(images.draw([images.Order("x", broken, look("light"), "svg")]))
    assert len(list(images.draw([order("gates-memory", look("light"), "svg")]))) == 1


@pytest.mark.browser
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_page_opens_offline_in_its_readers_mode(browser, tmp_path, scheme):
    (tmp_path / "all.html").write_text(offline.html(of_run(RUN).values()))
    context = browser.new_context(offline=True, color_scheme=scheme)
    page, problems, asked = context.new_page(), [], []
    page.on("pageerror", lambda error: problems.append(error))
    page.on("request", lambda request: asked.append(request.url))
    page.goto((tmp_path / "all.html").as_uri())
    page.wait_for_function("() => document.querySelectorAll('.main-svg').length > 20")
    assert not problems and len(asked) == 1
    assert page.title() == f"rnnviz: {FOOTER}"
    drawn = page.evaluate(
        "() => [...document.querySelectorAll('figure > div')].map(p => p.calcdata[0].map(d => d.y))"
    )
    assert len(drawn) == len(of_run(RUN))
    norms = drawn[list(of_run(RUN)).index("gradients-norms")]
    np.testing.assert_allclose(norms, RUN.gradients.norms["a"], rtol=1e-12)
    ground = page.evaluate("getComputedStyle(document.body).backgroundColor")
    assert ground == "rgb({}, {}, {})".format(*theme.rgb(theme.MODES[scheme].ground))
    colour = page.evaluate(
        "document.querySelector('#gradients-norms .js-plotly-plot').data[0].line.color"
    )
    assert colour == theme.line("a", scheme)["color"]
    captions = page.locator("figcaption").all_inner_texts()
    assert captions == [picture.footer for picture in of_run(RUN).values()]
    context.close()


def test_what_a_figure_says_cannot_leave_its_script():
    picture = of_run(RUN)["gradients-norms"]
    evil = "</script><script>alert(1)</script><!--"

    def draw(mode):
        fig = picture.draw(mode=mode)
        fig.layout.meta = {"description": evil}
        fig.layout.title.text = evil
        return fig

    text = offline.html([SimpleNamespace(name=evil, draw=draw, footer=evil)])
    assert evil not in text and text.count("alert(1)") > 2
