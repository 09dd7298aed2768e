"""One HTML file: controls, engine and player, every cell written in; it needs no server and no net.

Its policy lets one script and one style run, by their hashes, and nothing else load; the script may
assemble WebAssembly (assets/engine/kernel.js), never evaluate a text.
"""

import json
import re
from base64 import b64encode
from collections.abc import Mapping
from hashlib import sha256
from html import escape
from zlib import compress

import rnnviz
from rnnviz.core.activations import ACTIVATIONS
from rnnviz.core.cells import CELLS, Cell
from rnnviz.core.cells.own import NAME
from rnnviz.core.experiment import MOST_CELLS, Experiment, notebook_cells
from rnnviz.core.link import LETTERS
from rnnviz.core.settings import SETTINGS
from rnnviz.core.signals import SIGNALS
from rnnviz.core.symbols import MOST_SYMBOLS, Symbols
from rnnviz.core.versions import DEFAULTS, UNSAID, VERSION
from rnnviz.export.modules import one_module
from rnnviz.export.page.cells import written
from rnnviz.export.page.fields import control, field
from rnnviz.export.page.lessons import TITLE, elsewhere, lessons
from rnnviz.export.page.pictures import lines
from rnnviz.export.page.start import CONTROLS, INPUTS, VIEWS, own_cell, words
from rnnviz.export.player.cell import inks, of_cell
from rnnviz.export.player.message import NOTES
from rnnviz.export.player.panels import FELT, ONE_SCALE, beside, panels
from rnnviz.export.player.telling import SHARES
from rnnviz.export.player.terms import terms
from rnnviz.figures import theme
from rnnviz.sitemap import ROOT, pages

_ASSETS = ROOT / "assets"
# A comment on lines of its own; a type before an expression stays, and so does the code behind it.
_COMMENT = re.compile(r"^ *(//[^\n]*|/\*\*(?:(?!\*/).)*\*/)\n", re.MULTILINE | re.DOTALL)
_INDENT = re.compile(r"^(?: +|\n)", re.MULTILINE)
MISSING = (
    "Not in this file, but in the dashboard: films, PDF and capsules, what a picture is checked "
    "against, a cell's equations and matrices in full, the other pages, the glossary, the guided "
    "tour, the workshop (a file made there has its cell), trained networks, tables of other "
    "than plain numbers, float32, sizes beyond those of the controls, and for the largest networks "
    "which loss reaches which step."
)


def page(experiment: Experiment | None = None, at: Mapping[str, str] | None = None) -> str:
    """The whole file, as HTML; it begins with an experiment, at what the words `at` of a page say.

    A person's own cell is written in beside the registered ones. Raises ExperimentError for an
    experiment that is not to be had in the file.

    >>> page().count("<script")
    1
    """
    experiment = experiment or Experiment()
    start, own = words(experiment, at or {}), own_cell(experiment)
    cells = _kinds(dict(CELLS) | ({NAME: experiment.cell_object} if own else {}))
    code = _INDENT.sub("", _COMMENT.sub("", one_module(_ASSETS / "page" / "page.js")))
    script = "\n".join([_data(cells, start, own, experiment.equations), code])
    style = "\n".join([_colours(), *(
        (_ASSETS / one).read_text()
        for one in ("page/page.css", "player/player.css", "card.css", "prose.css")
    )])  # fmt: skip
    policy = (
        f"default-src 'none'; script-src '{_hash(script)}' 'wasm-unsafe-eval'; "
        f"style-src '{_hash(style)}'; "
        "img-src data:; "  # heatmaps
        "base-uri 'none'; form-action 'none'"
    )
    fields = "".join(field(SETTINGS[name], cells) for name in (*CONTROLS, "text"))
    body = (_ASSETS / "page" / "page.html").read_text().replace("</form>", f"{fields}</form>")
    body = body.replace("</nav>", "".join(f"<a>{one}</a>" for one in (*VIEWS, TITLE)) + "</nav>")
    player = (_ASSETS / "player" / "player.html").read_text()
    return (
        '<!doctype html>\n<html lang="en"><head><meta charset="utf-8">\n'
        f'<meta http-equiv="Content-Security-Policy" content="{policy}">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        f'<meta name="generator" content="rnnviz {rnnviz.__version__}">\n'
        f"<title>rnnviz</title>\n<style>{style}</style></head>\n<body>{body}"
        f'<main><section id="ask" hidden></section><div id="player">{player}<p id="walk"></p>'
        '<div id="saves" role="group" aria-label="Save"></div></div>'
        '<section id="pictures" hidden></section><section id="after" hidden></section></main>\n'
        f"<footer><p>{escape(MISSING)}</p></footer>\n"
        f'<script type="module">{script}</script></body></html>\n'
    )


