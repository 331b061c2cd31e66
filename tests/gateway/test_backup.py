"""A rehearsed restore: everything comes back; what is broken is refused before anything is touched."""

from __future__ import annotations

import tarfile
import uuid
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import create_engine, inspect

from core.crypto import KeyRing, activate, key_ring
from core.database import Database, utc_now
from core.event_reading import read_events
from core.events import publish
from core.settings import Settings
from gateway import schema
from gateway.backup.make import ASIDE, make, prune
from gateway.backup.manifest import BackupBroken, all_in, digest, newest, read_manifest
from gateway.backup.restore import restore
from gateway.bench.servers import PostgresServer
from gateway.cli import backup as command
from gateway.cli.problem import Problem


@pytest.fixture
def ring() -> KeyRing:
    return key_ring()


@pytest.fixture(params=["sqlite", "postgresql"])
def deployment(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Settings]:
    """A data folder with a migrated database and a file of its own."""
    url, name = None, f"backup_{uuid.uuid4().hex}"
    if request.param == "postgresql":
        postgres: PostgresServer = request.getfixturevalue("postgres")
        postgres.sql(f"CREATE DATABASE {name}")
        url = postgres.url(name)
    settings = Settings(data_dir=tmp_path / "data", database_url=url, _env_file=None)
    schema.upgrade(settings.database)
    (settings.data_dir / "content" / "general").mkdir(parents=True)
    (settings.data_dir / "content" / "general" / "gio.md").write_text("bảy giờ rưỡi")
    yield settings
    if request.param == "postgresql":
        postgres.sql(f"DROP DATABASE {name} WITH (FORCE)")


async def _say(settings: Settings, word: str) -> None:
    database = Database(settings.database)
    async with database.writing() as session:
        await publish(session, type="vn.motcua.dossier.received", subject=word, body={"word": word})
    await database.dispose()


async def _said(settings: Settings) -> list[str]:
    database = Database(settings.database)
    async with database.reading() as session:
        found = [event.body["word"] for event in await read_events(session, after=0)]
    await database.dispose()
    return found


def _quiet(_line: str) -> None:
    """Nobody listens."""


async def test_what_was_there_at_the_backup_is_there_after_the_restore(
    deployment: Settings, ring: KeyRing
) -> None:
    await _say(deployment, "trước")
    made = make(deployment, ring, now=utc_now(), told=_quiet)
    await _say(deployment, "sau")
    (deployment.data_dir / "content" / "general" / "gio.md").write_text("hỏng")
    moved = restore(deployment, made, ring, now=utc_now(), told=_quiet)
    assert await _said(deployment) == ["trước"]
    assert (deployment.data_dir / "content" / "general" / "gio.md").read_text() == "bảy giờ rưỡi"
    assert moved is not None
    assert (moved / "content" / "general" / "gio.md").read_text() == "hỏng"
    again = make(deployment, ring, now=utc_now() + timedelta(seconds=1), told=_quiet)
    with tarfile.open(again / "files.tar") as archive:
        assert not [name for name in archive.getnames() if name.startswith(moved.name)]
    assert schema.current_revision(deployment.database) == schema.newest_revision()


async def test_going_back_over_an_upgrade_leaves_nothing_of_it_in_the_way(
    postgres: PostgresServer, tmp_path: Path, ring: KeyRing
) -> None:
    """A table that the newer release made holds on to an older one; afterwards it can be made again."""
    name = f"backup_{uuid.uuid4().hex}"
    postgres.sql(f"CREATE DATABASE {name}")
    settings = Settings(data_dir=tmp_path / "data", database_url=postgres.url(name), _env_file=None)
    schema.upgrade(settings.database)
    await _say(settings, "trước")
    made = make(settings, ring, now=utc_now(), told=_quiet)
    newer = "CREATE TABLE newer (code text REFERENCES unit (id))"
    engine = create_engine(postgres.url(name))
    with engine.begin() as connection:
        connection.exec_driver_sql(newer)
    told: list[str] = []
    restore(settings, made, ring, now=utc_now(), told=told.append)
    assert await _said(settings) == ["trước"]
    (aside,) = [word.strip(";.,:") for line in told for word in line.split() if word.startswith(ASIDE)][:1]
    with engine.begin() as connection:
        connection.exec_driver_sql(newer)
        assert connection.exec_driver_sql(f"SELECT count(*) FROM {aside}.newer").scalar() == 0
    again = make(settings, ring, now=utc_now() + timedelta(seconds=1), told=_quiet)
    restore(settings, again, ring, now=utc_now() + timedelta(seconds=2), told=_quiet)
    assert await _said(settings) == ["trước"]
    with engine.connect() as connection:
        names = inspect(connection).get_schema_names()
    assert sum(one.startswith(ASIDE) for one in names) == 2, "what was set aside is in no later backup"
    engine.dispose()
    postgres.sql(f"DROP DATABASE {name} WITH (FORCE)")


