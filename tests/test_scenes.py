"""A chosen sequence of scenes is a link, which the keys play."""

import pytest
import streamlit as st
from players import address, opened, rests, step

import rnnviz
from rnnviz.core.cells import CELLS
from rnnviz.core.settings import SETTINGS
from rnnviz.ui import controls
from rnnviz.ui.controls.demo import hear_asked
from rnnviz.ui.controls.scenes import ADD, BEFORE, MOST_SCENES, NEXT, Scene, scenes

LINK = "rnn.7.3.f~lstm.1.9.b"


@pytest.fixture
def kept(monkeypatch):
    monkeypatch.setattr(st, "session_state", {"player": {}})
    return controls.store()


def press(asked):
    st.session_state["player"] = {"asked": asked}
    hear_asked("player")


@pytest.mark.parametrize("cell", CELLS)
def test_a_scene_is_read_as_it_was_written(cell):
    every = [Scene(cell, 2**32 - 1, 5000, "backward"), Scene(cell, 0, 1, "forward")]
    assert scenes("~".join(one.word for one in every)) == every


@pytest.mark.parametrize(
    "part",
    ["", "lstm", "lstm.1.7", "lstm.1.7.x", "zzz.1.7.f", "lstm.-1.7.f", "lstm.1.0.f", "lstm.².7.f",
     f"lstm.{SETTINGS['seed'].bounds[1] + 1}.7.f", "lstm.1.5001.f", "lstm.1.7.f.1", "<b>.1.7.f"],
)  # fmt: skip
def test_what_is_no_scene_is_left_out(part):
    assert scenes(f"{part}~{LINK}") == scenes(LINK)
    assert len(scenes("~".join([LINK] * 50))) <= MOST_SCENES


def test_keys_walk_through_them_and_round(kept):
    kept.view = {"scenes": LINK}
    seen = []
    for asked in (NEXT, NEXT, NEXT, BEFORE):
        press(asked)
        one = kept.experiment
        seen.append((one.cell, one.seed, kept.view["t"], kept.view["direction"]))
        assert kept.adopted
    rnn, lstm = ("rnn", 7, "3", "forward"), ("lstm", 1, "9", "backward")
    assert seen == [rnn, lstm, rnn, lstm]


def test_a_sequence_is_made_by_a_key_and_is_in_the_link(kept):
    kept.experiment = rnnviz.Experiment(cell="gru", seed=4)
    kept.view = {"t": "6", "direction": "backward"}
    press(ADD)
    press(ADD)
    assert kept.view["scenes"] == "gru.4.6.b~gru.4.6.b" and kept.view["scene"] == "2"
    labels = {one["key"]: one["label"] for one in controls.demo_keys()}
    assert labels["n"] == "scene 1 of 2" and labels["a"] == "add this scene (2 so far)"
    for _ in range(MOST_SCENES):
        press(ADD)
    assert len(scenes(kept.view["scenes"])) == MOST_SCENES
    assert "a" not in {one["key"] for one in controls.demo_keys()}


@pytest.mark.browser
def test_a_link_of_scenes_is_played_by_its_key(browser, server):
    with opened(browser, server, scenes=LINK) as page:
        page.keyboard.press("n")
        page.wait_for_url("**cell=rnn*")
        rests(page)
        assert step(page) == 3 and address(page)["seed"] == "7"
        page.keyboard.press("n")
        page.wait_for_url("**cell=lstm*")
        rests(page)
        assert step(page) == 9
        backward = page.get_by_role("button", name="Backward", exact=True)
        assert backward.get_attribute("aria-pressed") == "true"
        assert address(page)["scenes"] == LINK
