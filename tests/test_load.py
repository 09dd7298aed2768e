"""The short form of benchmarks/load.py: a few at once, and every answer is right."""

import sys
from dataclasses import replace
from pathlib import Path

import pytest
from conftest import awaited

sys.path.insert(0, str(Path(__file__).parent.parent / "benchmarks"))

import load
from classroom.answers import PAGES, faults


@pytest.mark.slow
def test_a_few_at_once_get_right_answers(server):
    asked = load.words().parse_args(
        ["--sessions", str(len(PAGES)), "--think", "0.2", "--moves", "2"]
    )
    report = awaited(load.play(server, asked))
    assert report.lost == []
    assert len(report.opened) == len(PAGES) and len(report.moved) == 2 * len(PAGES)
    assert load.wrong(report, most=1000) == []
    for page, one, answer in report.opened:  # and a wrong one would be seen
        assert len(faults(page, replace(one, seed=one.seed + 1), answer)) > 1


@pytest.mark.slow
def test_many_who_open_one_link_get_the_same(server):
    asked = load.words().parse_args(["--sessions", "8", "--together", "--pages", "Gates"])
    report = awaited(load.play(server, asked))
    assert report.lost == [] and len(report.opened) == 8
    first = report.opened[0][2].pictures
    assert first and all(answer.pictures == first for *_, answer in report.opened)
    assert load.wrong(report, most=1) == []


@pytest.mark.parametrize("host", ["http://example.org", "http://192.0.2.7:8501", "8501"])
def test_it_asks_no_other_machine(host, capsys):
    with pytest.raises(SystemExit):
        load.words().parse_args(["--at", host])
    assert f"must be an address of this machine such as http://127.0.0.1:8501, got {host}" in (
        capsys.readouterr().err
    )
