"""A picture as plain data, which most of them remain: Plotly's objects are made when asked for.

A browser is sent data. Objects with a property for whatever Plotly knows take two to four times as
long to make, and to write down, as everything else about a picture.
"""

import base64
from typing import Any

import numpy as np
import plotly.graph_objects as go
import plotly.io as pio
from _plotly_utils.utils import to_typed_array_spec

_FLOATS = {"float32": "f4", "float64": "f8"}
_AS_LISTS = ("range",)  # plotly.js reads no packed numbers there


class PlainFigure(go.Figure):
    """A figure of Plotly's, whose objects are made at the first question to them."""

    def __init__(self, said: dict[str, Any]) -> None:
        self.__dict__["_said"] = said

    def __getattr__(self, name: str) -> Any:
        """What is not there yet: it is once the objects are made."""
        if name.startswith("__") or "_said" not in self.__dict__:
            raise AttributeError(name)
        super().__init__(self.__dict__.pop("_said"), _validate=False)
        return getattr(self, name)


def plain(fig: go.Figure) -> dict[str, Any]:
    """Data and layout of a figure, with arrays as they are; to be read only."""
    return fig.__dict__.get("_said") or fig.to_plotly_json()


def as_json(said: dict[str, Any]) -> str:
    """What `to_json` says of a figure of this data and layout."""
    return pio.to_json(_packed(said), validate=False)


def _packed(part: Any) -> Any:
    """The same with arrays as plotly.js takes them, in base 64."""
    if isinstance(part, dict):
        return {key: one if key in _AS_LISTS else _packed(one) for key, one in part.items()}
    if isinstance(part, list | tuple):
        return [_packed(one) if isinstance(one, dict | list | tuple) else one for one in part]
    if not isinstance(part, np.ndarray):
        return part
    kind = _FLOATS.get(part.dtype.name)
    if not kind or not part.size:
        return to_typed_array_spec(part)
    packed = {"dtype": kind, "bdata": base64.b64encode(part.tobytes()).decode()}
    return packed | ({"shape": str(part.shape)[1:-1]} if part.ndim > 1 else {})
