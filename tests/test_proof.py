"""Every picture says what it was checked against; on every page all of it agrees."""

import inspect
import pkgutil
from importlib import import_module

import plotly.graph_objects as go
import pytest
from test_browser import settled
from test_pages import PAGES, RUNNERS, charts, open_page

import rnnviz
from rnnviz import figures
from rnnviz.core.checks import Check, Unchecked
from rnnviz.lessons import LESSONS
from rnnviz.ui import cache
from rnnviz.ui.pictured import pictured, proved
from rnnviz.ui.proof import CHECKS, LABEL, READ, UNCHECKED, heading, row


def pictures():
    """The names of all functions of rnnviz.figures that draw."""
    modules = [
        import_module(f"rnnviz.figures.{m.name}") for m in pkgutil.iter_modules(figures.__path__)
    ]
    return {
        f"{module.__name__.rsplit('.', 1)[-1]}-{name}"
        for module in modules
        for name, function in inspect.getmembers(module, inspect.isfunction)
        if function.__module__ == module.__name__ and not name.startswith("_")
        and inspect.signature(function).return_annotation is go.Figure
        and "mode" in inspect.signature(function).parameters
    }  # fmt: skip


def opened(page, **link):
    """A page with all its proofs open, and the tables that stand in them."""
    app = open_page(page, **link)
    app.session_state["drawer Where each model errs"] = True
    app.run()
    keys = [box.proto.id.split("-", 2)[-1] for box in app.expander if box.label == LABEL]
    for key in keys:
        app.session_state[key] = True
    app.run()
    assert not app.exception
    tables = [frame.value for frame in app.dataframe if "verdict" in frame.value]
    assert len(tables) == len(keys)
    return app, keys, tables


def players(app):
    sent = [component.proto for component in app.get("bidi_component")]
    return [proto for proto in sent if proto.component_name == "rnnviz_player"]


def test_every_picture_has_checks_or_a_reason_to_have_none():
    assert pictures() | {"player"} == {*CHECKS, *READ, *UNCHECKED}
    assert not {*CHECKS, *READ} & set(UNCHECKED)


def test_checks_take_what_their_picture_takes():
    for name, checks in CHECKS.items():
        module, _, function = name.partition("-")
        if module == "reviews" or name in ("compare-band", "player"):
            continue  # the page gives them more than the picture, or it is no figure
        drawn = inspect.signature(getattr(getattr(figures, module), function)).parameters
        taken = inspect.signature(checks).parameters
        assert list(taken)[: len(drawn) - 1] == [p for p in drawn if p != "mode"], name


@pytest.mark.parametrize("page", RUNNERS)
@pytest.mark.parametrize("cell", rnnviz.CELLS)
def test_every_page_shows_only_what_agrees(page, cell):
    app, keys, tables = opened(page, cell=cell, T_x="12", loss="cross_entropy_every", lag="4")
    assert len(keys) == len(charts(app)) + len(players(app)) == len(set(keys))
    for table in tables:
        assert (table["verdict"] == "✓ agrees").all()
    heads = [text.value for text in app.markdown if "Checked:" in text.value]
    assert len(heads) == len(keys)
    assert all(f"{len(t)} of {len(t)}" in head for t, head in zip(tables, heads, strict=True))


@pytest.mark.parametrize("page", [page for page in PAGES if page not in RUNNERS])
def test_the_reading_pages_show_only_what_agrees(page):
    app, keys, tables = opened(page)
    assert len(keys) == len(charts(app)) == len(set(keys))
    assert all((table["verdict"] == "✓ agrees").all() for table in tables)


@pytest.mark.parametrize("lesson", LESSONS.values(), ids=LESSONS)
def test_every_lessons_picture_agrees(lesson):
    figure, arguments, options = pictured(lesson, lesson.own)
    name = f"{figure.__module__.rsplit('.', 1)[-1]}-{figure.__name__}"
    given = proved(lesson, lesson.own, arguments)
    found = CHECKS[name](*given) if given else CHECKS[name](*arguments, **options)
    assert all(one.passed for one in found if isinstance(one, Check))
    assert any(isinstance(one, Check) for one in found)


def test_nothing_is_checked_until_a_drawer_is_opened(monkeypatch):
    called = []
    monkeypatch.setattr(cache, "checks", lambda *a, **k: called.append(a) or ())
    app = open_page("pages/2_States.py", n_a="3", seed="77")
    assert not called
    app.session_state["proof states-saturation"] = True
    app.run()
    assert [name for name, *_ in called] == ["states-saturation"]


def test_a_verdict_is_a_word_and_a_mark():
    good, bad = Check("a", 1.0, 1.0, 0.0, 0.0, "b"), Check("a", 1.0, 2.0, 1.0, 0.5, "b")
    words = [row(one)["verdict"] for one in (good, bad, Unchecked("a", "it exploded"))]
    assert words == ["✓ agrees", "✗ disagrees", "– not checked"]
    head = heading((good, bad, Unchecked("a", "it exploded")))
    assert head.startswith("**Checked: 1 of 2**") and "1 could not be checked" in head


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
    assert "Checked: 18 of 18" in page.get_by_test_id("stMain").inner_text()
    settled(page)
    found = Axe().run(page).response["violations"]
    assert not [(fault["id"], fault["nodes"][0]["html"][:200]) for fault in found]
    context.close()
