"""Numbers in the files that people have: read as they are meant, told, or asked about."""

import gzip
import random
import tracemalloc

import numpy as np
import pytest
from test_pages import open_page

from rnnviz import ExperimentError
from rnnviz.__main__ import main
from rnnviz.core.tables import series
from rnnviz.core.tables.cells import is_date
from rnnviz.core.tables.meant import WAYS, Asked, Meant
from rnnviz.core.tables.series import read

WAVE = [(round(np.sin(t / 3), 4), round(np.cos(t / 3), 4)) for t in range(20)]


def lines(rows=WAVE, delimiter=",", comma=False, first=None, header=""):
    """A file of rows; `first` gives each row a first cell."""
    made = [header] if header else []
    for t, row in enumerate(rows):
        cells = [f"{x:.4f}".replace(".", ",") if comma else f"{x:.4f}" for x in row]
        made.append(delimiter.join([*([first(t)] if first else []), *cells]))
    return "\n".join(made) + "\n"


def reads(text, expected=WAVE, meant=None, codec="utf-8", said=()):
    signal = read(text.encode(codec), meant)
    assert signal.rows == tuple(map(tuple, expected))
    for words in said:
        assert any(words in sentence for sentence in signal.told), (words, signal.told)
    return signal


@pytest.mark.parametrize("comma", [False, True])
@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|", " ", "  "])
@pytest.mark.parametrize("header", [False, True])
@pytest.mark.parametrize("codec", ["utf-8", "utf-8-sig", "utf-16", "cp1252"])
def test_every_delimiter_mark_and_encoding(comma, delimiter, header, codec):
    if comma and delimiter == ",":
        return  # "0,5,0,7": nobody could tell
    head = delimiter.join(["links", "Größe"]) if header else ""
    text = lines(delimiter=delimiter, comma=comma, header=head)
    encoding = {"utf-16": "UTF-16"}.get(codec, "UTF-8")
    if codec == "cp1252" and header:
        encoding = "Windows-1252"
    signal = reads(text, codec=codec, said=[encoding, "commas" if comma else "points"])
    assert signal.names == (("links", "Größe") if header else ("", ""))
    assert signal.meant == Meant(header, False, comma)
    assert read(gzip.compress(text.encode(codec))) == signal


DATES = {
    "months": lambda t: f"{1949 + t // 12}-{t % 12 + 1:02}",
    "days": lambda t: f"{t + 1:02}.01.2009",
    "stamps": lambda t: f"01.01.2009 00:{t:02}:00",
    "iso": lambda t: f"2009-01-01T00:{t:02}:00Z",
    "american": lambda t: f"1/{t + 1}/2009 1:0{t % 10} PM",
    "words": lambda t: f"{t + 1} Jan 2009",
    "month names": lambda t: f"{['Jan', 'Feb', 'Mar'][t % 3]} {1949 + t}",
    "clock": lambda t: f"00:{t:02}:30.5",
    "zones": lambda t: f"2009-01-01 00:{t:02}:00+02:00",
    "quarters": lambda t: f"{1949 + t}Q{t % 4 + 1}",
    "quarters first": lambda t: f"Q{t % 4 + 1} {1949 + t}",
    "weeks": lambda t: f"2009 W{t + 1:02}",
    "Chinese": lambda t: f"2009年1月{t + 1}日",
}


@pytest.mark.parametrize("name", DATES)
@pytest.mark.parametrize("header", ["Date,a,b", ""])
def test_dates_are_no_input(name, header):
    reads(lines(first=DATES[name], header=header), said=["Column 1", "dates and is no input"])
    semicolons = header.replace(",", ";")
    reads(lines(first=DATES[name], header=semicolons, delimiter=";", comma=True), said=["dates"])
    single = [(x,) for x, _ in WAVE]
    reads(lines(single, first=DATES[name], header=header[:6]), single)


def test_a_number_is_no_date():
    for word in ("1949", "1", "0.5", "01.2009", "-3", "1e5", "20090101"):
        assert not is_date(word, comma=False)


