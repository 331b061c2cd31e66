"""Bringing a backup back: checked first, what is there moved aside, brought to today's schema at the end."""

from __future__ import annotations

import shutil
import sqlite3
import tarfile
from contextlib import closing
from datetime import datetime
from pathlib import Path

from sqlalchemy import Engine, create_engine, inspect
from sqlalchemy.engine import make_url
from sqlalchemy.exc import ProgrammingError

from core.crypto import CryptoError, KeyRing
from core.settings import Settings
from gateway import schema
from gateway.backup.make import ASIDE, BEFORE, DATABASE, FILES, Told, plain_url, run_tool
from gateway.backup.manifest import BackupBroken, Manifest, check


def restore(settings: Settings, folder: Path, ring: KeyRing, *, now: datetime, told: Told) -> Path | None:
    """Put everything back; where what was there before has gone, if anything was.

    Raises ``BackupBroken`` before anything is touched when the backup is not whole, is of the other kind of
    database, or cannot be read with the keys at hand.
    """
    told("Kiểm tra bản sao lưu…")
    manifest = check(folder)
    kind = "sqlite" if make_url(settings.database).get_backend_name() == "sqlite" else "postgresql"
    if manifest.database != kind:
        raise BackupBroken(f"bản sao lưu là {manifest.database} nhưng DATABASE_URL là {kind}")
    _check_ring(manifest, ring, folder)
    told("Đặt lại cơ sở dữ liệu…")
    if kind == "postgresql":
        _restore_postgresql(settings, folder / DATABASE[kind], now=now, told=told)
    moved = _move_aside(settings, now)
    if kind == "sqlite":
        target = Path(make_url(settings.database).database or "")
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(folder / DATABASE[kind], target)
        target.chmod(0o600)
    told("Đặt lại tệp…")
    with tarfile.open(folder / FILES) as archive:
        archive.extractall(settings.data_dir, filter="data")
    told("Đưa cơ sở dữ liệu về bản mới nhất…")
    schema.upgrade(settings.database)
    return moved


def _restore_postgresql(settings: Settings, dump: Path, *, now: datetime, told: Told) -> None:
    """Into an empty schema: what a newer release has added since cannot stand in the way, and is kept.

    Raises ``BackupBroken`` with everything as it was.
    """
    engine = create_engine(schema.alembic_config(settings.database).get_main_option("sqlalchemy.url") or "")
    aside = f"{ASIDE}{now:%Y%m%d_%H%M%S}"
    try:
        used = bool(inspect(engine).get_table_names())
        if used:
            _run(engine, f"ALTER SCHEMA public RENAME TO {aside}", "CREATE SCHEMA public")
        try:
            run_tool(
                "pg_restore", "--no-owner", "--single-transaction", "--exit-on-error",
                f"--dbname={plain_url(settings)}", str(dump),
            )  # fmt: skip
        except BackupBroken:
            if used:
                _run(engine, "DROP SCHEMA public CASCADE", f"ALTER SCHEMA {aside} RENAME TO public")
            raise
    finally:
        engine.dispose()
    if used:
        told(f"Bảng trước đó nằm ở lược đồ {aside}: kiểm tra xong thì DROP SCHEMA {aside} CASCADE.")


def _run(engine: Engine, *statements: str) -> None:
    try:
        with engine.begin() as connection:
            for statement in statements:
                connection.exec_driver_sql(statement)
    except ProgrammingError as error:
        raise BackupBroken(
            f"không dời được bảng đang có ({str(error.orig).strip()}): cho tài khoản của Motcua làm chủ, "
            "ALTER SCHEMA public OWNER TO <tài khoản>"
        ) from None


def _check_ring(manifest: Manifest, ring: KeyRing, folder: Path) -> None:
    missing = [name for name in manifest.ring if name not in ring.keys]
    if missing:
        raise BackupBroken(
            f"vòng khóa ở đây thiếu khóa {', '.join(missing)}: đặt lại tệp khóa đã cất riêng bằng --keys-from"
        )
    if manifest.database != "sqlite":
        return
    with closing(sqlite3.connect(f"file:{folder / DATABASE['sqlite']}?mode=ro", uri=True)) as copy:
        row = copy.execute("SELECT body FROM event LIMIT 1").fetchone()
    try:
        if row is not None:
            ring.decrypt(row[0])
    except CryptoError:
        raise BackupBroken(
            "khóa ở đây không mở được bản sao lưu: đặt lại tệp khóa đã cất riêng bằng --keys-from"
        ) from None


def _move_aside(settings: Settings, now: datetime) -> Path | None:
    """What was there, apart from keys and backups, so that a mistaken restore can be taken back."""
    if not settings.data_dir.exists():
        settings.data_dir.mkdir(parents=True, mode=0o700)
        return None
    kept = {"keys", "models", "backups"}
    old = [
        path
        for path in settings.data_dir.iterdir()
        if path.name not in kept and path != settings.backups and not path.name.startswith(BEFORE)
    ]
    if not old:
        return None
    aside = settings.data_dir / f"{BEFORE}{now:%Y%m%dT%H%M%SZ}"
    aside.mkdir(mode=0o700)
    for path in old:
        path.rename(aside / path.name)
    return aside
