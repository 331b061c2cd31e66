"""What an administrator inherits is true: files can be read, commands exist, each alarm has its page."""

from __future__ import annotations

import configparser
import json
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from importlib.metadata import distributions
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import click
import jsonschema_rs
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
from gateway.house_figures import HouseFigures
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
    commands.load()
    return typer.main.get_command(app)


def _named(text: str) -> Iterator[list[str]]:
    for found in re.finditer(r"(?:^|[`/ ]|uv run )motcua((?: (?!motcua)[a-z][a-z-]+){1,2})", text, re.M):
        yield found.group(1).split()


def test_every_command_is_found_where_it_is_looked_for() -> None:
    """Only the modules of the command that was called are loaded."""
    commands.load()
    parts = [(one.name, [one]) for one in app.registered_commands]
    parts += [(group.name, group.typer_instance.registered_commands) for group in app.registered_groups]
    homes: dict[str, set[str]] = {}
    for name, group in parts:
        for one in group:
            assert one.callback
            home = one.callback.__module__.rpartition(".")[2]
            homes.setdefault(name or one.callback.__name__, set()).add(home)
    assert homes == {name: set(modules) for name, modules in commands.COMMANDS.items()}


def test_a_command_is_called_by_its_name_though_it_was_loaded_alone() -> None:
    call = "import sys; from gateway.cli import main; sys.argv = ['motcua', 'due', '2026-07-20', '3']; main()"
    asked = subprocess.run([sys.executable, "-c", call], capture_output=True, text=True, cwd=REPOSITORY)
    assert "23/07/2026" in asked.stdout, asked.stderr


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
        if name in ("DATA_DIR", "METRICS_DIR", "FUZZ", "COMPOSE_SCHEMA"):
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


async def _answers() -> bool:
    return True


async def test_every_metric_that_is_watched_is_counted(sqlite: Database, tmp_path: Path) -> None:
    house = HouseFigures(Settings(data_dir=tmp_path, _env_file=None), {"rasa": _answers})
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
    counted |= {figure.name for figure in await house.figures()}
    counted |= {figure.name for figure in spent(MonthLine(spent_vnd=1, ceiling_vnd=1))}
    dashboard = json.loads((OPERATIONS / "dashboard.json").read_text())
    watched = [rule["expr"] for rule in _alerts()]
    watched += [target["expr"] for panel in dashboard["panels"] for target in panel["targets"]]
    for expression in watched:
        for name in re.findall(r"\bmotcua_\w+", expression):
            assert name in counted, expression


COMPOSE = OPERATIONS / "compose.yaml"


def test_every_part_of_the_compose_file_fits_the_others() -> None:
    """What a schema cannot know, and what a program for compose would only say when it starts."""
    text = COMPOSE.read_text()
    compose = yaml.safe_load(text)
    services = compose["services"]
    for name, service in services.items():
        assert service["restart"] == "unless-stopped", name
        for place in service.get("volumes", []):
            home = place.partition(":")[0]
            assert home in compose["volumes"] or home.startswith("/"), f"{name}: {place} is nobody's volume"
        assert "${" not in str(service.get("command")), "a command line can be read by every account"
        for other, how in service.get("depends_on", {}).items():
            assert other in services
            if how["condition"] == "service_healthy":
                assert services[other]["healthcheck"]["test"][0] in ("CMD", "CMD-SHELL")
    demanded = set(re.findall(r"\$\{(\w+):\?", text))
    assert set(re.findall(r"\$\{(\w+)", text)) == demanded, "what is missing in .env is said at the start"
    reached = [urlsplit(url) for url in re.findall(r"(?:postgresql|redis)://\S+", text)]
    assert {one.hostname for one in reached} <= set(services)
    assert all(one.password for one in reached)
    (net,) = compose["networks"]["default"]["ipam"]["config"]
    assert json.loads(services["motcua"]["environment"]["MOTCUA_TRUSTED_PROXIES"]) == [net["gateway"]]


