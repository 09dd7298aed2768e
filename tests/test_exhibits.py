"""Every picture is a record: it draws its subject's own numbers, and says what they agree with."""

import inspect
import pkgutil
from dataclasses import replace
from importlib import import_module
from itertools import pairwise

import numpy as np
import plotly.graph_objects as go
import pytest
from kinds import KINDS
from proofs import showings
from test_browser import settled
from test_pages import PAGES, RUNNERS, charts, open_page, proof_tables

import rnnviz
from rnnviz import figures
from rnnviz.core.checks import Check, Unchecked
from rnnviz.core.training import Training
from rnnviz.exhibits import Exhibit, base, every, marks
from rnnviz.exhibits.as_drawn import as_drawn
from rnnviz.figures import theme
from rnnviz.lessons import LESSONS
from rnnviz.ui import cache, show
from rnnviz.ui.checks_drawer import LABEL, heading, row
from rnnviz.ui.lessons import shown

# No two numbers alike, no choice the first, and a loss at every step.
WILD = {"T_x": 11, "m": 4, "n_a": 5, "n_x": 3, "n_y": 4, "loss": "cross_entropy_every", "seed": 9}
MODES = [pytest.param(m, marks=[pytest.mark.slow] * (m != "light")) for m in theme.MODES]


def pictures():
    """The names of all functions of rnnviz.figures that draw a page's pictures; those of a training
    are of no page."""
    names = {m.name for m in pkgutil.iter_modules(figures.__path__)}
    modules = [import_module(f"rnnviz.figures.{name}") for name in names]
    return {
        f"{module.__name__.rsplit('.', 1)[-1]}-{name}"
        for module in modules
        for name, function in inspect.getmembers(module, inspect.isfunction)
        if function.__module__ == module.__name__ and not name.startswith("_")
        and inspect.signature(function).return_annotation is go.Figure
        and "mode" in (parameters := inspect.signature(function).parameters)
        and not any(one.annotation is Training for one in parameters.values())
    }  # fmt: skip


def drawn_marks(showing):
    """Those of a picture's marks that are numbers, not lines or notes beside them."""
    return [one for one in showing.marks() if isinstance(one, marks.Mark)]


def opened(page, **link):
    """A page with the checks of all its pictures open, and the tables that stand in them."""
    app = open_page(page, **link)
    app.session_state["drawer Errors"] = True
    app.run()
    keys = [box.proto.id.split("-", 2)[-1] for box in app.expander if box.label == LABEL]
    for key in keys:
        app.session_state[key] = True
    app.run()
    assert not app.exception
    tables = proof_tables(app)
    assert len(tables) == len(keys)
    return app, keys, tables


def players(app):
    sent = [component.proto for component in app.get("bidi_component")]
    return [proto for proto in sent if proto.component_name == "rnnviz_player"]


def test_every_figure_has_its_record():
    assert pictures() <= {one.name for one in every()}
    pages = {path.rsplit("_", 1)[-1].removesuffix(".py") for path in PAGES}
    assert {one.page for one in every()} <= pages


def test_pictures_share_rows_in_their_order():
    for page in {one.page for one in every()}:
        pictures = [one for one in every() if one.page == page]
        rows = [*show._rows(pictures)]
        assert [one for row in rows for one in row] == pictures
        assert all(sum(one.share for one in row) <= 1 for row in rows)
        assert all(sum(one.share for one in row) + after[0].share > 1
                   for row, after in pairwise(rows))  # fmt: skip


def test_a_figures_choices_are_those_of_its_record():
    """Marks, checks and sentences cannot follow a choice that the figure does not know."""
    for one in (one for one in every() if one.of is not None):
        drawn = {*inspect.signature(one.figure).parameters} - {"mode"}
        computed = {*inspect.signature(one.compute).parameters}
        for told in (one.marks, one.checks, one.caption, one.table):
            taken = [*inspect.signature(told).parameters.items()] if told else []
            chosen = {name for name, p in taken if p.default is not inspect.Parameter.empty}
            assert chosen <= drawn | computed, (one.name, told)


@pytest.mark.parametrize("cell", KINDS)
@pytest.mark.parametrize("mode", MODES)
def test_every_picture_draws_its_subjects_numbers(cell, mode):
    for name, one in showings(rnnviz.Experiment(cell=cell, **WILD)).items():
        drawn = as_drawn(one.draw(mode), one.marks(), mode)
        assert drawn and all(check.passed for check in drawn), (name, drawn)
        assert sum(mark.values.size for mark in drawn_marks(one)), name


@pytest.mark.slow
@pytest.mark.parametrize("cell", KINDS)
@pytest.mark.parametrize("choice", ["t", "sequence", "unit", "units", "lag", "seeds", "clip"])
def test_a_picture_follows_every_choice_that_it_takes(cell, choice):
    """A figure of the first sequence, whichever is asked for, is no figure of this one's marks."""
    other = {"t": 2, "sequence": 1, "unit": 1, "units": [0, 4], "lag": 2, "seeds": 4, "clip": 1e-3}
    experiment, derived = rnnviz.Experiment(cell=cell, **WILD), rnnviz.CELLS[cell].derived
    still = {}  # Jacobians of parameters alone are every sequence's; a gradient that goes nowhere
    still |= {"sequence": ["gradients-singular_values"]} if derived.steady else {}
    still |= {"lag": ["gradients-itemised"]} if derived.only_shown else {}
    before, after = (showings(experiment, **c) for c in ({}, {choice: other[choice]}))
    for name, one in after.items():
        exhibit, taken = one.exhibit, inspect.signature(one.exhibit.figure).parameters
        follows = choice in taken or choice in inspect.signature(exhibit.compute).parameters
        if not follows or choice not in one.choices:
            continue
        same = before[name].draw().to_json() == one.draw().to_json()
        if name in still.get(choice, ()):
            assert same, name
            continue
        assert not same, name
        assert not all(c.passed for c in as_drawn(before[name].draw(), one.marks(), "light")), name