@pytest.mark.parametrize("name", ["", "Unnamed: 0", "index", "t", "Time", "time (s)", "Jahr"])
@pytest.mark.parametrize("start", [0, 1, 1990])
def test_an_index_is_no_input(name, start):
    signal = reads(
        lines(first=lambda t: str(t + start), header=f"{name},a,b"), said=["an index and is no"]
    )
    assert signal.names == ("a", "b") and signal.meant.index
    whole = read(lines(first=lambda t: str(t + start), header=f"{name},a,b").encode(),
                 Meant(index=False))  # fmt: skip
    assert [row[0] for row in whole.rows] == [t + start for t in range(20)]


def test_what_may_be_an_index_is_asked_about():
    text = lines(first=str)
    with pytest.raises(Asked, match=r"an input or number the steps, got 0, 1 .*--signal-index"):
        read(text.encode())
    reads(text, meant=Meant(index=True))
    reads(text, [(t, *row) for t, row in enumerate(WAVE)], Meant(index=False))
    ramp = [(float(t), float(-2 * t)) for t in range(8)]  # its name says that it is an input
    reads(lines(ramp, header="left,right"), ramp)


@pytest.mark.parametrize("width", [1, 2, 3, 20])
def test_columns_that_are_numbered_have_no_step_for_it(width):
    rows = [tuple(row[0] + k for k in range(width)) for row in WAVE]
    rows = [tuple(round(x, 4) for x in row) for row in rows]
    header = ",".join(map(str, range(width)))
    reads(lines(rows, header=f",{header}", first=str), rows, said=["names in row 1"])
    if width == 1:  # a 0 as any other, or not
        with pytest.raises(Asked, match="--signal-header"):
            read(lines(rows, header=header).encode())
    else:
        reads(lines(rows, header=header), rows, said=["names in row 1"])
    reads(lines(rows, header=header), rows, Meant(header=True))
    first = tuple(map(float, range(width)))
    reads(lines(rows, header=header), [first, *rows], Meant(header=False))


def test_times_without_a_name_are_asked_about():
    for first in (lambda t: f"{t / 10:.1f}", lambda t: str(1577836800 + 60 * t),
                  lambda t: str(t * t + t)):  # fmt: skip
        with pytest.raises(Asked, match="--signal-index"):
            read(lines(first=first).encode())
        reads(lines(first=first), meant=Meant(index=True))
    reads("0.1,0.2\n0.3,0.4\n0.2,0.6\n", [(0.1, 0.2), (0.3, 0.4), (0.2, 0.6)])


@pytest.mark.parametrize("header", [",Unnamed: 0,a,b", "Unnamed: 0.1,Unnamed: 0,a,b"])
def test_an_index_that_pandas_wrote_twice_is_no_input(header):
    reads(lines(first=lambda t: f"{t},{t}", header=header), said=["Column 1", "Column 2 (Unnamed"])


def test_names_of_rows_are_no_input():
    names = lambda t: f"station {chr(97 + t)}"  # noqa: E731
    reads(lines(first=names, header=",a,b"), said=["Column 1 holds an index"])
    for delimiter in "\t ;":  # R's write.table names no column of row names
        head = delimiter.join(['"a"', '"b"'])
        text = lines(first=lambda t: f'"{t + 1}"', header=head, delimiter=delimiter)
        assert reads(text, said=["Column 1 holds an index"]).names == ("a", "b")
    with pytest.raises(ExperimentError, match="row 2 of the CSV must have 2 cells"):
        read(b"a,b\n1,2,3\n2,3,4\n")  # with commas it may as well be a decimal


