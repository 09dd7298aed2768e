"""Save under the one HTML file's player: pictures of what it shows, numbers of Python's run."""

import csv
import io
import json
import re
from dataclasses import replace
from xml.etree import ElementTree

import numpy as np
import pytest
from PIL import Image
from test_page import DIGITS

import rnnviz
from rnnviz import Experiment, run
from rnnviz.core import tidy
from rnnviz.core.link import to_link
from rnnviz.export.page.page import page
from rnnviz.figures import theme

pytestmark = [pytest.mark.browser, pytest.mark.slow]
E = Experiment(cell="gru", n_a=4, T_x=12, m=3, seed=2, signal="brackets", text="(())", n_x=2)
OWN = Experiment(cell="gru", equations="# mine\na = tanh(W @ [a_prev, x])", n_a=4, T_x=6, m=2)
SVG = "{http://www.w3.org/2000/svg}"
LABELS = ("Diagram (SVG)", "Diagram (PNG)", "Tape (PNG)", "All numbers (CSV)", "Settings (JSON)")


@pytest.fixture
def opened(browser, tmp_path):
    """A function that opens the file, made for an experiment, at a link, without a net."""
    context, wrong = browser.new_context(offline=True, viewport={"width": 1280, "height": 900}), []
    tab = context.new_page()
    tab.on("console", lambda said: wrong.append(said.text) if said.type != "log" else None)
    tab.on("pageerror", lambda error: wrong.append(str(error)))

    def at(link, experiment=None):
        path = tmp_path / f"{len(list(tmp_path.iterdir()))}.html"
        path.write_text(page(experiment))
        tab.goto(f"{path.as_uri()}{link}")
        tab.wait_for_selector(".player[data-shown] .node")
        return tab

    yield at
    context.close()
    assert wrong == []


def saved(tab, label):
    """The name of a file, and its bytes."""
    with tab.expect_download() as download:
        tab.get_by_role("button", name=f"Save {label}").click()
    return download.value.suggested_filename, download.value.path().read_bytes()


def test_what_stands_there_is_saved(opened):
    words = "&".join(f"{name}={word}" for name, word in to_link(E).items())
    tab = opened(f"#{words}&t=3&sequence=2&unit=4")
    e = replace(E, T_x=4)  # as many steps as symbols
    name, diagram = saved(tab, LABELS[0])
    assert name == "rnnviz-gru-seed2-diagram-t3.svg"
    text, root = diagram.decode(), ElementTree.fromstring(diagram)
    assert not any(word in text for word in (" class=", " style=", "var(", "color("))
    assert "GRU, t = 3 of 4, sequence 2, unit 4" in "".join(root.itertext())
    states = run(e).trace.states["a"]
    value = states[3, 1, 2]
    named = {"".join(one.itertext()): one for one in root.iter(f"{SVG}g") if one[0].tag != one.tag}
    [group] = [one for name, one in named.items() if name.startswith("at") and "1" not in name[:4]]
    assert f"{value:.2f}".replace("-", "−") in "".join(group.itertext())
    most = np.abs(np.concatenate([run(e).trace.initial["a"][..., None], states], 2)[:, 1]).max()
    wanted = theme.rgb(theme.colour_at(theme.MODES["light"].diverging, (value / most + 1) / 2))
    [fill] = {one.get("fill") for one in group.iter(f"{SVG}rect")} - {None, "none"}
    colour = tuple(map(int, re.findall(r"\d+", fill)))
    assert np.abs(np.array(colour) - wanted).max() <= 1

    _, pixels = saved(tab, LABELS[1])
    image = Image.open(io.BytesIO(pixels)).convert("RGB")
    assert image.size == tuple(2 * int(float(root.get(side))) for side in ("width", "height"))
    assert colour in {one for _, one in image.getcolors(10**7)}
    _, pixels = saved(tab, LABELS[2])
    image = Image.open(io.BytesIO(pixels)).convert("RGB")
    box = tab.locator(".tape").bounding_box()
    assert image.size == (2 * round(box["width"]), 2 * round(box["height"]))
    assert theme.rgb(theme.MODES["light"].now) in {one for _, one in image.getcolors(10**7)}

    name, content = saved(tab, LABELS[3])
    assert name == "rnnviz-gru-seed2-run.csv"
    head, *rows = csv.reader(io.StringIO(content.decode()))
    assert tuple(head) == tidy.COLUMNS
    for part in tidy.parts(run(e)):
        mine, rows = rows[: len(part["value"])], rows[len(part["value"]) :]
        for place, column in enumerate(tidy.COLUMNS[:4]):
            assert [one[place] for one in mine] == [str(one) for one in part[column]]
        gap = np.abs(np.array([float(one[4]) for one in mine]) - part["value"]).max()
        assert gap <= DIGITS * np.abs(part["value"]).max()
    assert rows == []
    name, content = saved(tab, LABELS[4])
    assert json.loads(content) == json.loads(tidy.settings(e, program=rnnviz.__version__))

    tab.evaluate("location.hash = 'v=2&n_a=64&T_x=500&m=10'")
    tab.wait_for_selector(".bar .now:text('of 500')")
    tab.get_by_role("button", name=f"Save {LABELS[3]}").click()
    tab.locator("#saves p", has_text="is too long here").wait_for()


def test_an_own_cells_settings_have_its_equations_and_several_cells_their_diagrams(opened):
    tab = opened("", OWN)
    _, content = saved(tab, LABELS[4])
    assert json.loads(content) == json.loads(tidy.settings(OWN, program=rnnviz.__version__))
    tab.evaluate("location.hash = 'Compare?v=2&n_a=4&cells=rnn-gru&cell=gru'")
    tab.wait_for_selector(".player.several")
    assert tab.locator("#saves button").count() == 3
    name, diagram = saved(tab, LABELS[0])
    assert name == "rnnviz-rnn-gru-seed1-diagram-t1.svg"
    words = "".join(ElementTree.fromstring(diagram).itertext())
    assert "RNN, t = 1 of 50" in words and "GRU" in words
