"""The README's lines run as they stand."""

import re
from pathlib import Path

README = Path(__file__).parent.parent / "README.md"


def test_the_lines_without_the_dashboard_run(tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    (code,) = re.findall(r"```python\n(.*?)```", README.read_text(), re.DOTALL)
    exec(code, {})
    assert capsys.readouterr().out.startswith("(5, 10, 50)\n")
    assert "plotly" in (tmp_path / "norms.html").read_text().lower()