@pytest.mark.slow
@pytest.mark.parametrize("cell", KINDS)
def test_every_table_holds_what_is_drawn(cell):
    """Each number of a picture stands in its table, to the last bit that is drawn."""
    for name, one in showings(rnnviz.Experiment(cell=cell, **WILD)).items():
        table = one.table()
        columns = [
            np.asarray(c, float) for c in table.values() if np.asarray(c).dtype.kind in "fiu"
        ]
        numbers = np.concatenate([c.ravel() for c in columns])
        numbers = numbers[np.isfinite(numbers)]
        for mark in drawn_marks(one):
            if name == "compare-states" or mark.hover is not None or mark.digits is not None:
                continue  # its table is of the norms; the exact number beside a rounded one
            wanted = mark.values[np.isfinite(mark.values)]
            gaps = np.abs(numbers[:, None] - wanted.ravel()).min(axis=0)
            assert (gaps <= np.abs(wanted.ravel()) * np.finfo(np.float32).eps).all(), name


@pytest.mark.slow
@pytest.mark.parametrize("page", RUNNERS)
@pytest.mark.parametrize("cell", KINDS)
def test_every_page_shows_only_what_agrees(page, cell):
    app, keys, tables = opened(page, cell=cell, T_x="12", loss="cross_entropy_every", lag="4")
    assert len(keys) == len(charts(app)) + len(players(app)) == len(set(keys))
    for table in tables:
        assert (table["verdict"] == "✓ agrees").all()
    heads = [text.value for text in app.markdown if "Checked:" in text.value]
    assert len(heads) == len(keys)
    assert all(f"{len(t)} of {len(t)}" in head for t, head in zip(tables, heads, strict=True))


@pytest.mark.slow
@pytest.mark.parametrize("page", [page for page in PAGES if page not in RUNNERS])
def test_the_reading_pages_show_only_what_agrees(page):
    app, keys, tables = opened(page)
    assert len(keys) == len(charts(app)) == len(set(keys))
    told = [verdict for table in tables for verdict in table["verdict"]]
    assert {*told} <= {"✓ agrees", "– not checked"} and told.count("✓ agrees") > len(told) - 2


@pytest.mark.slow
@pytest.mark.parametrize("lesson", LESSONS.values(), ids=LESSONS)
def test_every_lessons_picture_agrees(lesson):
    exhibit, subject, choices = shown(lesson, lesson.own)
    verdicts = exhibit.show(subject, **choices).checks()
    assert all(one.passed for one in verdicts if isinstance(one, Check))
    assert any(isinstance(one, Check) for one in verdicts)


def test_nothing_is_checked_until_a_drawer_is_opened(monkeypatch):
    called = []
    monkeypatch.setattr(cache, "checks", lambda one, mode: called.append(one.name) or ())
    app = open_page("pages/2_States.py", n_a="3", seed="77")
    assert not called
    app.session_state["checks states-saturation"] = True
    app.run()
    assert called == ["states-saturation"]


@pytest.fixture
def another():
    """A picture of another file, on the States page."""

    def rising(run, *, mode="light"):
        return go.Figure({"data": [{"type": "scatter", "x": [1, 2], "y": [1.0, 2.0]}]})

    rising.__module__ = "rnnviz.exhibits.another"
    record = base.register(
        Exhibit("States", 23, rising, lambda run: [marks.line([1.0, 2.0], [1, 2])], lambda run: [])
    )
    yield record
    base._registry.remove(record)


def test_a_name_is_given_once(another):
    with pytest.raises(TypeError, match="States has an exhibit another-rising already"):
        base.register(replace(another))


def test_a_verdict_is_a_word_and_a_mark():
    good, bad = Check("a", 1.0, 1.0, 0.0, 0.0, "b"), Check("a", 1.0, 2.0, 1.0, 0.5, "b")
    words = [row(one)["verdict"] for one in (good, bad, Unchecked("a", "it exploded"))]
    assert words == ["✓ agrees", "✗ disagrees", "– not checked"]
    head = heading((good, bad, Unchecked("a", "it exploded")))
    assert head.startswith("**Checked: 1 of 2**") and "1 could not be checked" in head


@pytest.mark.slow
def test_an_exploded_run_is_not_called_wrong():
    _, _, tables = opened(
        "pages/4_Gradients.py", cell="rnn", activation="relu", gain="100", T_x="200"
    )
    verdicts = {verdict for table in tables for verdict in table["verdict"]}
    assert "– not checked" in verdicts and "✗ disagrees" not in verdicts


@pytest.mark.browser
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_a_drawer_opens_in_the_browser_and_axe_finds_nothing(browser, server, scheme):
    from axe_playwright_python.sync_playwright import Axe

    context = browser.new_context(viewport={"width": 1280, "height": 900}, color_scheme=scheme)
    page = context.new_page()
    page.goto(f"{server}/Gradients")
    settled(page)
    drawer = page.locator("summary", has_text=LABEL).first
    drawer.focus()
    drawer.press("Enter")
    page.get_by_text("agree within their tolerance").wait_for(timeout=20_000)
    assert "Checked: 21 of 21" in page.get_by_test_id("stMain").inner_text()
    settled(page)
    violations = Axe().run(page).response["violations"]
    assert not [(fault["id"], fault["nodes"][0]["html"][:200]) for fault in violations]
    context.close()
