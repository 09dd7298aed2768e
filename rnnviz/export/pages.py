"""Many figures in one file: a page that opens offline, a PDF of one figure a page, a zip, or one
picture of panels."""

import io
import re
import zipfile
from collections.abc import Iterable, Iterator, Mapping
from functools import partial
from html import escape
from string import ascii_lowercase

from rnnviz.core.errors import ExperimentError
from rnnviz.exhibits import Showing
from rnnviz.export import images, offline
from rnnviz.export.dress import Look, dress, family, scale_of
from rnnviz.figures import theme

KINDS = ("html", "pdf", "zip", "panels")
MOST_PANELS = 8
_GUTTER = 26  # px at the left of panels, for their letters


def orders(
    showings: Mapping[str, Showing], look: Look, formats: Iterable[str], scale: float = 1.0
) -> Iterator[images.Order]:
    """Each showing, by its name, in each format, to be drawn."""
    common = scale_of(showings.values(), look)
    for name, showing in showings.items():
        for form in formats:
            yield images.Order(name, partial(dress, showing, look, common), look, form, scale)


def together(
    showings: Mapping[str, Showing], kind: str, look: Look, form: str = "svg", scale: float = 1.0
) -> Iterator[float | bytes]:
    """The share of the work that is done, again and again, and at last the file.

    `kind` is of KINDS; a zip holds pictures of the format `form`, panels are one. Raises
    Unavailable without a Chrome, which the HTML does not need.
    """
    if kind == "html":
        yield 0.5
        yield offline.html(showings.values()).encode()
        return
    if kind == "panels":
        check_panels(len(showings))
        yield from _panels(showings, look, form, scale)
        return
    form = "pdf" if kind == "pdf" else form
    contents = {}
    for order, content in images.draw(orders(showings, look, [form], scale)):
        contents[order.name] = content
        yield len(contents) / len(showings)
    drawn = {name: contents[name] for name in showings}
    if kind == "pdf":
        yield bound(drawn, f"rnnviz: {next(iter(showings.values())).footer}")
    else:
        yield packed({f"{name}.{form}": content for name, content in drawn.items()})


def check_panels(count: int) -> None:
    """Raise ExperimentError unless so many figures fit into one picture."""
    if not 1 <= count <= MOST_PANELS:
        raise ExperimentError(f"panels must be of 1 to {MOST_PANELS} figures, got {count}")


def _panels(
    showings: Mapping[str, Showing], look: Look, form: str, scale: float
) -> Iterator[float | bytes]:
    """The share that is done, and at last one picture of them all, with letters."""
    parts: dict[str, str] = {}
    inner = look._replace(width=look.width - _GUTTER, mm=None)
    last, common = list(showings)[-1:], scale_of(showings.values(), look)

    def each() -> Iterator[images.Order]:
        for name, showing in showings.items():
            foot = name in last  # the same under all
            yield images.Order(name, partial(dress, showing, inner, common, foot), inner, "svg")

    for order, content in images.draw(each()):
        parts[order.name] = content.decode()
        yield 0.9 * len(parts) / len(showings)
    whole = lettered([parts[name] for name in showings], look)
    if form == "svg":
        yield whole.encode()
        return
    one = images.Order("panels", lambda: whole, look, form, scale, is_svg=True)
    ((_, content),) = images.draw([one])
    yield content


def lettered(parts: list[str], look: Look) -> str:
    """Some SVG as one, above one another, with the letters a, b, c at the left; as wide as the
    look has it, letters and all."""
    ink, top, pieces = theme.MODES[look.theme], 0.0, []
    for letter, part in zip(ascii_lowercase, parts, strict=False):
        high = float(re.findall(r'height="([\d.]+)"', part)[0])
        placed = part.replace("<svg ", f'<svg x="{_GUTTER}" y="{top:g}" ', 1)
        pieces.append(
            f'{placed}<text x="4" y="{top + 25:g}" font-size="18" font-weight="700" '
            f'fill="{ink.text}">{letter}</text>'
        )
        top += high
    wide = look.width
    size = (f"{wide}", f"{top:g}")
    if look.mm is not None:
        size = (f"{look.mm:g}mm", f"{look.mm * top / wide:.2f}mm")
    own = escape(family(look) or theme.FONT)
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{size[0]}" height="{size[1]}" '
        f'viewBox="0 0 {wide} {top:g}" font-family="{own}">'
        f'<rect width="100%" height="100%" fill="{ink.ground}"/>{"".join(pieces)}</svg>\n'
    )


def bound(drawn: dict[str, bytes], title: str) -> bytes:
    """One PDF of some PDFs by name: a page for each, in their order, the names as its outline."""
    from pypdf import PdfWriter

    writer = PdfWriter()
    for name, content in drawn.items():
        writer.append(io.BytesIO(content), outline_item=name)
    writer.add_metadata({"/Title": title, "/Creator": "rnnviz"})
    out = io.BytesIO()
    writer.write(out)
    return out.getvalue()


def packed(files: dict[str, bytes]) -> bytes:
    """One zip of files by name; what is compressed already is stored as it is."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for name, content in files.items():
            plain = name.endswith((".svg", ".html"))
            archive.writestr(name, content, zipfile.ZIP_DEFLATED if plain else zipfile.ZIP_STORED)
    return out.getvalue()
