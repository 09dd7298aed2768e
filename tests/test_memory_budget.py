"""All runs of a server together have a budget of memory: who exceeds it waits, then is told."""

import gc
from contextlib import contextmanager

import pytest
from test_pages import open_page

import rnnviz
from rnnviz import ui
from rnnviz.commands import app
from rnnviz.core import machine, memory
from rnnviz.core.errors import ExperimentError
from rnnviz.core.memory import Budget, OutOfMemory
from rnnviz.ui import shared_runs

ONE = rnnviz.Experiment(T_x=20)


@pytest.fixture
def limit():
    """Set the budget of this process; afterwards the one that was."""
    shared_runs.bounded()  # once, or the first run of a page would do it
    before = memory.budget()
    yield memory.limit
    memory.limit(before)


class Held:
    """What a budget is held for."""


def test_what_is_reserved_comes_back_when_nobody_holds_it():
    budget, held = Budget(100), Held()
    with budget.reserved(60) as hold:
        assert budget.taken == 60
        hold(held)
    assert budget.taken == 60
    with budget.reserved(40):
        assert budget.taken == 100
    assert budget.taken == 60  # nothing was made of it
    with pytest.raises(KeyError), budget.reserved(30):
        raise KeyError
    assert budget.taken == 60
    del held
    gc.collect()
    assert budget.taken == 0


def test_where_there_is_no_room_what_is_kept_goes_first_and_no_more_of_it_than_needed():
    kept = []

    def spare():
        return bool(kept) and kept.pop(0) is not None

    budget = Budget(100, patience=0, spare=spare)
    for _ in range(3):
        kept.append(Held())
        with budget.reserved(30) as hold:
            hold(kept[-1])
    with budget.reserved(30):
        assert len(kept) == 2 and budget.taken == 90
    assert budget.refused == 0


def test_who_exceeds_it_waits_and_is_served_once_others_have_done():
    others, told = [Held()], []

    @contextmanager
    def waiting(sentence):
        told.append(sentence)
        yield
        told.append("over")

    budget = Budget(100 << 20, patience=60, waiting=waiting, between=others.clear)
    with budget.reserved(80 << 20) as hold:
        hold(others[0])
    with budget.reserved(50 << 20):
        assert told == [
            "Waiting for memory: this run needs 50 MB, others have 80 MB of 100 MB ..",
            "over",
        ]


def test_who_waited_in_vain_or_could_never_be_served_gets_one_sentence():
    budget, held = Budget(100 << 20, patience=0), Held()
    with pytest.raises(OutOfMemory) as alone, budget.reserved(101 << 20):
        pass
    start = "all runs together must take at most 100 MB of this server's memory; "
    assert str(alone.value) == f"{start}this one needs 101 MB alone"
    with budget.reserved(80 << 20) as hold:
        hold(held)
    with pytest.raises(OutOfMemory) as beside, budget.reserved(50 << 20):
        pass
    assert str(beside.value) == f"{start}this one needs 50 MB beside the 80 MB of others"
    assert (budget.refused, budget.taken) == (2, 80 << 20)


def test_who_waits_may_leave():
    budget, held = Budget(100, patience=60, between=lambda: (_ for _ in ()).throw(KeyError)), Held()
    with budget.reserved(80) as hold:
        hold(held)
    with pytest.raises(KeyError), budget.reserved(30):
        pass
    assert budget.taken == 80


def test_every_run_reserves_what_it_takes_by_its_own_account(limit):
    budget = Budget(10**9)
    limit(budget)
    one = rnnviz.run(ONE)
    assert budget.taken == ONE.bytes
    many = rnnviz.run_many(ONE, range(3))
    assert budget.taken == 4 * ONE.bytes and many.losses.shape[0] == 3
    del one, many
    gc.collect()
    assert budget.taken == 0
    limit(None)
    assert rnnviz.run(ONE).loss and budget.taken == 0


