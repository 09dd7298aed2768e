"""The minimal long short-term memory (Feng et al. 2024): two gates that share one whole."""

from rnnviz.core.cells.base import Cell, register

register(Cell(
    "minlstm", "minLSTM", "Feng et al. 2024",
    """
    f = sigmoid(Wf @ x + bf)
    i = sigmoid(Wi @ x + bi)
    k = Wk @ x + bk
    a = f / (f + i) * a_prev + i / (f + i) * k
    """,
    words={"f": "forget", "i": "input", "k": "candidate"},
    letters={"k": r"\tilde a"},
    group="scan",
    note="What is kept is f / (f + i): neither gate alone says how long the memory lasts. Gates "
         "and candidate see the input alone, so that all steps can be taken at once, by a scan.",
))  # fmt: skip
