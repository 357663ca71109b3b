"""Where the engines are: an option, an environment variable or the config file names them; secrets never travel on.

    litdex --lexical elasticsearch://host:9200/name --vectors qdrant+https://host:6333/name …
    LITDEX_LEXICAL=elasticsearch+https://host:9200/name
    config.toml: lexical = "elasticsearch://host:9200/name"

A library remembers what it was made with, without secrets. Those are looked up whenever a server is connected to:
`LITDEX_ELASTICSEARCH_PASSWORD` and its like first, then the engine's table in the config file.
"""

from __future__ import annotations

import os
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any
from urllib.parse import SplitResult, urlsplit

from litdex.errors import UserError
from litdex.index.lexical import analysers
from litdex.index.outbox import Generation, Kind

EMBEDDED: Mapping[Kind, str] = {"lexical": "tantivy", "vectors": "qdrant-edge"}
SERVERS: Mapping[Kind, str] = {"lexical": "elasticsearch", "vectors": "qdrant"}
PORTS = {"elasticsearch": 9200, "qdrant": 6333}
TRANSPORTS = {"elasticsearch": {"https"}, "qdrant": {"https", "grpc", "memory"}}
"""What may stand behind the engine in a URL's scheme. "memory" is qdrant-client's local mode, for tests."""
BUILD = ("shards", "replicas", "analyzer", "hnsw_m", "hnsw_ef_construct", "quantile")
"""Keys of an engine's table in the config file that a generation is built with, and so remembers."""
CONNECTION = ("user", "password", "api_key", "ca", "timeout", "grpc_port")
"""Keys that only connect: never remembered, each also LITDEX_<ENGINE>_<KEY> in the environment."""
DEFAULT_NAME = "litdex"
_NAME = re.compile(r"[a-z0-9][a-z0-9_-]{0,99}")


@dataclass(frozen=True, slots=True)
class Choice:
    """The engine that a generation is to be built in, and what it remembers of it: no secrets."""

    engine: str
    settings: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Address:
    """A library's place on a server, read from its URL."""

    engine: str
    transports: frozenset[str]
    host: str
    port: int
    name: str

    @property
    def url(self) -> str:
        """The URL as it is remembered and shown."""
        return f"{'+'.join([self.engine, *sorted(self.transports)])}://{self._place}/{self.name}"

    @property
    def http(self) -> str:
        """The server itself, as a web address."""
        return f"{'https' if 'https' in self.transports else 'http'}://{self._place}"

    @property
    def _place(self) -> str:
        return f"[{self.host}]:{self.port}" if ":" in self.host else f"{self.host}:{self.port}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Connection:
    """What it takes to be let in. Its `repr` shows none of it."""

    user: str = field(default="", repr=False)
    password: str = field(default="", repr=False)
    api_key: str = field(default="", repr=False)
    ca: str = ""  # a file of certificates to trust
    timeout: float = 10.0  # seconds for a search; writes wait longer
    grpc_port: int = 6334


def choose(kind: Kind, named: str | None = None) -> Choice:
    """The engine that `named` says, else the environment, else the config file, else the embedded one.

    Raises UserError for what names no engine of this kind.
    """
    option = f"--{kind}" if named else f"LITDEX_{kind.upper()}"
    text = named or os.environ.get(option) or config().get(kind) or "embedded"
    if text in ("embedded", EMBEDDED[kind]):
        return Choice(EMBEDDED[kind])
    address = parse(str(text), kind, option)
    table, place = _table(address.engine), f"the config file: [{address.engine}]"
    kept = {key: _converted(key, table[key], f"{place} {key}") for key in BUILD if key in table}
    analysers.known(kept.get("analyzer", analysers.DEFAULT))
    return Choice(address.engine, {"url": address.url, **kept})


