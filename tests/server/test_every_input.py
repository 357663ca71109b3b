"""Schemathesis makes up requests from the API's own description: none may find a fault."""

from __future__ import annotations

from pathlib import Path

import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, given, settings
from schemathesis.specs.openapi.checks import positive_data_acceptance

from litdex.server.app import create_app
from litdex.server.settings import ServerSettings
from tests.rag.papers import make_library

TOKEN = "a token of the tests that is long enough"
ALLOWED = {"Authorization": f"Bearer {TOKEN}"}


def no_fault(operation: schemathesis.openapi.OpenApiOperation) -> None:
    """Requests of one operation, made up, are all answered as the description says.

    That a request of the right shape may be refused is no fault: facets are the library's own, and years may be turned
    around.
    """

    @given(case=operation.as_strategy())
    @settings(
        max_examples=25,
        deadline=None,
        derandomize=True,
        phases=[Phase.explicit, Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    def answered(case: schemathesis.Case) -> None:
        case.call_and_validate(headers=ALLOWED, excluded_checks=[positive_data_acceptance])

    answered()


@pytest.mark.slow
def test_no_request_finds_a_fault(tmp_path: Path) -> None:
    app = create_app(ServerSettings(library=make_library(tmp_path), token=TOKEN))
    schema = schemathesis.openapi.from_asgi("/openapi.json", app, headers=ALLOWED)
    tried = [found.ok() for found in schema.get_all_operations()]
    assert len(tried) >= 10
    for operation in tried:
        no_fault(operation)
    app.state.litdex.close()
