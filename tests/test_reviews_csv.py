"""Reviews in the shapes that people have them: read as they are meant, or refused by their row."""

import csv
import gzip
import io
import random
import tracemalloc
import zipfile

import numpy as np
import pytest

from rnnviz import ExperimentError
from rnnviz.core.tables import delimited
from rnnviz.sentiment import columns, data, dealing, labels, reviews_csv
from rnnviz.sentiment.settings import Settings
from rnnviz.sentiment.words import tokens

TEXTS = [f"the {'good' if i % 2 else 'bad'} film, number {'abcdefghij'[i % 10]} {i}"
         for i in range(40)]  # fmt: skip


def table(names=("text", "label"), kinds=("0", "1"), texts=TEXTS, delimiter=",", more=()):
    """A file of the texts, each with the next of the kinds, and of more columns behind."""
    made = io.StringIO()
    writer = csv.writer(made, delimiter=delimiter, lineterminator="\n")
    if names:
        writer.writerow([*names, *(name for name, _ in more)])
    for i, text in enumerate(texts):
        writer.writerow([text, kinds[i % len(kinds)], *(value for _, value in more)])
    return made.getvalue()


def same(one, other) -> bool:
    """Whether two readings hold the same words and labels, in the same order."""
    texts = [[tuple(r.words[i] for i in ids) for ids in r.ids] for r in (one, other)]
    return texts[0] == texts[1] and one.labels == other.labels


@pytest.mark.parametrize(
    ("codec", "said"),
    [
        ("utf-8", "UTF-8"), ("utf-8-sig", "UTF-8"), ("utf-16", "UTF-16"), ("utf-16-le", "UTF-16"),
        ("utf-16-be", "UTF-16"), ("cp1252", "Windows-1252"),
    ],
)  # fmt: skip
@pytest.mark.parametrize("delimiter", delimited.DELIMITERS)
@pytest.mark.parametrize("packed", [bytes, gzip.compress])
def test_every_encoding_and_delimiter_is_found_and_said(codec, said, delimiter, packed):
    texts = [f"It’s a café — “{text}”" for text in TEXTS]
    plain = reviews_csv.read(table(texts=texts).encode())
    other = reviews_csv.read(packed(table(texts=texts, delimiter=delimiter).encode(codec)))
    assert same(plain, other)
    assert said in other.told()[0] and delimited.DELIMITERS[delimiter] in other.told()[0]
    assert {"it's", "café"} <= set(other.words)


def test_every_byte_of_windows_1252_is_read():
    every = b" ".join(bytes([byte]) for byte in range(0x80, 0x100))
    content = b"text,label\n" + b"plain words " * 20 + every + b",1\n"
    assert reviews_csv.read(content).encoding == "Windows-1252"


@pytest.mark.parametrize("codec", ["cp1251", "koi8-r", "shift-jis", "gb18030"])
def test_another_encoding_is_no_windows_1252(codec):
    few = table(
        kinds=("negative", "positive"), texts=["фильм" if codec[0] in "ck" else "とても良い"] * 9
    )
    with pytest.raises(ExperimentError, match="another encoding: save it as UTF-8"):
        reviews_csv.read(few.encode(codec))
    text = "Привет, фильм хороший" if codec in ("cp1251", "koi8-r") else "映画はとても良かった"
    with pytest.raises(ExperimentError, match="another encoding: save it as UTF-8"):
        reviews_csv.read(table(texts=[text] * 40).encode(codec))


@pytest.mark.parametrize(
    "name",
    "text Review SENTENCE tweet Content review_text SentimentText OriginalTweet reviews.text avis "
    "Kommentar review_body".split(),
)
@pytest.mark.parametrize("mark", "label Sentiment target class POLARITY Stars".split())
def test_columns_are_known_by_their_names(name, mark):
    """In whatever order, and with others between."""
    read = reviews_csv.read(table((name, mark), more=[("id", "7"), ("user", "anna")]).encode())
    assert same(read, reviews_csv.read(table().encode()))
    turned = [line.split(";")[::-1] for line in table((name, mark), delimiter=";").splitlines()]
    assert same(read, reviews_csv.read("\n".join(map(";".join, turned)).encode()))


