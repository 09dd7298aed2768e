"""The reviews: the grammar's promises, and one sentence for every file that cannot be read."""

import io
import pickle

import numpy as np
import pytest

from rnnviz import ExperimentError
from rnnviz.sentiment import corpus, data, imdb, reviews_csv
from rnnviz.sentiment.settings import Settings, recipe
from rnnviz.sentiment.words import tokens


@pytest.mark.slow
def test_the_corpus_is_balanced_different_and_seeded():
    train = corpus.reviews(1, 2000)
    seen = frozenset(review.words for review in train)
    held = corpus.reviews(2, 1000, seen)
    assert corpus.reviews(1, 2000) == train
    assert sum(review.label for review in train) == 1000
    assert len(seen) == 2000 and not seen & {review.words for review in held}
    assert {word for review in train for word in review.words} <= set(corpus.vocabulary())


@pytest.mark.slow
def test_distances_are_mixed_and_true():
    train = corpus.reviews(1, 4000)
    distances = np.array([review.distance for review in train])
    assert distances.min() == 0 and distances.max() == corpus.MOST_DISTANCE
    assert all((distances >= low).mean() > 0.05 for low in (0, 10, 20, 30, 40, 50))
    opinions = set(corpus.GOOD) | set(corpus.BAD)
    for review in train[:500]:
        last = max(i for i, word in enumerate(review.words) if word in opinions)
        assert len(review.words) - 1 - last == review.distance


@pytest.mark.slow
def test_turning_words_tell_nothing_alone():
    train = corpus.reviews(3, 6000)
    for word in ("not", "but", "although", "nobody"):
        labels = [review.label for review in train if word in review.words]
        assert len(labels) > 1000 and abs(np.mean(labels) - 0.5) < 0.05, word


@pytest.mark.slow
@pytest.mark.parametrize("form", corpus.FORMS)
def test_every_form_means_what_it_says(form):
    """The label by the form's own rule, read from the words again."""
    reviews = [review for review in corpus.reviews(5, 3000) if review.form == form][:200]
    for review in reviews:
        opinions = [
            word in corpus.GOOD for word in review.words if word in (*corpus.GOOD, *corpus.BAD)
        ]
        expected = {
            "plain": lambda o: o[0],
            "negation": lambda o: not o[0],
            "double_negation": lambda o: o[0],
            "contrast": lambda o: o[1],
            "concession": lambda o: o[0],
        }[form](opinions)
        assert bool(review.label) == expected


@pytest.mark.slow
@pytest.mark.parametrize("ngrams", [1, 2, 3])
def test_a_bag_of_words_stays_low(ngrams):
    from sklearn.feature_extraction.text import TfidfVectorizer
    from sklearn.linear_model import LogisticRegression

    train, test = corpus.reviews(1, 4000), corpus.reviews(9, 2000)
    weigh = TfidfVectorizer(ngram_range=(1, ngrams), token_pattern=r"\S+")
    X = weigh.fit_transform([" ".join(review.words) for review in train])
    model = LogisticRegression(max_iter=1000).fit(X, [review.label for review in train])
    said = model.predict(weigh.transform([" ".join(review.words) for review in test]))
    assert 0.5 < np.mean(said == [review.label for review in test]) <= 0.72


# -- files -----------------------------------------------------------------------------------------


def npz(path, **arrays):
    lists = np.empty(30, object)
    lists[:] = [list(range(1, 3 + i)) for i in range(30)]
    labels = np.arange(30) % 2
    given = {"x_train": lists, "y_train": labels, "x_test": lists, "y_test": labels} | arrays
    np.savez(path, **given)
    return path