def test_parts_of_a_date_are_no_input():
    parts = lambda t: f"1981,{t // 12 + 1},{t % 12 + 1}"  # noqa: E731
    reads(lines(first=parts, header="Year,Month,Day,a,b"), said=["Column 3 (Day) holds dates"])
    numbered = lambda t: f"{t + 1},{parts(t)},{t}"  # noqa: E731
    reads(lines(first=numbered, header="No,year,month,day,hour,a,b"), said=["Column 5 (hour)"])
    whole = read(lines(first=parts, header="year,month,day,a,b").encode(), Meant(index=False))
    assert whole.rows[0] == (1981, 1, 1, *WAVE[0])
    hours = [(t % 24, a) for t, (a, _) in enumerate(WAVE * 2)]  # not behind a year: an input
    reads("hour,a\n" + "".join(f"{h},{a}\n" for h, a in hours), hours)
    for name in ("Mon", "Tuesday", "Feb", "March"):
        reads(lines(first=lambda t, name=name: name, header="when,a,b"), said=["holds dates"])


GROUPED = {  # thousands: how they are written, and between which columns
    "american": ("1,234.5", '"2,234,567"', ",", False),
    "german": ("1.234,5", "2.234.567", ";", True),
    "french": ("1 234,5", "2 234 567", ";", True),
    "narrow": ("1\u202f234,5", "2\u00a0234\u00a0567", ";", True),
    "swiss": ("1'234.5", "2’234’567", ";", False),
}


@pytest.mark.parametrize("name", GROUPED)
def test_thousands_may_stand_in_groups(name):
    first, second, delimiter, comma = GROUPED[name]
    first = f'"{first}"' if delimiter == "," else first
    below = "0,5" if comma else "0.5"
    text = f"a{delimiter}b\n{first}{delimiter}{second}\n{below}{delimiter}7\n"
    reads(text, [(1234.5, 2234567), (0.5, 7)])


def test_groups_that_may_be_decimals_are_asked_about():
    for text in ("a;b\n1,234;2\n2,345;3\n", 'a,b\n"1,234",2\n"2,345",3\n'):
        with pytest.raises(Asked, match="separate thousands or decimals"):
            read(text.encode())
        reads(text, [(1234, 2), (2345, 3)], Meant(comma=False))
        reads(text, [(1.234, 2), (2.345, 3)], Meant(comma=True))
    with pytest.raises(ExperimentError, match="row 2"):
        read(b"a;b\n1.234;0,5\n2.345;0,7\n")  # a decimal point or a group: nobody knows


def test_a_currency_is_a_unit():
    reads("a,b\n$1.5,2\n$2.5,3\n", [(1.5, 2), (2.5, 3)], said=["column 1 are in $"])
    reads("a;b\n€ 1,5;2\n€ 2,5;3\n", [(1.5, 2), (2.5, 3)], said=["column 1 are in €"])


@pytest.mark.parametrize("codec", ["utf-8", "utf-8-sig", "utf-16", "cp1252"])
@pytest.mark.parametrize("mark", ["sep=;", '"sep=;"', "SEP=;"])
def test_excels_row_of_the_separator_is_none_of_the_file(codec, mark):
    text = f"{mark}\n" + lines(delimiter=";", comma=True, header="a;Größe")
    assert reads(text, codec=codec, said=["names in row 2"]).names == ("a", "Größe")


def test_spaces_may_stand_before_quotes():
    assert reads('a, "b, c"\n1.5, "2"\n2.5, "3"\n', [(1.5, 2), (2.5, 3)]).names == ("a", "b, c")


def test_what_may_be_a_header_is_asked_about():
    for text in ("0,1\n0.5,1\n2,3\n", "1,2\n0.5,0.7\n0.1,0.2\n"):
        with pytest.raises(Asked, match="which may number the columns") as asked:
            read(text.encode())
        assert asked.value.what == "header" and asked.value.understood == Meant(None, False, False)
    with pytest.raises(Asked, match="which may number the columns"):
        read(b"1990,1995,2000\n0.5,1.5,2.5\n0.1,0.2,0.3\n")
    depths = lines(header=",10,20", first=str)
    assert reads(depths, said=["names in row 1", "Column 1"]).names == ("10", "20")
    counted = "0,1,2\n3,4,5\n6,7,8\n"
    assert len(read(counted.encode()).rows) == 3  # whole numbers all over, and they go on
    with pytest.raises(Asked, match="which may number the columns"):
        read(b"0,1,2\n5,6,5\n7,8,9\n")


