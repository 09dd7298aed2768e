"""Save under a picture: the server dresses its figure, and the browser makes a file of it."""

import base64
import json
from collections.abc import Mapping
from functools import cache, partial

import streamlit as st

from rnnviz.core.errors import ExperimentError, check_choice, shown
from rnnviz.exhibits import Showing
from rnnviz.export import again, images
from rnnviz.export.camera import camera
from rnnviz.export.dress import Look, dress, fitted, look
from rnnviz.sitemap import ROOT
from rnnviz.ui.letters import letter_by_letter

_MOST_SCALE = 4
missing = cache(images.missing)  # asked at every rerun


@cache
def _component():
    return st.components.v2.component(
        "rnnviz_save",
        html='<div class="saved" role="status"></div>',
        css=".saved { font-size: 13px; min-height: 18px; text-align: right; }",
        js=(ROOT / "assets" / "save.js").read_text(),
    )


def save(showing: Showing, asked: Mapping) -> None:
    """Hand over the file that a browser asked for: format, theme, width, scale and its own id.

    What a browser says is not trusted: one sentence stands where it makes no sense.
    """
    try:
        order = _order(showing, asked)
        with st.spinner("Drawing the picture ..", show_time=True):
            message = _message(showing, order, asked)
    except ExperimentError as error:
        st.caption(f"{letter_by_letter(error)}.")
        return
    _component()(key=f"save {showing.name}", data=json.dumps(message).encode())
    if told := again.of_showing(showing, order.look, order.format, order.scale):
        st.caption("The same from a shell:")
        st.code(told, language=None, wrap_lines=True)


def _order(showing: Showing, asked: Mapping) -> images.Order:
    form, theme, width = (str(asked.get(word)) for word in ("format", "theme", "width"))
    check_choice("format", form, images.FORMATS)
    scale = asked.get("scale")
    if not isinstance(scale, int) or scale not in range(1, _MOST_SCALE + 1):
        raise ExperimentError(f"scale must be from 1 to {_MOST_SCALE}, got {shown(scale)}")
    points = asked.get("type")
    if points is not None and not isinstance(points, int | float):
        raise ExperimentError(f"type must be a number of points, got {shown(points)}")
    font, steps = (str(asked.get(word) or "") for word in ("font", "range"))
    worn = fitted(look(theme, width), asked.get("title") is not False, points, font, steps)
    worn = worn._replace(common=asked.get("common") is True, camera=camera(asked.get("camera")))
    return images.Order(showing.name, partial(dress, showing, worn), worn, form, scale)


def _message(showing: Showing, order: images.Order, asked: Mapping) -> dict:
    worn: Look = order.look
    said = {
        "id": shown(asked.get("id")),
        "name": f"rnnviz-{order.name}.{order.format}",
        "format": order.format,
        "mm": worn.mm,
        "pixels": worn.density * order.scale,
    }
    if order.format != "pdf":
        figure = dress(showing, worn).to_json(validate=False)
        return said | {"figure": json.loads(figure)}
    ((_, content),) = images.draw([order])
    return said | {"content": f"data:application/pdf;base64,{base64.b64encode(content).decode()}"}
