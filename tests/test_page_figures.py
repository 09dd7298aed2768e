"""The pictures of the one file are those of the dashboard: one description for the same run."""

import itertools
import json
from base64 import b64decode
from collections import Counter
from urllib.parse import urlencode

import numpy as np
import pytest
from page_parts import page_parts

from rnnviz import Experiment, run
from rnnviz.core.cells import CELLS
from rnnviz.core.link import to_link
from rnnviz.exhibits import of_page
from rnnviz.exhibits.by_cell import ByCell

pytestmark = [pytest.mark.browser, pytest.mark.slow]
FELT = (
    "gradients-norms",
    "gradients-itemised",
    "gradients-singular_values",
    "compare-norms",
    "compare-band",
)
EVERY = 8  # settings, of which one has its band over seeds held, too
PICKED = {"sequence": 1, "unit": 2, "units": [0, 3], "clip": 0.01, "lag": 7}
# Heatmaps go to Plotly in float32; all else stands on numbers that agree to twelve digits, of
# gradients to those of the largest, and on differences of them.
DIGITS = 1e-9
COLOURED = 2.0**-23
FIGURES = """
(settings) => settings.map(([e, picked, banded]) => {
  const run = runOf(e), asked = ({ name }) => banded || name !== "compare-band";
  const pages = shownOf(run).map(([page, pictures]) => [page, pictures.filter(asked).map(
    ({ name, figure, caption }) => [name, MODES.map((mode) => figure(run(page), picked, mode)),
      caption?.(run(page), picked) ?? ""])]);
  return JSON.stringify(Object.fromEntries(pages), (_, value) =>
    ArrayBuffer.isView(value) ? Array.from(value) : value);
})
"""


def settings():
    """Each cell twice, at random; then states that overflow, at once and on the way."""
    random = np.random.default_rng(3)
    for at, cell in enumerate([*CELLS, *CELLS]):
        yield Experiment(
            cell=cell,
            seed=int(random.integers(2**32)),
            n_x=int(random.integers(1, 5)),
            n_a=int(random.integers(4, 12)),
            m=int(random.integers(2, 5)),
            T_x=int(random.integers(1, 20)) if at % 4 else 1,
            gain=float(random.choice([0, 0.5, 1, 1, 3])),
            forget_bias=float(random.choice([-2, 0, 1, 5])),
            signal=str(random.choice(["gaussian", "impulse", "step", "sine"])),
            loss=str(random.choice(["upstream_last", "upstream_every"])),
        )
    for activation, init in itertools.product(("relu", "linear"), ("orthogonal", "identity")):
        yield Experiment(
            cell="rnn", T_x=200, n_a=4, m=3, gain=100, activation=activation, init=init
        )
    yield Experiment(cell="rnn", activation="softmax", T_x=9, n_a=5, m=3)
    yield Experiment(cell="gru", signal="brackets", n_a=9, m=2)
    yield Experiment(cell="lstm", signal="letters", text="so long a text " * 3, n_a=8, m=2)


def plain(value):
    """As JSON has it: lists for arrays, nothing for what is not finite."""
    if isinstance(value, np.ndarray):
        return plain(value.tolist())
    if isinstance(value, dict) and "bdata" in value:  # an array as Plotly sends it
        array = np.frombuffer(b64decode(value["bdata"]), value["dtype"])
        return plain(array.reshape([int(n) for n in value.get("shape", "-1").split(",")]))
    if isinstance(value, dict):
        return {key: plain(one) for key, one in value.items()}
    if isinstance(value, list | tuple):
        return [plain(one) for one in value]
    if isinstance(value, np.generic):
        return plain(value.item())
    return None if isinstance(value, float) and not np.isfinite(value) else value


