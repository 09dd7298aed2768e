"""The one HTML file's controls: a setting as a field, and what the script judges its words by."""

from collections.abc import Mapping
from html import escape

from rnnviz.core.cells import Cell
from rnnviz.core.settings import Setting
from rnnviz.core.symbols import MOST_LETTERS
from rnnviz.export.page.start import MOST


def _choices(setting: Setting, cells: Mapping[str, Cell]) -> list[tuple[str, str]]:
    if setting.name == "cell":
        return [(name, cell.title) for name, cell in cells.items() if " " not in name]
    return [(name, setting.title(name)) for name in setting.choices]


def control(setting: Setting, cells: Mapping[str, Cell]) -> dict:
    """What a word of it is judged by, as `Control` in assets/page/types.d.ts tells of it."""
    low, high = setting.bounds or (0, 0)
    return {
        "name": setting.name,
        "label": setting.label,
        "low": low,
        "high": MOST.get(setting.name, high),
        "whole": setting.kind is int,
        "choices": _choices(setting, cells),
    }


def field(setting: Setting, cells: Mapping[str, Cell]) -> str:
    """A setting's control, as HTML."""
    one = control(setting, cells)
    name = f'name="{setting.name}"'
    if one["choices"]:
        options = "".join(f'<option value="{k}">{escape(v)}</option>' for k, v in one["choices"])
        drawn = f"<select {name}>{options}</select>"
    elif setting.kind is str:
        drawn = f"<input {name} maxlength={MOST_LETTERS} spellcheck=false>"
    else:
        step = 1 if one["whole"] else "any"
        drawn = f'<input type="number" {name} min="{one["low"]}" max="{one["high"]}" step="{step}">'
    return f"<label>{escape(setting.label)}{drawn}</label>"