def test_signs_of_windows_1252_are_no_letters():
    reads(lines(header="a °;b µ", delimiter=";"), codec="cp1252", said=["Windows-1252"])
    degrees = "a\n" + "".join(f"{t}.5°\n" for t in range(9))
    reads(degrees, [(t + 0.5,) for t in range(9)], codec="cp1252", said=["are in °"])


def test_units_are_no_step_and_no_obstacle():
    below = lines(header="time,a,b\ns,V,°C", first=lambda t: f"{t / 10:.1f}")
    reads(below, said=["Row 2 holds units", "Column 1 (time)"])
    behind = "temperature;level\n" + "".join(
        f"{a:.4f} °C;{b:.4f}%\n".replace(".", ",") for a, b in WAVE
    )
    reads(behind, said=["column 1 are in °C", "column 2 are in %"])
    reads("u\n1.5 mV\n2.5 mV\n", [(1.5,), (2.5,)], said=["column 1 are in mV"])
    with pytest.raises(ExperimentError, match=r"row 2, column 1 .* got 1 km"):
        read(b"a,b\n1 km,2\n2 m,3\n5 km,4\n")


def test_what_stands_above_the_table_is_told():
    reads("# a b\n" + lines(delimiter=" "), said=["names in row 1"])
    reads("# made by hand\n# a, b\n" + lines(), said=["Row 1 holds a comment", "names in row 2"])
    reads("# made by hand\n# twice\n" + lines(header="a,b"), said=["names in row 3"])
    reads("#made by hand\n" + lines(delimiter=";"), said=["Row 1 holds a comment"])
    for mark in "#", "%", "//", "!":
        with pytest.raises(Asked, match="separate columns or decimals"):
            read(f"{mark} made by hand\n1,2\n3,4\n".encode())  # a comment is no header
        reads(f"{mark} temperatures\n" + lines(delimiter=" "), said=["Row 1 holds a comment"])
    reads(lines(header="a,b") + "# the end\n", said=["Row 22 holds a comment"])
    assert reads("#,a,b\n1,5,6\n2,7,9\n", [(5, 6), (7, 9)], said=["an index"]).names == ("a", "b")


def test_a_delimiter_at_the_end_is_no_column():
    ended = lines().replace("\n", ",\n")
    reads("a,b\n" + ended, said=["Column 3 holds nothing"])
    reads("a,b,\n" + ended, said=["Column 3 holds nothing"])
    reads(ended)


def test_what_looks_like_a_number_is_no_unit():
    for minus in "−–‑－":
        reads(f"a\n{minus}0.5\n0.7\n", [(-0.5,), (0.7,)])
    with pytest.raises(ExperimentError, match=r"row 2, column 1 .* got 1–5"):
        read("a\n1–5\n2–6\n".encode())
    with pytest.raises(ExperimentError, match=r"row 2, column 1 .* got 0\.5\.1"):
        read(b"a\n0.5.1\n0.7\n0.9\n")


def test_steps_need_not_be_even_to_be_steps():
    reads("Year;T\n1990;0,5\n1992;0,7\n1999;0,4\n", [(0.5,), (0.7,), (0.4,)], said=["an index"])
    reads("t;x\n0,0;1\n0,1;2\n0,2;3\n", [(1,), (2,), (3,)], said=["commas", "an index"])


GAPS = ["?", "", "NaN", "NA", "n/a", "null", "-", "<NA>", "NaT", "*", "1.#QNAN"]


@pytest.mark.parametrize("gap", GAPS)
def test_gaps_are_asked_about(gap):
    text = f"a;b\n1.0;2.0\n{gap};3.5\n5.0;{gap}\n{gap};{gap}x\n2.0;1.0\n".replace(f"{gap}x", "4.0")
    with pytest.raises(Asked, match=r"row 3, column 1 .* one of 3 gaps: .*--gaps hold\|line"):
        read(text.encode())
    held = [(1, 2), (1, 3.5), (5, 3.5), (5, 4), (2, 1)]
    reads(text, held, Meant(gaps="hold"), said=["3 gaps hold the value before"])
    line = [(1, 2), (3, 3.5), (5, 3.75), (3.5, 4), (2, 1)]
    reads(text, line, Meant(gaps="line"), said=["3 gaps hold a straight line", "row 3"])
    for way in WAYS:  # in front of the first and behind the last number
        reads(f"a;b\n{gap};1\n2;2\n{gap};3\n", [(2, 1), (2, 2), (2, 3)], Meant(gaps=way))


