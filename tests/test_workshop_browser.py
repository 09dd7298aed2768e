"""The Workshop in a browser: equations as they are typed, mistakes in their place, completion."""

import pytest
from hostile_equations import HOSTILE
from test_browser import address, pictures, settled

from rnnviz.core.cells.edits import equations_of

pytestmark = pytest.mark.browser
FIELD = "Equations, one a line"
LSTM = equations_of("lstm")
HARD = ("a dunder", "a lambda", "an unknown function", "many attributes", "a huge number",
        "deep brackets", "a Cyrillic a", "a walrus", "a keyword", "markup", "nested quotients",
        "a gradient's name", "a long name")  # fmt: skip


@pytest.fixture
def tab(browser):
    context = browser.new_context(viewport={"width": 1280, "height": 900})
    yield context.new_page()
    context.close()


def opened(tab, server, link=""):
    tab.goto(f"{server}/Workshop{link}")
    settled(tab)
    return tab.get_by_label(FIELD)


def mistake(tab):
    return tab.get_by_test_id("stAlert")


def test_what_is_typed_is_drawn_and_is_the_link(tab, server):
    field = opened(tab, server)
    assert field.input_value() == LSTM
    before = pictures(tab)
    field.fill(LSTM.replace("o * tanh(c)", "o * c"))
    tab.wait_for_url("**equations=*", timeout=20_000)
    settled(tab)
    assert pictures(tab) != before
    tab.get_by_text("as many parameters").wait_for()
    assert tab.locator(".katex", has_text="softmax").count()
    link = tab.url
    other = tab.context.browser.new_context(viewport={"width": 1280, "height": 900})
    page = other.new_page()
    page.goto(link)
    settled(page)
    assert page.get_by_label(FIELD).input_value() == field.input_value()
    assert pictures(page) == pictures(tab)
    other.close()


def test_a_mistake_has_its_place_and_nothing_is_lost(tab, server):
    field = opened(tab, server)
    tab.get_by_role("button", name="Change it").click()
    tab.wait_for_url("**equations=*", timeout=20_000)
    settled(tab)
    before, link = pictures(tab), address(tab)["equations"]
    wrong = field.input_value() + "\nq = open(c)"
    field.fill(wrong)
    mistake(tab).get_by_text("got open of 1 in line 6, column 5").wait_for()
    settled(tab)
    assert tab.locator("pre mark").inner_text() == "open"
    assert field.get_attribute("aria-invalid") == "true"
    assert field.input_value() == wrong
    assert pictures(tab) == before and address(tab)["equations"] == link
    tab.get_by_role("link", name="States", exact=True).click()  # and back: it still stands there
    tab.wait_for_url("**/States?*")
    settled(tab)
    tab.get_by_role("link", name="Workshop", exact=True).click()
    tab.wait_for_url("**/Workshop?*")
    settled(tab)
    assert tab.get_by_label(FIELD).input_value() == wrong
    mistake(tab).get_by_text("got open of 1").wait_for()
    tab.get_by_label(FIELD).fill(wrong.rpartition("\n")[0])
    mistake(tab).wait_for(state="detached")
    assert address(tab)["equations"] == link


def test_hostile_texts_get_a_sentence_and_the_picture_stays(tab, server):
    field = opened(tab, server)
    before, asked = pictures(tab), []
    tab.on("dialog", lambda dialog: asked.append(dialog.message))
    for name in HARD:
        field.fill(HOSTILE[name])
        tab.wait_for_function(
            """text => document.querySelector('[data-testid="stAlert"]')?.innerText.includes('must')
                && !document.querySelector('[data-testid="stStatusWidget"]')""",
            timeout=20_000,
        )
        field.fill(LSTM)
        mistake(tab).wait_for(state="detached", timeout=20_000)
    settled(tab)
    assert pictures(tab) == before and not asked
    assert not tab.get_by_text("in the server's log").count()


def test_names_are_completed_and_inserted(tab, server):
    field = opened(tab, server)
    field.fill(LSTM.replace("tanh(c)", "soft"))
    field.press("Tab")
    assert field.input_value() == LSTM.replace("tanh(c)", "softplus()")
    field.type("c")
    tab.wait_for_url("**equations=*", timeout=20_000)
    field.press("End")
    field.type(" * ")
    tab.get_by_role("group", name="Names to insert").get_by_text("c_prev", exact=True).click()
    assert field.input_value().endswith("a = o * softplus(c) * c_prev")
    field.press("Escape")
    field.press("Tab")  # which then leaves the field
    assert tab.evaluate("document.activeElement.tagName") != "TEXTAREA"


def test_a_gate_is_struck_out_and_put_back(tab, server):
    field = opened(tab, server)
    tab.get_by_role("button", name="Change it").click()
    tab.wait_for_url("**equations=*", timeout=20_000)
    settled(tab)
    assert "f = " not in field.input_value() and "c = c_prev + i * k" in field.input_value()
    tab.get_by_role("button", name="Back to the LSTM").click()
    tab.wait_for_function("!location.search.includes('equations')")
    settled(tab)
    assert field.input_value() == LSTM
    tab.go_back()
    tab.wait_for_url("**equations=*", timeout=20_000)
    settled(tab)
    assert "f = " not in tab.get_by_label(FIELD).input_value()


def test_nobody_else_sees_it(browser, tab, server):
    field = opened(tab, server)
    field.fill(f"# mine alone\n{LSTM.replace('o * tanh(c)', 'tanh(c)').replace('o = ', 'a0 = ')}"
               .replace("a0 = sigmoid(Wo @ [a_prev, x] + bo)\n", ""))  # fmt: skip
    tab.wait_for_url("**equations=*", timeout=20_000)
    settled(tab)
    menu = tab.get_by_role("combobox", name="Cell", exact=True)
    assert menu.input_value() == "mine alone"
    other = browser.new_context(viewport={"width": 1280, "height": 900})
    page = other.new_page()
    page.goto(f"{server}/Workshop")
    settled(page)
    page.get_by_role("combobox", name="Cell", exact=True).click()
    page.get_by_role("option", name="GRU").first.wait_for()
    assert not page.get_by_role("option", name="mine alone").count()
    assert page.get_by_label(FIELD).input_value() == LSTM
    other.close()


def test_it_opens_on_the_other_pages_by_their_links(tab, server):
    opened(tab, server)
    tab.get_by_role("button", name="Change it").click()
    tab.wait_for_url("**equations=*", timeout=20_000)
    settled(tab)
    word = address(tab)["equations"]
    for name in ("Step", "States", "Gates", "Gradients", "Compare"):
        tab.get_by_role("link", name=name, exact=True).click()
        tab.wait_for_url(f"**/{name}?*")
        settled(tab)
        assert address(tab)["equations"] == word
        assert tab.get_by_role("combobox", name="Cell", exact=True).input_value() == "your cell"
        assert pictures(tab)
    assert any("your cell" in data for data in pictures(tab))


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing_beside_a_mistake(browser, server, scheme):
    from axe_playwright_python.sync_playwright import Axe

    context = browser.new_context(viewport={"width": 1280, "height": 900}, color_scheme=scheme)
    page = context.new_page()
    opened(page, server).fill("a = open(x)")
    mistake(page).wait_for()
    settled(page)
    violations = Axe().run(page).response["violations"]
    assert not [(fault["id"], fault["nodes"][0]["html"][:200]) for fault in violations]
    context.close()
