"""Pressed, a network learns before one's eyes, and the last picture is the record's."""

import pytest
from test_browser import address, settled, tab  # noqa: F401

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