def test_power_meters_are_read():
    """Date, time, seven numbers, "?" for a gap: a public data set's form."""
    text = "Date;Time;P;U\n" + "".join(
        f"16/12/2006;17:{t:02}:00;{'?' if t == 7 else f'{t / 4:.3f}'};{230 + t:.3f}\n"
        for t in range(20)
    )
    with pytest.raises(Asked) as asked:
        read(text.encode())
    assert asked.value.what == "gaps" and asked.value.understood.index
    expected = [(t / 4 if t != 7 else 1.5, 230.0 + t) for t in range(20)]
    reads(text, expected, Meant(gaps="hold"), said=["Column 2 (Time) holds dates"])


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("a,b\n1,2\n3,4,5\n", "row 3 of the CSV must have 2 cells like the names, got 3"),
        ("1.5,2\n3,4\n5\n", "row 3 of the CSV must have 2 numbers like the first, got 1"),
        ("a,b\n1,2\n\n3,x\n", "row 4, column 2 of the CSV must be a finite number, got x"),
        ("a\ninf\n", "row 2, column 1 of the CSV must be a finite number, got inf"),
        ('a,b\n"1,2\n3,4\n', "row 2 of the CSV must be fields"),
        ("a,b\nx,?\n", "row 2, column 1"),
        ("a,b\n?,1\n?,2\n", "gaps"),
        ("day,a\n2020-01-01,1\n2020-01-0x,2\n", "row 3, column 1 of the CSV must be a date like"),
        ("day,a\n2020-01-01,1\n2020-01-02,2\nsource: a web page\n", "row 4 of the CSV must have 2"),
        ('[{"a": 1}, {"a": 2}]', "must be rows of fields, got JSON: save it as CSV"),
        ("Berlin,1.5\nParis,2.5\n", "row 1, column 1 of the CSV must be a finite number"),
    ],
)
def test_what_is_refused_is_named(text, says):
    with pytest.raises(ExperimentError) as error:
        read(text.encode())
    assert says in str(error.value) and "\n" not in str(error.value)


def test_columns_of_gaps_alone_are_refused_however_they_are_filled():
    for way in WAYS:
        with pytest.raises(ExperimentError, match="in a column with numbers, got gaps alone"):
            read(b"a,b\n?,1\n?,2\n", Meant(gaps=way))


