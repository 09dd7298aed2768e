"""The arrows: pages -> ui -> {export, figures, sentiment, lessons} -> core; who may touch what."""

import ast
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
ARROWS = {  # a room, and what of the project it may import
    "core": {"core"},
    "notebook": {"core", "sentiment"},
    "figures": {"figures", "core"},
    "jobs": {"jobs", "core"},
    "sentiment": {"sentiment", "jobs", "core"},
    "lessons": {"lessons", "core"},
    "export": {"export", "figures", "jobs", "core"},
    "commands": {"commands", "export", "sentiment", "core"},
    "ui": {"ui", "export", "figures", "jobs", "sentiment", "lessons", "core"},
    "pages": {"ui", "figures", "core"},
}
HEAVY = {
    "tensorflow",
    "keras",
    "sklearn",
    "scipy",
    "h5py",
}  # imported by the functions that need them
LIBRARIES = {  # and which installed packages, among those that the project knows
    "core": {"numpy"},
    "notebook": {"numpy"},
    "figures": {"numpy", "plotly"},
    "jobs": set(),
    "sentiment": {"numpy", "pandas", "charset_normalizer", *HEAVY},
    "lessons": {"numpy"},
    "export": {"numpy", "pandas", "plotly", "pyarrow", "segno", "PIL"},
    "commands": set(),
    "ui": {"streamlit", "plotly", "pandas", "numpy"},
    "pages": {"streamlit"},
}
KNOWN = {
    "numpy",
    "plotly",
    "pandas",
    "streamlit",
    "altair",
    "matplotlib",
    "PIL",
    "pyarrow",
    "segno",
    "charset_normalizer",
    *HEAVY,
}


def room(path: Path) -> str | None:
    parts = path.relative_to(ROOT).parts
    if parts[0] == "pages" or parts == ("app.py",):
        return "pages"
    name = parts[1].removesuffix(".py") if parts[0] == "rnnviz" else ""
    return name if name in ARROWS else None


def imported(tree: ast.AST) -> set[str]:
    names = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            assert not node.level, "imports are absolute"
            names |= {node.module} | {f"{node.module}.{alias.name}" for alias in node.names}
    return names


def faults(where: str, name: str, source: str) -> list[str]:
    """What a module of the room `where` does that its layer may not."""
    tree, found = ast.parse(source), []
    for module in sorted(imported(tree)):
        top, *rest = module.split(".")
        if top == "rnnviz" and rest and rest[0] in ARROWS and rest[0] not in ARROWS[where]:
            found.append(f"imports {module}")
        if top in KNOWN - LIBRARIES[where]:
            found.append(f"imports {module}")
    for node in ast.walk(at_once := ast.parse(source)):  # what functions import, they import later
        if isinstance(node, ast.FunctionDef):
            node.body = []
    heavy = sorted(m for m in imported(at_once) if m.split(".")[0] in HEAVY)
    found += [f"imports {module} at once" for module in heavy if where == "sentiment"]
    words = {node.attr for node in ast.walk(tree) if isinstance(node, ast.Attribute)}
    if not (where == "ui" and name.startswith("controls/")) and words & {
        "session_state",
        "query_params",
    }:
        found.append("touches the session")
    if (where, name) != ("ui", "ui/cache.py") and words & {"cache_data", "cache_resource"}:
        found.append("caches")
    return found


SOURCES = [
    path
    for pattern in ("app.py", "pages/*.py", "rnnviz/**/*.py")
    for path in sorted(ROOT.glob(pattern))
    if room(path)
]


@pytest.mark.parametrize("path", SOURCES, ids=lambda p: str(p.relative_to(ROOT)))
def test_a_module_keeps_to_its_layer(path):
    assert faults(room(path), f"{path.parent.name}/{path.name}", path.read_text()) == []


@pytest.mark.parametrize(
    ("where", "source"),
    [
        ("core", "import plotly.graph_objects as go"),
        ("core", "from rnnviz.figures import theme"),
        ("core", "def f():\n    import streamlit"),
        ("figures", "from rnnviz.sentiment import data"),
        ("figures", "from rnnviz import ui"),
        ("sentiment", "from rnnviz import figures"),
        ("sentiment", "import keras"),
        ("pages", "import numpy as np"),
        ("export", "from rnnviz import ui"),
        ("commands", "from rnnviz.ui import take"),
        ("pages", "import streamlit as st\nst.session_state.n = 1"),
        ("ui", "import streamlit as st\n@st.cache_data\ndef f(): pass"),
        ("ui", "import keras"),
    ],
)
def test_a_crossed_arrow_is_seen(where, source):
    assert faults(where, "sample.py", source)


def test_every_room_is_looked_at():
    assert {"core", "figures", "ui", "pages", "notebook", "export", "commands"} <= {
        room(path) for path in SOURCES
    }


def test_pages_are_short():
    for path in [*ROOT.glob("pages/*.py"), ROOT / "app.py"]:
        assert len(path.read_text().splitlines()) <= 60, path.name