@pytest.mark.slow
def test_a_local_imdb_is_read_as_keras_reads_it(tmp_path, monkeypatch):
    path = npz(tmp_path / "imdb.npz")
    (tmp_path / "imdb_word_index.json").write_text('{"the": 1, "film": 2}')
    monkeypatch.setenv(imdb.VARIABLE, str(path))
    dataset = data.load(recipe("modern", "imdb", "gru", words=20))
    assert dataset.words[:3] == ("the", "film", "#3") and len(dataset.words) == 16
    parts = dataset.train, dataset.validation, dataset.test
    assert [len(part.labels) for part in parts] == [27, 3, 30]
    every = {tuple(review) for review in (*dataset.train.ids, *dataset.validation.ids)}
    whole = [[data.START, *(i + 3 if i + 3 < 20 else data.UNKNOWN for i in range(1, 3 + n))]
             for n in range(30)]  # fmt: skip
    assert every == set(map(tuple, whole))
    notebook = data.load(recipe("notebook", str(path), "gru"))
    assert [len(part.labels) for part in (notebook.train, notebook.validation, notebook.test)] == [
        30, 12, 18,
    ]  # fmt: skip
    assert dataset.subset.sum() == 18


@pytest.mark.slow
def test_the_notebooks_split_is_the_notebooks():
    from sklearn.model_selection import train_test_split

    validation, tested = data._notebook_split(25_000)
    assert (len(tested), len(validation)) == (15_000, 10_000)
    ours = train_test_split(np.arange(25_000), test_size=0.4, random_state=1)
    assert (tested == ours[0]).all() and (validation == ours[1]).all()


def patched(path, changes):
    """An .npz whose directory names another compression (at 10) or a password (at 8)."""
    content = bytearray(path.read_bytes())
    for mark, back in ((b"PK\x01\x02", 0), (b"PK\x03\x04", 2)):  # the local one lies 2 earlier
        start = content.find(mark)
        while start >= 0:
            for place, value in changes.items():
                content[start + place - back] = value
            start = content.find(mark, start + 4)
    path.write_bytes(content)
    return path


class Evil:
    def __reduce__(self):
        return (print, ("owned",))


def evil(path):
    lists = np.empty(1, object)
    lists[0] = Evil()
    return npz(path, x_train=lists)


@pytest.mark.parametrize(
    ("make", "sentence"),
    [
        (evil, r"arrays of lists alone, got builtins\.print"),
        (lambda path: path.write_bytes(b"PK nothing") and path, "must be an imdb.npz"),
        (lambda path: path.write_bytes(pickle.dumps([1])) and path, "must be an imdb.npz"),
        (lambda path: npz(path, y_test=np.zeros(3)), "a label for every review of test"),
        (lambda path: np.savez(path, x_train=[1]) or path, "must be an imdb.npz"),
        (lambda path: patched(npz(path), {10: 99, 8: 0}), "must be an imdb.npz"),
        (lambda path: patched(npz(path), {10: 0, 8: 1}), "must be an imdb.npz"),
    ],
)
def test_a_hostile_imdb_runs_nothing(tmp_path, capsys, make, sentence):
    with pytest.raises(ExperimentError, match=sentence):
        imdb.read(make(tmp_path / "imdb.npz"))
    assert "owned" not in capsys.readouterr().out


@pytest.mark.training
def test_a_download_that_fails_is_one_sentence(tmp_path, monkeypatch):
    keras = pytest.importorskip("keras")

    def refuse():
        raise OSError("no network")

    monkeypatch.delenv(imdb.VARIABLE, raising=False)
    monkeypatch.setenv("KERAS_HOME", str(tmp_path))
    monkeypatch.setattr(keras.datasets.imdb, "load_data", refuse)
    with pytest.raises(
        ExperimentError, match=r"RNNVIZ_IMDB name a local imdb\.npz, got: no network"
    ):
        imdb.find()


def rows(count=40, classes=("bad", "good")):
    lines = ["text,label"]
    lines += [f"the film number {i} is fine,{classes[i % len(classes)]}" for i in range(count)]
    return "\n".join(lines).encode()


