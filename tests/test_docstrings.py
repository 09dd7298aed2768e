"""Core's public functions and the package's public names show an example; `make test` runs them."""

import doctest
import inspect
from importlib import import_module
from pathlib import Path

import pytest

import rnnviz
from rnnviz import notebook
from rnnviz.core import diagram, dynamics, engine, training

CORE = Path(rnnviz.__file__).parent / "core"
MODULES = [import_module(f"rnnviz.core.{path.stem}") for path in sorted(CORE.glob("[a-z]*.py"))]
ROOMS = (engine, diagram, dynamics, training)


def public(module):
    """The functions that a module defines, or that stand in its door, by name."""
    names = getattr(module, "__all__", vars(module))
    values = ((name, getattr(module, name)) for name in names if not name.startswith("_"))
    own = getattr(module, "__path__", None) is not None
    return {
        f"{module.__name__}.{name}": value
        for name, value in values
        if inspect.isfunction(value) and (own or value.__module__ == module.__name__)
    }


FUNCTIONS = {name: f for module in (*MODULES, *ROOMS) for name, f in public(module).items()}


def examples(value):
    return doctest.DocTestParser().get_examples(inspect.getdoc(value) or "")


@pytest.mark.parametrize("name", FUNCTIONS)
def test_a_public_function_of_core_shows_an_example(name):
    assert examples(FUNCTIONS[name])


@pytest.mark.parametrize("name", [n for n in rnnviz.__all__ if n != "CELLS"])
def test_a_public_name_shows_an_example(name):
    assert examples(getattr(rnnviz, name)) and examples(rnnviz)


@pytest.mark.parametrize("name", [n for n in public(notebook) if n.endswith("_forward")])
def test_a_pass_of_the_notebook_shows_an_example(name):
    assert examples(public(notebook)[name])


def test_the_examples_are_collected(pytestconfig):
    paths = pytestconfig.getini("testpaths")
    assert {"rnnviz/core", "rnnviz/notebook.py", "rnnviz/__init__.py"} <= set(paths)
    assert "--doctest-modules" in pytestconfig.getini("addopts")
