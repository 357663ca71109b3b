"""`docker-compose.yml` and the Dockerfile: valid, pinned, guarded, and naming only what is there."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import pytest

from litdex.index.settings import CONNECTION, parse
from tests.paths import ROOT

yaml: Any = pytest.importorskip("yaml", reason="needs PyYAML, of the extra `dev`")
COMPOSE = (ROOT / "docker-compose.yml").read_text()
FILE: dict[str, Any] = yaml.safe_load(COMPOSE)
SERVICES: dict[str, dict[str, Any]] = FILE["services"]
DOCKERFILE = (ROOT / "Dockerfile").read_text()
PINNED = re.compile(r"[\w./-]+:v?\d+\.\d+\.\d+")
VARIABLE = re.compile(r"(?<!\$)\$\{(\w+)(?:(:[-?])([^}]*))?\}")
every_service = pytest.mark.parametrize("name", SERVICES)


def variables() -> Iterator[tuple[str, str, str]]:
    """Each variable that the file takes from .env: its name, how its absence is met, and by what."""
    return ((name, how, what) for name, how, what in VARIABLE.findall(COMPOSE))


def test_all_three_services_are_there() -> None:
    assert {*SERVICES} == {"elasticsearch", "qdrant", "litdex"}


@every_service
def test_every_service_is_pinned_limited_watched_and_without_privileges(name: str) -> None:
    service = SERVICES[name]
    assert PINNED.fullmatch(service["image"])
    assert service["mem_limit"]
    assert {"test", "interval", "timeout", "retries"} <= {*service["healthcheck"]}
    assert service["volumes"]
    assert service["cap_drop"] == ["ALL"]
    assert "no-new-privileges:true" in service["security_opt"]
    assert not {"privileged", "network_mode", "pid", "ipc", "devices", "cap_add"} & {*service}


@every_service
def test_what_a_service_refers_to_is_there(name: str) -> None:
    service = SERVICES[name]
    for volume in service["volumes"]:
        source, target = volume.split(":")[:2]
        assert source in FILE["volumes"], f"{source} is no volume of the file"
        assert target.startswith("/")
    assert {*service["networks"]} <= {*FILE["networks"]}
    for other, how in service.get("depends_on", {}).items():
        assert "healthcheck" in SERVICES[other]
        assert how["condition"] == "service_healthy"


def test_every_volume_is_used() -> None:
    used = {volume.split(":")[0] for service in SERVICES.values() for volume in service["volumes"]}
    assert used == {*FILE["volumes"]}


def test_secrets_come_from_outside_and_have_no_default() -> None:
    secret = {"ELASTIC_PASSWORD", "QDRANT_API_KEY", "LITDEX_TOKEN"}
    told = list(variables())
    assert secret <= {name for name, _, _ in told}
    for name, how, _ in told:
        assert how == (":?" if name in secret else ":-"), f"{name}: a secret is required, all else has a default"
    environments = [service["environment"] for service in SERVICES.values()]
    for key, value in ((key, value) for environment in environments for key, value in environment.items()):
        if re.search("PASSWORD|KEY|TOKEN", key):
            assert VARIABLE.fullmatch(value), f"{key} is written into the file"
    assert SERVICES["elasticsearch"]["environment"]["xpack.security.enabled"] == "true"


def test_the_example_names_every_variable_and_gives_no_secret() -> None:
    example = (ROOT / ".env.example").read_text()
    named = dict(re.findall(r"^#?([A-Z_]+)=(.*)$", example, re.MULTILINE))
    assert {*named} == {name for name, _, _ in variables()}
    defaults = {name: what for name, how, what in variables() if how == ":-"}
    assert {name: named[name] for name in defaults} == defaults
    assert named["ELASTIC_PASSWORD"] == named["QDRANT_API_KEY"] == named["LITDEX_TOKEN"] == ""
    assert ".env" in (ROOT / ".gitignore").read_text().split()


def test_only_litdex_can_be_reached_and_only_from_this_machine() -> None:
    published = {name: service["ports"] for name, service in SERVICES.items() if "ports" in service}
    assert [*published] == ["litdex"]
    assert all(port.startswith("127.0.0.1:") for port in published["litdex"])


def test_litdex_is_told_of_the_services_by_settings_that_it_knows() -> None:
    environment = dict(SERVICES["litdex"]["environment"])
    for kind in ("lexical", "vectors"):
        address = parse(environment.pop(f"LITDEX_{kind.upper()}"), kind)
        assert address.host in SERVICES
    known = {f"LITDEX_{engine}_{key.upper()}" for engine in ("ELASTICSEARCH", "QDRANT") for key in CONNECTION}
    assert {*environment} <= {*known, "LITDEX_TOKEN"}


def test_the_image_is_slim_and_runs_as_nobody_in_particular() -> None:
    stages = re.findall(r"^FROM (\S+)", DOCKERFILE, re.MULTILINE)
    assert all(re.fullmatch(r"python:3\.\d+-slim-\w+", stage) for stage in stages)
    assert re.search(r"^USER litdex$", DOCKERFILE, re.MULTILINE)
    assert "torch" not in DOCKERFILE.replace("no torch", "")
    assert "[" not in re.findall(r"pip install (\S+)", DOCKERFILE)[0]
    for source in re.findall(r"^COPY (?!--from)(.+) \S+$", DOCKERFILE, re.MULTILINE):
        for name in source.split():
            assert (ROOT / name).exists()
            assert f"!{name}" in (ROOT / ".dockerignore").read_text().split()


def test_the_image_has_everything_that_the_build_needs() -> None:
    project = (ROOT / "pyproject.toml").read_text()
    for name in re.findall(r'^"?(\w+)"? = "litdex/', project, re.MULTILINE):
        assert f"COPY {name} " in DOCKERFILE
