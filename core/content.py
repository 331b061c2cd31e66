"""Published content: versions in the database, with a folder of files that mirrors them.

The database is the truth. A document is one file of ``content/``, known by its path, for example
``procedures/ho-tich/1.001193.yaml``. The shipped seed comes in as published; a file changed in the mirror
comes in as a draft, because nobody has approved it; where both sides changed, the database stays live and
the conflict is reported.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from itertools import batched
from pathlib import Path

from sqlalchemy import ColumnElement, Index, Integer, String, Text, UniqueConstraint, func, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import Mapped, mapped_column

from core.database import Base, Database, UtcDateTime, new_id, utc_now

SEED_AUTHOR = "seed"
FILE_AUTHOR = "file"
_AT_ONCE = 400
_SUFFIXES = {".yaml", ".yml", ".md"}


class ContentStatus(StrEnum):
    DRAFT = "draft"
    IN_REVIEW = "in_review"
    READY = "ready"
    SCHEDULED = "scheduled"
    PUBLISHED = "published"
    ARCHIVED = "archived"


class ContentVersion(Base):
    __tablename__ = "content_version"
    __table_args__ = (
        UniqueConstraint("kind", "key", "version"),
        Index("ix_content_version_live", "kind", "key", "status"),
        Index("ix_content_version_status", "status", "created_at"),
    )

    id: Mapped[str] = mapped_column(String(26), primary_key=True, default=new_id)
    kind: Mapped[str] = mapped_column(String(40))
    key: Mapped[str] = mapped_column(String(200))
    version: Mapped[int] = mapped_column(Integer)
    body: Mapped[str] = mapped_column(Text)
    sha256: Mapped[str] = mapped_column(String(64))
    status: Mapped[str] = mapped_column(String(12))
    author: Mapped[str] = mapped_column(String(60))
    approver: Mapped[str | None] = mapped_column(String(60))
    reason: Mapped[str | None] = mapped_column(Text)
    based_on: Mapped[int | None] = mapped_column(Integer)
    publish_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime, default=utc_now)
    published_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class ContentHold(Base):
    """A document that is not to be answered from until somebody has looked at it. Lifted rows stay."""

    __tablename__ = "content_hold"
    __table_args__ = (Index("ix_content_hold_open", "key", "lifted_at"),)

    id: Mapped[str] = mapped_column(String(26), primary_key=True, default=new_id)
    key: Mapped[str] = mapped_column(String(200))
    reason: Mapped[str] = mapped_column(Text)
    held_by: Mapped[str] = mapped_column(String(60))
    at: Mapped[datetime] = mapped_column(UtcDateTime, default=utc_now)
    lifted_by: Mapped[str | None] = mapped_column(String(60))
    lifted_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class ContentMirror(Base):
    """The content of a mirrored file when it was last equal to the database."""

    __tablename__ = "content_mirror"

    key: Mapped[str] = mapped_column(String(200), primary_key=True)
    sha256: Mapped[str] = mapped_column(String(64))


class Generation(Base):
    """A number that grows with every change of what readers keep in memory."""

    __tablename__ = "generation"

    name: Mapped[str] = mapped_column(String(40), primary_key=True)
    number: Mapped[int] = mapped_column(Integer, default=0)


@dataclass(frozen=True)
class Document:
    """One published file: its kind (first folder), its path, its text."""

    kind: str
    key: str
    text: str
    version: int


@dataclass
class SyncReport:
    published: list[str] = field(default_factory=list)
    drafted: list[str] = field(default_factory=list)
    written: list[str] = field(default_factory=list)
    conflicts: list[str] = field(default_factory=list)


def digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


def read_folder(folder: Path) -> dict[str, str]:
    """Every content file under a folder, by its path inside it."""
    if not folder.exists():
        return {}
    return {
        path.relative_to(folder).as_posix(): path.read_text(encoding="utf-8")
        for path in sorted(folder.rglob("*"))
        if path.is_file() and path.suffix in _SUFFIXES and not path.name.startswith(".")
    }


async def bump(session: AsyncSession, name: str) -> int:
    """Tell every process that ``name`` changed; the new number."""
    found = await session.get(Generation, name, with_for_update=True)
    if found is None:
        found = Generation(name=name, number=0)
        session.add(found)
    found.number += 1
    await session.flush()
    return found.number


async def generation(session: AsyncSession, name: str) -> int:
    return await session.scalar(select(Generation.number).where(Generation.name == name)) or 0


async def generations(session: AsyncSession, *names: str) -> tuple[int, ...]:
    """The numbers of several names, in their order."""
    found = await session.execute(
        select(Generation.name, Generation.number).where(Generation.name.in_(names))
    )
    numbers = {str(name): int(number) for name, number in found}
    return tuple(numbers.get(name, 0) for name in names)


async def live_versions(session: AsyncSession, kind: str) -> list[tuple[str, int]]:
    """Key and number of the live version of every document of a kind, by key; its text is left alone."""
    query = select(ContentVersion.key, ContentVersion.version).where(
        ContentVersion.kind == kind, ContentVersion.status == ContentStatus.PUBLISHED
    )
    return [
        (str(key), int(number)) for key, number in await session.execute(query.order_by(ContentVersion.key))
    ]


async def texts_of(session: AsyncSession, keys: Iterable[str]) -> list[Document]:
    """The live version of these documents."""
    found: list[Document] = []
    for part in batched(keys, _AT_ONCE):
        query = select(
            ContentVersion.kind, ContentVersion.key, ContentVersion.body, ContentVersion.version
        ).where(
            ContentVersion.kind.in_({key.partition("/")[0] for key in part}),
            ContentVersion.key.in_(part),
            ContentVersion.status == ContentStatus.PUBLISHED,
        )
        found += [Document(*row) for row in await session.execute(query)]
    return found


async def published(session: AsyncSession, kinds: Iterable[str] | None = None) -> list[Document]:
    """The live version of every document, ordered by key."""
    query = select(ContentVersion.kind, ContentVersion.key, ContentVersion.body, ContentVersion.version)
    query = query.where(ContentVersion.status == ContentStatus.PUBLISHED)
    if kinds is not None:
        query = query.where(ContentVersion.kind.in_(list(kinds)))
    return [Document(*row) for row in await session.execute(query.order_by(ContentVersion.key))]


async def authors_of(session: AsyncSession, kinds: Iterable[str]) -> dict[str, str]:
    """Who wrote the live version of each document, by key."""
    query = select(ContentVersion.key, ContentVersion.author).where(
        ContentVersion.status == ContentStatus.PUBLISHED, ContentVersion.kind.in_(list(kinds))
    )
    return {str(key): str(author) for key, author in await session.execute(query)}


async def archived_texts(session: AsyncSession, keys: Iterable[str]) -> dict[str, list[str]]:
    """What was live before, by key, newest first."""
    rows = await session.execute(
        select(ContentVersion.key, ContentVersion.body)
        .where(ContentVersion.key.in_(list(keys)), ContentVersion.status == ContentStatus.ARCHIVED)
        .order_by(ContentVersion.version.desc())
    )
    found: dict[str, list[str]] = {}
    for key, body in rows:
        found.setdefault(key, []).append(body)
    return found


async def add_version(
    session: AsyncSession,
    *,
    key: str,
    text: str,
    status: ContentStatus,
    author: str,
    approver: str | None = None,
    reason: str | None = None,
) -> ContentVersion:
    """Store a new version; publishing archives the one that was live before."""
    kind = key.split("/", 1)[0]
    last = await session.scalar(select(func.max(ContentVersion.version)).where(*of_document(key)))
    if status is ContentStatus.PUBLISHED:
        live = await live_version(session, key)
        if live is not None:
            live.status = ContentStatus.ARCHIVED
    version = ContentVersion(
        kind=kind,
        key=key,
        version=(last or 0) + 1,
        body=text,
        sha256=digest(text),
        status=status,
        author=author,
        approver=approver,
        reason=reason,
        published_at=utc_now() if status is ContentStatus.PUBLISHED else None,
    )
    session.add(version)
    await session.flush()
    return version


async def live_version(session: AsyncSession, key: str) -> ContentVersion | None:
    """What citizens are answered from now."""
    return await session.scalar(
        select(ContentVersion).where(*of_document(key), ContentVersion.status == ContentStatus.PUBLISHED)
    )


def of_document(key: str) -> tuple[ColumnElement[bool], ...]:
    """Every version of one document; with its kind, which comes first in the index."""
    return ContentVersion.kind == key.partition("/")[0], ContentVersion.key == key


async def sync(
    database: Database,
    *,
    seed: Path,
    mirror: Path,
    acceptable: Callable[[str, str], str | None] = lambda key, text: None,
) -> SyncReport:
    """Bring the shipped seed and the mirror folder in line with the database.

    ``acceptable(key, text)`` says why a document must not be published, or nothing. An unacceptable seed
    document is left out and reported as a conflict; the last good version stays live.
    """
    report = SyncReport()
    seeds, files = read_folder(seed), read_folder(mirror)
    async with database.writing() as session:
        live = {
            row.key: row
            for row in await session.scalars(
                select(ContentVersion).where(ContentVersion.status == ContentStatus.PUBLISHED)
            )
        }
        known = {(row.key, row.sha256) for row in await session.scalars(select(ContentVersion))}
        synced = {row.key: row for row in await session.scalars(select(ContentMirror))}
        for key, text in seeds.items():
            await _take_seed(session, key, text, live, known, report, acceptable)
        for key in sorted(live.keys() | files.keys()):
            await _mirror_one(
                session, key, files.get(key), live.get(key), synced.get(key), known, mirror, report
            )
        if report.published:
            await bump(session, "content")
    return report


async def _take_seed(
    session: AsyncSession,
    key: str,
    text: str,
    live: dict[str, ContentVersion],
    known: set[tuple[str, str]],
    report: SyncReport,
    acceptable: Callable[[str, str], str | None],
) -> None:
    if (key, digest(text)) in known:
        return
    problem = acceptable(key, text)
    if problem:
        report.conflicts.append(f"{key}: {problem}")
        return
    current = live.get(key)
    if current is None or current.author == SEED_AUTHOR:
        live[key] = await add_version(
            session, key=key, text=text, status=ContentStatus.PUBLISHED, author=SEED_AUTHOR, reason="shipped"
        )
        report.published.append(key)
    else:  # staff have edited it: the newer seed waits for them as a draft
        await add_version(session, key=key, text=text, status=ContentStatus.DRAFT, author=SEED_AUTHOR)
        report.drafted.append(key)
    known.add((key, digest(text)))


async def _mirror_one(
    session: AsyncSession,
    key: str,
    file_text: str | None,
    live: ContentVersion | None,
    mark: ContentMirror | None,
    known: set[tuple[str, str]],
    mirror: Path,
    report: SyncReport,
) -> None:
    in_file = digest(file_text) if file_text is not None else None
    in_database = live.sha256 if live else None
    if in_file == in_database:
        pass
    elif live is not None and (file_text is None or (mark and in_file == mark.sha256)):
        _write(mirror / key, live.body)
        report.written.append(key)
    elif file_text is not None and in_file is not None:
        if (key, in_file) not in known:
            await add_version(
                session, key=key, text=file_text, status=ContentStatus.DRAFT, author=FILE_AUTHOR
            )
            known.add((key, in_file))
            report.drafted.append(key)
        if mark and in_database != mark.sha256:
            report.conflicts.append(
                f"{key}: changed in the file and in the database; the database stays live"
            )
        return  # no common state yet: the mark stays where it was
    if in_database is not None:
        if mark is None:
            session.add(ContentMirror(key=key, sha256=in_database))
        else:
            mark.sha256 = in_database


def _write(path: Path, text: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    temporary = path.with_name(f".{path.name}.part")
    temporary.write_text(text, encoding="utf-8")
    temporary.replace(path)