@pytest.mark.slow
def test_the_largest_file_is_read_and_a_larger_one_counted():
    draw = random.Random(1)
    row = ",".join(f"{draw.random():.3f}" for _ in range(256))
    assert len(read(f"{row}\n".encode() * 5000).rows) == 5000
    with pytest.raises(ExperimentError, match="1 to 5000 rows of numbers, got 70001"):
        read(b"a,b\n" + b"1.5,2.5\n" * 70_001)
    bomb = gzip.compress(b"0.5\n" * (series.MOST_BYTES // 4 + 1))
    tracemalloc.start()
    with pytest.raises(ExperimentError, match="at most 64 MB"):
        read(bomb)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert peak < 3 * series.MOST_BYTES


def test_a_long_cell_takes_no_time():
    for cell in ("1" + "a" * 50_000 + "1", "1." * 50_000, "Jan " * 50_000):
        with pytest.raises(ExperimentError):
            read(f"a;b\n1;2\n{cell};3\n".encode())


# -- the page --------------------------------------------------------------------------------------


def sidebar(text, name="mine.csv"):
    app = open_page("pages/2_States.py")
    app.sidebar.selectbox(key="control_signal").select("csv").run()
    app.sidebar.file_uploader[0].set_value((name, text.encode(), "text/csv")).run()
    assert not app.exception
    return app


def box(app, label):
    return next(one for one in app.sidebar.radio if one.label == label)


@pytest.mark.slow
def test_the_sidebar_takes_the_sizes_of_the_file_at_once():
    app = sidebar(lines(first=DATES["stamps"], header="Date,p (mbar),T (degC)"))
    assert app.query_params["T_x"] == "20" and app.query_params["n_x"] == "2"
    for name, value in (("T_x", 20), ("n_x", 2)):
        (control,) = [one for kind in ("slider", "number_input") for one in app.sidebar.get(kind)
                      if one.key == f"control_{name}"]  # fmt: skip
        assert control.value == value
    told = " ".join(caption.value for caption in app.sidebar.caption)
    assert "Column 1 (Date) holds dates and is no input." in told
    frame = app.sidebar.dataframe[0].value
    assert list(frame.columns) == ["p (mbar)", "T (degC)"] and list(frame.index) == [1, 2, 3, 4, 5]
    np.testing.assert_allclose(frame.to_numpy(), WAVE[:5])


@pytest.mark.slow
def test_the_switches_say_what_else_it_means():
    app = sidebar(lines(header="0,1"))
    assert box(app, "First row names the columns").value == "yes"
    box(app, "First row names the columns").set_value("no").run()
    assert app.query_params["T_x"] == "21"
    app = sidebar(lines(first=str))
    assert "number the steps" in app.error[0].value and "--" not in app.error[0].value
    index = "First column numbers or dates the steps"
    assert box(app, index).value is None and app.query_params["signal"] == "gaussian"
    box(app, index).set_value("yes").run()
    assert (app.query_params["n_x"], app.query_params["T_x"]) == ("2", "20") and not app.error
    box(app, index).set_value("no").run()
    assert app.query_params["n_x"] == "3"
    app = sidebar("a;b\n1;2\n?;3\n4;5\n")
    box(app, "Gaps hold").set_value("line").run()
    assert not app.error and app.query_params["T_x"] == "3"
    assert app.sidebar.dataframe[0].value["a"].tolist() == [1, 2.5, 4]


# -- the shell -------------------------------------------------------------------------------------


def test_export_takes_a_file_with_the_same_reader(tmp_path, capsys):
    file = tmp_path / "mine.csv"
    file.write_text(lines(first=DATES["days"], header="Day,a,b"))
    asked = ["export", "--format", "npz", "--n-a", "2", "--m", "1", "--out", str(tmp_path / "out")]
    assert main([*asked, "--signal", str(file)]) == 0
    assert "Column 1 (Day) holds dates and is no input." in capsys.readouterr().err
    (made,) = (tmp_path / "out").rglob("*.npz")
    with np.load(made) as arrays:
        np.testing.assert_array_equal(arrays["x"][:, 0].T, WAVE)
    file.write_text(lines(first=str))
    assert main([*asked, "--signal", str(file)]) == 2
    assert "(--signal-index yes|no)" in capsys.readouterr().err
    assert main([*asked, "--signal", str(file), "--signal-index", "yes"]) == 0


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (["--signal", "nowhere.csv"], "or a file, got nowhere.csv: No such file"),
        (["--signal", "wave"], "signal must be one of gaussian"),
        (["--steps", "9"], "T_x must be 20 as in mine.csv, got 9"),
        (["--signal-index", "maybe"], "signal-index must be one of yes, no, got maybe"),
        (["--gaps", "zero"], "gaps must be one of hold, line, got zero"),
    ],
)
@pytest.mark.parametrize("command", ["export", "film"])
def test_a_file_that_does_not_do_gets_one_sentence(tmp_path, capsys, command, words, says):
    file = tmp_path / "mine.csv"
    file.write_text(lines(header="a,b"))
    made = tmp_path / "new"
    given = [command, "--out", str(made), "--signal", str(file), *words]
    assert main(given) == 2
    said = capsys.readouterr().err
    assert says in said and said.count("\n") == 1 and not made.exists()
