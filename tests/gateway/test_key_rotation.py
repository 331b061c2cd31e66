"""A new key comes, everything is written anew while others go on writing, and the old key can go."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import text

from core.crypto import CryptoError, EncryptedText, KeyRing, activate, key_ring, open_ring, seal
from core.database import Database
from core.event_reading import read_events
from core.events import Event, publish
from core.settings import Settings
from gateway import keys, reencrypt
from gateway.reencrypt import count_by_key


@pytest.fixture
def ring() -> Iterator[KeyRing]:
    """One that this test may exchange; the others get theirs back."""
    before = key_ring()
    activate(before)
    yield before
    activate(before)


async def _fill(database: Database, count: int) -> None:
    async with database.writing() as session:
        for number in range(count):
            body = {"applicant": {"name": f"Nguyễn Văn Mẫu {number}"}}
            await publish(session, type="vn.motcua.dossier.received", subject=f"H99-{number}", body=body)


async def test_everything_is_readable_with_the_new_key_alone_afterwards(
    database: Database, ring: KeyRing
) -> None:
    await _fill(database, 230)  # more than one batch
    newer = ring.with_new_key()
    activate(newer)
    assert set(await count_by_key(database)) == {ring.current}
    assert await reencrypt.reencrypt(database, newer) == 230
    assert await count_by_key(database) == {newer.current: 230}
    assert await reencrypt.reencrypt(database, newer) == 0
    activate(newer.without(ring.current))
    async with database.reading() as session:
        events = await read_events(session, after=0, limit=500)
    assert events[229].body["applicant"]["name"] == "Nguyễn Văn Mẫu 229"


async def test_a_stop_in_the_middle_is_taken_up_where_it_was(
    sqlite: Database, ring: KeyRing, monkeypatch: pytest.MonkeyPatch
) -> None:
    await _fill(sqlite, 30)
    newer = ring.with_new_key()
    activate(newer)
    monkeypatch.setattr(reencrypt, "_AT_ONCE", 10)

    def stop(table: str, rows: int) -> None:
        if rows >= 20:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        await reencrypt.reencrypt(sqlite, newer, told=stop)
    assert (await count_by_key(sqlite))[newer.current] == 20
    assert await reencrypt.reencrypt(sqlite, newer) == 10


async def test_a_row_that_somebody_wrote_meanwhile_keeps_their_words(sqlite: Database, ring: KeyRing) -> None:
    await _fill(sqlite, 1)
    theirs = ring.encrypt('{"said": "later"}')
    table: Any = Event.__table__
    (key,), columns = table.primary_key.columns, reencrypt.encrypted_columns()[table]
    async with sqlite.writing() as session:
        read = (await session.execute(text("SELECT position, body FROM event"))).one()
        await session.execute(text("UPDATE event SET body = :body"), {"body": theirs})
        await session.execute(reencrypt._renewed(table, key, columns, read, ring.with_new_key()))
        assert (await session.execute(text("SELECT body FROM event"))).scalar_one() == theirs


def test_a_running_process_reads_what_was_written_with_a_key_made_meanwhile(
    tmp_path: Path, ring: KeyRing
) -> None:
    settings = Settings(data_dir=tmp_path, _env_file=None)
    keys.activate_keys(settings)
    newer = keys.read_ring(settings).with_new_key()
    keys.write_ring(settings, newer)
    value = EncryptedText().process_result_value(newer.encrypt("0900000001"), None)  # type: ignore[arg-type]
    assert value == "0900000001"


def test_a_sealed_ring_opens_with_its_master_secret_alone(tmp_path: Path) -> None:
    ring = KeyRing.generate()
    wrapped = seal(ring, "a long secret that is kept elsewhere")
    assert "keys" not in wrapped
    assert open_ring(wrapped, "a long secret that is kept elsewhere") == ring
    for master in (None, "another"):
        with pytest.raises(CryptoError, match="MOTCUA_MASTER_KEY"):
            open_ring(wrapped, master)


def test_the_file_of_the_ring_is_for_its_owner_alone_and_stays_sealed(tmp_path: Path) -> None:
    master = tmp_path / "master"
    master.write_text("a long secret that is kept elsewhere")
    settings = Settings(data_dir=tmp_path, master_key=f"file:{master}", _env_file=None)
    ring = keys.read_ring(settings)
    keys.write_ring(settings, ring, sealed=True)
    keys.write_ring(settings, ring.with_new_key())
    file = keys.ring_file(settings)
    assert file.stat().st_mode & 0o777 == 0o600
    assert '"sealed"' in file.read_text()
    assert keys.read_ring(settings).current == "k2"


def test_the_key_that_writes_cannot_be_taken_away() -> None:
    ring = KeyRing.generate()
    with pytest.raises(CryptoError):
        ring.without("k1")
    assert ring.with_new_key().without("k1").keys.keys() == {"k2"}
