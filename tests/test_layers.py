"""The arrows: pages -> ui -> {export, figures, sentiment, lessons} -> core; who may touch what."""

import ast
from graphlib import CycleError, TopologicalSorter
from importlib import import_module
from pathlib import Path

import pytest

pytestmark = pytest.mark.slow  # the quick loop leaves it to `make check`
ROOT = Path(__file__).parent.parent
ARROWS = {  # a room, and what of the project it may import
    "sitemap": {"sitemap"},
    "heard": set(),
    "packed": set(),
    "fonts": {"sitemap"},
    "server": {"server", "core", "fonts", "heard", "packed", "sitemap", "watched"},
    "watched": {"core", "jobs"},
    "core": {"core"},
    "notebook": {"core", "sentiment"},
    "figures": {"figures", "core"},
    "jobs": {"jobs", "core"},
    "classroom": {"classroom", "jobs", "core"},
    "sentiment": {"sentiment", "jobs", "core"},
    "tasks": {"tasks", "jobs", "core"},
    "lessons": {"lessons", "sentiment", "tasks", "core"},
    "exhibits": {"exhibits", "figures", "sentiment", "tasks", "core"},
    "export": {"export", "sitemap", "exhibits", "figures", "lessons", "jobs", "core"},
    "commands": {"commands", "export", "sentiment", "tasks", "classroom", "core"},
    "ui": {
        "ui",
        "watched",
        "sitemap",
        "exhibits",
        "export",
        "figures",
        "jobs",
        "sentiment",
        "tasks",
        "lessons",
        "classroom",
        "core",
    },
    "pages": {"ui", "exhibits", "core"},
}
HEAVY = {
    "tensorflow",
    "keras",
    "sklearn",
    "scipy",
    "h5py",
    "distributed",
}  # imported by the functions that need them
LIBRARIES = {  # and which installed packages, among those that the project knows
    "sitemap": set(),
    "heard": {"streamlit"},
    "watched": {"streamlit"},
    "packed": set(),
    "fonts": set(),
    "server": {"streamlit"},
    "core": {"numpy"},
    "notebook": {"numpy"},
    "figures": {"numpy", "plotly"},
    "jobs": {"distributed"},
    "classroom": set(),
    "sentiment": {"numpy", *HEAVY},
    "tasks": {"numpy"},
    "lessons": {"numpy", "markdown_it"},
    "exhibits": {"numpy", "plotly"},
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
    "markdown_it",
    "pyarrow",
    "segno",
    *HEAVY,
}


# Rooms of core that are entered by what is in their __all__.
DOORS = {"engine", "diagram", "dynamics", "losses", "training"}


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


def past_the_door(module: list[str], inside: str) -> bool:
    """Whether core, room, name .. is what its room keeps to itself, seen from a folder of core."""
    if module[:1] != ["core"] or len(module) < 3 or module[1] not in DOORS - {inside}:
        return False
    return len(module) > 3 or module[2] not in import_module(f"rnnviz.core.{module[1]}").__all__


def faults(where: str, name: str, source: str) -> list[str]:
    """What a module of the room `where` does that its layer may not."""
    tree, crossed = ast.parse(source), []
    for module in sorted(imported(tree)):
        top, *rest = module.split(".")
        if top == "rnnviz" and rest and rest[0] in ARROWS and rest[0] not in ARROWS[where]:
            crossed.append(f"imports {module}")
        if top in KNOWN - LIBRARIES[where]:
            crossed.append(f"imports {module}")
        if past_the_door(rest, name.split("/")[0]):
            crossed.append(f"imports {module} past its door")
    for node in ast.walk(at_once := ast.parse(source)):  # what functions import, they import later
        if isinstance(node, ast.FunctionDef):
            node.body = []
    heavy = sorted(m for m in imported(at_once) if m.split(".")[0] in HEAVY)
    crossed += [f"imports {module} at once" for module in heavy if where == "sentiment"]
    words = {node.attr for node in ast.walk(tree) if isinstance(node, ast.Attribute)}
    if not (where == "ui" and name.startswith("controls/")) and words & {
        "session_state",
        "query_params",
    }:
        crossed.append("touches the session")
    if (where, name) != ("ui", "ui/cache.py") and words & {"cache_data", "cache_resource"}:
        crossed.append("caches")
    return crossed


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
        ("core", "from rnnviz.core.engine import chain"),
        ("core", "from rnnviz.core.engine.workspace import Stack"),
        ("sentiment", "from rnnviz.core.engine.buffers import allocate"),
        ("ui", "from rnnviz.core.diagram.graph import nodes"),
        ("figures", "import rnnviz.core.dynamics.jacobian"),
        ("core", "from rnnviz.figures import theme"),
        ("core", "from rnnviz import tasks"),
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


def modules() -> dict[str, str]:
    """The text of every module of the package by its dotted name, a package's by its folder's."""
    texts = {}
    for path in sorted((ROOT / "rnnviz").rglob("*.py")):
        name = ".".join(path.relative_to(ROOT).with_suffix("").parts)
        texts[name.removesuffix(".__init__")] = path.read_text()
    return texts


def circle(texts: dict[str, str]) -> list[str]:
    """The modules of one import cycle, wherever its imports stand; empty without one.

    `from package import name` is an import of the module `package.name` where there is one.
    """
    graph = {name: set() for name in texts}
    for name, source in texts.items():
        for node in ast.walk(ast.parse(source)):
            if isinstance(node, ast.Import):
                graph[name] |= {alias.name for alias in node.names} & texts.keys()
            elif isinstance(node, ast.ImportFrom):
                parts = (f"{node.module}.{alias.name}" for alias in node.names)
                graph[name] |= {part if part in texts else node.module for part in parts}
    try:
        TopologicalSorter(graph).prepare()
    except CycleError as error:
        return error.args[1]
    return []


def test_no_import_goes_in_a_circle():
    assert circle(modules()) == []


@pytest.mark.parametrize(
    "back",
    [
        "from p import a",
        "from p.a import thing",
        "import p.a",
        "def f():\n    from p.a import thing",
        "from typing import TYPE_CHECKING\nif TYPE_CHECKING:\n    from p.a import Thing",
    ],
)
def test_a_circle_is_seen(back):
    straight = {"p": "", "p.a": "from p import b", "p.b": "from p import c", "p.c": "import sys"}
    assert circle(straight) == []
    assert set(circle(straight | {"p.c": back})) == {"p.a", "p.b", "p.c"}


def test_the_engine_has_one_door_of_five_names():
    names = {"ColumnMap", "StepMap", "StepsBack", "backward", "forward"}
    assert set(import_module("rnnviz.core.engine").__all__) == names


def test_every_room_is_looked_at():
    assert {"core", "figures", "ui", "pages", "notebook", "export", "commands"} <= {
        room(path) for path in SOURCES
    }


def test_pages_are_short():
    for path in [*ROOT.glob("pages/*.py"), ROOT / "app.py"]:
        assert len(path.read_text().splitlines()) <= 50, path.name
