"""What takes long bears a mark, so that `make quick` can leave it out."""

import ast
from pathlib import Path

import pytest
from conftest import marks

HEAVY = {"tensorflow", "keras"}
FILES = sorted(Path(__file__).parent.glob("test_*.py"))


def imports_heavy(node):
    """Whether an import, or a call of importorskip, is of TensorFlow or Keras."""
    if isinstance(node, ast.Import):
        names = [alias.name for alias in node.names]
    elif isinstance(node, ast.ImportFrom):
        names = [node.module]
    elif isinstance(node, ast.Call) and ast.unparse(node.func) == "pytest.importorskip":
        names = [ast.literal_eval(node.args[0])]
    else:
        return False
    return any(name.split(".")[0] in HEAVY for name in names)


def unmarked(source):
    """The parts of a test file that import TensorFlow and bear no mark."""
    tree = ast.parse(source)
    if "training" in marks(tree, "pytestmark"):
        return []
    return [
        ast.unparse(part).splitlines()[0]
        for part in tree.body
        if any(map(imports_heavy, ast.walk(part)))
        and not any("training" in ast.unparse(d) for d in getattr(part, "decorator_list", []))
    ]


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_what_imports_tensorflow_is_marked(path):
    assert unmarked(path.read_text()) == []


def test_a_missing_mark_is_seen():
    body = 'def test_it():\n    pytest.importorskip("keras")\n'
    assert unmarked(body) == ["def test_it():"]
    assert unmarked("import tensorflow as tf\n") == ["import tensorflow as tf"]
    assert unmarked("@pytest.mark.training\n" + body) == []
    assert unmarked("pytestmark = pytest.mark.training\n" + body) == []
