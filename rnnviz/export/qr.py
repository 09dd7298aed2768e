"""A link as a QR code, for a class to read off the wall."""

import segno

from rnnviz.core.errors import ExperimentError
from rnnviz.figures.theme import MODES

QUIET = 4  # modules of light around the code, as ISO/IEC 18004 asks for
MOST = 1200  # characters: beyond it the squares are too small for the last row


def svg(link: str) -> str:
    """The code as an SVG that scales with its place: dark on light, whatever theme is around it."""
    if len(link) > MOST:
        raise ExperimentError(
            f"a link must have at most {MOST} characters for a QR code that is read from afar, "
            f"got {len(link)}"
        )
    ink = MODES["light"]
    return code(link).svg_inline(border=QUIET, dark=ink.text, light=ink.ground, omitsize=True)


def code(link: str) -> segno.QRCode:
    """The code itself: correction M reads on with 15 % of it gone, at the fewest squares."""
    return segno.make(link, error="m", boost_error=False, micro=False)
