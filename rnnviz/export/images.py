"""Pictures as files: PNG, SVG, PDF and WebP, drawn by Kaleido in a Chrome of this machine."""

import asyncio
import queue
import re
import struct
import threading
import zlib
from collections.abc import Callable, Iterable, Iterator
from itertools import chain
from typing import NamedTuple

import plotly.graph_objects as go

from rnnviz.core.errors import Unavailable
from rnnviz.export.dress import DPI, Look
from rnnviz.export.paper import photographed, printed

FORMATS = ("png", "svg", "pdf", "webp")
_TABS = 2  # pictures drawn side by side
_ONE = threading.Lock()  # one Chrome at a time, however many ask


class Order(NamedTuple):
    """A picture to draw: `make` gives its figure, dressed for `look`, or the text of an SVG, when
    its turn comes."""

    name: str
    make: Callable[[], go.Figure | str]
    look: Look
    format: str
    scale: float = 1.0
    is_svg: bool = False  # whether `make` gives an SVG


def missing() -> str | None:
    """One sentence where Kaleido or a Chrome is not there; None where both are."""
    try:
        import kaleido  # noqa: F401
        from choreographer.browsers.chromium import Chromium
    except ImportError:
        lacks = "Kaleido (pip install kaleido pypdf)"
    else:
        if Chromium.find_browser(skip_local=False):
            return None
        lacks = "Chrome or Chromium (such as apt install chromium, or kaleido_get_chrome)"
    return (
        f"PDF and pictures in batches need {lacks}; one HTML with every picture, the data, and "
        "PNG, SVG and WebP by Save under each picture of the dashboard work without"
    )


def draw(orders: Iterable[Order]) -> Iterator[tuple[Order, bytes]]:
    """Every order and its file's bytes, as soon as it is drawn (so in no fixed order).

    Raises Unavailable without Kaleido or a Chrome, unless what comes first is SVG as it is made. A
    figure is made only when its turn comes.
    """
    orders, ready = iter(orders), False
    for order in orders:
        if order.is_svg and order.format == "svg":  # needs no browser
            yield order, str(order.make()).encode()
            ready = True
            continue
        orders = chain([order], orders)
        break
    else:
        if ready:
            return
    if (sentence := missing()) is not None:
        raise Unavailable(sentence)
    done: queue.SimpleQueue = queue.SimpleQueue()
    stop = threading.Event()

    def work():
        try:
            asyncio.run(_draw_all(iter(orders), done, stop))
            done.put(None)
        except Exception as error:  # handed on to the thread that asked
            done.put(error)

    with _ONE:
        thread = threading.Thread(target=work)  # a notebook's own loop already runs in its thread
        thread.start()
        try:
            while (item := done.get()) is not None:
                if isinstance(item, Exception):
                    raise item
                order, content = item
                yield order, _finished(order, content)
        finally:
            stop.set()
            thread.join()


async def _draw_all(orders: Iterator[Order], done, stop: threading.Event) -> None:
    import kaleido

    async def tab():
        for order in orders:
            if stop.is_set():
                return
            done.put((order, await _drawn(browser, order, order.make())))

    async with kaleido.Kaleido(n=_TABS, mathjax=False) as browser:
        await asyncio.gather(*(tab() for _ in range(_TABS)))


async def _drawn(browser, order: Order, fig: go.Figure | str) -> bytes:
    if isinstance(fig, str):
        return await _of_svg(browser, order, fig)
    if order.format != "pdf":
        raster = order.format in ("png", "webp")
        scale = order.look.density * order.scale if raster else 1
        return await browser.calc_fig(fig, {"format": order.format, "scale": scale})
    svg = await browser.calc_fig(fig, {"format": "svg", "scale": 1})
    inches = order.look.inches
    height = inches * fig.layout.height / fig.layout.width
    return await printed(browser, svg.decode(), inches, height)


async def _of_svg(browser, order: Order, svg: str) -> bytes:
    if order.format == "svg":
        return svg.encode()
    high, wide = (float(re.findall(rf'{side}="([\d.]+)', svg)[0]) for side in ("height", "width"))
    if order.format == "pdf":
        return await printed(browser, svg, order.look.inches, order.look.inches * high / wide)
    scale = order.look.density * order.scale
    width = order.look.width
    return await photographed(browser, svg, width, width * high / wide, scale, order.format)


def _finished(order: Order, content: bytes) -> bytes:
    """The file with its width on paper written into it."""
    mm = order.look.mm
    if mm is None:
        return content
    if order.format == "svg":
        return content if b"mm" in content[:200] else _svg_of(content, mm)
    if order.format == "png":
        return _png_of(content, DPI * order.scale)
    return content


def _svg_of(content: bytes, mm: float) -> bytes:
    def measure(match):
        width, height = float(match[1]), float(match[2])
        return f'width="{mm:g}mm" height="{height * mm / width:.2f}mm"'

    text = content.decode()
    return re.sub(r'width="([\d.]+)" height="([\d.]+)"', measure, text, count=1).encode()


def _png_of(content: bytes, dpi: float) -> bytes:
    """With a pHYs chunk after the header, which ends at byte 33 (PNG, third edition, 11.3.4.3)."""
    per_metre = round(dpi / 0.0254)
    chunk = b"pHYs" + struct.pack(">IIB", per_metre, per_metre, 1)
    framed = struct.pack(">I", 9) + chunk + struct.pack(">I", zlib.crc32(chunk))
    return content[:33] + framed + content[33:]