def test_a_csv_of_ones_own():
    dataset = data.from_csv(rows(), Settings())
    parts = dataset.train, dataset.validation, dataset.test
    assert sum(len(part.labels) for part in parts) == 40
    assert all(set(part.labels) == {0, 1} for part in parts)
    assert {"the", "film", "is", "fine"} <= set(dataset.words)


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b"", "must have a row for every review, got nothing"),
        (b"alone\na", "at least two columns, a text and a label, got one: alone"),
        (b"text,text,label\na,b,1", "must name the columns text and label once, got text, text"),
        (b"\xff\xfetext,labels", "a CSV must be text, got: "),
        (b"\x1f\x8b\x08text,label", "must be a whole gzip file"),
        (b"PK\x03\x04text,label", "must be a sound zip"),
        (b"text,label\na,1\nfine, but long,0", "row 3 must have 2 fields like the header, got 3: "),
        (b"text,label\nfine, but,1\nso, is, this,0", "row 2 must have 2 fields"),
        (b"text,label\na,1\nb\n", "row 3 must have 2 fields like the header, got 1"),
        (b'text,label\n"a\nb",1\n\nc,1,2', "row 4 must have 2 fields like the header, got 3"),
        (b'text,label\n"a,1\n"b",0\n', "row 2 of a CSV must be fields"),
        (b'text,label\na,1\n"so "called" hero",0\n', "row 3 of a CSV must be fields"),
        (
            rows(40, ("spam", "ham")),
            r"is positive, got ham and spam: .*--positive",
        ),
        (b"text,label\na\0b,1", "must be text, got a zero byte"),
        (b"text,label\nfine film,", "must have a label, got none in row 2"),
        (rows(40, ("good",)), "must have two classes, got 1: good"),
        (rows(40, ("a", "b", "c")), r"is positive, got a, b and c: .*--positive"),
        (rows(40, tuple(f"k{i}" for i in range(25))), "must have two classes, got 25: k0, k1"),
        (rows(10), "at least 20 reviews, got 10"),
        (rows(41) + b"\n" * 3 + b",\n", None),
        (b'text,label\n"open', "row 2 of a CSV must be fields"),
        (b"x" * (reviews_csv.MOST_BYTES + 1), "at most 128 MB of text"),
        (rows(30, ("neg",) * 29 + ("pos",)), "each class must have at least 10 reviews"),
    ],
)
def test_every_fault_of_a_csv_has_its_sentence(content, sentence):
    if sentence is None:
        assert len(data.from_csv(content, Settings()).words)
        return
    with pytest.raises(ExperimentError, match=sentence) as error:
        data.from_csv(content, Settings())
    assert len(str(error.value)) < 200


@pytest.mark.parametrize(
    ("bad", "sentence"),
    [
        ({"units": 0}, "units must be between 1 and 256, got 0"),
        ({"cell": "cnn"}, "cell must be one of rnn, lstm, gru, bow"),
        ({"rate": float("nan")}, "rate must be between"),
        ({"epochs": "3"}, "epochs must be of type int"),
        ({"epochs": True}, "epochs must be of type int"),
        ({"data": "/no/such"}, None),
    ],
)
def test_settings_are_checked(bad, sentence):
    if sentence is None:
        with pytest.raises(ExperimentError, match="data must be builtin, imdb or a file"):
            data.load(Settings(**bad))
        return
    with pytest.raises(ExperimentError, match=sentence):
        Settings(**bad)


def test_settings_survive_json():
    settings = recipe("notebook", "imdb", "rnn", seed=4)
    assert Settings.from_dict(settings.to_dict()) == settings
    with pytest.raises(ExperimentError, match="must not hold evil"):
        Settings.from_dict({"evil": 1})


def test_words_round_trip():
    text = "The film's plot, however, isn't good!"
    words = tokens(text)
    assert words == ["the", "film's", "plot", "however", "isn't", "good"]
    ids = data.encode(words, data.numbers(("the", "good")), 6)
    assert ids.tolist() == [1, 4, 2, 2, 2, 2, 5]
    assert io.StringIO(text).read() == text
