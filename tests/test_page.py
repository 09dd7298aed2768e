"""The one HTML file, opened from disk without a net, shows what Python computes."""

import io
import os
import re
import subprocess
import sys
from base64 import b64encode
from dataclasses import replace
from hashlib import sha256
from urllib.parse import urlencode

import numpy as np
import pytest
from conftest import ROOT
from test_message import read_several
from test_pages import open_page

import rnnviz
from rnnviz import Experiment, run
from rnnviz.__main__ import main
from rnnviz.core.cells import CELLS
from rnnviz.core.errors import ExperimentError
from rnnviz.core.link import to_link, to_token
from rnnviz.export.data import json as write_settings
from rnnviz.export.modules import one_module
from rnnviz.export.page.page import MISSING, page
from rnnviz.export.player.message import message

# Another order of sums, and another tanh, move the numbers of a short run by a few of its rounding
# errors; of so few and small values that is far below this share of an array's largest.
DIGITS = 1e-12
REMARKS = "# My */ cell // of\nf = sigmoid(Wf @ [a_prev, x]) # /* --\na = f * tanh(W @ x)"


SYMBOLS = {"pulses": "+-..+", "brackets": "(())", "letters": "A  cat", "review": "good film"}
WRONG = {
    "x=2~cgru~qfoo": "x must be a short link as the dashboard makes it; it is left out",
    "x=2~cgru~uletters~jAAAA": "x must be a short link as the dashboard makes it",
    "v=2&signal=csv&series=eNqLjg": "signal csv needs the series of a CSV",
    f"x={to_token(Experiment(signal='csv', series=((0.0,),) * 501, n_x=1, T_x=501))}":
        "T_x must be at most 500 in this file, got a series with 501",
    "v=2&signal=brackets&text=(a)": "text must be made of (, ), got a; the signal gaussian is used",
    "x=2~dfloat32": "dtype=float32 is not in this file: float64 is used",
    "x=2~wrun-lstm": "weights=run-lstm is not in this file: drawn is used",
}  # fmt: skip


SPOILED = {  # files, and what is said of them
    "": "the file must hold rows of as many numbers each",
    "1,2\n3": "line 2 of the file must hold 2 numbers, got 1",
    "1;2,5": "line 1 of the file must hold numbers with a decimal point, got 2,5",
    "1e999": "line 1 of the file must hold numbers with a decimal point, got 1e999",
    "{": "the file must hold settings as a capsule's settings.json does",
    '{"rnnviz": 2, "experiment": {"series": [[1], ["x"]]}}':
        "the file must hold rows of as many numbers each",
    "1\n" * 501: "T_x must be at most 500 in this file, got a series with 501",
    b"\xff\xfe": "the file must be text: rows of numbers, or the settings.json of a capsule",
}  # fmt: skip
LONG = tuple((0.1 * t, 1 / (1 + t), t / 7) for t in range(450))


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


def test_no_comment_is_carried_and_no_code_is_lost():
    text = page()
    assert not re.search(r"^ *(//|\* @param)", text, re.MULTILINE)
    code = one_module(ROOT / "assets" / "page" / "page.js").splitlines()
    kept = [one for one in code if not re.match(r" *(//|/?\*)|$", one)]
    assert len(kept) > 1000 and [one for one in kept if one.strip() not in text] == []
    assert all(one.count("`") % 2 == 0 for one in kept)


REFUSED = {
    "n_a must be at most 64 in one file, got 65": {"n_a": 65},
    "dtype must be float64 in one file, got float32": {"dtype": "float32"},
    "weights must be drawn in one file, got run-lstm": {"weights": "run-lstm"},
}


def test_the_live_page_in_docs_is_of_this_version_and_whole():
    """Of an older version, or changed by hand: run `make live`."""
    live = (ROOT / "docs" / "live.html").read_text(encoding="utf-8")
    assert f'content="rnnviz {rnnviz.__version__}"' in live
    for tag in ("script", "style"):
        [text] = re.findall(rf"<{tag}[^>]*>(.*?)</{tag}>", live, re.DOTALL)
        assert b64encode(sha256(text.encode()).digest()).decode() in live
    assert "(docs/live.html)" in (ROOT / "README.md").read_text()


@pytest.mark.parametrize("sentence", REFUSED)
def test_what_the_file_cannot_compute_is_refused_in_one_sentence(sentence):
    with pytest.raises(ExperimentError, match=f"^{re.escape(sentence)}$"):
        page(Experiment(**REFUSED[sentence]))


