"""How engines are chosen: by option, environment and config file, and that secrets stay where they are."""

from __future__ import annotations

import sqlite3
from pathlib import Path

import pytest

from litdex.cli.main import run
from litdex.errors import UserError
from litdex.index import settings
from litdex.index.library import Library
from litdex.index.settings import Choice, choose, connection, parse
from tests.index.conftest import HashingEncoder

SECRET = "open-sesame"


@pytest.fixture(autouse=True)
def bare(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """No settings but a test's own."""
    for name in ("LITDEX_LEXICAL", "LITDEX_VECTORS", "LITDEX_CONFIG"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "nothing"))


def configured(monkeypatch: pytest.MonkeyPatch, tmp_path: Path, text: str) -> None:
    path = tmp_path / "config.toml"
    path.write_text(text)
    monkeypatch.setenv("LITDEX_CONFIG", str(path))


def test_without_a_word_the_engines_are_embedded() -> None:
    assert (choose("lexical"), choose("vectors")) == (Choice("tantivy"), Choice("qdrant-edge"))


def test_an_option_goes_before_the_environment_and_that_before_the_config_file(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    configured(monkeypatch, tmp_path, 'lexical = "elasticsearch://c/x"\n[elasticsearch]\nshards = 3\nreplicas = 1\n')
    kept = {"shards": 3, "replicas": 1}
    assert choose("lexical").settings == {"url": "elasticsearch://c:9200/x", **kept}
    monkeypatch.setenv("LITDEX_LEXICAL", "elasticsearch+https://e:1/x")
    assert choose("lexical").settings == {"url": "elasticsearch+https://e:1/x", **kept}
    assert choose("lexical", "elasticsearch://o").settings == {"url": "elasticsearch://o:9200/litdex", **kept}
    assert choose("lexical", "embedded") == Choice("tantivy")
    assert choose("vectors") == Choice("qdrant-edge")


@pytest.mark.parametrize(
    ("url", "http"),
    [
        ("qdrant://host/name", "http://host:6333"),
        ("qdrant+https://host:7000/name", "https://host:7000"),
        ("qdrant+grpc+https://host/name", "https://host:6333"),
        ("qdrant://[::1]:6333/name", "http://[::1]:6333"),
    ],
)
def test_addresses_are_read_and_written(url: str, http: str) -> None:
    address = parse(url, "vectors")
    assert (address.http, address.name) == (http, "name")
    assert parse(address.url, "vectors") == address


@pytest.mark.parametrize(
    ("url", "remedy"),
    [
        ("qdrant://host/name", "elasticsearch://HOST:9200/NAME"),
        ("http://host:9200/name", "elasticsearch://HOST:9200/NAME"),
        ("elasticsearch://host:port/name", "elasticsearch://HOST:9200/NAME"),
        ("elasticsearch:///name", "elasticsearch://HOST:9200/NAME"),
        ("elasticsearch+grpc://host/name", "elasticsearch+https://"),
        ("elasticsearch://host/Über", "use a-z"),
        ("elasticsearch://host/a/b", "use a-z"),
        (f"elasticsearch://me:{SECRET}@host/name", "LITDEX_ELASTICSEARCH_PASSWORD"),
        (f"elasticsearch://{SECRET}@host/name", "LITDEX_ELASTICSEARCH_API_KEY"),
        (f"elasticsearch://host/name?api_key={SECRET}", "LITDEX_ELASTICSEARCH_API_KEY"),
        (f"http://me:{SECRET}@host:x/name", "elasticsearch://HOST"),
        ("solr", "embedded"),
    ],
)
def test_what_names_no_engine_is_told_with_its_remedy_and_no_secret(url: str, remedy: str) -> None:
    with pytest.raises(UserError, match="--lexical") as caught:
        choose("lexical", url)
    assert remedy in str(caught.value)
    assert SECRET not in str(caught.value)


def test_secrets_come_from_the_environment_or_the_config_file_and_are_not_shown(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    table = f'user = "reader"\npassword = "{SECRET}"\ntimeout = 3\n'
    configured(monkeypatch, tmp_path, f'lexical = "elasticsearch://host/name"\n[elasticsearch]\n{table}')
    found = connection("elasticsearch")
    assert (found.user, found.password, found.timeout) == ("reader", SECRET, 3.0)
    monkeypatch.setenv("LITDEX_ELASTICSEARCH_PASSWORD", "other")
    assert connection("elasticsearch").password == "other"
    monkeypatch.setenv("LITDEX_QDRANT_API_KEY", SECRET)
    assert connection("qdrant").api_key == SECRET
    assert SECRET not in repr([found, connection("qdrant"), choose("lexical")])


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("[elasticsearch]\npasword = 1\n", "no key pasword"),
        ("lexical = ", "no valid TOML"),
        ("elasticsearch = 7\n", "elasticsearch"),
        ('[elasticsearch]\nshards = "many"\n', "shards: 'many' is no number"),
        ('[elasticsearch]\nanalyzer = "klingon"\n', "klingon"),
    ],
)
def test_a_config_file_with_mistakes_is_told(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, text: str, told: str
) -> None:
    configured(monkeypatch, tmp_path, text)
    with pytest.raises(UserError, match=told):
        choose("lexical", "elasticsearch://host/name")
    monkeypatch.setenv("LITDEX_CONFIG", str(tmp_path / "absent.toml"))
    with pytest.raises(UserError, match="there is no file"):
        choose("lexical")


