"""Schemathesis makes up requests from the API's own description: none may find a fault."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, settings

from litdex.server.app import create_app
from litdex.server.settings import ServerSettings
from tests.rag.papers import make_library


@pytest.fixture(scope="module")
def api(tmp_path_factory: pytest.TempPathFactory) -> Iterator[object]:
    folder: Path = make_library(tmp_path_factory.mktemp("any"))
    app = create_app(ServerSettings(library=folder))
    yield schemathesis.openapi.from_asgi("/openapi.json", app, base_url="http://localhost")
    app.state.litdex.close()


schema = schemathesis.pytest.from_fixture("api")


@pytest.mark.slow
@schema.parametrize()  # type: ignore[untyped-decorator]
@settings(
    max_examples=25,
    deadline=None,
    derandomize=True,
    phases=[Phase.explicit, Phase.generate],
    suppress_health_check=list(HealthCheck),
)
def test_no_request_finds_a_fault(case: schemathesis.Case) -> None:
    case.call_and_validate()
