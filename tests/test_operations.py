"""What an administrator inherits is true: files can be read, commands exist, each alarm has its page."""

from __future__ import annotations

import configparser
import json
import re
import shutil
from collections.abc import Iterator
from importlib.metadata import distributions
from pathlib import Path
from typing import Any

import click
import pytest
import typer
import yaml
from fastapi import FastAPI

from core import metrics
from core.database import Database, utc_now
from core.settings import REPOSITORY, Settings
from gateway.api.metrics import figures_of
from gateway.app import create_app
from gateway.cli import app, commands
from gateway.cli.licences import licence_of
from gateway.provider_figures import spent, told
from gateway.provider_report import MonthLine, ProviderLine
from tests.gateway.asgi import call
from tests.gateway.conftest import NOBODY, app_settings, whole_app
from tests.gateway.public.scripted import Served

__all__ = ["app_settings", "whole_app"]  # fixtures

DOCS = REPOSITORY / "docs"
OPERATIONS = DOCS / "operations"
GUIDES = [
    OPERATIONS / "README.md", OPERATIONS / "runbook.md", OPERATIONS / "breach.md", DOCS / "integrators.md",
    DOCS / "security.md", DOCS / "contributing.md", DOCS / "reliability.md", DOCS / "capacity.md",
    *sorted(OPERATIONS.glob("*.service")), OPERATIONS / "Containerfile",
]  # fmt: skip


def _command() -> Any:
    assert commands.COMMANDS
    return typer.main.get_command(app)


def _named(text: str) -> Iterator[list[str]]:
    for found in re.finditer(r"(?:^|[`/ ]|uv run )motcua((?: (?!motcua)[a-z][a-z-]+){1,2})", text, re.M):
        yield found.group(1).split()


@pytest.mark.parametrize("path", GUIDES, ids=lambda path: path.name)
def test_every_command_that_a_guide_names_exists(path: Path) -> None:
    root = _command()
    for words in _named(path.read_text()):
        command = root.commands.get(words[0])
        if command is None and path.suffix in (".service",):
            continue
        assert command is not None, f"{path.name}: motcua {words[0]}"
        if isinstance(command, click.Group) and len(words) > 1:
            assert words[1] in command.commands, f"{path.name}: motcua {' '.join(words)}"


@pytest.mark.parametrize("path", GUIDES[:8], ids=lambda path: path.name)
def test_every_setting_that_a_guide_names_exists(path: Path) -> None:
    known = Settings.model_fields
    for name in set(re.findall(r"MOTCUA_([A-Z_]+[A-Z])", path.read_text())):
        group, _, inner = name.partition("__")
        if name in ("DATA_DIR", "METRICS_DIR", "FUZZ"):
            continue
        field = known.get(group.lower())
        assert field is not None, f"{path.name}: MOTCUA_{name}"
        if inner:
            assert inner.lower() in field.annotation.model_fields, f"{path.name}: MOTCUA_{name}"  # type: ignore[union-attr]


def _alerts() -> list[dict[str, Any]]:
    rules = yaml.safe_load((OPERATIONS / "alerts.yml").read_text())
    return [rule for group in rules["groups"] for rule in group["rules"]]


def test_every_alarm_has_its_page_in_the_runbook_and_no_page_is_left_over() -> None:
    pages = set(re.findall(r"^## (\w+)$", (OPERATIONS / "runbook.md").read_text(), re.M))
    assert pages == {rule["alert"] for rule in _alerts()}


async def test_every_metric_that_is_watched_is_counted(sqlite: Database) -> None:
    counted = {"up"}
    for collector in list(metrics.REGISTRY.collect()):
        counted |= {collector.name, f"{collector.name}_total"}
        counted |= {f"{collector.name}_{end}" for end in ("bucket", "count", "sum")}
    counted |= {figure.name for figure in await figures_of(sqlite, utc_now())}
    line = ProviderLine(
        name="esms", channel="sms", on=True, why_off="", foreign=False, note="", price_vnd=1, sent=1,
        segments=1, cost_vnd=1, quota="", quota_left=1, quota_total=1,
    )  # fmt: skip
    counted |= {figure.name for figure in told([line])}
    counted |= {figure.name for figure in spent(MonthLine(spent_vnd=1, ceiling_vnd=1))}
    dashboard = json.loads((OPERATIONS / "dashboard.json").read_text())
    watched = [rule["expr"] for rule in _alerts()]
    watched += [target["expr"] for panel in dashboard["panels"] for target in panel["targets"]]
    for expression in watched:
        for name in re.findall(r"\bmotcua_\w+", expression):
            assert name in counted, expression


