"""An SVG as a PDF of one page that is as large as the picture, or as pixels, by an open Chrome.

Kaleido's own PDF keeps a margin of a tenth of an inch inside the picture's size, and cuts off at
the foot what no longer fits.
"""

import base64
import math

_SETTLED = "Promise.all([...document.querySelectorAll('image')].map((one) => one.decode()))"
_PAGE = (
    "<style>@page {{ size: {width:.4f}in {height:.4f}in; margin: 0 }} body {{ margin: 0 }} "
    "svg {{ display: block; width: {width:.4f}in; height: {height:.4f}in }}</style>{svg}"
)
_SHOWN = (
    "<style>body {{ margin: 0 }} "
    "svg {{ display: block; width: {width:.2f}px; height: {height:.2f}px }}</style>{svg}"
)


async def photographed(
    browser, svg: str, width: float, height: float, scale: float, form: str
) -> bytes:
    """The PNG or WebP of an SVG that is shown width x height px large, `scale` pixels to one."""
    tab = await browser.create_tab("about:blank")
    try:
        high = math.ceil(height)
        await _asked(
            tab, "Emulation.setDeviceMetricsOverride", width=round(width), height=high,
            deviceScaleFactor=scale, mobile=False,
        )  # fmt: skip
        await _opened(tab, _SHOWN.format(width=width, height=height, svg=svg))
        clip = {"x": 0, "y": 0, "width": round(width), "height": high, "scale": 1}
        shot = await _asked(tab, "Page.captureScreenshot", format=form, clip=clip)
    finally:
        await browser.close_tab(tab.target_id)
    return base64.b64decode(shot["data"])


async def printed(browser, svg: str, width: float, height: float) -> bytes:
    """The PDF of an SVG of width x height inches; `browser` is a choreographer.Browser."""
    tab = await browser.create_tab("about:blank")
    try:
        await _opened(tab, _PAGE.format(width=width, height=height, svg=svg))
        page = await _asked(
            tab, "Page.printToPDF", printBackground=True, preferCSSPageSize=True, pageRanges="1"
        )
    finally:
        await browser.close_tab(tab.target_id)
    return base64.b64decode(page["data"])


async def _opened(tab, html: str) -> None:
    frame = await _asked(tab, "Page.getFrameTree")
    frame_id = frame["frameTree"]["frame"]["id"]
    await _asked(tab, "Page.setDocumentContent", frameId=frame_id, html=html)
    await _asked(tab, "Runtime.evaluate", expression=_SETTLED, awaitPromise=True)


async def _asked(tab, command: str, **words) -> dict:
    answer = await tab.send_command(command, words)
    if "error" in answer:
        raise RuntimeError(f"Chrome refused {command}: {answer['error'].get('message')}")
    return answer["result"]