def test_columns_of_other_names_are_asked_for():
    content = table(("v1", "v2"), more=[("v3", "x")]).encode()
    with pytest.raises(columns.UnknownColumns, match=r"the text, got v1, v2, v3: .*--text-column"):
        reviews_csv.read(content)
    with pytest.raises(columns.UnknownColumns, match="--label-column"):
        reviews_csv.read(content, "V1")
    plain = reviews_csv.read(table().encode())
    for text, label in (("v1", "v2"), ("1", "2"), (" V1 ", "2")):
        assert same(reviews_csv.read(content, text, label), plain)
    with pytest.raises(ExperimentError, match="text column must be one of v1, v2, v3 or a number"):
        reviews_csv.read(content, "v9", "v2")
    with pytest.raises(ExperimentError, match="must be two columns, got v1 for both"):
        reviews_csv.read(content, "1", "v1")


def test_empty_columns_hide_no_header():
    content = table(("v1", "v2"), ("ham", "spam"), more=[("", ""), ("", "")]).encode()
    with pytest.raises(columns.UnknownColumns, match="got v1, v2, column 3, column 4"):
        reviews_csv.read(content)
    assert same(
        reviews_csv.read(content, "v1", "v2"),
        reviews_csv.read(table(kinds=("ham", "spam")).encode()),
    )


@pytest.mark.parametrize("kinds", [("0", "4"), ("neg", "pos"), ("1", "2", "3", "4", "5")])
def test_a_file_without_a_header_loses_no_row(kinds):
    plain = reviews_csv.read(table(kinds=kinds).encode())
    more = [("", "2009-04-06"), ("", "NO_QUERY")]
    bare = reviews_csv.read(table((), kinds, more=more).encode())
    assert same(plain, bare) and bare.rows[0] == 1 and bare.layout.header_row == 0
    assert "texts from column 1, labels from column 2" in bare.told()[0]
    with pytest.raises(columns.UnknownColumns):  # its first review would name the columns
        reviews_csv.read(table((), kinds).encode(), header="yes")


def test_markup_is_no_word_and_apostrophes_are_one():
    texts = [
        ("Fine.<br /><br />So &amp; so &quot;quoted&quot;", "fine so so quoted"),
        ("<p class='x'>One</p><P>two</P> <!-- three --> <b>fo</b>ur", "one two four"),
        ("I don’t, I don't, I don´t, I don`t", "i don't i don't i don't i don't"),
        ("a < b and b > c, <3", "a b and b c 3"),
        ("‘quoted’ rock’n’roll", "quoted rock'n'roll"),
        ("&lt;br /&gt; &amp;#39;twice&amp;#39;", "twice"),
        ("यह फ़िल्म अच्छी है", "यह फ़िल्म अच्छी है"),
        ("cafe\u0301 café", "café café"),
        ("می‌خواهم กำลัง Привет", "می‌خواهم กำลัง привет"),
        ("👍❤️ 1️⃣", "1"),
    ]
    for text, words in texts:
        assert tokens(text) == words.split(" "), text


def test_plain_text_is_cut_as_any_other():
    """The short way for ASCII gives what the expression says."""
    draw = random.Random(3)
    for _ in range(20_000):
        text = "".join(draw.choices("ab1Z_'' .-\t\n", k=draw.randint(0, 12)))
        assert tokens(text) == tokens(f"{text} ȑ")[:-1]


def test_rows_without_words_are_left_out_and_counted():
    rows = table().splitlines()
    rows[5:5] = ["👍👍,1", '"<br />...",0', ",1"]
    read = reviews_csv.read("\n".join(rows).encode())
    assert read.wordless == (6, 7, 8) and same(read, reviews_csv.read(table().encode()))
    assert "3 rows without a word are left out (rows 6, 7, 8)." in read.told()


