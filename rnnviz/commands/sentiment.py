"""`python -m rnnviz sentiment`: train some cells on reviews, one after the other."""

import argparse
from pathlib import Path


def add(commands) -> argparse.ArgumentParser:
    """Describe the command."""
    one = commands.add_parser("sentiment", help="train and compare models that read reviews")
    one.add_argument("--data", default="builtin", help="builtin, imdb, or the path of an imdb.npz "
                     "or a CSV with the columns text and label (%(default)s)")  # fmt: skip
    one.add_argument("--cells", default="rnn,lstm,gru", help="of rnn, lstm, gru and bow, a bag of "
                     "words (%(default)s)")  # fmt: skip
    one.add_argument("--recipe", default="modern", help="modern or notebook (%(default)s)")
    one.add_argument("--positive", default="", metavar="LABEL", help="a CSV's label of the "
                     "positive class, where its two labels do not say so themselves")  # fmt: skip
    one.add_argument("--epochs", type=int, help="instead of the recipe's")
    one.add_argument("--seed", type=int, default=1, help="(%(default)s)")
    one.add_argument("--set", action="append", default=[], metavar="NAME=VALUE",
                     help="any other setting of the recipe, such as units=64")  # fmt: skip
    one.add_argument("--out", type=Path, required=True, help="folder for the runs and the table")
    return one


def main(chosen: argparse.Namespace) -> int:
    """Train what was asked for."""
    from rnnviz.sentiment import command

    return command.train(chosen)