def parse(url: str, kind: Kind, source: str = "the library") -> Address:
    """Read an engine's URL. Raises UserError, which names `source` and never repeats a secret."""
    engine = SERVERS[kind]
    form = f"{engine}://HOST:{PORTS[engine]}/NAME"
    try:
        parts = urlsplit(url)
        scheme, *transports = parts.scheme.split("+")
        port = parts.port or PORTS[engine]
    except ValueError:
        raise UserError(f"{source}: this is no URL: write {form}") from None
    if parts.username is not None or parts.password is not None or parts.query:
        raise UserError(f"{source}: leave secrets and options out of the URL: {_elsewhere(engine)}")
    if scheme != engine or not parts.hostname or not TRANSPORTS[engine] >= {*transports}:
        raise UserError(f"{source}: {_shown(parts)} names no engine: write {form}, {engine}+https://… or embedded")
    name = parts.path.strip("/") or DEFAULT_NAME
    if not _NAME.fullmatch(name):
        raise UserError(f"{source}: {name!r} cannot be a name on a server: use a-z, 0-9, - and _ ({form})")
    return Address(engine=engine, transports=frozenset(transports), host=parts.hostname, port=port, name=name)


def same_place(kind: Kind, used: Generation, choice: Choice) -> bool:
    """Whether `choice` is where the generation is: the same engine and, on a server, the same name there."""
    names = [parse(url, kind).name for one in (used, choice) if (url := one.settings.get("url"))]
    return used.engine == choice.engine and len({*names}) < 2


def connection(engine: str) -> Connection:
    """The secrets for an engine, from the environment, then the config file. Raises UserError for a bad number."""
    table, found = _table(engine), {}
    for key in CONNECTION:
        variable = f"LITDEX_{engine.upper()}_{key.upper()}"
        value = os.environ.get(variable) or table.get(key)
        if value is not None and value != "":
            found[key] = _converted(key, value, variable)
    return Connection(**found)


def config() -> Mapping[str, Any]:
    """The config file's contents: LITDEX_CONFIG, or config.toml in the user's configuration folder; often empty."""
    named = os.environ.get("LITDEX_CONFIG")
    path = Path(named).expanduser() if named else _default_config()
    return _read(path, bool(named))


@cache
def _read(path: Path, needed: bool) -> Mapping[str, Any]:
    import tomllib

    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        if needed:
            raise UserError(f"LITDEX_CONFIG: there is no file {path}") from None
        return {}
    except (OSError, UnicodeDecodeError) as error:
        raise UserError(f"{path}: cannot be read ({error.__class__.__name__}): it should be a TOML file") from None
    except tomllib.TOMLDecodeError as error:
        raise UserError(f"{path}: no valid TOML: {error}") from None


def _default_config() -> Path:
    from platformdirs import user_config_path

    return user_config_path("litdex") / "config.toml"


def _table(engine: str) -> Mapping[str, Any]:
    """An engine's table in the config file. Raises UserError for a key that is none, likely a misspelt one."""
    table = config().get(engine, {})
    unknown = set(table) - {*BUILD, *CONNECTION} if isinstance(table, dict) else {engine}
    if unknown:
        raise UserError(f"the config file: [{engine}] has no key {min(unknown)}: it may have {', '.join(_KEYS)}")
    return table if isinstance(table, dict) else {}


_KEYS = (*CONNECTION, *BUILD)
_WHOLE = ("grpc_port", "shards", "replicas", "hnsw_m", "hnsw_ef_construct")
_NUMBERS: Mapping[str, type[float] | type[int]] = {"timeout": float, "quantile": float, **dict.fromkeys(_WHOLE, int)}


def _converted(key: str, value: Any, variable: str) -> Any:
    try:
        return _NUMBERS.get(key, str)(value)
    except (TypeError, ValueError):
        raise UserError(f"{variable}: {value!r} is no number") from None


def _elsewhere(engine: str) -> str:
    """Where a secret belongs."""
    return f"set LITDEX_{engine.upper()}_PASSWORD or LITDEX_{engine.upper()}_API_KEY, or [{engine}] in the config file"


def _shown(parts: SplitResult) -> str:
    """As much of a URL as can hold no secret."""
    return f"{parts.scheme}://{parts.hostname or ''}"
