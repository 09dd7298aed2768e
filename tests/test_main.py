"""The command line refuses what it cannot take in one sentence, and serves this machine only."""

import subprocess
import sys

import pytest

import rnnviz
from rnnviz.sitemap import ROOT


def say(*words):
    return subprocess.run(
        [sys.executable, "-m", "rnnviz", *words], capture_output=True, text=True, timeout=60
    )


@pytest.mark.slow
def test_version():
    assert say("--version").stdout == f"rnnviz {rnnviz.__version__}\n"


@pytest.mark.slow
@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (("app", "--port", "99999"), "must be a whole number from 1 to 65535, got 99999"),
        (("app", "--port", "nan"), "must be a whole number from 1 to 65535, got nan"),
        (("app", "--port", "9" * 9999), "must be a whole number from 1 to 65535, got 9999"),
        (("app", "--host", "0.0.0.0"), "unless --public is given, got 0.0.0.0"),
        (("app", "--host", "example.org"), "unless --public is given, got example.org"),
        (("fly",), "invalid choice: 'fly'"),
    ],
)
def test_wrong_words_get_one_sentence(words, sentence):
    refused = say(*words)
    assert refused.returncode == 2
    assert sentence in refused.stderr.splitlines()[-1]
    assert "Traceback" not in refused.stderr


def test_the_dashboard_is_found():
    assert (ROOT / "app.py").is_file()
    assert (ROOT / ".streamlit" / "config.toml").is_file()