def test_the_command_takes_an_experiment_and_writes_no_file_for_a_wrong_one(tmp_path, capsys):
    path = tmp_path / "mine.html"
    words = ["page", "--out", str(path), "--seed", "7", "--equations"]
    for text in ("# <script>\na = W @ x", "a = open(W @ x)"):
        assert main([*words, text]) == 2 and not path.exists()
        assert capsys.readouterr().err.count("\n") == 1
    assert main([*words, REMARKS]) == 0
    text = path.read_text()
    assert "seed=7" in text and "My cell of" in text and "*/ cell" not in text


@pytest.mark.parametrize("name", ["Compare", "Workshop"])
def test_the_button_is_there_or_says_why_not(name):
    for n_a, said in ((6, "begins where you stand"), (80, "n_a must be at most 64 in one file")):
        app = open_page(f"pages/5_{name}.py", v="2", n_a=str(n_a), T_x="5", t="3")
        app.session_state["drawer One HTML file"] = True
        app.run()
        assert any(said in one.value for one in app.caption)
        assert len(app.get("download_button")) == (n_a == 6)


def test_the_same_file_is_written_by_every_process():
    """No order of it hangs on how a process hashes texts."""
    line = "from rnnviz.export.page.page import page; print(page(), end='')"
    for seed in ("1", "2"):
        done = subprocess.run([sys.executable, "-c", line], capture_output=True, cwd=ROOT,
                              env=os.environ | {"PYTHONHASHSEED": seed}, check=True)  # fmt: skip
        assert done.stdout.decode() == page()


def agree(sent, e, t=0, sequence=0, unit=0, direction="forward"):
    """Hold the bytes that the page made against those that the dashboard would send."""
    agree_together(sent, [e], t, sequence, unit, direction)


def agree_together(sent, each, *chosen):
    """The same of several cells that play at once."""
    wanted_of = read_several(message([run(e) for e in each], *chosen, False))
    for e, found, wanted in zip(each, read_several(sent), wanted_of, strict=True):
        alike(e, *found, *wanted)


def alike(e, head, found, wanted, arrays):
    assert found.keys() == arrays.keys()
    there = {name: np.isfinite(array) for name, array in arrays.items()}  # what does not overflow
    sizes = {name: np.abs(array[there[name]]).max(initial=0) for name, array in arrays.items()}
    felt = max(size for name, size in sizes.items() if name.startswith("d_"))
    for name, array in arrays.items():
        # One gradient is a difference of others, or zero.
        size = felt if name.startswith(("d_", "norm_")) else sizes[name]
        np.testing.assert_array_equal(np.isfinite(found[name]), there[name])
        gap = np.abs((found[name] - array)[there[name]]).max(initial=0)
        assert gap <= DIGITS * size, f"{e.cell}: {name} by {gap} of {size}"
    for one in (head, wanted):
        # The file has the colours of all cells, and no tour.
        for name in ("arrays", "inks", "tour"):
            del one[name]
    assert head == wanted


