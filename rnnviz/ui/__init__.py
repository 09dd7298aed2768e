"""What a page is told to draw with: frame, controls, cached runs, exhibits, drawers."""

from rnnviz.ui.along import along
from rnnviz.ui.controls import (
    cells,
    choose,
    experiment,
    link_to,
    options,
    pick,
    sequence,
    unit,
)
from rnnviz.ui.download import download_data
from rnnviz.ui.editor import editor, size, start, strike
from rnnviz.ui.equations import aligned, equations, substituted
from rnnviz.ui.film import film
from rnnviz.ui.foot import part
from rnnviz.ui.glossary import glossary
from rnnviz.ui.interfere import interfere
from rnnviz.ui.link import open_capsule, share
from rnnviz.ui.one_file import one_file
from rnnviz.ui.page import page, questions, script, write_link
from rnnviz.ui.pictures import download_pictures
from rnnviz.ui.player import player, player_checks
from rnnviz.ui.progress import progress
from rnnviz.ui.shared_runs import run, runs
from rnnviz.ui.show import (
    exhibit,
    exhibits,
    overflow_warning,
    picture,
    python,
    table,
)
from rnnviz.ui.solid import solid
from rnnviz.ui.status import status

__all__ = [
    "aligned",
    "along",
    "cells",
    "choose",
    "download_data",
    "download_pictures",
    "editor",
    "equations",
    "exhibit",
    "exhibits",
    "experiment",
    "film",
    "glossary",
    "interfere",
    "link_to",
    "one_file",
    "open_capsule",
    "options",
    "overflow_warning",
    "page",
    "part",
    "pick",
    "picture",
    "player",
    "player_checks",
    "progress",
    "python",
    "questions",
    "run",
    "runs",
    "script",
    "sequence",
    "share",
    "size",
    "solid",
    "start",
    "status",
    "strike",
    "substituted",
    "table",
    "unit",
    "write_link",
]
