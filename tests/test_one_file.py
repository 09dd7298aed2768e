"""A page is one file and a picture is one file: two files more in a copy of the project.

The laws that hold of them are the copy's own tests, none of which knows of them.
"""

import shutil
import subprocess
import sys

import pytest
from conftest import ROOT

pytestmark = pytest.mark.slow
PAGE = '''"""Peaks: when is each unit at its highest?"""

from rnnviz import ui

ui.page("Peaks")
run = ui.run(ui.experiment())
sequence = ui.sequence(run)
ui.overflow_warning(run)
ui.exhibits("Peaks", run, sequence=sequence)
ui.table()
ui.download_pictures(run)
ui.python(run.experiment)
'''
PICTURE = '''"""Peaks: when is each unit at its highest?"""

import plotly.graph_objects as go

from rnnviz.core.checks import forward
from rnnviz.core.types import Pass
from rnnviz.exhibits.base import Exhibit, register
from rnnviz.exhibits.marks import broken, line, on, steps
from rnnviz.figures import parts, theme
from rnnviz.figures.figure_builder import FigureBuilder


def peaks(run: Pass, sequence: int = 0, *, mode="light") -> go.Figure:
    """The highest value of every unit of a."""
    builder, units = FigureBuilder(mode), steps(run.trace.n_a)
    tops = run.trace.states["a"][:, sequence, : parts.drawn_steps(run)].max(axis=1)
    style = theme.line("a", mode)
    builder.add(parts.line(units, tops, "top", style, "top of unit "))
    builder.x("unit")
    builder.y("highest a")
    parts.note_broken(builder, run)
    return builder.finish("How high each unit goes", 400, f"The highest is {tops.max():.3g}.")


def marks(run, sequence=0):
    end = parts.drawn_steps(run)
    a = run.trace.states["a"][:, sequence, :end]
    tops = line([max(unit) for unit in a], steps(len(a)), "a", name="top")
    return [*on(("unit", "highest a"), tops), *broken(run)]


register(
    Exhibit(
        page="Peaks",
        place=80,
        figure=peaks,
        marks=marks,
        checks=lambda run, sequence=0: forward.some(run, sequence, ["states"]),
        caption=lambda run, sequence=0: f"Of sequence {sequence + 1}.",
    )
)
'''
THERE = """
from test_pages import charts, decoded, open_page, proof_tables

import numpy as np
import rnnviz
from rnnviz.__main__ import main
from rnnviz.exhibits import of_run
from rnnviz.sitemap import pages


def test_the_page_is_in_the_navigation_and_opens():
    assert pages()["Peaks"] == ("pages/8_Peaks.py", "When is each unit at its highest?")
    home = open_page("app.py")
    assert any("Peaks" in link.label for link in home.get("page_link"))
    app = open_page("pages/8_Peaks.py", v="2", cell="gru", sequence="3")
    assert not app.exception and not app.error
    assert app.header[0].value == "When is each unit at its highest?"
    assert "Of sequence 3." in [text.value for text in app.markdown]
    run = rnnviz.run(rnnviz.Experiment(cell="gru"))
    (fig,) = charts(app)
    assert np.allclose(decoded(fig["data"][0]["y"]), run.trace.states["a"][:, 2].max(axis=1))


def test_its_table_its_checks_and_its_lines_are_there():
    app = open_page("pages/8_Peaks.py", v="2", n_a="4")
    for drawer in ("drawer Numbers", "drawer Python", "checks peaks-peaks"):
        app.session_state[drawer] = True
    app.run()
    assert not app.exception
    assert any("top: highest a" in frame.value for frame in app.dataframe)
    tables = proof_tables(app)
    assert tables and (tables[0]["verdict"] == "✓ agrees").all()
    names = {}
    exec(app.code[0].value.removesuffix("fig.show()"), names)
    assert names["fig"].layout.title.text == "How high each unit goes"


def test_it_is_exported(tmp_path):
    assert "peaks-peaks" in of_run(rnnviz.run(rnnviz.Experiment()))
    words = ["--figures", "peaks-peaks", "--format", "html", "--out", str(tmp_path)]
    assert main(["export", *words]) == 0
    assert main(["export", "--pages", "peaks", "--format", "html", "--out", str(tmp_path)]) == 0
    assert "How high each unit goes" in (tmp_path / "peaks-peaks.html").read_text()
"""
LAWS = [
    "tests/test_there.py",
    "tests/test_layers.py",
    "tests/test_sentences.py::test_what_is_told_is_the_runs",
    "tests/test_exhibits.py::test_every_figure_has_its_record",
    "tests/test_exhibits.py::test_a_figures_choices_are_those_of_its_record",
    "tests/test_exhibits.py::test_every_picture_draws_its_subjects_numbers",
    "tests/test_exhibits.py::test_a_picture_follows_every_choice_that_it_takes",
    "tests/test_exhibits.py::test_every_table_holds_what_is_drawn",
]
OF_IT = (
    "(there or layer or arrow or room or record or draws or table or wild or follows) and not gru"
)


@pytest.fixture
def copied(tmp_path):
    """The project in another folder, with two files more."""
    for name in ("rnnviz", "pages", "assets", "tests"):
        leave = shutil.ignore_patterns("__pycache__", "pretrained")
        shutil.copytree(ROOT / name, tmp_path / name, ignore=leave)
    for name in ("app.py", "pyproject.toml"):
        shutil.copy(ROOT / name, tmp_path)
    trained = "rnnviz/sentiment/pretrained"
    (tmp_path / trained).symlink_to(ROOT / trained)
    (tmp_path / "pages" / "8_Peaks.py").write_text(PAGE)
    (tmp_path / "rnnviz" / "exhibits" / "peaks.py").write_text(PICTURE)
    (tmp_path / "tests" / "test_there.py").write_text(THERE)
    return tmp_path


def run_laws(folder, *laws):
    command = [sys.executable, "-m", "pytest", "-q", "-x", "-p", "no:cacheprovider", "-k", OF_IT]
    return subprocess.run([*command, *laws], cwd=folder, capture_output=True, text=True)


def test_a_page_and_a_picture_are_a_file_each(copied):
    done = run_laws(copied, *LAWS)
    assert done.returncode == 0, done.stdout[-4000:]


@pytest.mark.parametrize(
    ("right", "wrong"),
    [("[:, sequence, : parts", "[:, 0, : parts"), ('theme.line("a"', 'theme.line("c"')],
)
def test_a_mistake_in_it_is_noticed_by_the_laws_that_were_there(copied, right, wrong):
    path = copied / "rnnviz" / "exhibits" / "peaks.py"
    assert right in PICTURE
    path.write_text(PICTURE.replace(right, wrong))
    done = run_laws(copied, "tests/test_exhibits.py::test_every_picture_draws_its_subjects_numbers")
    assert done.returncode == 1 and "peaks-peaks" in done.stdout, done.stdout[-4000:]