@pytest.mark.slow
@pytest.mark.browser
def test_the_file_shows_the_numbers_of_python(browser, file):
    from playwright.sync_api import expect

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

    def give(content):
        """Open a file of these words."""
        buffer = content if isinstance(content, bytes) else content.encode()
        given = {"name": "a.csv", "mimeType": "text/plain", "buffer": buffer}
        tab.locator("#file").set_input_files(given)

    def opened(link):
        """Open a link beside the last one; the page is then told to be another."""
        tab.goto("about:blank")
        tab.goto(f"{file.as_uri()}#{link}")
        tab.wait_for_selector(".player[data-shown] .node")

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
        tab.wait_for_url(re.compile("seed=7"))
        changed = Experiment(cell="lstm", seed=7, **small)
        agree(shown(), changed)
        assert "cell=lstm" in tab.url
        tab.reload()
        tab.wait_for_selector(".player[data-shown] .node")
        agree(shown(), changed)
        more = {"gain": 0.5, "init": "chain", "signal": "sine", "loss": "upstream_every"}
        link = "&".join(f"{name}={word}" for name, word in more.items())
        tab.evaluate(f"location.hash = 'v=2&cell=rnn&{words}&{link}'")
        expect(tab.locator("[name=cell]")).to_have_value("rnn")
        agree(shown(), Experiment(cell="rnn", **small, **more))
        for activation in ("relu", "linear", "softmax"):
            one = Experiment(cell="rnn", activation=activation, init="glorot", **small)
            opened(f"x={to_token(one)}")
            agree(shown(), one)
        rows = tuple((0.5 * t, -1.25, 1e-9 * t**3) for t in range(9))
        table = Experiment(cell="gru", signal="csv", series=rows, n_x=3, T_x=9, n_a=4)
        usual = [Experiment(signal=name, n_a=4, m=2) for name in SYMBOLS]
        typed = [Experiment(signal=name, text=text, n_a=4) for name, text in SYMBOLS.items()]
        links = [(one, f"x={to_token(one)}") for one in (table, usual[1], *typed)]
        for one, link in links + [(one, urlencode(to_link(one))) for one in (table, *usual)]:
            opened(link)
            agree(shown(), one)
            assert tab.locator("#problem").inner_text() == ""
        opened(f"v=2&cell=gru&{words}")
        for table, ends in ((rows, "series="), (LONG, "series=of-this-page-1")):
            text = "".join(f"{', '.join(map(repr, row))}\n" for row in (("a", "b", "c"), *table))
            give(text.replace("'", ""))
            expect(tab.locator("[name=signal]")).to_have_value("csv")
            expect(tab.locator("[name=T_x]")).to_have_value(str(len(table)))
            one = Experiment(
                cell="gru", signal="csv", series=table, n_x=3, T_x=len(table), n_a=4, m=3
            )
            agree(shown(), one)
            assert ends in tab.url
        assert "too long for a link" in tab.locator("#problem").inner_text()
        settings = io.BytesIO()
        write_settings(run(replace(one, seed=9)), settings)
        give(settings.getvalue())
        expect(tab.locator("[name=seed]")).to_have_value("9")
        agree(shown(), replace(one, seed=9))
        for text, sentence in SPOILED.items():
            give(text)
            expect(tab.locator("#problem")).to_have_text(sentence)
        agree(shown(), replace(one, seed=9))
        opened(f"x={to_token(typed[-1])}")
        # A click on an input of the last text makes another symbol of it, as in the dashboard.
        tab.evaluate("document.querySelector('.player').player.change({ t: 1, row: 2 })")
        expect(tab.locator("[name=text]")).to_have_value("good plot")
        agree(shown(), replace(typed[-1], text="good plot"), 1)
        tab.get_by_role("textbox", name="Text").fill("good luck")
        tab.keyboard.press("Enter")
        expect(tab.locator("#problem")).not_to_be_empty()
        assert "text must be made of the, film" in tab.locator("#problem").inner_text()
        for link, sentence in WRONG.items():
            opened(link)
            assert sentence in tab.locator("#problem").inner_text()
        mine = Experiment(cell="gru", equations=REMARKS, seed=3, **small)
        own = file.with_name("own.html")
        own.write_text(page(mine, {"t": "5", "sequence": "2", "unit": "3", "page": "Step"}))
        tab.goto(own.as_uri())
        tab.wait_for_selector(".player[data-shown] .node")
        agree(shown(), mine, 4, 1, 2)
        assert tab.locator("[name=cell] option:checked").inner_text() == mine.cell_object.title
        tab.get_by_label("Seed").fill("8")
        tab.keyboard.press("Enter")
        tab.wait_for_url(re.compile("seed=8"))
        assert "cell=gru&" in tab.url and f"equations={to_link(mine)['equations']}" in tab.url
        tab.reload()
        tab.wait_for_selector(".player[data-shown] .node")
        agree(shown(), replace(mine, seed=8), 4, 1, 2)
        tab.evaluate("location.hash = location.hash.replace(/equations=[^&]*/, 'equations=abc')")
        expect(tab.locator("[name=cell]")).to_have_value("gru")
        assert "equations=abc is not in this file" in tab.locator("#problem").inner_text()
        tab.goto(f"{(ROOT / 'docs' / 'live.html').as_uri()}#v=1&T_x=7&t=7&sequence=4")
        tab.wait_for_selector(".player[data-shown] .node")
        [(_, arrays)] = read_several(shown())
        assert arrays["a"][4, 7] == pytest.approx(0.17211776753291672, abs=1e-15)  # the notebook's
        # On a phone in large type the tape ends above what plays it; arrow keys step from anywhere.
        tab.set_viewport_size({"width": 480, "height": 900})
        tab.locator("#large").click()
        tab.locator(".player.large").wait_for()
        tape, slider = (tab.locator(f".player {one}").bounding_box() for one in (".tape", ".scrub"))
        assert tape["y"] + tape["height"] <= slider["y"]
        tab.evaluate("document.activeElement.blur()")
        tab.keyboard.press("ArrowLeft")
        tab.wait_for_url(re.compile("&t=6&"))
        assert tab.evaluate("violations") == [] and wrong == []
    finally:
        context.close()
