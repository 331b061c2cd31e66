"""Published content: versions in the database, which is the truth.

A document is one file of ``content/``, known by its path, for example ``procedures/ho-tich/1.001193.yaml``.
``core.content_mirror`` keeps the files in line.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from itertools import batched

from sqlalchemy import ColumnElement, Index, Integer, String, Text, UniqueConstraint, func, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import Mapped, mapped_column

from core.database import Base, UtcDateTime, new_id, utc_now

SEED_AUTHOR = "seed"
_AT_ONCE = 400


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


@dataclass(frozen=True)
class Document:
    """One published file: its kind (first folder), its path, its text."""

    kind: str
    key: str
    text: str
    version: int


def digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


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
