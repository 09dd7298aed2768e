"""Are there known holes in what the image installs? `make audit` asks pip-audit about the pins.

Where its data cannot be reached, that is said, and nothing has been found out.
"""

import json
import subprocess
import sys
from pathlib import Path

LOCK = Path(__file__).with_name("requirements.lock")
_OPTIONS = ("--require-hashes", "--disable-pip", "--progress-spinner", "off", "--format", "json")


def told(report: str) -> tuple[str, int]:
    """What pip-audit's report says, in words, and the code to end with: 1 for a known hole. A
    package that it has no data about counts as not audited, which pip-audit itself calls good."""
    try:
        packages = json.loads(report)["dependencies"]
        audited = [one for one in packages if "vulns" in one]
        left = [one["name"] for one in packages if "vulns" not in one]
        holes = [
            f"{one['name']} {one['version']}: {', '.join(hole['id'] for hole in one['vulns'])}"
            for one in audited
            if one["vulns"]
        ]
    except (ValueError, KeyError, TypeError):
        audited, left, holes = [], [], []
    if not audited:
        return "The data about known holes could not be reached: nothing was audited.", 0
    lines = holes or [f"No known hole in {len(audited)} pinned packages."]
    if left:
        lines.append(f"Not audited, as there is no data about them: {', '.join(left)}.")
    return "\n".join(lines), int(bool(holes))


if __name__ == "__main__":
    command = [*sys.argv[1:], "-r", str(LOCK), *_OPTIONS]
    done = subprocess.run(command, capture_output=True, text=True)
    words, code = told(done.stdout)
    print(words)
    sys.exit(code)
