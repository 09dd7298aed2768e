"""Several cells in the one HTML file's player: what is sent to it, and what is said under it."""

from dataclasses import replace

import pytest
from page_parts import page_parts
from test_page import agree_together

from rnnviz import Experiment, run
from rnnviz.core.link import to_link
from rnnviz.exhibits.together import together_caption

pytestmark = [pytest.mark.slow, pytest.mark.browser]
SENT = """([links, chosen]) => {
  const runs = links.map((link) => {
    const { e } = fromLink(`?${new URLSearchParams(link)}`);
    return passOf(e, kindOf(e), labels(e).words);
  });
  return [Array.from(message(runs, chosen)), togetherCaption(runs, chosen.sequence)];
}"""
E = Experiment(n_a=4, T_x=12, m=3)
WILD = replace(E, activation="relu", gain=100.0, T_x=200)  # the RNN overflows; a minGRU has no gain
EXAMPLES = {
    "the notebook's three": (E, ("rnn", "lstm", "gru")),
    "two, of one state each": (replace(E, seed=5, loss="upstream_every"), ("gru", "indrnn")),
    "one that overflows": (WILD, ("rnn", "mingru")),
    "one step": (replace(E, T_x=1), ("rnn", "gru")),
    "symbols": (replace(E, signal="brackets", text="(())", n_x=2, T_x=4), ("lstm", "gru")),
    "nothing felt at the end": (replace(E, gain=0.0, init="identity"), ("rnn", "lstm")),
}


@pytest.fixture(scope="module")
def tab(browser):
    with page_parts(browser) as tab:
        yield tab


@pytest.mark.parametrize("name", EXAMPLES)
def test_the_player_is_sent_what_the_dashboard_sends(tab, name):
    e, cells = EXAMPLES[name]
    each = [replace(e, cell=cell) for cell in cells]
    t, sequence, unit, way = min(5, e.T_x - 1), 1, 2, "backward"
    chosen = {"t": t, "sequence": sequence, "unit": unit, "direction": way}
    sent, caption = tab.evaluate(SENT, [[to_link(one) for one in each], chosen])
    agree_together(bytes(sent), each, t, sequence, unit, way)
    assert caption == together_caption([run(one) for one in each], sequence)