def test_the_compose_file_is_one_by_the_published_schema() -> None:
    """``MOTCUA_COMPOSE_SCHEMA``: compose-spec.json of github.com/compose-spec/compose-spec."""
    schema = os.environ.get("MOTCUA_COMPOSE_SCHEMA")
    if schema is None:
        pytest.skip("MOTCUA_COMPOSE_SCHEMA names no schema")
    validator = jsonschema_rs.validator_for(json.loads(Path(schema).read_text()))
    assert [one.message for one in validator.iter_errors(yaml.safe_load(COMPOSE.read_text()))] == []


def test_the_image_can_back_up_the_database_of_the_compose_file() -> None:
    """pg_dump refuses a server that is newer than itself."""
    client = {"bookworm": 15, "trixie": 17}
    containerfile = (OPERATIONS / "Containerfile").read_text()
    (release,) = re.findall(r"^FROM \S+:(\w+)", containerfile, re.M)
    server = yaml.safe_load(COMPOSE.read_text())["services"]["database"]["image"].rpartition(":")[2]
    assert int(server) <= client[release]


def test_the_image_takes_in_neither_data_nor_keys_and_its_account_can_write_where_it_must() -> None:
    kept_out = (REPOSITORY / ".dockerignore").read_text().split()
    assert {"**/.motcua*", "**/.env*", "**/.venv", ".git", ".tools"} <= set(kept_out), (
        "also beside compose.yaml"
    )
    containerfile = (OPERATIONS / "Containerfile").read_text()
    made = re.search(r"install -d -o motcua -g motcua \S+ \S+ (.+)", containerfile)
    assert made
    (volumes,) = re.findall(r"^VOLUME (.+)", containerfile, re.M)
    assert volumes.split() == made[1].split()
    assert "COPY --chown" not in containerfile, (
        "who takes over the service's account must not change its code"
    )


def test_commands_and_services_read_the_same_settings_and_data() -> None:
    """A command that did not would open an empty database beside the real one."""
    named = r"MOTCUA_(?:DATA_DIR|ENV_FILE)=\S+"
    command = (OPERATIONS / "motcua").read_text()
    wanted = set(re.findall(named, command))
    assert len(wanted) == 2
    for unit in ("motcua.service", "motcua-backup.service", "motcua-audit.service"):
        assert set(re.findall(named, (OPERATIONS / unit).read_text())) == wanted
    (data,) = [one.partition("=")[2] for one in wanted if "DATA_DIR" in one]
    assert f"{data}/logs/*.log" in (OPERATIONS / "motcua.logrotate").read_text()
    assert f"ReadWritePaths={data}" in (OPERATIONS / "motcua.service").read_text()
    assert os.access(OPERATIONS / "motcua", os.X_OK)


def test_prometheus_is_told_where_to_look_and_what_to_alarm_about() -> None:
    read = yaml.safe_load((OPERATIONS / "prometheus.yml").read_text())
    (job,) = read["scrape_configs"]
    (gone,) = [rule["expr"] for rule in _alerts() if rule["alert"] == "GatewayDown"]
    assert f'job="{job["job_name"]}"' in gone
    assert all((OPERATIONS / name).is_file() for name in read["rule_files"])


def test_every_alarm_has_a_series_that_rings_it_and_one_beside_it_that_does_not() -> None:
    tests = yaml.safe_load((OPERATIONS / "alerts.test.yml").read_text())["tests"]
    looks = [look for test in tests for look in test["alert_rule_test"]]
    asked = {(look["alertname"], bool(look.get("exp_alerts"))) for look in looks}
    assert asked == {(rule["alert"], rings) for rule in _alerts() for rings in (True, False)}


def test_every_alarm_rings_when_it_must_and_only_then() -> None:
    done = _tool("promtool", "test", "rules", "alerts.test.yml")
    assert done.returncode == 0, done.stdout + done.stderr


@pytest.mark.parametrize(
    "words", ["promtool check config prometheus.yml", "amtool check-config alertmanager.yml"]
)
def test_prometheus_and_its_alertmanager_take_their_files(words: str) -> None:
    done = _tool(*words.split())
    assert done.returncode == 0, done.stdout + done.stderr


def _tool(name: str, *arguments: str) -> subprocess.CompletedProcess[str]:
    tool = shutil.which(name) or shutil.which(name, path=REPOSITORY / ".tools" / "prometheus")
    if tool is None:
        pytest.skip(f"{name} is not here: make install-promtool")
    return subprocess.run([tool, *arguments], cwd=OPERATIONS, capture_output=True, text=True, check=False)


