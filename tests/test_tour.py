"""The first two minutes: five screens of a run's numbers, shown once, skipped, shown again."""

import re

import pytest
from kinds import KINDS
from players import step
from test_demo import two
from test_message import read

import rnnviz
from rnnviz.core.diagram import nodes
from rnnviz.export.player.message import message

PLACE = re.compile(r"\{(\w+):([^}]*)\}")
SHOWN = ".player .tour:popover-open"


def screens(run, plays=True):
    head, _ = read(message([run], 0, 0, 0, "forward", False, plays))
    return head["tour"]


@pytest.mark.parametrize("size", [{}, {"T_x": 1, "n_x": 1, "n_a": 1}])
@pytest.mark.parametrize("cell", KINDS)
def test_five_screens_of_what_the_cell_has(cell, size):
    one = rnnviz.Experiment(cell=cell, m=1, **{"T_x": 9, "n_a": 4} | size)
    run = rnnviz.run(one)
    every = screens(run)
    names = {node.name for node in nodes(run.cell)}
    assert len(every) == 5 and [screen["backward"] for screen in every] == [False] * 4 + [True]
    for screen in every:
        assert screen["node"] in names and 0 <= screen["t"] < one.T_x
        assert screen["title"] and screen["text"].endswith((".", "?"))
        for what, name in PLACE.findall(screen["text"]):
            assert name in {"value": names, "share": names, "unit": {""}}.get(what, run.cell.states)
    assert every[-1]["t"] == one.T_x - 1
    gate = any(g.range[0] == 0 for g in run.cell.shown_gates)
    assert (every[3]["title"] == "What a gate does") is (gate and every[3]["node"] in names)


def test_only_a_player_that_plays_by_itself_has_it():
    assert screens(rnnviz.run(rnnviz.Experiment(T_x=5)), plays=False) == []


@pytest.mark.browser
def test_it_drives_the_player_is_never_shown_twice_and_comes_again_by_a_link(browser, server):
    context = browser.new_context(viewport={"width": 1280, "height": 900})
    page = context.new_page()
    link = f"{server}/?v=2&n_a=4&T_x=12&m=3"
    page.goto(link)
    page.wait_for_selector(SHOWN, timeout=60_000)
    tour = page.locator(SHOWN)
    run = rnnviz.run(rnnviz.Experiment(n_a=4, T_x=12, m=3))
    value = {"a": run.trace.states["a"], "c": run.trace.states["c"], **run.trace.gates}
    after = page.get_by_role("button", name="Next", exact=True)
    assert "1 of 5" in tour.inner_text() and step(page) == 3
    for name in ("a", "c", "forget"):
        after.click()
        assert two(value[name][0, 0, 2]) in tour.inner_text()
        assert page.locator(f'.player .node.looked[data-name="{name}"]').count() == 1
    after.click()
    assert step(page) == 12
    backward = page.get_by_role("button", name="Backward", exact=True)
    assert backward.get_attribute("aria-pressed") == "true"
    norm = run.gradients.sequence_norms["c"][0, 11]
    assert f"its norm is {two(norm)};" in tour.inner_text()
    page.get_by_role("button", name="Done", exact=True).click()
    assert tour.count() == 0
    page.goto(link)
    page.wait_for_selector(".player .node", timeout=60_000)
    page.wait_for_function("!document.querySelector('[data-stale=\"true\"]')")
    page.wait_for_timeout(500)
    assert tour.count() == 0
    page.goto(f"{link}&tour=1")
    page.wait_for_selector(SHOWN, timeout=60_000)
    page.keyboard.press("Escape")
    assert tour.count() == 0
    page.get_by_role("button", name="Tour", exact=True).click()
    assert "1 of 5" in tour.inner_text()
    page.get_by_role("button", name="Skip", exact=True).click()
    assert tour.count() == 0
    context.close()
