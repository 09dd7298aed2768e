"""The one HTML file, opened from disk without a net, shows what Python computes."""

import numpy as np
import pytest
from test_message import read_several

from rnnviz import Experiment, run
from rnnviz.__main__ import main
from rnnviz.core.cells import CELLS
from rnnviz.export.page.page import MISSING, page
from rnnviz.export.player.message import message

# Another order of sums, and another tanh, move the numbers of a short run by a few of its rounding
# errors; of so few and small values that is far below this share of an array's largest.
DIGITS = 1e-12


@pytest.fixture(scope="module")
def file(tmp_path_factory):
    path = tmp_path_factory.mktemp("page") / "rnnviz.html"
    assert main(["page", "--out", str(path)]) == 0
    return path


def test_the_file_is_small_and_says_what_is_not_in_it():
    text = page()
    assert len(text.encode()) < 400_000
    assert MISSING in text.replace("&#x27;", "'")
    assert (
        "http://www.w3.org/2000/svg" in text
        and text.count("http") == text.count("http://www.w3.org") + 1
    )


def agree(sent, e, t=0, sequence=0, unit=0, direction="forward"):
    """Hold the bytes that the page made against those that the dashboard would send."""
    [(head, found)] = read_several(sent)
    [(wanted, arrays)] = read_several(message([run(e)], t, sequence, unit, direction, False))
    assert found.keys() == arrays.keys()
    felt = max(np.abs(array).max() for name, array in arrays.items() if name.startswith("d_"))
    for name, there in arrays.items():
        size = np.abs(there).max(initial=0)
        if name.startswith(("d_", "norm_")):  # one gradient is a difference of others, or zero
            size = felt
        gap = np.abs(found[name] - there).max(initial=0)
        assert gap <= DIGITS * size, f"{e.cell}: {name} by {gap} of {size}"
    for one in (head, wanted):
        # The file has the colours of all cells, and no tour.
        for name in ("arrays", "inks", "tour"):
            del one[name]
    assert head == wanted


@pytest.mark.slow
@pytest.mark.browser
def test_the_file_shows_the_numbers_of_python(browser, file):
    context = browser.new_context(offline=True, viewport={"width": 1280, "height": 900})
    tab, wrong = context.new_page(), []
    tab.on("console", lambda said: wrong.append(said.text) if said.type != "log" else None)
    tab.on("pageerror", lambda error: wrong.append(str(error)))
    # What the player is given, before any script of the page runs.
    tab.add_init_script("""
        window.violations = [];
        document.addEventListener("securitypolicyviolation", (event) =>
            violations.push(event.violatedDirective));
        const set = DataView.prototype.setUint32;
        DataView.prototype.setUint32 = function (...given) {
            window.sent = new Uint8Array(this.buffer);
            return set.apply(this, given);
        };
    """)

    def shown():
        return bytes(tab.evaluate("Array.from(window.sent)"))

    try:
        small = {"n_a": 4, "T_x": 12, "m": 3}
        words = "&".join(f"{name}={number}" for name, number in small.items())
        for cell in CELLS:
            tab.goto("about:blank")
            place = "t=5&sequence=2&unit=3&direction=backward"
            tab.goto(f"{file.as_uri()}#v=2&cell={cell}&{words}&{place}")
            tab.wait_for_selector(".player[data-shown] .node")
            agree(shown(), Experiment(cell=cell, **small), 4, 1, 2, "backward")
        tab.goto("about:blank")
        tab.goto(f"{file.as_uri()}#v=2&cell=gru&{words}&gain=nonsense&dtype=float32")
        box = tab.locator('.player .node[data-name="a"] .value')
        box.wait_for()
        said = tab.locator("#problem").inner_text()
        assert (
            "gain must be a number from 0" in said and "dtype=float32 is not in this file" in said
        )
        a = run(Experiment(cell="gru", **small)).trace.states["a"][0, 0, 0]
        assert float(box.text_content().replace("−", "-")) == pytest.approx(a, rel=1e-2)
        tab.locator("[name=cell]").select_option("lstm")
        tab.get_by_label("Seed").fill("7")
        tab.keyboard.press("Enter")
        tab.wait_for_function("location.hash.includes('seed=7')")
        changed = Experiment(cell="lstm", seed=7, **small)
        agree(shown(), changed)
        assert "cell=lstm" in tab.url
        tab.reload()
        tab.wait_for_selector(".player[data-shown] .node")
        agree(shown(), changed)
        more = {"gain": 0.5, "init": "chain", "signal": "sine", "loss": "upstream_every"}
        link = "&".join(f"{name}={word}" for name, word in more.items())
        tab.evaluate(f"location.hash = 'v=2&cell=rnn&{words}&{link}'")
        tab.wait_for_function("document.querySelector('[name=cell]').value === 'rnn'")
        agree(shown(), Experiment(cell="rnn", **small, **more))
        assert tab.evaluate("violations") == [] and wrong == []
    finally:
        context.close()