@pytest.mark.parametrize("text", ["le film ÉTÉ «créée» “été”…", "good ———————— bad ¡¡¡¡ “so”…"])
def test_accents_and_rows_of_signs_are_windows_1252(text):
    read = reviews_csv.read(table(texts=[f"{text} {k}" for k in range(9)]).encode("cp1252"))
    assert read.encoding == "Windows-1252" and read.first[0][1].startswith(text)


BROKEN = {  # what is wrong, and the row that must be named
    "a comma too many": (lambda rows: [*rows[:8], f"{TEXTS[0]},1", *rows[8:]], 9),
    "a label that is missing": (lambda rows: [*rows[:8], "alone,NaN", *rows[8:]], 9),
    "no label": (lambda rows: [*rows[:8], "alone", *rows[8:]], 9),
    "a quote in quotes": (lambda rows: [*rows[:8], '"the "so called" hero",1', *rows[8:]], 9),
    "a quote left open": (lambda rows: [*rows[:8], '"the hero,1', *rows[8:]], 9),
    "two quotes left open": (
        lambda rows: [*rows[:8], '"the hero,1', "plain,0", 'the end",1', *rows[8:]], 9
    ),
    "an open quote, label first": (
        lambda rows: ["label,text", "0,plain", '1,"open', "0,more", '1,end"', "1,last"], 3
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", BROKEN)
def test_a_broken_row_is_refused_by_its_number(name):
    damage, number = BROKEN[name]
    rows = damage(table().splitlines())
    with pytest.raises(ExperimentError, match=rf"\brow {number}\b") as error:
        reviews_csv.read("\n".join(rows).encode())
    assert "\n" not in str(error.value)


def test_texts_over_several_lines_are_read():
    texts = [f"{text}\nand, he said, so on\n\nto the end" for text in TEXTS]
    read = reviews_csv.read(table(texts=texts).encode())
    assert len(read.rows) == 40 and read.words[-1] == "39"
    assert {len(ids) for ids in read.ids} == {14}


def test_spaces_may_stand_before_quotes():
    texts = [f"{text}, he said" for text in TEXTS]
    spaced = "".join(f'{i % 2}, "{text}"\n' for i, text in enumerate(texts))
    read = reviews_csv.read(f"label, text\n{spaced}".encode())
    assert same(read, reviews_csv.read(table(texts=texts).encode()))
    plain = "".join(f'{i % 2}, "{text}" he said\n' for i, text in enumerate("abcd" * 10))
    assert len(reviews_csv.read(f"label, text\n{plain}".encode()).rows) == 40


@pytest.mark.parametrize("codec", ["utf-8", "utf-16", "cp1252"])
def test_excels_row_of_the_separator_is_none_of_the_file(codec):
    text = "sep=;\n" + table(texts=[f"{text} é" for text in TEXTS], delimiter=";")
    read = reviews_csv.read(text.encode(codec))
    assert len(read.rows) == 40 and read.rows[0] == 3 and read.layout.header_row == 2


def test_files_of_another_kind_are_told_from_tables():
    with pytest.raises(ExperimentError, match="got JSON: save it as CSV"):
        reviews_csv.read(b'{"text": "good", "label": 1}\n{"text": "bad", "label": 0}\n')
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as book:
        for name in ("[Content_Types].xml", "xl/workbook.xml"):
            book.writestr(name, "<x/>")
    with pytest.raises(ExperimentError, match="got a workbook: save it as CSV"):
        reviews_csv.read(packed.getvalue())


def test_tabs_need_no_quotes():
    texts = [f'"{i}" is a number' if i % 3 else f'"so {i}' for i in range(40)]
    lines = "text\tlabel\n" + "".join(f"{text}\t{i % 2}\n" for i, text in enumerate(texts))
    read = reviews_csv.read(lines.encode())
    assert len(read.rows) == 40
    escaped = 'text,label\n"a \\"word\\", and more",1\n' * 1 + '"plain",0\n'
    assert reviews_csv.read(escaped.encode()).first[0][2] == ["a", "word", "and", "more"]


PAIRS = ("negative/positive neg/pos rotten/fresh bad/good sad/happy 0/1 0/4 -1/1 false/true no/yes "
         "0.0/1.0 negatif/positif")  # fmt: skip


@pytest.mark.parametrize("pair", PAIRS.split())
@pytest.mark.parametrize("spell", [str, str.upper, str.title, lambda word: f" {word} "])
def test_the_usual_pairs_are_known_in_any_spelling(pair, spell):
    low, high = map(spell, pair.split("/"))
    for first, second in ((low, high), (high, low)):
        two = labels.classes([first, second] * 20)
        assert two.labels.tolist() == [int(first == high), int(second == high)] * 20
        assert two.names == (low, high)


def test_unknown_labels_are_asked_for():
    given = reviews_csv.read(table(kinds=("spam", "Ham")).encode()).labels
    with pytest.raises(labels.UnknownLabels) as error:
        labels.classes(given)
    assert error.value.labels == ("Ham", "spam")
    assert labels.classes(given, "spam").labels.tolist() == [1, 0] * 20
    assert labels.classes(given, "HAM").names == ("spam", "Ham")
    with pytest.raises(ExperimentError, match="one of the labels Ham and spam, got eggs"):
        labels.classes(given, "eggs")
    three = ["positive", "neutral", "negative"] * 9
    with pytest.raises(labels.UnknownLabels, match="got negative, neutral and positive: "):
        labels.classes(three)
    assert labels.classes(three, "positive").names == ("not positive", "positive")
    assert labels.classes(three, "positive").labels.sum() == 9


@pytest.mark.parametrize(
    ("stars", "least"),
    [("1 2 3 4 5", 4), ("0 1 2 3 4", 3), ("1 2 3 4 5 6 7 8 9 10", 6), ("-1 0 1", 1),
     ("1.0 2.5 3.0 5.0", 5), ("1,5 2 4,5", 4.5)],
)  # fmt: skip
def test_stars_have_a_threshold(stars, least):
    given = stars.split()
    two = labels.classes(given)
    numbers = [float(word.replace(",", ".")) for word in given]
    assert two.threshold == least and two.labels.tolist() == [int(n >= least) for n in numbers]
    assert f"{least:g} or more" in two.told() and two.names[0] == f"under {least:g}"
    for asked in numbers[1:]:
        moved = labels.classes(given, threshold=str(asked))
        assert moved.labels.tolist() == [int(n >= asked) for n in numbers]
    for asked in (numbers[0], numbers[-1] + 1, "many"):
        with pytest.raises(ExperimentError, match=r"^threshold must be above"):
            labels.classes(given, threshold=str(asked))
    with pytest.raises(ExperimentError, match="labels must be numbers"):
        labels.classes(["good", "bad"], threshold="3")


@pytest.mark.parametrize("seed", range(5))
def test_no_text_is_in_two_parts(seed):
    """Whatever its case, spaces and punctuation, and also with two labels."""
    draw = random.Random(seed)
    sizes = [draw.choice((1, 1, 1, 2, 3, 9)) for _ in range(60)]
    texts, kinds = [], []
    for number, size in enumerate(sizes):
        for turn in range(size):
            text = f"text number{number} of them"
            texts.append((text, text.upper(), f" {text}!", text.replace(" ", "  "))[turn % 4])
            kinds.append(str(number % 2) if turn < 2 or number % 10 else str(turn % 2))
    rows = list(zip(texts, kinds, strict=True))
    draw.shuffle(rows)
    content = "text,label\n" + "".join(f'"{text}",{kind}\n' for text, kind in rows)
    dataset = data.from_csv(content.encode(), Settings(seed=seed))
    read = reviews_csv.read(content.encode())
    parts = dealing.deal(
        read.texts, labels.classes(read.labels).labels, np.random.default_rng(seed)
    )
    assert sorted(i for part in parts for i in part) == list(range(len(rows)))
    of_part = [{tuple(tokens(rows[i][0])) for i in part} for part in parts]
    assert not (of_part[0] & of_part[1] or of_part[0] & of_part[2] or of_part[1] & of_part[2])
    splits = dataset.train, dataset.validation, dataset.test
    assert all(set(split.labels) == {0, 1} for split in splits)
    # As near to 80, 10 and 10 % as texts of up to 9 reviews in two classes allow.
    for split, share in zip(splits, dealing.SHARES, strict=True):
        assert abs(len(split.labels) - share * len(rows)) <= 2 * 9
    repeated = len(rows) - len(sizes)
    assert any(f"{repeated} reviews repeat" in said for said in dataset.told)


def test_three_texts_of_a_class_are_enough_and_two_are_not():
    few = table(texts=[f"text {'abcdef'[i % 6]}" for i in range(40)])
    dataset = data.from_csv(few.encode(), Settings())
    assert all(set(s.labels) == {0, 1} for s in (dataset.train, dataset.validation, dataset.test))
    fewer = table(texts=[f"text {'abcd'[i % 4]}" for i in range(40)])
    with pytest.raises(ExperimentError, match="at least 3 different texts, got 2"):
        data.from_csv(fewer.encode(), Settings())


def test_ids_are_the_words_of_the_text():
    dataset = data.from_csv(table(kinds=("rotten", "fresh")).encode(), Settings(words=12))
    assert dataset.classes == ("rotten", "fresh") and len(dataset.words) == 8
    known = set(dataset.words)
    whole = [tuple(w if w in known else None for w in tokens(text)) for text in TEXTS]
    for split in (dataset.train, dataset.validation, dataset.test):
        for ids, label in zip(split.ids, split.labels, strict=True):
            assert ids[0] == data.START and ids.dtype == np.int32
            words = tuple(None if i == data.UNKNOWN else dataset.words[i - data.FIRST]
                          for i in ids[1:])  # fmt: skip
            assert words in whole and ("good" in words) == label


@pytest.mark.slow
@pytest.mark.parametrize("packed", ["gzip", "zip", "two zips"])
def test_what_unpacks_to_too_much_takes_no_memory(packed, monkeypatch):
    most = 1 << 20
    monkeypatch.setattr(reviews_csv, "MOST_BYTES", most)
    zeros = b"0" * (64 * most)
    if packed == "gzip":
        bomb = gzip.compress(zeros)
    else:
        made = io.BytesIO()
        with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as archive:
            for name in ("a.csv", "b.csv")[: 1 + (packed == "two zips")]:
                archive.writestr(name, zeros)
        bomb = made.getvalue()
    del zeros
    tracemalloc.start()
    sentence = "only file, got 2 files" if packed == "two zips" else "at most 1 MB of text"
    with pytest.raises(ExperimentError, match=sentence):
        reviews_csv.read(bomb)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert peak < 4 * most  # the limit, the packed bytes, and buffers


def test_a_zip_of_one_file_is_read():
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w") as archive:
        archive.writestr("reviews.csv", table())
        archive.writestr("__MACOSX/._reviews.csv", b"x")
    assert same(reviews_csv.read(made.getvalue()), reviews_csv.read(table().encode()))


@pytest.mark.slow
def test_memory_stays_near_the_size_of_the_file():
    content = table(texts=[f"{text} " * 200 for text in TEXTS * 10]).encode()
    tracemalloc.start()
    reviews_csv.read(content)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    # A word of one letter and a space, two bytes, becomes a number of four; no text is kept.
    assert peak < 2 * len(content)
