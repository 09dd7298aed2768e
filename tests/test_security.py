"""SECURITY.md: each promise names a test that there is."""

import re

from rnnviz.sitemap import ROOT


def test_every_promise_names_its_tests():
    text = (ROOT / "SECURITY.md").read_text(encoding="utf-8")
    rows = re.findall(r"^\| (?!promise|---)(.+) \| (.+) \|$", text, re.M)
    there = {
        name
        for path in (ROOT / "tests").glob("test_*.py")
        for name in re.findall(r"^def (test_\w+)", path.read_text(encoding="utf-8"), re.M)
    }
    assert len(rows) > 10
    for promise, tests in rows:
        named = re.findall(r"`(test_\w+)`", tests)
        assert named and set(named) <= there, promise
