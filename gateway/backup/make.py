"""Making a backup while the product runs: a copy of the database as of one moment, and the files beside it.

A backup is first made under another name, so that one that was cut off is never taken for a whole one.
"""

from __future__ import annotations

import shutil
import sqlite3
import subprocess
import tarfile
from collections.abc import Callable, Iterator
from contextlib import closing
from datetime import datetime
from pathlib import Path

from sqlalchemy.engine import make_url

from core.crypto import KeyRing
from core.settings import Settings
from gateway.backup.manifest import NAME, PREFIX, BackupBroken, Manifest, all_in, digest
from gateway.schema import current_revision

DATABASE = {"sqlite": "database.sqlite", "postgresql": "database.dump"}
FILES = "files.tar"
ASIDE = "truoc_khi_phuc_hoi_"
"""How a schema of PostgreSQL is called in which the tables stand that were there before a restore."""
BEFORE = "truoc-khi-phuc-hoi-"
"""How the folder is called into which a restore moves what was there."""
# Made anew at every start, of this machine alone, kept elsewhere, or on purpose not beside the data.
_LEFT_OUT = frozenset({"backups", "keys", "logs", "models", "run"})

Told = Callable[[str], None]


def make(settings: Settings, ring: KeyRing, *, now: datetime, told: Told) -> Path:
    """The folder of a new backup; raises ``BackupBroken`` when the copy is not whole."""
    target = settings.backups / f"{PREFIX}{now:%Y%m%dT%H%M%SZ}"
    aside = settings.backups / f".{target.name}"
    aside.mkdir(parents=True, mode=0o700)
    try:
        kind = "sqlite" if make_url(settings.database).get_backend_name() == "sqlite" else "postgresql"
        told("Chép cơ sở dữ liệu…")
        copy = aside / DATABASE[kind]
        _copy_sqlite(settings, copy) if kind == "sqlite" else _dump_postgresql(settings, copy)
        told("Chép tệp…")
        _pack(settings, aside / FILES)
        manifest = Manifest(
            made_at=now,
            database=kind,
            revision=current_revision(settings.database),
            ring=tuple(ring.keys),
            files={name: digest(aside / name) for name in (DATABASE[kind], FILES)},
        )
        (aside / NAME).write_text(manifest.model_dump_json(indent=1), encoding="utf-8")
        aside.rename(target)
    except BaseException:
        shutil.rmtree(aside, ignore_errors=True)
        raise
    return target


def prune(settings: Settings, keep: int) -> list[Path]:
    """Take away the oldest backups beyond ``keep``."""
    gone = all_in(settings.backups)[: -keep or None]
    for folder in gone:
        shutil.rmtree(folder)
    return gone


def _copy_sqlite(settings: Settings, copy: Path) -> None:
    """One read transaction: writers go on meanwhile, and the copy is of one moment."""
    path = make_url(settings.database).database or ""
    with closing(sqlite3.connect(f"file:{path}?mode=ro", uri=True, timeout=60)) as source:
        source.execute("VACUUM INTO ?", (str(copy),))
    copy.chmod(0o600)
    with closing(sqlite3.connect(copy)) as made:
        (word,) = made.execute("PRAGMA quick_check").fetchone()
    if word != "ok":
        raise BackupBroken(f"bản chép cơ sở dữ liệu không lành: {word}")


def _dump_postgresql(settings: Settings, copy: Path) -> None:
    run_tool(
        "pg_dump", "--format=custom", "--no-owner", f"--exclude-schema={ASIDE}*",
        f"--file={copy}", f"--dbname={plain_url(settings)}",
    )  # fmt: skip
    copy.chmod(0o600)


def run_tool(*command: str) -> None:
    """A program of PostgreSQL; raises ``BackupBroken`` with its last words, which hold no password."""
    if shutil.which(command[0]) is None:
        raise BackupBroken(f"thiếu chương trình {command[0]}: cài gói postgresql-client")
    done = subprocess.run(command, capture_output=True, text=True, check=False)  # noqa: S603
    if done.returncode:
        last = (done.stderr.strip().splitlines() or ["không rõ vì sao"])[-1]
        raise BackupBroken(f"{command[0]} không xong: {last}")


def plain_url(settings: Settings) -> str:
    url = make_url(settings.database).set(drivername="postgresql")
    return url.render_as_string(hide_password=False)


def _pack(settings: Settings, target: Path) -> None:
    with tarfile.open(target, "w") as archive:
        for path in _kept(settings):
            archive.add(path, arcname=path.relative_to(settings.data_dir).as_posix())
    target.chmod(0o600)


def _kept(settings: Settings) -> Iterator[Path]:
    for path in sorted(settings.data_dir.iterdir()):
        if path.name in _LEFT_OUT or path.name.startswith((".", "motcua.db", BEFORE)):
            continue
        if path == settings.backups:
            continue
        yield path
