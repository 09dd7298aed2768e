"""Many figures in one file: a page that opens offline, a PDF of one figure a page, or a zip."""

import io
import zipfile
from collections.abc import Iterable, Iterator, Mapping
from functools import partial

from rnnviz.exhibits import Showing
from rnnviz.export import images, offline
from rnnviz.export.dress import Look, dress

KINDS = ("html", "pdf", "zip")


def orders(
    showings: Mapping[str, Showing], look: Look, formats: Iterable[str], scale: float = 1.0
) -> Iterator[images.Order]:
    """Each showing, by its name, in each format, to be drawn."""
    for name, showing in showings.items():
        for form in formats:
            yield images.Order(name, partial(dress, showing, look), look, form, scale)


def together(
    showings: Mapping[str, Showing], kind: str, look: Look, form: str = "svg", scale: float = 1.0
) -> Iterator[float | bytes]:
    """The share of the work that is done, again and again, and at last the file.

    `kind` is of KINDS; a zip holds pictures of the format `form`. Raises Unavailable without a
    Chrome, which the HTML does not need.
    """
    if kind == "html":
        yield 0.5
        yield offline.html(showings.values()).encode()
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
