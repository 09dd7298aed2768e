"""Pressed, a network learns before one's eyes, and the last picture is the record's."""

import re

import numpy as np
import pytest
from test_browser import address, settled, tab  # noqa: F401

from rnnviz.core.phrases import number
from rnnviz.tasks.runs import plan
from rnnviz.tasks.runs.queue import Trainings

pytestmark = pytest.mark.browser
LINK = "adding~cell-lstm~units-16~steps-30~updates-1200"
DRAWN = "document.querySelector('.js-plotly-plot')._fullData[0].y"


def test_a_picture_moves_while_a_network_learns(tab, server):  # noqa: F811
    tab.goto(f"{server}/Training?training={LINK}")
    settled(tab)
    tab.evaluate("""() => {
        window.first = document.querySelector('.js-plotly-plot');
        window.seen = new Set();
        new MutationObserver(() => window.seen.add(window.first._fullData?.[0].y.length))
            .observe(document.querySelector('.st-key-training-live'),
                     { childList: true, subtree: true });
    }""")
    tab.locator(".st-key-training-start button").click()
    tab.wait_for_function(f"{DRAWN}.length === 1200", timeout=60_000)
    tab.locator(".st-key-training-play").wait_for()
    settled(tab)
    assert tab.evaluate("window.first.isConnected")  # one chart from the first update to the last
    assert tab.evaluate("window.seen.size") > 3
    assert not tab.get_by_text("cannot be drawn").count()
    one, _ = plan.read(LINK)
    folder = Trainings().find(one.asked, one.settings)
    assert tab.evaluate(f"Array.from({DRAWN})") == folder.followed().record.loss
    assert address(tab)["training"] == LINK
    plays(tab, folder.followed())


def plays(tab, learned):  # noqa: F811
    """Play: of every update the pictures are the record's, also where it is stopped."""
    tab.locator(".st-key-training-play button").click()
    tab.wait_for_function("document.querySelector('.replay progress')?.value > 0.4")
    tab.set_viewport_size({"width": 1280, "height": 2400})  # what nobody sees is not drawn
    tab.wait_for_function("document.querySelector('.replay progress').value > 0.5")
    seen = tab.evaluate("""() => {
        const box = (name) => document.querySelector(`.st-key-place-${name} .chart`);
        const two = ({ _fullData: [, { x, y }] }) => [Array.from(x), Array.from(y)];
        const at = (name) =>
            parseFloat(box(name).querySelector('.replay-now > div').style.transform.slice(11));
        return {
            said: document.querySelector('.replay output').textContent,
            answer: two(box('training-answers'))[1],
            points: two({ _fullData: [0, box('training-eigenvalues')._fullData[2]] }),
            title: box('training-answers').querySelector('.gtitle').textContent,
            says: document.querySelector('.st-key-says-training-loss .replay-says').textContent,
            now: at('training-loss'),
            lag: at('training-lags'),
        };
    }""")
    update = int(re.fullmatch(r"update (\d+) of 1200", seen["said"])[1])
    assert 600 <= update < 1200 and seen["now"] == seen["lag"]
    assert seen["now"] == pytest.approx(100 * update / 1200)
    frames, losses = learned.record.frames, learned.record.loss
    sent = {round(k * (len(frames.updates) - 1) / 99) for k in range(100)}  # a hundred of them
    at = max(k for k in sent if frames.updates[k] <= update)
    assert seen["title"].endswith(f"at update {frames.updates[at]}")
    told = max(n for n in (round(k * 12) for k in range(101)) if n <= update)
    loss = number(float(np.mean(losses[told - 10 : told])))
    assert f"loss {loss} after {told} updates" in seen["says"]
    np.testing.assert_allclose(seen["answer"], frames.rows[at]["answers"][0, 0], rtol=1e-6)
    values = learned.eigenvalues(at)
    real, imaginary = np.array(seen["points"])
    np.testing.assert_allclose(real + 1j * imaginary, values, rtol=1e-6)
    tab.locator(".replay button").click()
    tab.wait_for_selector(".replay", state="detached")
    settled(tab)
    stands = tab.evaluate("[...document.querySelectorAll('.gtitle')].map((one) => one.textContent)")
    (stopped,) = (int(one.rsplit(" ")[-1]) for one in stands if one.startswith("What it answers"))
    assert update <= stopped + 20 < 1220 and stopped in frames.updates
    assert not tab.locator(".replay-says, .replay-now").count()
    assert str(stopped) in tab.locator(".st-key-training-at").first.inner_text()
    assert address(tab)["update"] == str(stopped)
