"""The doctor names what is weak and what to do, and ends with 1 only for what must be mended."""

from __future__ import annotations

import os
import subprocess
import sys
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest

from core.crypto import key_ring
from core.settings import REPOSITORY, Settings
from gateway import schema
from gateway.backup.make import make
from gateway.doctor import examine, outside, secrets, upkeep
from gateway.doctor.finding import Finding, Level
from people.models import ApiKey

NOW = datetime(2026, 11, 26, 3, 0, tzinfo=UTC)
GOOD = "Xk2mP9qLw7RtZ4vB8nJ3"


def _bad(found: object) -> set[str]:
    return {one.about for one in found if one.level is Level.BAD}  # type: ignore[attr-defined]


@pytest.mark.parametrize(
    ("secret", "weak"),
    [("changeme", True), ("secret12345", True), ("a" * 40, True), ("short", True), (GOOD, False)],
)
def test_a_secret_of_a_manual_is_not_taken_for_one(secret: str, weak: bool) -> None:
    assert (secrets.weakness_of(secret) is not None) is weak


def test_a_weak_webhook_secret_is_named_by_its_variable_and_never_shown(tmp_path: Path) -> None:
    settings = Settings(data_dir=tmp_path, esms={"callback_secret": "matkhau1"}, _env_file=None)
    (found,) = [one for one in secrets.secret_findings(settings) if one.level is Level.BAD]
    assert "MOTCUA_ESMS__CALLBACK_SECRET" in found.said
    assert "matkhau1" not in str(found)


def test_keys_that_others_can_read_are_bad(tmp_path: Path) -> None:
    (tmp_path / "keys").mkdir()
    ring = tmp_path / "keys" / "ring.json"
    ring.write_text("{}")
    ring.chmod(0o644)
    settings = Settings(data_dir=tmp_path, _env_file=None)
    assert "secret.file" in _bad(secrets.secret_findings(settings))
    ring.chmod(0o600)
    assert "secret.file" not in _bad(secrets.secret_findings(settings))


@pytest.mark.parametrize(
    ("url", "about"),
    [
        (None, "address.missing"),
        ("http://motcua.quynhon.gov.vn", "address.tls"),
        ("https://localhost", "address.local"),
        ("https://motcua.quynhon.gov.vn", None),
    ],
)
def test_the_address_that_citizens_open_must_be_https_and_real(url: str | None, about: str | None) -> None:
    found = _bad(outside.address_findings(Settings(public_url=url, _env_file=None)))
    assert found == ({about} if about else set())


@pytest.mark.parametrize(
    ("database", "redis", "about"),
    [
        ("postgresql://m@/motcua?host=/run/postgresql", "redis://127.0.0.1:6379/0", set()),
        ("postgresql://m:x@database/motcua", "redis://redis:6379/0", set()),
        ("postgresql://m:x@10.0.0.5/motcua", "rediss://10.0.0.6:6379/0", {"line.database"}),
        ("postgresql://m:x@db.vn/m?sslmode=require", "redis://10.0.0.6", {"line.database", "line.redis"}),
        ("postgresql://m:x@db.example.vn/motcua?sslmode=verify-full", None, set()),
    ],
)
def test_a_line_to_another_machine_must_be_encrypted_and_checked(
    database: str, redis: str | None, about: set[str]
) -> None:
    settings = Settings(DATABASE_URL=database, REDIS_URL=redis, _env_file=None)
    found = list(outside.line_findings(settings))
    assert {one.about for one in found} == about
    assert not any("m:x" in str(one) for one in found)


def test_an_account_whose_webhook_has_no_secret_is_bad() -> None:
    settings = Settings(telegram={"token": "1:x"}, _env_file=None)
    assert _bad(outside.webhook_findings(settings)) == {"webhook.telegram"}


def test_no_backup_and_an_old_one_are_bad(tmp_path: Path) -> None:
    settings = Settings(data_dir=tmp_path, _env_file=None)
    assert _bad(upkeep.backup_findings(settings, NOW)) == {"backup.none"}
    schema.upgrade(settings.database)
    make(settings, key_ring(), now=NOW, told=lambda line: None)
    assert _bad(upkeep.backup_findings(settings, NOW + timedelta(hours=3))) == set()
    assert _bad(upkeep.backup_findings(settings, NOW + timedelta(hours=30))) == {"backup.old"}


def test_a_full_disk_and_a_clock_that_went_back_are_bad(tmp_path: Path) -> None:
    gigabyte = 1024**3
    assert upkeep.disk_finding(tmp_path, (100 * gigabyte, 95 * gigabyte, 5 * gigabyte)).level is Level.BAD
    assert upkeep.disk_finding(tmp_path, (100 * gigabyte, 50 * gigabyte, 50 * gigabyte)).level is Level.FINE
    assert "clock.back" in _bad(upkeep.clock_findings(NOW, NOW + timedelta(hours=1), None))
    assert "clock.apart" in _bad(upkeep.clock_findings(NOW, None, NOW + timedelta(seconds=9)))


@pytest.mark.parametrize(
    ("today", "confirmed", "level"),
    [
        (date(2026, 11, 26), {2026}, Level.WEAK),
        (date(2026, 5, 1), {2026}, Level.FINE),
        (date(2026, 11, 26), {2026, 2027}, Level.FINE),
        (date(2027, 1, 2), {2026}, Level.BAD),
    ],
)
def test_next_years_calendar_is_asked_for_in_time(today: date, confirmed: set[int], level: Level) -> None:
    assert upkeep.calendar_finding(today, confirmed).level is level


def test_keys_of_machines_are_exchanged_in_time() -> None:
    soon = ApiKey(name="một cửa", secret_hash="", scopes="", expires_at=NOW + timedelta(days=3))
    gone = ApiKey(name="cũ", secret_hash="", scopes="", expires_at=None, revoked_at=NOW)
    (found,) = upkeep.key_findings([soon, gone], NOW)
    assert found.level is Level.WEAK
    assert "motcua keys rotate" in found.remedy


async def test_a_deployment_without_anything_is_examined_to_the_end(tmp_path: Path) -> None:
    settings = Settings(data_dir=tmp_path / "none", redis_url="redis://127.0.0.1:9", _env_file=None)
    found: list[Finding] = await examine.examine(settings)
    assert {"redis", "database.schema"} <= _bad(found)
    assert all(one.remedy for one in found if one.level is not Level.FINE)


def test_the_command_ends_with_1_when_something_must_be_mended(tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-c", "from gateway.cli import main; main()", "doctor"],
        cwd=REPOSITORY,
        env={**os.environ, "MOTCUA_DATA_DIR": str(tmp_path)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 1, done.stderr
    assert "Phải sửa" in done.stdout
    assert "→" in done.stdout
