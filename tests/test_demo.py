"""A demonstration by keys: cell, seed, again, large; and a sentence a step in plain words."""

import re

import pytest
import streamlit as st
from kinds import KINDS
from players import PLAYER, address, mounted, opened, rests
from test_player_moving import SEQUENCE, UNIT

import rnnviz
from rnnviz.core.diagram import nodes
from rnnviz.export.player.telling import telling
from rnnviz.figures.notation import Notation
from rnnviz.ui import controls
from rnnviz.ui.controls.demo import hear_asked

PLACE = re.compile(r"\{(\w+):([^}]*)\}")


def asked(monkeypatch, said, **fields):
    monkeypatch.setattr(st, "session_state", {"player": {"asked": said}})
    kept = controls.store()
    kept.experiment = rnnviz.Experiment(**fields)
    hear_asked("player")
    return kept


def test_keys_name_the_menus_first_three():
    keys = {one["key"]: (one["asks"], one["label"]) for one in controls.demo_keys()}
    assert keys == {
        **{"1": ("rnn", "RNN"), "2": ("lstm", "LSTM"), "3": ("gru", "GRU")},
        "s": ("seed", "new seed"),
        "a": ("add scene", "add this scene to the link"),
    }


@pytest.mark.parametrize(
    ("said", "changed"),
    [
        ("gru", {"cell": "gru"}),
        ("seed", {"seed": 8}),
        ("lstm", {}),
        *((wrong, {}) for wrong in ("mgu", "<script>", "", None, 3, ["gru"], {"seed": 1})),
    ],
)
def test_what_is_asked_for_changes_that_alone_and_is_never_trusted(monkeypatch, said, changed):
    kept = asked(monkeypatch, said, seed=7, T_x=20)
    assert kept.experiment == rnnviz.Experiment(**{"seed": 7, "T_x": 20} | changed)
    assert kept.adopted == bool(changed)


def test_after_the_last_seed_comes_the_first(monkeypatch):
    assert asked(monkeypatch, "seed", seed=2**32 - 1).experiment.seed == 1


@pytest.mark.parametrize("cell", KINDS)
def test_every_place_of_a_sentence_is_a_node_or_a_state(cell):
    one = rnnviz.CELLS[cell]
    order = nodes(one)
    known = {node.name for node in order}
    told = telling(one, Notation(one, order))
    assert any(f"{{value:{one.remembered}}}" in clause["text"] for clause in told["brief"])
    for clause in [*told["there"], *told["brief"], *told["back"]]:
        assert clause["node"] in known
        for what, name in PLACE.findall(clause["text"]):
            assert name in (known if what in ("value", "share") else {*one.states, ""})


def two(value):
    """A number of ordinary size, to two digits."""
    return f"{float(f'{value:.1e}'):g}".replace("-", "−")


def in_words(gate):
    """How much a gate lets through."""
    for most, words in ((0.1, "almost nothing"), (0.35, "little"), (0.65, "about half")):
        if gate <= most:
            return words
    return "most" if gate <= 0.9 else "almost all"


@pytest.mark.browser
def test_the_sentence_tells_the_steps_numbers(browser):
    run, T = rnnviz.run(rnnviz.Experiment(cell="lstm", n_a=4, T_x=12, m=3)), 6
    with mounted(browser, PLAYER, run, (UNIT, SEQUENCE, T)) as page:
        told = page.locator(".player .told")
        assert told.is_hidden()
        page.get_by_role("button", name="Keys", exact=True).click()
        at = (UNIT, SEQUENCE, T)
        f, i, k, o = (run.trace.gates[g][at] for g in ("forget", "input", "candidate", "output"))
        c, before = (run.trace.states["c"][UNIT, SEQUENCE, t] for t in (T, T - 1))
        y = run.trace.y[:, SEQUENCE, T]
        assert told.inner_text() == (
            f"At t = {T + 1}, unit {UNIT + 1}: "
            f"forget {two(f)}: {in_words(f)} of the old memory is kept; "
            f"input {two(i)}: {in_words(i)} of the candidate {two(k)} is written; "
            f"output {two(o)}: {in_words(o)} of the memory is shown; "
            f"the memory c goes from {two(before)} to {two(c)}; "
            f"class {y.argmax() + 1} is likeliest, {100 * y.max():.0f} %."
        )
        page.get_by_role("button", name="R again").click()
        page.wait_for_function("document.querySelector('.told').textContent.includes('t = 2')")


@pytest.mark.browser
def test_a_key_changes_cell_and_seed_but_not_while_somebody_types(browser, server):
    with opened(browser, server, t="5", projector="1") as page:
        page.keyboard.press("3")
        page.wait_for_url("**cell=gru*")
        rests(page)
        page.keyboard.press("s")
        page.wait_for_url("**seed=2*")
        rests(page)
        assert page.locator('.player .node[data-name="reset"]').count() == 1
        assert address(page)["t"] == "5"
        page.keyboard.press("l")
        assert page.locator(".player .tape").is_hidden()
        page.keyboard.press("l")
        assert page.locator(".player .tape").is_visible()
        line = page.get_by_role("group", name="Keys of a demonstration")
        assert line.get_by_role("button").count() == 7  # open on a projector
        page.keyboard.press("?")
        assert line.count() == 0
    with opened(browser, server, cell="lstm") as page:
        page.get_by_role("spinbutton", name="Seed", exact=True).fill("3")
        page.keyboard.press("1")
        page.keyboard.press("Enter")
        page.wait_for_url("**seed=31*")
        assert address(page)["cell"] == "lstm"
