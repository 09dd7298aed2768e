"""Commands are files; each says what it does, ends as a shell expects and takes no nonsense."""

import re
import subprocess
import sys
from dataclasses import fields

import pytest
from test_main import say

import rnnviz
from rnnviz import commands
from rnnviz.__main__ import main
from rnnviz.commands import COMMANDS, bench
from rnnviz.core.errors import Unavailable
from rnnviz.exhibits import of_run
from rnnviz.export import images

every_command = pytest.mark.parametrize("name", COMMANDS)
SEEDS = ["export", "--steps", "5", "--format", "json", "--seeds"]


def test_a_command_is_a_file():
    from pathlib import Path

    files = {path.stem for path in Path(commands.__file__).parent.glob("*.py")} - {"__init__"}
    assert set(COMMANDS) == files >= {"app", "bench", "export", "sentiment"}
    assert next(iter(COMMANDS)) == "app"


@pytest.mark.slow
def test_help_names_every_command_and_the_exit_codes():
    done = say("--help")
    assert done.returncode == 0 and not done.stderr
    assert all(f"    {name}" in done.stdout for name in COMMANDS)
    assert "0 when all is done, 1 when something failed, 2 when a word was wrong" in done.stdout
    assert all(len(line) <= 100 for line in done.stdout.splitlines())


@every_command
def test_every_command_has_a_help(name, capsys):
    with pytest.raises(SystemExit) as left:
        main([name, "--help"])
    assert left.value.code == 0
    assert f"rnnviz {name}" in capsys.readouterr().out


def test_the_flags_are_the_experiments_fields(capsys):
    with pytest.raises(SystemExit):
        main(["export", "--help"])
    said = capsys.readouterr().out
    for field in fields(rnnviz.Experiment):
        name = {"T_x": "steps"}.get(field.name, field.name).replace("_", "-")
        assert (f"--{name} " in said) is (field.name != "series")


def test_help_is_quick_because_it_loads_nothing_heavy():
    source = """
import sys
from rnnviz.__main__ import main
try:
    main(["export", "--help"])
except SystemExit:
    pass
print([m for m in ("streamlit", "kaleido", "keras", "pandas") if m in sys.modules])
"""
    done = subprocess.run([sys.executable, "-c", source], capture_output=True, text=True)
    assert done.stdout.endswith("[]\n"), done.stdout + done.stderr


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (["--n-a", "0"], "n_a must be between 1 and 256, got 0"),
        (["--format", "exe"], "format must be one of png"),
        (["--together", "rar"], "together must be one of html, pdf, zip, panels, got rar"),
        (["--together", "html", "--seeds", "1-3"], "together must be of one seed, got 3 seeds"),
        (["--figures", "../etc"], "figures must be all or of step"),
        (["--pages", "evil"], "pages must be one of step, states, gates"),
        (["--cell", "rnn", "--pages", "gates"], "pages must have a figure of the cell rnn"),
        (["--theme", "neon"], "theme must be one of light, dark, print, got neon"),
        (["--width", "1e9"], "width must be between 320px and 4000px or"),
        (["--scale", "5"], "scale must be between 0.5 and 4, got 5"),
        (["--scale", "nan"], "scale must be between 0.5 and 4, got nan"),
        (["--seeds", "5-1"], "seeds must be 1 to 1000, rising, got 5-1"),
        (["--seeds", "1-99999"], "seeds must be 1 to 1000, rising, got 1-99999"),
        (["--seeds", "x" * 10_000], "seeds must be such as 1-20 or 1,4,7, got xxx"),
        (["--seeds", "9999999999"], "seed must be between 0 and 4294967295"),
        (["--signal", "csv"], "series must have T_x"),
    ],
)
def test_nonsense_gets_one_sentence_and_writes_nothing(tmp_path, capsys, words, sentence):
    assert main(["export", "--out", str(tmp_path / "new"), *words]) == 2
    said = capsys.readouterr()
    assert sentence in said.err and said.err.count("\n") == 1 and len(said.err) < 450
    assert not said.out and not (tmp_path / "new").exists()


