"""What the one HTML file is made of, without a net: engine, figures and drawing by name."""

import re
from base64 import b64decode
from contextlib import contextmanager
from zlib import decompress

from conftest import ROOT

from rnnviz.export.modules import one_module
from rnnviz.export.page.page import page

SHOWN_OF = """
const MODES = ["light", "dark"];
const runOf = (link) => {
  const { e, problems } = fromLink(`?${link}`);
  if (problems.length) throw new Error(problems);
  const each = ["", ...picksOf(new URLSearchParams(), e, []).cells].map((cell) => {
    const one = cell ? { ...e, cell } : e;
    return passOf(one, kindOf(one), labels(one).words);
  });
  return (page) => page === "Compare" ? each.slice(1) : each[0];
};
const shownOf = (run) => Object.entries(VIEWS).map(([page, pictures]) =>
  [page, pictures.filter(({ fits }) => !fits || fits(run(page)))]);
"""


@contextmanager
def page_parts(browser):
    """The page, closed in the end."""
    context = browser.new_context(offline=True)
    tab = context.new_page()
    tab.set_content("<title>figures</title>")
    data, look = re.search(
        r'(const CELLS = .*?)JSON.parse.await opened."(.*?)"', page(), re.DOTALL
    ).groups()
    data += decompress(b64decode(look)).decode()
    code = one_module(ROOT / "assets" / "page" / "page.js")
    parts, begins, _ = code.partition("\nconst found =")  # all that the page is made of, but it
    assert begins
    script = parts.replace("export default ", "")  # for the tests' own scripts all is global
    tab.add_script_tag(content="\n".join([data, script, SHOWN_OF]))
    yield tab
    context.close()
