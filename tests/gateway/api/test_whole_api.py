"""Whatever a machine client sends: an answer that stands in the description, and never a crash."""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
import schemathesis
from hypothesis import given
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from core.settings import REPOSITORY, Settings
from gateway.app import create_app
from tests.fuzzing import trying
from tests.gateway.conftest import LOCAL_TOKEN, NOBODY
from tests.gateway.public.scripted import Served

_CHECKS = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_schema_conformance,
]
# Rasa is away in these tests: that this answers 503 is right.
_SAYS_503 = "/readyz"


@pytest.fixture(scope="module")
def api(tmp_path_factory: pytest.TempPathFactory, sqlite_template: Path) -> Iterator[Served]:
    folder = tmp_path_factory.mktemp("api")
    shutil.copyfile(sqlite_template, folder / "motcua.db")
    app = create_app(Settings(data_dir=folder, _env_file=None), rasa_url=NOBODY, local_token=LOCAL_TOKEN)
    server = Served(app, lifespan="on")
    server.start()
    yield server
    server.stop()


@pytest.fixture(scope="module")
def described(api: Served) -> schemathesis.BaseSchema:
    return schemathesis.openapi.from_url(f"{api.url}/openapi.json")


def test_every_answer_is_one_that_was_promised(described: schemathesis.BaseSchema) -> None:
    broken: dict[str, str] = {}
    for found in described.get_all_operations():
        operation = found.ok()
        try:
            _try(operation)
        except Exception as error:
            broken[operation.label] = str(error)[:2000]
    assert not broken, "\n\n".join(f"{label}: {words}" for label, words in broken.items())


def _try(operation: schemathesis.APIOperation) -> None:
    checks = _CHECKS[1:] if operation.path == _SAYS_503 else _CHECKS

    @given(case=operation.as_strategy())
    @trying(6)
    def ask(case: schemathesis.Case) -> None:
        case.call_and_validate(headers={"Authorization": f"Bearer {LOCAL_TOKEN}"}, checks=checks)

    ask()


def test_the_description_names_every_path_of_the_machine_api(described: schemathesis.BaseSchema) -> None:
    paths = set(described.raw_schema["paths"])
    assert {"/v1/dossier-events", "/v1/turns", "/v1/notifications/{message_id}", "/metrics"} <= paths
    for path in paths - {"/healthz", "/readyz"}:
        for operation in described.raw_schema["paths"][path].values():
            assert {"401", "403"} <= operation["responses"].keys()


def test_the_samples_fit_their_description(described: schemathesis.BaseSchema) -> None:
    known = described.raw_schema["components"]["schemas"]["DossierCloudEvent"]["properties"]
    event = json.loads((REPOSITORY / "docs" / "samples" / "dossier-event.json").read_text())
    assert set(event) - known.keys() <= {"datacontenttype"}
    assert event["type"] in known["type"]["enum"]
