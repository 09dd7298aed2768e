"""JANET, just another network (van der Westhuizen & Lasenby 2018): an LSTM with its forget gate."""

from rnnviz.core.cells.base import Cell, register

register(Cell(
    "janet", "JANET", "van der Westhuizen & Lasenby 2018",
    """
    f = sigmoid(Wf @ [a_prev, x] + bf)
    k = tanh(Wk @ [a_prev, x] + bk)
    a = f * a_prev + (1 - f) * k
    """,
    words={"f": "forget", "k": "candidate"},
    letters={"k": r"\tilde a"},
    group="lstm",
    note="The forget gate keeps: 1 keeps the old state, 0 takes the candidate. The paper's beta, "
         "which opens the way in a little further, is 0 here.",
))  # fmt: skip
