"""The pins: each file of the image is known by its hash, and an audit says what it found out."""

import importlib.util
import json
import re

from rnnviz.sitemap import ROOT

DEPLOY = ROOT / "deploy"


def pins(text: str) -> set[str]:
    """The pinned packages of a file of requirements, each with its marker."""
    lines = (line.rstrip("\\ ") for line in text.splitlines() if line[:1].isalnum())
    return {re.sub(r"\s*;\s*", ";", line) for line in lines}


def test_the_image_installs_the_pins_by_their_hashes():
    lock = (DEPLOY / "requirements.lock").read_text()
    plain = [(folder / "requirements.txt").read_text() for folder in (ROOT, DEPLOY)]
    assert pins(lock) == pins(plain[0]) | pins(plain[1])
    each = re.split(r"^(?=\w)", lock, flags=re.M)[1:]
    assert len(each) == len(pins(lock))
    for one in each:
        assert re.fullmatch(r"\S+==[^\n]+(\\\n    --hash=sha256:[0-9a-f]{64}\s*)+", one), one[:80]
    assert (
        "--require-hashes -r /srv/rnnviz/requirements.lock" in (DEPLOY / "Dockerfile").read_text()
    )


def test_no_file_of_pins_names_a_registry():
    files = [*ROOT.glob("requirements*.txt"), *DEPLOY.glob("requirements.*")]
    assert len(files) == 4
    for path in files:
        assert not re.search(r"://|index-url|find-links", path.read_text()), path


def test_an_audit_tells_holes_from_what_it_could_not_ask():
    spec = importlib.util.spec_from_file_location("audit", DEPLOY / "audit.py")
    audit = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(audit)

    def told(*packages):
        return audit.told(json.dumps({"dependencies": packages}))

    good = {"name": "good", "version": "1", "vulns": []}
    bad = {"name": "bad", "version": "2", "vulns": [{"id": "CVE-1"}, {"id": "CVE-2"}]}
    unknown = {"name": "unknown", "skip_reason": "not found"}
    nothing = ("The data about known holes could not be reached: nothing was audited.", 0)
    assert audit.told("") == audit.told("[]") == told(unknown) == told() == nothing
    assert told(good, bad) == ("bad 2: CVE-1, CVE-2", 1)
    words, code = told(good, unknown)
    assert words.startswith("No known hole in 1 pinned packages.\nNot audited, ") and code == 0
    assert words.endswith(": unknown.")