def test_the_files_for_containers_and_systemd_can_be_read() -> None:
    compose = yaml.safe_load((OPERATIONS / "compose.yaml").read_text())
    built = compose["services"]["motcua"]["build"]
    assert (OPERATIONS / built["context"]).resolve() == REPOSITORY
    assert (REPOSITORY / built["dockerfile"]).is_file()
    assert "PASSWORD" not in str(compose["services"]["redis"])
    for service in compose["services"].values():
        for published in service.get("ports", []):
            assert published.startswith("127.0.0.1:"), "only the proxy is reached from outside"
    for unit in (*OPERATIONS.glob("*.service"), *OPERATIONS.glob("*.timer")):
        parsed = configparser.ConfigParser(strict=False, interpolation=None)
        parsed.optionxform = str  # type: ignore[assignment, method-assign]
        parsed.read(unit)
        assert "Unit" in parsed
    hardened = configparser.ConfigParser(strict=False, interpolation=None)
    hardened.read(OPERATIONS / "motcua.service")
    assert hardened["Service"]["NoNewPrivileges"] == "yes"
    assert hardened["Service"]["User"] != "root"


def test_every_test_that_the_papers_of_security_name_is_there() -> None:
    for name in ("security.md", "asvs.md", "reliability.md"):
        for path in set(re.findall(r"`(tests/[\w./]+?|[a-z]+/[\w/]+\.py)`", (DOCS / name).read_text())):
            assert (REPOSITORY / path).exists(), f"{name}: {path}"


def test_every_test_that_a_table_of_points_names_is_there() -> None:
    for name in ("notices.md", "channels.md"):
        _, _, points = (DOCS / name).read_text().partition("## Từng điểm")
        rows = [line.split("|")[2] for line in points.splitlines() if line.startswith("|")]
        assert len(rows) > 20
        for row in rows:
            folder = Path()  # of the file named before it, where a name stands alone
            for named in map(Path, re.findall(r"`([\w/*]+\.py)`", row)):
                folder = named.parent if named.parent.name else folder
                there = [
                    *(REPOSITORY / "tests" / folder).glob(named.name),
                    *(REPOSITORY / "tests").glob(named.name),
                ]
                assert there, f"{name}: {named}"


async def test_the_client_of_the_integrators_guide_works_as_it_is_printed(whole_app_url: str) -> None:
    (source,) = re.findall(r"```python\n(.*?)```", (DOCS / "integrators.md").read_text(), re.S)
    assert len([line for line in source.splitlines() if line.strip()]) <= 10
    space: dict[str, Any] = {}
    exec(source, space)
    event = json.loads((DOCS / "samples" / "dossier-event.json").read_text())
    assert space["tell"](whole_app_url, "right", event) == 201
    assert space["tell"](whole_app_url, "right", event) == 200
    assert space["tell"](whole_app_url, "wrong", event) == 403


@pytest.fixture
def whole_app_url(sqlite_template: Path, tmp_path: Path) -> Iterator[str]:
    shutil.copyfile(sqlite_template, tmp_path / "motcua.db")
    running: FastAPI = create_app(
        Settings(data_dir=tmp_path, _env_file=None), rasa_url=NOBODY, local_token="right"
    )
    server = Served(running, lifespan="on")
    server.start()
    yield server.url
    server.stop()


def test_what_we_are_made_of_may_be_used_in_an_office() -> None:
    """LGPL alone among the strong ones: psycopg, used as a library. No GPL, no AGPL, no trials."""
    for one in distributions():
        terms = licence_of(one)
        assert not re.search(r"\bA?GPL|Affero|(?<!Lesser )General Public|Proprietary|Commercial", terms), (
            one.metadata["Name"],
            terms,
        )


async def test_a_page_says_what_happens_with_personal_data_and_for_how_long(whole_app: FastAPI) -> None:
    page = (await call(whole_app, "GET", "/rieng-tu")).body.decode()
    for words in ("365 ngày", "730 ngày", "Rút lại đồng ý", "91/2025/QH15"):
        assert words in page
