"""`python -m rnnviz export`: figures and data of an experiment as files."""

import argparse
from pathlib import Path


def add(commands) -> argparse.ArgumentParser:
    """Describe the command."""
    from rnnviz.export import add_choices, add_experiment

    one = commands.add_parser(
        "export",
        help="write figures and data of an experiment as files",
        usage="rnnviz export --out DIR [the files] [the experiment]",
        formatter_class=argparse.RawDescriptionHelpFormatter,
        epilog="formats: png, svg, pdf, webp (these through Chrome), html, csv, parquet, npz,\n"
        "         json, script (NumPy alone), capsule (all of it: see rnnviz open)\n"
        "pages and figures: a name that there is not brings a list of those that there are\n\n"
        "  python -m rnnviz export --cell gru --steps 80 --format svg,csv --out figures\n"
        "  python -m rnnviz export --theme print --width 174mm --format pdf --out paper\n"
        "  python -m rnnviz export --seeds 1-20 --pages gates --format png --out course\n"
        "  python -m rnnviz export --together html,pdf --out all\n"
        "  python -m rnnviz export --pictures diagram,tape --at 7 --unit 3 --out paper",
    )
    asked = one.add_argument_group("the files")
    asked.add_argument("--out", type=Path, required=True, metavar="DIR", help="folder to write to")
    asked.add_argument(
        "--figures",
        default="all",
        metavar="LIST",
        help="all, or such as states-overview,gradients-norms (all)",
    )
    asked.add_argument(
        "--pages",
        default="all",
        metavar="LIST",
        help="only the figures of these pages, such as step,gates (all)",
    )
    asked.add_argument(
        "--pictures",
        default="",
        metavar="LIST",
        help="of one step, in place of the figures: diagram, diagram-back, tape, tape-back (svg)",
    )
    asked.add_argument("--format", default="", metavar="LIST", help="see below (html)")
    asked.add_argument(
        "--together",
        default="",
        metavar="LIST",
        help="also all figures in one file: html, pdf, zip; or panels a, b, c in one picture",
    )
    asked.add_argument("--theme", default="light", help="light, dark or print (%(default)s)")
    asked.add_argument(
        "--width", default="", help="960 (px), or 85mm as print has it; 174mm for two columns"
    )
    asked.add_argument(
        "--scale", type=float, metavar="N", help="png and webp: to 4 (2; print 1, which is 300 dpi)"
    )
    asked.add_argument(
        "--seeds", default="", metavar="LIST", help="1-20: a folder for each, in place of --seed"
    )
    asked.add_argument(
        "--beside", default="", metavar="LIST", help="cells that Compare shows (rnn,lstm,gru)"
    )
    asked.add_argument("--type", type=float, metavar="PT", help="on paper: 5 to 14 points (6.8)")
    asked.add_argument("--font", default="", metavar="NAME", help="in place of the theme's own")
    asked.add_argument("--range", default="", metavar="A-B", help="steps of the time axes (all)")
    asked.add_argument("--camera", default="", metavar="NUMBERS", help="of pictures in three "
                       "dimensions: --camera=x,y,z of the eye, of what it looks at, and of what "
                       "is up (as drawn)")  # fmt: skip
    asked.add_argument(
        "--common", default="no", metavar="yes|no",
        help="one colour scale around 0 for all figures, one range for axes of one name (no)",
    )  # fmt: skip
    for name, words in (("title", "over the pictures"), ("values", "numbers in those of a step")):
        asked.add_argument(f"--{name}", default="yes", metavar="yes|no", help=f"{words} (yes)")
    add_choices(one)
    add_experiment(one)
    return one


def main(chosen: argparse.Namespace) -> int:
    """Write what was asked for."""
    from rnnviz.export.command import export

    return export(chosen)
