"""Many figures in one file: a page that opens offline, a PDF of one figure a page, or a zip."""

import io
import zipfile
from collections.abc import Iterable, Iterator

from rnnviz.export import images, offline
from rnnviz.export.catalogue import Picture
from rnnviz.export.dress import Look

KINDS = ("html", "pdf", "zip")


def orders(
    pictures: Iterable[Picture], look: Look, formats: Iterable[str], scale: float = 1.0
) -> Iterator[images.Order]:
    """Each picture in each format, to be drawn."""
    for picture in pictures:
        for form in formats:
            make = lambda picture=picture: picture.dressed(look)  # noqa: E731
            yield images.Order(picture.name, make, look, form, scale)


def together(
    pictures: list[Picture], kind: str, look: Look, form: str = "svg", scale: float = 1.0
) -> Iterator[float | bytes]:
    """The share of the work that is done, again and again, and at last the file.

    `kind` is of KINDS; a zip holds pictures of the format `form`. Raises Unavailable without a
    Chrome, which the HTML does not need.
    """
    if kind == "html":
        yield 0.5
        yield offline.html(pictures).encode()
        return
    form = "pdf" if kind == "pdf" else form
    contents = {}
    for order, content in images.draw(orders(pictures, look, [form], scale)):
        contents[order.name] = content
        yield len(contents) / len(pictures)
    drawn = {picture.name: contents[picture.name] for picture in pictures}
    if kind == "pdf":
        yield bound(drawn, f"rnnviz: {pictures[0].words}")
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
