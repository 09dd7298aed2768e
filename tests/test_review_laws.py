"""Pictures, sentences and results of reviews hold their laws."""

import pytest
from review_laws import LAWS

pytestmark = [pytest.mark.training, pytest.mark.filterwarnings("ignore")]  # TensorFlow's own


@pytest.mark.parametrize("law", LAWS, ids=lambda law: law.__name__)
def test_it_holds(law, monkeypatch, tmp_path):
    law(monkeypatch, tmp_path)
