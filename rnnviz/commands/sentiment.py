"""`python -m rnnviz sentiment`: train some cells on reviews, one after the other."""

import argparse
from pathlib import Path


def add(commands) -> argparse.ArgumentParser:
    """Describe the command."""
    one = commands.add_parser("sentiment", help="train and compare models that read reviews")
    one.add_argument("--data", default="builtin", help="builtin, imdb, or the path of an imdb.npz "
                     "or of reviews as .csv, .tsv, .txt or .csv.gz (%(default)s)")  # fmt: skip
    one.add_argument("--cells", default="rnn,lstm,gru", help="of rnn, lstm, gru and bow, a bag of "
                     "words (%(default)s)")  # fmt: skip
    one.add_argument("--recipe", default="modern", help="modern or notebook (%(default)s)")
    file = one.add_argument_group("where a file of reviews does not say so itself")
    file.add_argument("--text-column", default="", metavar="NAME", help="or its number from 1")
    file.add_argument("--label-column", default="", metavar="NAME", help="or its number from 1")
    file.add_argument("--header", default="", metavar="yes|no", help="the first row names columns")
    file.add_argument("--positive", default="", metavar="LABEL", help="of the positive class")
    file.add_argument("--threshold", default="", metavar="N", help="the least number of stars of "
                      "the positive class (above the middle)")  # fmt: skip
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
