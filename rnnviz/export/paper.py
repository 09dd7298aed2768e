"""An SVG as a PDF of one page that is as large as the picture, printed by an open Chrome.

Kaleido's own PDF keeps a margin of a tenth of an inch inside the picture's size, and cuts off at
the foot what no longer fits.
"""

import base64

_SETTLED = "Promise.all([...document.querySelectorAll('image')].map((one) => one.decode()))"
_PAGE = (
    "<style>@page {{ size: {width:.4f}in {height:.4f}in; margin: 0 }} body {{ margin: 0 }} "
    "svg {{ display: block; width: {width:.4f}in; height: {height:.4f}in }}</style>{svg}"
)


async def printed(browser, svg: str, width: float, height: float) -> bytes:
    """The PDF of an SVG of width x height inches; `browser` is a choreographer.Browser."""
    tab = await browser.create_tab("about:blank")
    try:
        frame = await _asked(tab, "Page.getFrameTree")
        html = _PAGE.format(width=width, height=height, svg=svg)
        frame_id = frame["frameTree"]["frame"]["id"]
        await _asked(tab, "Page.setDocumentContent", frameId=frame_id, html=html)
        await _asked(tab, "Runtime.evaluate", expression=_SETTLED, awaitPromise=True)
        page = await _asked(
            tab, "Page.printToPDF", printBackground=True, preferCSSPageSize=True, pageRanges="1"
        )
    finally:
        await browser.close_tab(tab.target_id)
    return base64.b64decode(page["data"])


async def _asked(tab, command: str, **words) -> dict:
    answer = await tab.send_command(command, words)
    if "error" in answer:
        raise RuntimeError(f"Chrome refused {command}: {answer['error'].get('message')}")
    return answer["result"]
