"""What is shown anywhere has its term: of every cell, picture, row, node, control; and says it."""

import re

import pytest
from kinds import KINDS
from players import PLAYER, look_at, mounted
from test_pages import PAGES, RUNNERS, open_page

import rnnviz
from rnnviz.core import glossary
from rnnviz.core.cells import CELLS
from rnnviz.core.diagram import nodes
from rnnviz.core.glossary import GLOSSARY
from rnnviz.core.settings import SETTINGS
from rnnviz.exhibits import of_run
from rnnviz.exhibits.base import every
from rnnviz.export.player.panels import panels
from rnnviz.export.player.terms import of_node, of_row, terms
from rnnviz.lessons import LESSONS
from rnnviz.ui.chart import axis_titles

WHOLE = re.compile(r"[A-Z].*\.")
PARTS = ("selectbox", "slider", "number_input", "text_area", "toggle", "multiselect", "radio")


@pytest.mark.parametrize("one", GLOSSARY.values(), ids=lambda one: one.key)
def test_a_term_is_one_sentence_with_a_lesson_that_there_is(one):
    assert WHOLE.fullmatch(one.sentence) and ". " not in one.sentence
    assert not one.lesson or one.lesson in LESSONS
    for written in (one.symbol, one.formula):
        assert "\\" not in glossary.plain(written) and written.count("{") == written.count("}")


@pytest.mark.parametrize("cell", CELLS)
def test_all_that_a_cell_shows_in_the_player_has_a_term_of_its_own(cell):
    run = rnnviz.run(rnnviz.Experiment(cell=cell, n_a=2, T_x=2, m=1))
    shown = CELLS[cell]
    named = {f"state-{name}" for name in shown.states}
    named |= {f"gate-{gate.name}" for gate in shown.shown_gates}
    named |= {of_node(shown, node) for node in nodes(shown) if node.kind != "join"}
    for group in panels([run.cell], 0) + panels([run.cell, run.cell], 0):
        named |= {of_row(row["kind"], row.get("name", "")) for row in group}
        assert {row["term"] for row in group} <= terms([run.cell]).keys()
    assert named <= GLOSSARY.keys() & terms([run.cell]).keys()


def test_every_setting_has_a_term():
    assert SETTINGS.keys() <= GLOSSARY.keys()


@pytest.mark.slow
@pytest.mark.parametrize("cell", KINDS)
def test_every_axis_has_a_term(cell):
    run = rnnviz.run(rnnviz.Experiment(cell=cell, n_a=3, T_x=8, m=2))
    titles = {t for showing in of_run(run).values() for t in axis_titles(showing.draw())}
    assert titles and not {title for title in titles if glossary.of_axis(title) is None}


def test_what_an_axis_is_called_is_not_guessed_at():
    assert glossary.of_axis("something else") is None
    assert glossary.of_axis("norm of dL/dc").key == "norm"
    assert glossary.of_axis("c").key == "state-c"


@pytest.mark.parametrize("page", PAGES)
def test_every_control_of_a_side_panel_explains_itself(page):
    app = open_page(page)
    shown = [widget for kind in PARTS for widget in app.sidebar.get(kind)]
    assert shown or page not in RUNNERS
    said = {glossary.told(key) for key in GLOSSARY}
    assert [widget.label for widget in shown if widget.help not in said] == []


@pytest.mark.parametrize("page", RUNNERS)
def test_every_choice_of_a_page_explains_itself(page):
    app = open_page(page)
    keyed = [w for kind in PARTS for w in app.main.get(kind) if str(w.key).startswith("choice_")]
    assert keyed  # the projector's, at least
    said = {glossary.told(key) for key in GLOSSARY}
    assert [widget.label for widget in keyed if widget.help not in said] == []


@pytest.mark.parametrize("page", PAGES)
def test_every_part_of_the_foot_explains_itself(page):
    app = open_page(page)
    parts = [button for button in app.main.button if str(button.key).startswith("open ")]
    said = {glossary.told(key) for key in GLOSSARY}
    assert [part.label for part in parts if part.help not in said] == []


def test_the_page_lists_all_and_begins_with_the_one_that_its_link_names():
    app = open_page("pages/8_Glossary.py", term="gate-forget")
    text = [one.value for one in app.markdown]
    assert all(any(one.sentence in part for part in text) for one in GLOSSARY.values())
    assert GLOSSARY["gate-forget"].sentence in text[0] and GLOSSARY["seed"].sentence not in text[0]
    assert not open_page("pages/8_Glossary.py", term="<script>").exception


@pytest.mark.browser
def test_a_click_on_a_sign_or_a_row_opens_its_card(browser):
    run = rnnviz.run(rnnviz.Experiment(cell="lstm", n_a=4, T_x=12, m=3))
    with mounted(browser, PLAYER, run, (1, 0, 3)) as page:
        card = page.locator(".player .card")
        assert card.is_hidden()
        letters, _ = look_at(page, "forget")
        page.locator('.player .node[data-name="forget"]').click()
        said = card.inner_text()
        assert GLOSSARY["gate-forget"].sentence in said and letters.partition(": ")[2] in said
        assert card.get_by_role("link", name="Lesson").get_attribute("href") == (
            "Lessons?lesson=forget"
        )
        page.keyboard.press("Escape")
        assert card.is_hidden()
        tape = page.locator(".player .tape").bounding_box()
        panels = "document.querySelector('.player').player.tape.panels"
        rows = page.evaluate(f"{panels}.map((p) => [p.term, p.y + p.height / 2])")
        for term, y in rows:
            page.mouse.click(tape["x"] + 40, tape["y"] + y)
            assert GLOSSARY[term].sentence in card.inner_text()
            page.keyboard.press("Escape")
        page.get_by_role("button", name="Symbols").click()
        assert card.locator("details").count() == len(terms([run.cell]))
        card.locator("summary").first.click()
        assert GLOSSARY["x"].sentence in card.inner_text()


@pytest.mark.browser
def test_words_along_an_axis_open_their_card_by_touch(browser, server):
    touch = {"viewport": {"width": 480, "height": 900}, "has_touch": True}
    page = browser.new_context(**touch).new_page()
    page.goto(f"{server}/States?v=2&n_a=4&T_x=12")
    title = page.locator(".infolayer text[role='button']").last
    title.wait_for(timeout=30_000)
    title.scroll_into_view_if_needed()
    title.tap()
    card = page.locator(".card:popover-open")
    assert glossary.of_axis(title.text_content()).sentence in card.inner_text()
    box = card.bounding_box()
    assert box["x"] >= 0 and box["x"] + box["width"] <= 480
    page.context.close()


def test_every_record_is_looked_at():
    given = [{}, {"cell": "rnn"}]
    given += [{"weights": word} for word in ("run-rnn", "task-flipfloprnn", "task-bias0s1")]
    runs = [rnnviz.run(rnnviz.Experiment(**fields)) for fields in given]
    drawn = {one.exhibit for run in runs for one in of_run(run, asked=True).values()}
    assert {one for one in every() if one.of is not None and one.page != "Workshop"} <= drawn