def _kinds(cells: Mapping[str, Cell]) -> dict[str, Cell]:
    """The cells by name, as they are by default; by name and activation those with another one."""
    plain = {name: cell.with_activation(ACTIVATIONS[0]) for name, cell in cells.items()}
    every = ((name, cell, one) for name, cell in plain.items() for one in ACTIVATIONS)
    other = {f"{name} {one}": cell.with_activation(one) for name, cell, one in every}
    return plain | {key: cell for key, cell in other.items() if cell not in plain.values()}


def _hash(text: str) -> str:
    return f"sha256-{b64encode(sha256(text.encode()).digest()).decode()}"


def _data(known: Mapping[str, Cell], start: str, own: Mapping[str, str], equations: str) -> str:
    """What the script knows of cells and settings, as its first two constants; what cells look like
    is packed, or it would be half of the file."""
    shown = {
        "shared": {
            **{"words": [], "edits": [], "keys": [], "tour": [], "toured": False},
            **{"large": False, "plays": False, "font": theme.FONT, "shares": SHARES},
            "inks": inks(known.values()),
        },
        "theme": lines(known.values()),
        "beside": {"usual": notebook_cells(), "most": MOST_CELLS},
        "questions": {name: pages()[name].question for name in (*VIEWS, TITLE)},
        "terms": terms(known.values()),
        "felt": [FELT, FELT + ONE_SCALE],
        "together": _together(list(known.values())[:2]),
        "notes": NOTES,
        "controls": [control(SETTINGS[name], known) for name in CONTROLS],
        "versions": {v: {name: row[name] for name in CONTROLS} for v, row in DEFAULTS.items()},
        "version": VERSION,
        "unsaid": UNSAID,
        "only": _only(),
        "symbols": {name: _symbols(one.symbols) for name, one in SIGNALS.items() if one.symbols},
        "most": MOST_SYMBOLS,
        "letters": LETTERS,
        "start": start,
        "own": own,
        "equations": _packed(equations),
        "lessons": _packed(lessons()),
        "elsewhere": elsewhere(),
    }
    origin = CELLS[own["cell"]] if own else None
    cells = ",\n".join(
        f"{json.dumps(name)}: {written(cell, origin if cell.name == NAME else None)}"
        for name, cell in known.items()
    )
    look = _packed({name: _shown(cell) for name, cell in known.items()})
    return (
        f"const CELLS = {{{cells}}};\nconst SHOWN = {_json(shown)};\n"
        f'SHOWN.cells = JSON.parse(await opened("{look}"));'
    )


def _packed(value: object) -> str:
    """As the script opens it."""
    return b64encode(compress(_json(value).encode(), 9)).decode()


def _json(value: object) -> str:
    """As a script may hold it."""
    return json.dumps(value, ensure_ascii=False, separators=(",", ":")).replace("</", "<\\/")


def _only() -> dict[str, str]:
    """The fields that have one value here, and which."""
    row, free = DEFAULTS[VERSION], (*CONTROLS, *INPUTS, "label")
    return {name: str(row[name] or "") for name in SETTINGS if name not in free}


def _symbols(one: Symbols) -> dict:
    return {"codes": dict(one.codes), "text": one.text, "between": one.between, "named": one.named}


def _shown(cell: Cell) -> dict:
    return {
        "own": of_cell(cell),
        "panels": panels([cell], 0),
        "rows": beside(cell),
        "terms": list(terms([cell])),
        "gates": [(gate.name, gate.letter, gate.range, gate.squash) for gate in cell.shown_gates],
        "memory": cell.memory,
        "blocks": [gate.name for gate in cell.gates],
        "late": cell.late is not None,
        "onlyShown": cell.derived.only_shown,
        "steady": cell.derived.steady,
    }


def _together(two: list[Cell]) -> list[dict]:
    """The rows that several cells share on the player's tape: the input, and all norms."""
    held, felt = panels(two, 0)
    return [held[0], felt[-1] | {"curves": []}]


def _colours() -> str:
    """The page's own colours, under the names that the player's style reads."""
    light, dark = theme.MODES["light"], theme.MODES["dark"]
    names = {"background": "ground", "text": "text", "border": "grid", "primary": "now"}
    each = (
        f"--st-{name}-color: light-dark({getattr(light, ink)}, {getattr(dark, ink)});"
        for name, ink in names.items()
    )
    return f":root {{ {' '.join(each)} --st-font: {theme.FONT}; }}"