async def test_a_restore_that_fails_leaves_postgresql_as_it_was(
    postgres: PostgresServer, tmp_path: Path, ring: KeyRing
) -> None:
    name = f"backup_{uuid.uuid4().hex}"
    postgres.sql(f"CREATE DATABASE {name}")
    settings = Settings(data_dir=tmp_path / "data", database_url=postgres.url(name), _env_file=None)
    schema.upgrade(settings.database)
    made = make(settings, ring, now=utc_now(), told=_quiet)
    await _say(settings, "sau")
    dump = made / "database.dump"
    dump.write_bytes(dump.read_bytes()[: dump.stat().st_size // 2])
    manifest = read_manifest(made)
    whole = manifest.model_copy(update={"files": manifest.files | {dump.name: digest(dump)}})
    (made / "manifest.json").write_text(whole.model_dump_json())
    with pytest.raises(BackupBroken, match="pg_restore"):
        restore(settings, made, ring, now=utc_now(), told=_quiet)
    assert await _said(settings) == ["sau"]
    postgres.sql(f"DROP DATABASE {name} WITH (FORCE)")


async def test_a_backup_made_while_others_write_is_of_one_moment(tmp_path: Path, ring: KeyRing) -> None:
    settings = Settings(data_dir=tmp_path / "data", _env_file=None)
    schema.upgrade(settings.database)
    database = Database(settings.database)
    async with database.writing() as session:
        await publish(session, type="a", subject="a", body={"word": "a"})
        made = make(settings, ring, now=utc_now(), told=_quiet)
    await database.dispose()
    restore(settings, made, ring, now=utc_now(), told=_quiet)
    assert await _said(settings) == []


def test_a_damaged_backup_is_refused_before_anything_is_touched(tmp_path: Path, ring: KeyRing) -> None:
    settings = Settings(data_dir=tmp_path / "data", _env_file=None)
    schema.upgrade(settings.database)
    made = make(settings, ring, now=utc_now(), told=_quiet)
    with (made / "files.tar").open("ab") as file:
        file.write(b"x")
    with pytest.raises(BackupBroken, match=r"files\.tar"):
        restore(settings, made, ring, now=utc_now(), told=_quiet)
    assert (settings.data_dir / "motcua.db").exists()
    with pytest.raises(BackupBroken, match="không phải bản sao lưu"):
        restore(settings, tmp_path, ring, now=utc_now(), told=_quiet)


async def test_another_deployments_keys_are_refused(tmp_path: Path, ring: KeyRing) -> None:
    settings = Settings(data_dir=tmp_path / "data", _env_file=None)
    schema.upgrade(settings.database)
    await _say(settings, "một")
    made = make(settings, ring, now=utc_now(), told=_quiet)
    with pytest.raises(BackupBroken, match="--keys-from"):
        restore(settings, made, KeyRing.generate(), now=utc_now(), told=_quiet)
    activate(ring)


def test_the_keys_are_not_in_the_backup_and_old_ones_go(tmp_path: Path, ring: KeyRing) -> None:
    settings = Settings(data_dir=tmp_path / "data", _env_file=None)
    schema.upgrade(settings.database)
    KeyRing.load_or_create(settings.data_dir / "keys" / "ring.json")
    moments = [utc_now().replace(minute=minute) for minute in (1, 2, 3)]
    for moment in moments:
        make(settings, ring, now=moment, told=_quiet)
    for folder in all_in(settings.backups):
        assert b"pepper" not in b"".join(path.read_bytes() for path in folder.iterdir())
        assert folder.stat().st_mode & 0o077 == 0
    assert len(prune(settings, 2)) == 1
    found = newest(settings.backups)
    assert found is not None
    assert found.made_at == moments[-1]


def test_a_backup_that_cannot_be_written_says_where_and_what_to_do(
    tmp_path: Path, ring: KeyRing, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "disk").write_text("no folder")
    settings = Settings(data_dir=tmp_path, backup_dir=tmp_path / "disk" / "backups", _env_file=None)
    monkeypatch.setattr(command, "settings", lambda: settings)
    monkeypatch.setattr(command, "read_ring", lambda _: ring)
    with pytest.raises(Problem, match=r"chưa sao lưu được vào \S+/disk/backups: .* df -h"):
        command.backup(keep=14, keys_to=None)