def test_systemd_takes_the_units(tmp_path: Path) -> None:
    if shutil.which("systemd-analyze") is None:
        pytest.skip("systemd-analyze is not here")
    units = []
    for unit in (*OPERATIONS.glob("*.service"), *OPERATIONS.glob("*.timer")):
        # Nothing is installed in /opt where tests run.
        copy = tmp_path / unit.name
        copy.write_text(unit.read_text().replace("/opt/motcua/.venv/bin/motcua", "/bin/true"))
        units.append(str(copy))
    done = subprocess.run(["systemd-analyze", "verify", *units], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert done.stderr == ""


@pytest.mark.parametrize("unit", sorted(OPERATIONS.glob("*.service")), ids=lambda unit: unit.name)
def test_the_fences_of_a_service_stay_up(unit: Path) -> None:
    """Exposure by systemd's own account, in tenths: 14 of 100 as they stand, 83 without fences."""
    if shutil.which("systemd-analyze") is None:
        pytest.skip("systemd-analyze is not here")
    words = ["systemd-analyze", "security", "--offline=true", "--threshold=16", "--no-pager", str(unit)]
    done = subprocess.run(words, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout[-2000:] + done.stderr


def test_what_runs_at_night_runs_at_night_in_vietnam() -> None:
    for timer in OPERATIONS.glob("*.timer"):
        (at,) = re.findall(r"^OnCalendar=(.+)", timer.read_text(), re.M)
        assert at.endswith(" Asia/Ho_Chi_Minh"), timer.name


def test_the_files_for_containers_and_systemd_can_be_read() -> None:
    compose = yaml.safe_load(COMPOSE.read_text())
    built = compose["services"]["motcua"]["build"]
    assert (OPERATIONS / built["context"]).resolve() == REPOSITORY
    assert (REPOSITORY / built["dockerfile"]).is_file()
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
    for name in ("security.md", "asvs.md", "reliability.md", "trust.md"):
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


# Chapter and section, and how many lines of level 2 it has; lines that the standard struck out are left out.
_LEVEL_2 = """
1.1:7 1.2:4 1.4:1,4,5 1.5:4 1.6:4 1.7:2 1.8:2 1.9:2 1.10:1 1.11:2 1.12:2, 1.14:6
2.1:12 2.2:3 2.3:3 2.4:6 2.5:7 2.6:3 2.7:6 2.8:7 2.9:3 2.10:4
3.1:1 3.2:4 3.3:4 3.4:5 3.5:3 3.7:1 4.1:1,2,3,5 4.2:2 4.3:3 5.1:5 5.2:8 5.3:10 5.4:3 5.5:4
6.1:3 6.2:6 6.3:2 6.4:2 7.1:4 7.2:2 7.3:1,3,4 7.4:3 8.1:4 8.2:3 8.3:8 9.1:3 9.2:4 10.2:2 10.3:3 11.1:8
12.1:3 12.2:1 12.3:6 12.4:2 12.5:2 12.6:1 13.1:1,3,4,5 13.2:1,2,3,5,6 13.3:2 13.4:2
14.1:4 14.2:6 14.3:2,3 14.4:7 14.5:4
"""


def _lines_of_level_2() -> Iterator[str]:
    for word in _LEVEL_2.split():
        section, _, numbers = word.partition(":")
        listed = numbers.strip(",").split(",") if "," in numbers else range(1, int(numbers) + 1)
        yield from (f"{section}.{number}" for number in listed)


def test_every_line_of_asvs_level_2_has_its_verdict_and_what_is_not_held_its_reason() -> None:
    named: list[str] = []
    for line in (DOCS / "asvs.md").read_text().splitlines():
        if not re.match(r"\| \d", line):
            continue
        numbers, verdict, why = (part.strip() for part in line.strip("|").split("|", 2))
        named += numbers.split(", ")
        assert verdict in ("✓", "◐", "✗", "–"), line
        assert len(why) > (40 if verdict in ("◐", "✗") else 5), line
    assert sorted(named) == sorted(_lines_of_level_2())


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
