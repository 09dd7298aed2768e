"""A duel as one zip: the network of each of its trainings, which one command trains once more.

It is data: of one that comes in only files with our names are read, each bounded, as networks are.
"""

import io
import re
import zipfile
from collections.abc import Mapping
from pathlib import Path

from rnnviz.core.errors import ExperimentError
from rnnviz.export.unpacked import member

MOST = 15  # networks: three cells, five seeds
_PLACE = re.compile(r"networks/([a-z][a-z0-9_-]{0,30}-seed-[0-9]{1,10})\.npz")
_ABOUT = """\
A duel of rnnviz: networks that learned the same batches, and all that they were trained by.

Train all of them once more, and hear of each whether every loss and weight has the same bits:

    python -m rnnviz train --again {name} --out again

Each file in networks/ opens in the dashboard, too, and can be trained again alone.
"""


def packed(networks: Mapping[str, bytes], name: str) -> bytes:
    """The zip, called `name`, of networks' files by what each is called (`gru-seed-1`); the same
    ones give the same bytes.

    >>> len(packed({"gru-seed-1": b""}, "duel.zip")) > 0
    True
    """
    files = {"README.txt": _ABOUT.format(name=name).encode()}
    files |= {f"networks/{one}.npz": content for one, content in networks.items()}
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for path, content in files.items():
            info = zipfile.ZipInfo(path)  # bears no time of day
            info.external_attr = 0o644 << 16
            archive.writestr(info, content)
    return out.getvalue()


def networks_of(path: Path) -> dict[str, bytes]:
    """The networks in the zip of a duel; none of any other file. Raises ExperimentError."""
    try:
        with zipfile.ZipFile(path) as archive:
            names = [one for one in archive.namelist() if _PLACE.fullmatch(one)]
    except (OSError, ValueError, RuntimeError, zipfile.BadZipFile):
        return {}
    if len(names) > MOST:
        raise ExperimentError(f"a duel must have at most {MOST} networks, got {len(names)}")
    found = {}
    with path.open("rb") as file:
        for name in names:
            content = member(file, name)
            if content is not None:
                found[_PLACE.sub(r"\1", name)] = content
    return found
