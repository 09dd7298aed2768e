"""What slow tests leave out has no structure of its own."""

from dataclasses import replace

import pytest
from kinds import KINDS, THREE, chosen, facets, structure
from minimal import MGU

from rnnviz.core.cells import CELLS


def test_every_structure_is_covered():
    assert structure(CELLS, KINDS) == structure(CELLS, CELLS)


def test_the_notebooks_cells_are_always_there():
    assert THREE == ["rnn", "lstm", "gru"] and KINDS[:3] == THREE


@pytest.mark.parametrize("name", KINDS)
def test_no_other_cell_is_there_without_need(name):
    others = structure(CELLS, [other for other in KINDS if other != name])
    assert name in THREE or facets(CELLS[name]) - others


def test_a_cell_joins_if_its_structure_is_new():
    text = MGU.text.replace("f * k", "f * log(abs(k) + 2) * sqrt(abs(k))")
    many = replace(MGU, text=text)
    assert chosen(dict(CELLS) | {"mgu": MGU}) in (KINDS, [*KINDS, "mgu"])
    assert "first" in chosen(dict(CELLS) | {"first": many, "second": many})
    assert "second" not in chosen(dict(CELLS) | {"first": many, "second": many})
