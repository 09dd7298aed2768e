"""Once a page of pictures wears its own style, nothing on it moves any more (layout shift under
0.1). On pages of text the lines still break anew as the fonts arrive (on Lessons 0.2).

What moves before is Streamlit's own frame: the side panel opens (0.234 of a laptop's screen), and
the page goes from Streamlit's margins, under its placeholders, to ours as its scripts arrive.
"""

import pytest
from test_browser import settled
from test_fold import tab  # noqa: F401

from rnnviz.ui.page import pages

pytestmark = pytest.mark.browser
WATCH = """
window.moved = [];
new PerformanceObserver((list) => window.moved.push(...list.getEntries().map((one) =>
  [one.startTime, one.value]))).observe({ type: "layout-shift", buffered: true });
const styled = () => {
  const main = document.querySelector("[data-testid=stMainBlockContainer]");
  if (main && getComputedStyle(main).paddingLeft === "48px") window.styled = performance.now();
  else requestAnimationFrame(styled);
};
requestAnimationFrame(styled);
"""
FRAME = 100  # ms: the shift that the style itself is comes with the frame that draws it
TEXT = ("Lessons", "Glossary", "Progress")


@pytest.mark.parametrize("title", [title for title in pages() if title not in TEXT])
def test_nothing_moves_once_the_page_wears_its_style(tab, server, title):  # noqa: F811
    tab.add_init_script(WATCH)
    tab.goto(f"{server}/{'' if title == 'Home' else title}")
    settled(tab)
    tab.wait_for_timeout(1500)
    styled, moved = tab.evaluate("[window.styled, window.moved]")
    after = [value for at, value in moved if at > styled + FRAME]
    if not any(abs(at - styled) <= FRAME for at, _ in moved):  # a slow machine draws it later
        after = after[1:]
    assert sum(after) < 0.1