def test_a_library_remembers_its_engines_and_follows_a_server_that_moved(tmp_path: Path) -> None:
    encoder, place = HashingEncoder(), tmp_path / "library"
    with Library.open_or_create(place) as library:
        library.choose_engines(lexical="elasticsearch://one/name", vectors=None)
        library.use_encoder(encoder)
    with Library.open(place) as library:
        used, meanings = library.generation("lexical"), library.generation("vectors")
        assert used is not None
        assert meanings is not None
        assert (used.engine, used.settings["url"]) == ("elasticsearch", "elasticsearch://one:9200/name")
        assert (used.settings["library"], meanings.engine) == (library.identity(), "qdrant-edge")
        library.choose_engines(lexical="elasticsearch+https://two/name", vectors="embedded")
        moved = library.generation("lexical")
        assert moved is not None
        assert moved.settings == {**used.settings, "url": "elasticsearch+https://two:9200/name"}
        for other in ("elasticsearch://two/other", "embedded"):
            with pytest.raises(UserError, match="litdex rebuild --lexical"):
                library.choose_engines(lexical=other)


def test_two_libraries_have_two_identities(tmp_path: Path) -> None:
    with Library.open_or_create(tmp_path / "a") as one, Library.open_or_create(tmp_path / "b") as other:
        assert one.identity() == one.identity() != other.identity()


def test_no_secret_reaches_the_library_or_the_terminal(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("LITDEX_ELASTICSEARCH_PASSWORD", SECRET)
    monkeypatch.setenv("LITDEX_QDRANT_API_KEY", SECRET)
    paper = tmp_path / "paper.jsonl"
    paper.write_text('{"id": "1", "title": "Spin squeezing", "abstract": "In a condensate."}\n')
    place = ["--library", str(tmp_path / "library")]
    named = ["--lexical", "elasticsearch://127.0.0.1:9/name", "--vectors", "qdrant://127.0.0.1:9/name"]
    monkeypatch.setattr("litdex.index.patience.GONE", 0.0)
    assert run([*named, "ingest", str(paper), *place]) != 0
    assert run(["status", "--json", *place]) in (0, 4)
    assert run(["search", "spin", *place]) != 0
    printed = "".join(capfd.readouterr())
    assert "cannot be reached" in printed
    assert SECRET not in printed
    assert "Traceback" not in printed
    with sqlite3.connect(tmp_path / "library" / "library.db") as database:
        assert SECRET not in "\n".join(database.iterdump())


def test_engines_are_named_only_where_a_library_is_made(capfd: pytest.CaptureFixture[str]) -> None:
    assert run(["--lexical", "embedded", "search", "spin"]) == 2
    assert "remembers" in capfd.readouterr().err


def test_urls_are_kept_apart_from_secrets_in_every_table() -> None:
    assert not {*settings.BUILD} & {*settings.CONNECTION}