def hold(found, there, where, digits=DIGITS, least=0.0):
    """Both are the same description; numbers agree to so many digits of their array's largest, or
    to the least that counts."""
    if isinstance(there, dict):
        assert found.keys() == there.keys(), f"{where}: {found.keys() ^ there.keys()}"
        for key, one in there.items():
            hold(found[key], one, f"{where}.{key}", COLOURED if key == "z" else digits, least)
    elif isinstance(there, list) and there and numbers(there):
        assert numbers(found), where
        mine, wanted = (np.array(one, float) for one in (found, there))
        assert mine.shape == wanted.shape, where
        assert (np.isfinite(mine) == np.isfinite(wanted)).all(), where
        size = np.abs(wanted[np.isfinite(wanted)]).max(initial=0)
        gap = np.nanmax(np.abs(mine - wanted), initial=0)
        assert gap <= digits * size + least, f"{where}: {gap} of {size}"
    elif isinstance(there, list):
        assert len(found) == len(there), f"{where}: {found} for {there}"
        for at, (one, other) in enumerate(zip(found, there, strict=True)):
            hold(one, other, f"{where}[{at}]", digits, least)
    elif isinstance(there, float | int) and not isinstance(there, bool):
        assert found == pytest.approx(there, rel=digits, abs=least), where
    else:
        assert found == there, f"{where}: {found!r} for {there!r}"


def rounded(name, figures):
    """What rounding alone may make of a path's second component, where it has one only."""
    path = figures[0]["data"][0]["x"] if name == "states-trajectory" else []
    return DIGITS * np.abs(np.array(path, float)).max(initial=0)


def numbers(value):
    """Whether a list holds numbers, or nothing, alone."""
    if isinstance(value, list):
        return all(map(numbers, value))
    return value is None or (isinstance(value, float | int) and not isinstance(value, bool))


@pytest.fixture(scope="module")
def tab(browser):
    """A page with the file's parts."""
    with page_parts(browser) as tab:
        yield tab


def of_python(title, e, banded):
    """What the dashboard shows of an experiment: figures in both modes, and the sentence."""
    done = run(e)
    beside = ByCell(done)
    for exhibit in of_page(title, beside if title == "Compare" else done):
        if exhibit.name == "compare-band" and not banded:
            continue
        showing = exhibit.show(beside if title == "Compare" else done, **PICKED)
        figures = [showing.draw(mode).to_plotly_json() for mode in ("light", "dark")]
        yield exhibit.name, plain(figures), showing.caption()


def told(tab, every):
    """The same of the file, by page, for each experiment."""
    asked = [[urlencode(to_link(e)), PICKED, at % EVERY == 0] for at, e in enumerate(every)]
    return [json.loads(text) for text in tab.evaluate(FIGURES, asked)]


def cancelled(name, figures):
    """Whether gradients come so far down that they may be what others cancel to: that is rounding
    alone, and no two programs agree on it."""
    if name not in FELT:
        return False
    drawn = [one.get("customdata", one["y"]) for one in figures[0]["data"]]
    every = np.array([one for row in drawn for one in np.ravel(row) if one], float)
    return bool(every.size) and every.min() < 1e-9 * every.max()


def test_each_picture_of_the_file_is_the_one_of_the_dashboard(tab):
    """Every array, colour, name, axis and word, of every cell, in both modes."""
    every, held, left = list(settings()), Counter(), Counter()
    for at, (e, pages) in enumerate(zip(every, told(tab, every), strict=True)):
        for title, pictures in pages.items():
            with np.errstate(all="ignore"):
                wanted = list(of_python(title, e, at % EVERY == 0))
            assert [name for name, *_ in pictures] == [name for name, *_ in wanted]
            for (name, figures, caption), (_, there, sentence) in zip(
                pictures, wanted, strict=True
            ):
                if cancelled(name, there):
                    left[name] += 1
                    continue
                held[name] += 1
                assert caption == sentence
                hold(figures, there, f"{e}: {name}", least=rounded(name, there))
    print(held, left)
    assert all(left[name] < held[name] / 2 for name in FELT)
