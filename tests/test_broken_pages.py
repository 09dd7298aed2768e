"""Every page, with all its drawers open, bears a run without numbers and says where it began."""

import pytest
from broken import ALL, NO_WORD, began, run, texts
from test_pages import NO_CHART, RUNNERS, charts, open_page, proof_tables

from rnnviz.core.link import to_link
from rnnviz.exhibits import every

SHOWN = [  # the first, a middle and the last step, in both types; the way back alone; no break
    "lstm-float32-first", "gru-float32-middle", "rnn-float32-last", "relu-float64-middle",
    "relu-largest", "back-float32-first", "back-float64-middle", "lstm-saturated",
]  # fmt: skip
DRAWERS = (
    "Numbers", "Python", "Pictures", "Matrices",
    "Data", "Film", "One HTML file",
)  # fmt: skip
# The two kinds of which a page may say nothing: it shows no gradient, or the run has no break.
FELT = ("app.py", "pages/1_Step.py", "pages/4_Gradients.py", "pages/5_Compare.py")


@pytest.mark.parametrize("name", SHOWN)
@pytest.mark.parametrize("page", RUNNERS)
def test_a_page_bears_it_and_says_where_it_began(page, name):
    one = run(name)
    app = open_page(page, **to_link(ALL[name]), t="999")
    for drawer in DRAWERS:
        app.session_state[f"drawer {drawer}"] = True
    for name_of in ("player", *(exhibit.name for exhibit in every())):
        app.session_state[f"checks {name_of}"] = True
    app.run()
    assert not app.exception and not app.error
    assert charts(app) or page in NO_CHART
    kinds = (app.markdown, app.caption, app.warning, app.info, app.latex, app.subheader)
    said = [element.value for kind in kinds for element in kind]
    said += [text for fig in charts(app) for text in texts(fig["layout"])]
    assert not [text for text in said if NO_WORD.search(text)]
    cells = [cell for table in proof_tables(app) for cell in table.to_numpy().ravel()]
    assert not [cell for cell in cells if "disagrees" in str(cell)]
    if one.trace.finite_steps < one.trace.T_x or (began(one) and page in FELT):
        assert any(began(one) in box.value for box in app.warning)
        if page != "pages/5_Compare.py":
            assert len(app.warning) == 1
    elif not began(one):
        assert not [box.value for box in app.warning if one.cell.title in box.value]


def test_the_pages_that_feel_are_pages():
    assert set(FELT) <= set(RUNNERS)
