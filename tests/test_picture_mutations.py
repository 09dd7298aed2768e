"""Every mistake in what is drawn, told or tabulated is noticed, in the picture that it is in."""

import dynamics_mutations
import picture_mutations
import pytest
from picture_laws import WILD, faults, faults_of_reviews
from picture_mutations import OF_REVIEWS, put

import rnnviz
from rnnviz.figures import theme

pytestmark = pytest.mark.slow

MISTAKES = [*picture_mutations.MISTAKES, *dynamics_mutations.MISTAKES]
TRIED = {(m.cell, tuple(m.changed.items()), m.picture, tuple(m.choices.items())) for m in MISTAKES}


@pytest.mark.parametrize("mistake", MISTAKES, ids=lambda mistake: mistake.name.replace(" ", "-"))
def test_a_mistake_is_noticed(mistake, monkeypatch):
    experiment = rnnviz.Experiment(cell=mistake.cell, **WILD | mistake.changed)
    put(mistake, monkeypatch)
    assert faults(experiment, mistake.picture, **mistake.choices)


@pytest.mark.parametrize("tried", sorted(TRIED, key=str), ids=str)
def test_without_a_mistake_there_is_no_fault(tried):
    cell, changed, picture, choices = tried
    experiment = rnnviz.Experiment(cell=cell, **WILD | dict(changed))
    assert not faults(experiment, picture, **dict(choices))


@pytest.mark.parametrize("scale", ["diverging", "sequential"])
def test_a_scale_with_its_ends_swapped_is_noticed(scale, monkeypatch):
    for mode, ink in picture_mutations.inverted(scale).items():
        with monkeypatch.context() as patch:
            patch.setitem(theme.MODES, mode, ink)
            assert faults(rnnviz.Experiment(**WILD), "states-saturation")


@pytest.mark.parametrize("mistake", OF_REVIEWS, ids=lambda mistake: mistake.name.replace(" ", "-"))
def test_a_mistake_about_reviews_is_noticed(mistake, monkeypatch):
    put(mistake, monkeypatch)
    assert faults_of_reviews(mistake.picture)


def test_pictures_of_reviews_have_no_fault():
    assert not faults_of_reviews()