def test_a_folder_that_cannot_be_written_gets_one_sentence(tmp_path, capsys):
    (tmp_path / "file").write_text("")
    assert main([*SEEDS, "1", "--out", str(tmp_path / "file" / "new")]) == 2
    assert "out must be a folder to write to, got: Not a directory" in capsys.readouterr().err


def test_many_seeds_have_a_folder_each(tmp_path, capsys):
    assert main([*SEEDS, "1-3,7", "--out", str(tmp_path)]) == 0
    said = capsys.readouterr().out.split()
    expected = [tmp_path / f"seed-{n}" / f"lstm-seed{n}.json" for n in (1, 2, 3, 7)]
    assert said == [str(path) for path in expected] and all(path.is_file() for path in expected)


@pytest.mark.slow
def test_together_needs_no_chrome_for_html(tmp_path, monkeypatch, capsys):
    monkeypatch.setattr(images, "missing", lambda: "no Chrome here")
    words = ["export", "--steps", "5", "--out", str(tmp_path)]
    assert main([*words, "--together", "html"]) == 0
    text = (tmp_path / "lstm-seed1.html").read_text()
    every = of_run(rnnviz.run(rnnviz.Experiment(T_x=5)))
    assert text.count("<figure ") == len(every) > 13
    assert len(re.findall(r"plotly\.js (?:\(.+?\) )?v\d", text)) == 1
    capsys.readouterr()
    for more in (["--together", "pdf"], ["--format", "png"]):
        assert main([*words, *more]) == 1  # not the words are wrong: the machine lacks something
        assert capsys.readouterr().err == "rnnviz export: no Chrome here\n"
    assert sorted(path.name for path in tmp_path.iterdir()) == ["lstm-seed1.html"]


@pytest.mark.browser
def test_figures_of_many_seeds_are_drawn(tmp_path, capsys):
    words = ["--cell", "gru", "--steps", "6", "--seeds", "4-5", "--pages", "gates,compare"]
    out = ["--theme", "print", "--format", "svg,png,npz", "--out", str(tmp_path)]
    assert main(["export", *words, *out]) == 0
    said = capsys.readouterr().out.split()
    assert sorted(said) == sorted(map(str, tmp_path.glob("*/*"))) and len(said) == 2 * (7 * 2 + 1)
    picture = (tmp_path / "seed-5" / "gates-overview.svg").read_text()
    footer = "gru, seed 5, n_x 3, n_a 16, n_y 2, m 10, T_x 6, init orthogonal, forget_bias 1"
    assert footer in picture


@pytest.mark.browser
def test_together_writes_a_pdf_and_a_zip(tmp_path, capsys):
    words = ["export", "--steps", "6", "--pages", "states", "--together", "pdf,zip,html"]
    assert main([*words, "--out", str(tmp_path)]) == 0
    names = [f"lstm-seed1.{kind}" for kind in ("html", "pdf", "zip")]
    assert sorted(path.name for path in tmp_path.iterdir()) == names


def test_without_the_checkout_bench_says_so(monkeypatch, tmp_path):
    monkeypatch.setattr(bench, "__file__", str(tmp_path / "a" / "b" / "bench.py"))
    with pytest.raises(Unavailable, match="the benchmarks come with the checkout"):
        bench.main(None)


def test_bench_hands_on_a_failure(monkeypatch):
    monkeypatch.setattr(subprocess, "call", lambda command: 3 if "engine.py" in command[-1] else 0)
    assert bench.main(None) == 1


def test_a_reader_that_leaves_early_gets_no_traceback(tmp_path):
    command = f"{sys.executable} -m rnnviz {' '.join(SEEDS)} 1-300 --out {tmp_path} | head -1"
    done = subprocess.run(["bash", "-c", command], capture_output=True, text=True, timeout=120)
    assert done.stdout.count("\n") == 1 and "Traceback" not in done.stderr
