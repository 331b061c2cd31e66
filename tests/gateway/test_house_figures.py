"""What wakes somebody up about the house itself, whoever asks or does not, database or none."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from pathlib import Path

import pytest
from fastapi import FastAPI

from core import metrics
from core.database import Database
from core.events import ALARM_PREFIX
from core.metrics import AlarmKind, GuessedDoor, WorkerLoop
from core.settings import REPOSITORY, Settings
from gateway.api.metrics import metrics_router
from gateway.backup.manifest import NAME, Manifest
from gateway.house_figures import HouseFigures
from notifications.outcomes import counted_as
from tests.gateway.asgi import call
from wire.provider import About, Accepted, Ambiguous, Outcome, Rejected

NEVER = 0.0


async def _answers() -> bool:
    return True


async def _is_away() -> bool:
    return False


def _house(folder: Path) -> HouseFigures:
    settings = Settings(data_dir=folder, _env_file=None)
    return HouseFigures(settings, {"rasa": _is_away, "actions": _answers})


async def test_a_part_that_is_away_is_told_before_anybody_asks_it_something(tmp_path: Path) -> None:
    told = {one.label: one.value for one in await _house(tmp_path).figures()}
    assert (told["part", "rasa"], told["part", "actions"]) == (0, 1)


async def test_no_backup_at_all_is_older_than_any(tmp_path: Path) -> None:
    async def made_at() -> float:
        found = {one.name: one.value for one in await _house(tmp_path).figures()}
        return found["motcua_backup_made_at_seconds"]

    assert await made_at() == NEVER
    at = datetime(2026, 11, 27, 1, 30, tzinfo=UTC)
    folder = tmp_path / "backups" / "motcua-20261127T013000Z"
    folder.mkdir(parents=True)
    assert await made_at() == NEVER, "one that is not whole is none"
    manifest = Manifest(made_at=at, database="sqlite", revision=None, ring=(), files={})
    (folder / NAME).write_text(manifest.model_dump_json())
    assert await made_at() == at.timestamp()


async def test_disks_are_told_when_the_database_is_gone(tmp_path: Path) -> None:
    async def nobody(_: object) -> str:
        return ""

    app = FastAPI()
    gone = Database(f"sqlite+aiosqlite:///{tmp_path / 'no' / 'folder' / 'x.db'}")
    app.include_router(metrics_router(gone, nobody, open_to="loopback", house=_house(tmp_path).figures))
    told = (await call(app, "GET", "/metrics")).body.decode()
    await gone.dispose()
    assert "motcua_database_up 0.0" in told
    assert re.search(r'motcua_disk_free_bytes\{of="data"\} [1-9]', told)


def test_what_is_alarmed_about_is_there_before_its_first_event() -> None:
    """Prometheus sees no increase from nothing to one."""
    told = metrics.exposition().decode()
    for door in GuessedDoor:
        assert f'motcua_guesses_total{{door="{door}"}}' in told
    for kind in AlarmKind:
        assert f'motcua_alarms_total{{kind="{kind}"}}' in told
    for loop in WorkerLoop:
        assert f'motcua_worker_failures_total{{loop="{loop}"}}' in told


def test_every_kind_of_alarm_that_is_raised_is_known() -> None:
    raised = set()
    for room in ("conversations", "dossiers", "feedback", "gateway", "notifications", "people", "wire"):
        for file in (REPOSITORY / room).rglob("*.py"):
            raised |= set(re.findall(rf'"{re.escape(ALARM_PREFIX)}(\w+)"', file.read_text(encoding="utf-8")))
    assert raised == {kind.value for kind in AlarmKind}


@pytest.mark.parametrize(
    ("outcome", "counted"),
    [
        (Accepted(), "accepted"),
        (Rejected(permanent=True, code="not_linked", about=About.PERSON), "no_way_to_person"),
        (Rejected(permanent=True, code="-115"), "rejected_permanent"),
        (Rejected(permanent=False, code="unreached"), "rejected_temporary"),
        (Ambiguous("TimeoutError"), "ambiguous"),
    ],
)
def test_citizens_without_an_account_do_not_speak_against_the_provider(
    outcome: Outcome, counted: str
) -> None:
    assert counted_as(outcome) == counted