def test_a_memory_error_that_comes_all_the_same_is_a_sentence(limit):
    for each in (None, Budget(10**9)):
        limit(each)
        said = pytest.raises(OutOfMemory, match="needs 1 MB, which is not there")
        with said, memory.reserved(2**20):
            raise MemoryError
    assert memory.budget().taken == 0


@pytest.mark.slow
@pytest.mark.parametrize("page", ["pages/2_States.py", "pages/5_Compare.py", "pages/5_Workshop.py"])
def test_a_page_says_in_one_sentence_that_there_is_no_room(page, limit):
    limit(Budget(1000, patience=0))
    app = open_page(page, T_x="21")
    assert not app.exception and len(app.error) == 1
    said = app.error[0].value
    assert said.startswith("all runs together must take at most")
    assert said.endswith("Try again in a moment, or ask for less.")
    assert app.sidebar.slider  # the controls by which to ask for less
    limit(Budget(10**9))
    app.run()
    assert not app.error and not app.exception


def test_ten_who_ask_for_more_than_there_is_leave_the_budget_whole(limit, monkeypatch):
    """What is kept gives way; no more than the budget is ever held."""
    monkeypatch.setattr(shared_runs, "_SMALL", 0)
    each = [rnnviz.Experiment(seed=seed, T_x=20) for seed in range(7000, 7010)]
    budget = Budget(int(3.5 * ONE.bytes), patience=0, spare=lambda: shared_runs.large.drop())
    limit(budget)
    shared_runs.large.clear()
    for one in each:
        assert ui.run(one).experiment == one
        assert budget.taken <= budget.most
    gc.collect()
    assert shared_runs.large.size == budget.taken == 3 * ONE.bytes and not budget.refused
    shared_runs.large.clear()


def test_what_is_allowed_is_what_is_said_else_half_of_the_machine(monkeypatch):
    monkeypatch.delenv(machine.VARIABLE, raising=False)
    assert machine.allowed() == machine.memory() // 2 > 0
    monkeypatch.setenv(machine.VARIABLE, "2048")
    assert machine.allowed() == 2 << 30 and machine.allowed("64") == 64 << 20


@pytest.mark.parametrize("word", ["63", "-1", "2G", "1e9", "٢٠٠", "9" * 30, " "])
def test_what_is_no_number_of_megabytes_is_a_sentence(word, monkeypatch):
    with pytest.raises(ExperimentError, match="whole number of MB from 64, got"):
        machine.allowed(word)
    with pytest.raises(ExperimentError, match="whole number of MB from 64, got"):
        app.serve(8501, memory=word)
    monkeypatch.setenv(machine.VARIABLE, word)
    with pytest.raises(ExperimentError, match="whole number of MB from 64, got"):
        app.serve(8501)


@pytest.mark.parametrize(
    ("listed", "files", "limits"),
    [
        ("0::/a/b", {"a/b/memory.max": "max", "a/memory.max": "3000"}, [3000]),
        ("0::/outside", {"memory.max": "5000"}, [5000]),  # a container sees its group at the root
        ("0::/", {"unified/memory.max": "6000"}, [6000]),
        (
            "8:pids:/x\n4:memory:/a\n0::/",
            {
                "memory/a/memory.limit_in_bytes": "7000",
                "memory/memory.limit_in_bytes": "9000",
                "pids/x/memory.limit_in_bytes": "1",
            },
            [7000, 9000],
        ),
        ("0::/../../etc", {"../memory.max": "1"}, []),
        ("", {}, []),
    ],
)
def test_limits_of_control_groups_are_read_in_both_versions(tmp_path, listed, files, limits):
    mounted = tmp_path / "cgroup"
    mounted.mkdir()
    for name, text in files.items():
        path = mounted / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(f"{text}\n")
    (tmp_path / "listed").write_text(listed)
    assert list(machine._of_groups(mounted, tmp_path / "listed")) == limits
    assert list(machine._of_groups(mounted, tmp_path / "missing")) == []
