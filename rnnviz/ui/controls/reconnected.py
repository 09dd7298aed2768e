"""What a browser still says of a session that is gone: the touch that its new server hears first.

When a server dies, the browser opens a connection to the next one and says nothing until somebody
moves something. Then the whole page's controls arrive in a session that knows the link alone, which
would win over them. Their values are read here before that, so that the first touch counts.
"""

from collections.abc import Iterable
from dataclasses import replace
from typing import Any

from streamlit.proto.WidgetStates_pb2 import WidgetState
from streamlit.runtime.scriptrunner import get_script_run_ctx

from rnnviz.core.errors import ExperimentError
from rnnviz.core.experiment import Experiment
from rnnviz.core.settings import SETTINGS

_PLAIN = ("int_value", "double_value", "bool_value", "string_value")


def still_said() -> dict[str, Any]:
    """What the widgets of the browser's page say, by the keys that the page had given them."""
    context = get_script_run_ctx()
    states: Iterable[WidgetState] = context.session_state.get_widget_states() if context else ()
    # Streamlit's id ends with the key, after a hash.
    values = {one.id.split("-", 2)[-1]: _value(one) for one in states}
    return {key: value for key, value in values.items() if value is not None}


def experiment_said(linked: Experiment, said: dict[str, Any]) -> Experiment:
    """The link's experiment with what the shared controls say; the link's where that is none."""
    fields: dict[str, Any] = {}
    for name, setting in SETTINGS.items():
        value = said.get(f"control_{name}")
        if setting.bounds and isinstance(value, int | float):
            fields[name] = setting.kind(value)
        elif setting.choices and isinstance(value, str):
            titled = {setting.title(one): one for one in setting.choices}
            fields[name] = titled.get(value, getattr(linked, name))
    if linked.equations:
        fields.pop("cell", None)
    changed = {name: value for name, value in fields.items() if getattr(linked, name) != value}
    try:
        return replace(linked, **changed)
    except ExperimentError:
        return linked


def view_said(page: str, said: dict[str, Any]) -> dict[str, str]:
    """Of the page's own choices those that are numbers or switches, as words of its link."""
    words: dict[str, str] = {}
    for key, value in said.items():
        name = key.removeprefix("choice_").removeprefix(f"{page}_")
        if key.startswith("choice_") and not isinstance(value, str):
            words[name] = f"{int(value) if value == int(value) else value}"
    return words


def _value(state: WidgetState) -> Any:
    kind = state.WhichOneof("value")
    if kind == "double_array_value" and len(state.double_array_value.data) == 1:
        return state.double_array_value.data[0]
    return getattr(state, kind) if kind in _PLAIN else None
