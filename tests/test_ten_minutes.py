"""The teacher's ten minutes: what is written is what is done, and its numbers are the run's."""

import sys
from urllib.parse import parse_qs, urlparse

import pytest
from conftest import ROOT

import rnnviz
from rnnviz.core.link import from_link
from rnnviz.exhibits.together import together, together_caption
from rnnviz.lessons import LESSONS
from rnnviz.sitemap import pages

sys.path.insert(0, str(ROOT / "docs"))
import ten_minutes

TEXT = ten_minutes.SCRIPT.read_text()
ACTS = ten_minutes.acts(TEXT)
LINKS = [act.words[0] for act in ACTS if act.what == "Open"]


def words(link):
    return {name: each[0] for name, each in parse_qs(urlparse(link).query).items()}


@pytest.mark.parametrize("link", LINKS)
def test_every_link_opens_what_there_is(link):
    said = words(link)
    assert urlparse(link).path in pages()
    assert said.get("lesson", "gates") in LESSONS
    own = {name: word for name, word in said.items() if name in ("v", "cell")}
    assert not own or from_link(own)[1] == []
    assert int(said.get("t", 1)) <= rnnviz.Experiment().T_x


def test_nothing_that_is_written_is_left_undone():
    lines = [line for line in TEXT.splitlines() if line.startswith(("Open `", "Press `", "Type `"))]
    lines += [line for line in TEXT.splitlines() if line.startswith("Wait ")]
    assert len(ACTS) == len(lines) and ACTS[0].what == "Open"
    pressed = {key for act in ACTS if act.what == "Press" for key in act.words}
    assert pressed == {"ArrowRight", "r", "Space", "2"}


def test_the_sentence_that_it_quotes_is_the_pages():
    one = rnnviz.Experiment()
    runs = {cell: rnnviz.run(each) for cell, each in one.in_cells(()).items()}
    quoted = " ".join(line[2:] for line in TEXT.splitlines() if line.startswith("> "))
    assert quoted == together_caption(together(runs, one.cell))


def test_the_film_is_there_and_small():
    assert 2**16 < ten_minutes.FILM.stat().st_size < 3 * 2**20
