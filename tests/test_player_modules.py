"""The player's modules become one text: nothing is left out, twice there, or known by two names."""

import re

import pytest

from rnnviz.export.modules import one_module
from rnnviz.figures import theme
from rnnviz.sitemap import ROOT

FILES = sorted((ROOT / "assets" / "player").glob("*.js"))
TOP = re.compile(r"^(?:export )?(?:async )?(?:function|class|const|let|var) (\w+)", re.MULTILINE)


def test_every_file_is_in_it_once_and_after_what_it_needs():
    text = one_module(ROOT / "assets" / "player" / "main.js")
    where = {path.stem: text.index(path.read_text().splitlines()[0]) for path in FILES}
    for path in FILES:
        assert text.count(path.read_text().splitlines()[0]) == 1
        for needed in re.findall(r'from "\./(\w+)\.js"', path.read_text()):
            assert where[needed] < where[path.stem]
    assert not re.search(r"^import\b", text, re.MULTILINE)
    assert re.findall(r"^export .*", text, re.MULTILINE) == ["export default mount;"]


def test_a_name_is_one_thing_in_all_files():
    names = [name for path in FILES for name in TOP.findall(path.read_text())]
    assert sorted(names) == sorted(set(names))


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_imports_are_of_the_kind_that_is_put_together(path):
    lines = [line for line in path.read_text().splitlines() if line.startswith("import")]
    for line in lines:
        assert re.fullmatch(r'import \{ [\w, ]+ \} from "\./\w+\.js";', line), line
        assert " as " not in line


def test_gradients_have_as_many_shades_as_is_said():
    ink = (ROOT / "assets" / "player" / "ink.js").read_text()
    assert re.findall(r"^const DECADES = (\d+);$", ink, re.MULTILINE) == [f"{theme.DECADES}"]


def test_the_lock_of_the_checker_names_no_host():
    assert "://" not in (ROOT / "package-lock.json").read_text()
