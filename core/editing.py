"""One document's way from a draft to what citizens read, and back: a small state machine over its versions.

draft → in_review → ready → (scheduled →) published → archived. A document has one open version at a time;
whoever saves names the text they started from, so that two editors never overwrite each other. An approval
counts for the text that was read and for the live version it was compared with: if either changed meanwhile,
it is refused. Who may do a step is decided by the caller.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select, tuple_
from sqlalchemy.ext.asyncio import AsyncSession

from core.content import (
    ContentHold,
    ContentStatus,
    ContentVersion,
    add_version,
    digest,
    live_version,
    of_document,
)
from core.generations import bump

OPEN = (ContentStatus.DRAFT, ContentStatus.IN_REVIEW, ContentStatus.READY, ContentStatus.SCHEDULED)


class EditingError(ValueError):
    """A step that cannot be taken, in words for the editor."""


@dataclass(frozen=True)
class Theirs:
    """What somebody else has saved meanwhile."""

    author: str
    body: str
    sha256: str


class ChangedMeanwhile(EditingError):
    """Somebody else saved first; ``theirs`` is what stands there now."""

    def __init__(self, version: ContentVersion) -> None:
        super().__init__(f"{version.author} vừa sửa tài liệu này: xem bản đó rồi ghép phần của mình vào.")
        self.theirs = Theirs(version.author, version.body, version.sha256)


async def open_version(session: AsyncSession, key: str) -> ContentVersion | None:
    """The draft of a document, wherever it is on its way."""
    query = select(ContentVersion).where(*of_document(key), ContentVersion.status.in_(OPEN))
    return await session.scalar(query.order_by(ContentVersion.version.desc()).limit(1).with_for_update())


async def open_versions(
    session: AsyncSession,
    statuses: Iterable[ContentStatus] = OPEN,
    *,
    limit: int | None = None,
    after: tuple[datetime, str] | None = None,
) -> Sequence[ContentVersion]:
    """The oldest first. ``after``: moment and id of the last one seen."""
    query = select(ContentVersion).where(ContentVersion.status.in_(list(statuses)))
    if after is not None:
        query = query.where(tuple_(ContentVersion.created_at, ContentVersion.id) > after)
    query = query.order_by(ContentVersion.created_at, ContentVersion.id).limit(limit)
    return (await session.scalars(query)).all()


async def count_by_others(session: AsyncSession, status: ContentStatus, username: str) -> int:
    """How many documents are that far and were written by somebody else."""
    query = select(func.count()).where(ContentVersion.status == status, ContentVersion.author != username)
    return await session.scalar(query) or 0


async def open_statuses(session: AsyncSession) -> dict[str, ContentStatus]:
    """By key, how far the draft of each document is."""
    query = select(ContentVersion.key, ContentVersion.status).where(ContentVersion.status.in_(OPEN))
    return {str(key): ContentStatus(status) for key, status in await session.execute(query)}


async def versions_of(session: AsyncSession, key: str) -> Sequence[ContentVersion]:
    """Newest first."""
    query = select(ContentVersion).where(*of_document(key))
    return (await session.scalars(query.order_by(ContentVersion.version.desc()))).all()


async def version_by_id(session: AsyncSession, version_id: str) -> ContentVersion | None:
    return await session.get(ContentVersion, version_id, with_for_update=True, populate_existing=True)


async def is_live(session: AsyncSession, version_id: str) -> bool:
    """Whether citizens are, or were, answered from this version."""
    query = select(ContentVersion.status).where(ContentVersion.id == version_id)
    return await session.scalar(query) in (ContentStatus.PUBLISHED, ContentStatus.ARCHIVED)


async def save_draft(
    session: AsyncSession, *, key: str, text: str, author: str, started_from: str | None, reason: str | None
) -> ContentVersion:
    """Keep an editor's text. ``started_from``: sha256 of the text they were shown, none for a new document.

    Saving over somebody else's draft, or over a live version that changed meanwhile, raises ChangedMeanwhile.
    A draft that was in review goes back to being a draft: what was read is no longer what stands there.
    """
    draft, live = await open_version(session, key), await live_version(session, key)
    shown = draft or live
    if shown is not None and shown.sha256 != started_from:
        if shown.sha256 == digest(text):
            return shown
        raise ChangedMeanwhile(shown)
    if draft is None:
        version = await add_version(
            session, key=key, text=text, status=ContentStatus.DRAFT, author=author, reason=reason
        )
        version.based_on = live.version if live else None
        return version
    draft.body, draft.sha256, draft.author = text, digest(text), author
    draft.reason = reason or draft.reason
    draft.status, draft.approver, draft.publish_at = ContentStatus.DRAFT, None, None
    draft.based_on = live.version if live else None
    return draft


def submit(version: ContentVersion) -> None:
    _must_be(version, ContentStatus.DRAFT)
    version.status = ContentStatus.IN_REVIEW


def send_back(version: ContentVersion, *, reason: str) -> None:
    """To its author, with what is missing."""
    _must_be(version, ContentStatus.IN_REVIEW, ContentStatus.READY, ContentStatus.SCHEDULED)
    version.status, version.approver, version.publish_at = ContentStatus.DRAFT, None, None
    version.reason = reason


async def approve(
    session: AsyncSession, version: ContentVersion, *, approver: str, read: str, second_person: bool
) -> None:
    """``read``: sha256 of the text the approver saw. ``second_person``: the author may not approve it."""
    _must_be(version, ContentStatus.IN_REVIEW)
    if version.sha256 != read:
        raise ChangedMeanwhile(version)
    if second_person and version.author == approver:
        raise EditingError("Lệ phí, thời hạn, giấy tờ, căn cứ phải do người khác duyệt, không tự duyệt.")
    live = await live_version(session, version.key)
    if (live.version if live else None) != version.based_on:
        raise EditingError("Bản đang dùng đã đổi từ khi soạn bản này: so lại rồi gửi duyệt lần nữa.")
    version.status, version.approver = ContentStatus.READY, approver


def schedule(version: ContentVersion, *, at: datetime) -> None:
    _must_be(version, ContentStatus.READY)
    version.status, version.publish_at = ContentStatus.SCHEDULED, at


async def publish(session: AsyncSession, version: ContentVersion, *, now: datetime) -> None:
    """Live from the commit on; every process sees it within a second and then builds its index anew."""
    _must_be(version, ContentStatus.READY, ContentStatus.SCHEDULED)
    live = await live_version(session, version.key)
    if (live.version if live else None) != version.based_on:
        raise EditingError("Bản đang dùng đã đổi từ khi duyệt: gửi duyệt lại.")
    if live is not None:
        live.status = ContentStatus.ARCHIVED
        await session.flush()
    version.status, version.published_at, version.publish_at = ContentStatus.PUBLISHED, now, None
    await bump(session, "content")


async def any_due(session: AsyncSession, *, now: datetime) -> bool:
    """Whether a scheduled version waits to go live."""
    query = select(ContentVersion.id).where(
        ContentVersion.status == ContentStatus.SCHEDULED, ContentVersion.publish_at <= now
    )
    return await session.scalar(query.limit(1)) is not None


async def publish_due(session: AsyncSession, *, now: datetime) -> list[str]:
    """Publish what was scheduled for now; the keys. One that no longer fits goes back to its author."""
    query = select(ContentVersion).where(
        ContentVersion.status == ContentStatus.SCHEDULED, ContentVersion.publish_at <= now
    )
    done = []
    for version in await session.scalars(query.with_for_update()):
        try:
            await publish(session, version, now=now)
            done.append(version.key)
        except EditingError as error:
            send_back(version, reason=str(error))
    return done


async def restore(
    session: AsyncSession, version: ContentVersion, *, author: str, reason: str
) -> ContentVersion:
    """An earlier version live again, as a new version with its own line in the history."""
    restored = await add_version(
        session,
        key=version.key,
        text=version.body,
        status=ContentStatus.PUBLISHED,
        author=author,
        approver=author,
        reason=reason,
    )
    restored.based_on = version.version
    await bump(session, "content")
    return restored


async def hold(session: AsyncSession, *, key: str, reason: str, by: str, now: datetime) -> None:
    """Nothing is answered from this document until the hold is lifted."""
    if await _open_hold(session, key) is None:
        session.add(ContentHold(key=key, reason=reason, held_by=by, at=now))
        await bump(session, "content")


async def lift(session: AsyncSession, *, key: str, by: str, now: datetime) -> None:
    held = await _open_hold(session, key)
    if held is not None:
        held.lifted_by, held.lifted_at = by, now
        await bump(session, "content")


async def held(session: AsyncSession) -> dict[str, ContentHold]:
    """Open holds by key."""
    rows = await session.scalars(select(ContentHold).where(ContentHold.lifted_at.is_(None)))
    return {row.key: row for row in rows}


async def _open_hold(session: AsyncSession, key: str) -> ContentHold | None:
    return await session.scalar(
        select(ContentHold).where(ContentHold.key == key, ContentHold.lifted_at.is_(None))
    )


def _must_be(version: ContentVersion, *statuses: ContentStatus) -> None:
    if version.status not in statuses:
        raise EditingError(
            f"Bước này không làm được: bản này đang ở trạng thái '{WORDS[ContentStatus(version.status)]}'."
        )


WORDS: dict[ContentStatus, str] = {
    ContentStatus.DRAFT: "bản nháp",
    ContentStatus.IN_REVIEW: "chờ duyệt",
    ContentStatus.READY: "đã duyệt",
    ContentStatus.SCHEDULED: "hẹn giờ đăng",
    ContentStatus.PUBLISHED: "đang dùng",
    ContentStatus.ARCHIVED: "đã cất",
}
