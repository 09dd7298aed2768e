"""What is sent of a font writes the pages as the whole does, and other letters bring the whole."""

import re
from pathlib import Path

import pytest
import streamlit
from conftest import ROOT, awaited, serve

from rnnviz.fonts import FOLDER, Fonts

STATIC = Path(streamlit.__file__).parent / "static" / "static"
TEXTS = sorted(path.name for path in FOLDER.glob("Source*.woff2"))
WEIGHTS = {"SourceSerif": (400, 600)}  # of titles and headings
# How wide each letter is in the part and in the whole, at sizes of captions and headings.
WIDTHS = """async ([name, weights, letters]) => {
  const pen = document.createElement("canvas").getContext("2d"), wide = {};
  for (const which of ["part", "whole"]) {
    const face = new FontFace(which, `url(/static/media/${name}?${which})`, { weight: "100 900" });
    document.fonts.add(await face.load());
    wide[which] = [];
    for (const weight of weights) for (const size of [14, 20, 38]) {
      pen.font = `${weight} ${size}px ${which}`;
      for (const letter of letters) wide[which].push(pen.measureText(letter).width);
    }
    document.fonts.delete(face);
  }
  return wide;
}"""
ICONS = """async (names) => {
  const pen = document.createElement("canvas").getContext("2d");
  await document.fonts.load('24px "Material Symbols Rounded"', names.join(""));
  pen.font = '24px "Material Symbols Rounded"';
  return names.map((name) => pen.measureText(name).width);
}"""
OTHER = """() => {
  const line = document.createElement("p");
  line.style.fontFamily = "Source Sans";
  line.textContent = "Жизнь";
  document.body.append(line);
}"""
UNITS = 3 / 1000 * 38  # pixels: a width and both axes' part in it are rounded to a font's unit
UNKNOWN = {"star_filled"}  # of Streamlit's scripts, in no version of the font


def icons():
    """The icons that the project and Streamlit's scripts name."""
    paths = [*(ROOT / "rnnviz").rglob("*.py"), *(ROOT / "pages").glob("*.py"), ROOT / "app.py"]
    texts = (path.read_text() for path in [*paths, *(STATIC / "js").glob("*.js")])
    return {name for text in texts for name in re.findall(r":material/(\w+):", text)} - UNKNOWN


def test_the_parts_are_those_of_the_installed_files():
    assert len(TEXTS) == 4 and list(FOLDER.glob("Material*"))
    for part in FOLDER.glob("*.woff2"):
        assert part.stat().st_size < 0.5 * (STATIC / "media" / part.name).stat().st_size, part.name


def test_every_icon_is_named_as_a_whole():
    for path in (ROOT / "rnnviz").rglob("*.py"):  # a name put together would be in no part
        assert not re.findall(r":material/\w*\{", path.read_text()), path


def test_everything_else_goes_through():
    asked = []

    async def whole(scope, receive, send):
        asked.append(scope["path"])

    app, sent = Fonts(whole), []

    async def send(message):
        sent.append(message)

    for path, query in ((TEXTS[0], b"whole"), ("KaTeX.woff2", b""), (TEXTS[0], b"")):
        scope = {"type": "http", "method": "GET", "path": f"/static/media/{path}"}
        awaited(app(scope | {"query_string": query}, None, send))
    assert [path.rpartition("/")[2] for path in asked] == [TEXTS[0], "KaTeX.woff2"]
    assert sent[1]["body"] == (FOLDER / TEXTS[0]).read_bytes()


@pytest.mark.browser
@pytest.mark.slow
def test_a_page_is_written_with_the_parts_and_other_letters_bring_the_whole(browser):
    kept = [chr(n) for n in (*range(0x20, 0x7F), *range(0xA1, 0x17F), *range(0x3A3, 0x3CA))]
    kept += "−×±←→↑↓≤≥∑∂₀₁⁻ⁿ‘’“”…▾"
    with serve(("-m", "rnnviz", "app"), "--port") as address:
        page, asked = browser.new_page(), []
        page.on("request", lambda request: asked.append(request.url))
        page.goto(f"{address}/States?tour=0")
        page.wait_for_selector(".main-svg")
        fonts = [url.rpartition("/")[2] for url in asked if ".woff2" in url]
        assert set(fonts) <= {path.name for path in FOLDER.glob("*.woff2")}
        names = sorted(icons())
        widths = page.evaluate(ICONS, names)
        assert {n for n, w in zip(names, widths, strict=True) if abs(w - 24) > 0.01} == set()
        for name in TEXTS:
            weights = next(
                (w for start, w in WEIGHTS.items() if name.startswith(start)), (400, 600)
            )
            wide = page.evaluate(WIDTHS, [name, weights, kept])
            assert wide["part"] == pytest.approx(wide["whole"], abs=UNITS), name
        with page.expect_request(re.compile(r"SourceSansVF-Upright.*\?whole")):
            page.evaluate(OTHER)
        page.close()
