"""Pressed, a network learns before one's eyes, and the last picture is the record's."""

import pytest
from test_browser import address, settled, tab  # noqa: F401

from rnnviz.core.training import Training
from rnnviz.tasks import TASKS
from rnnviz.tasks.runs import plan

pytestmark = pytest.mark.browser
LINK = "adding~cell-rnn~units-8~steps-20~updates-1500"
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
    tab.wait_for_function(f"{DRAWN}.length === 1500", timeout=60_000)
    tab.locator(".st-key-training-play").wait_for()
    settled(tab)
    assert tab.evaluate("window.first.isConnected")  # one chart from the first update to the last
    assert tab.evaluate("window.seen.size") > 3
    assert not tab.get_by_text("cannot be drawn").count()
    one = Training(TASKS["adding"], plan.read(LINK)[0].settings)
    for _ in one.run():
        pass
    assert tab.evaluate(f"Array.from({DRAWN})") == pytest.approx(
        one.record.loss, rel=1e-3, abs=1e-5
    )
    assert address(tab)["training"] == LINK
