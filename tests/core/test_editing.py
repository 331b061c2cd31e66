"""An edit on its way to citizens: nothing lost, nothing doubled, nobody overruled unseen."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy.ext.asyncio import AsyncSession

from core import editing
from core.content import ContentStatus, ContentVersion, add_version, live_version
from core.database import Database
from core.editing import ChangedMeanwhile, EditingError
from core.generations import generation

KEY = "places/mau.yaml"
NOW = datetime(2026, 11, 26, 3, tzinfo=UTC)


@pytest.fixture
async def database(tmp_path: Path) -> AsyncIterator[Database]:
    database = Database(f"sqlite+aiosqlite:///{tmp_path / 'content.db'}")
    await database.create_all()
    async with database.writing() as session:
        await add_version(session, key=KEY, text="giờ cũ", status=ContentStatus.PUBLISHED, author="seed")
    yield database
    await database.dispose()


async def draft(session: AsyncSession, text: str, author: str = "lan") -> ContentVersion:
    shown = await editing.open_version(session, KEY) or await live_version(session, KEY)
    return await editing.save_draft(
        session,
        key=KEY,
        text=text,
        author=author,
        started_from=shown.sha256 if shown else None,
        reason="đổi giờ",
    )


async def test_an_edit_goes_live_after_another_person_has_read_it(database: Database) -> None:
    async with database.writing() as session:
        version = await draft(session, "giờ mới")
        editing.submit(version)
        with pytest.raises(EditingError, match="người khác duyệt"):
            await editing.approve(session, version, approver="lan", read=version.sha256, second_person=True)
        await editing.approve(session, version, approver="hoa", read=version.sha256, second_person=True)
        before = await generation(session, "content")
        await editing.publish(session, version, now=NOW)
        assert await generation(session, "content") == before + 1
        live = await live_version(session, KEY)
        assert live
        assert live.body == "giờ mới"
        assert [v.status for v in await editing.versions_of(session, KEY)] == ["published", "archived"]


async def test_the_second_of_two_editors_is_told_and_loses_nothing(database: Database) -> None:
    async with database.writing() as session:
        shown = await live_version(session, KEY)
        assert shown
        await draft(session, "bản của lan")
        with pytest.raises(ChangedMeanwhile) as told:
            await editing.save_draft(
                session, key=KEY, text="bản của hoa", author="hoa", started_from=shown.sha256, reason=None
            )
        assert told.value.theirs.body == "bản của lan"
        assert "lan" in str(told.value)


async def test_saving_the_same_text_twice_makes_one_draft(database: Database) -> None:
    async with database.writing() as session:
        shown = await live_version(session, KEY)
        assert shown
        first = await draft(session, "giờ mới")
        again = await editing.save_draft(
            session, key=KEY, text="giờ mới", author="lan", started_from=shown.sha256, reason=None
        )
        assert again.id == first.id
        assert len(await editing.versions_of(session, KEY)) == 2


async def test_an_approval_of_a_text_that_changed_is_refused(database: Database) -> None:
    async with database.writing() as session:
        version = await draft(session, "giờ mới")
        read = version.sha256
        await draft(session, "giờ khác")
        editing.submit(version)
        with pytest.raises(ChangedMeanwhile):
            await editing.approve(session, version, approver="hoa", read=read, second_person=True)


async def test_an_approval_against_an_older_live_version_is_refused(database: Database) -> None:
    async with database.writing() as session:
        version = await draft(session, "giờ mới")
        editing.submit(version)
        await add_version(session, key=KEY, text="giờ khẩn", status=ContentStatus.PUBLISHED, author="tinh")
        with pytest.raises(EditingError, match="so lại"):
            await editing.approve(session, version, approver="hoa", read=version.sha256, second_person=True)


async def test_a_second_approval_of_one_draft_changes_nothing(database: Database) -> None:
    async with database.writing() as session:
        version = await draft(session, "giờ mới")
        editing.submit(version)
        await editing.approve(session, version, approver="hoa", read=version.sha256, second_person=True)
        with pytest.raises(EditingError, match="đã duyệt"):
            await editing.approve(session, version, approver="mai", read=version.sha256, second_person=True)
        assert version.approver == "hoa"


async def test_what_is_scheduled_goes_live_in_its_hour_and_not_before(database: Database) -> None:
    async with database.writing() as session:
        version = await draft(session, "giờ mới")
        editing.submit(version)
        await editing.approve(session, version, approver="hoa", read=version.sha256, second_person=True)
        editing.schedule(version, at=NOW + timedelta(hours=1))
        assert await editing.publish_due(session, now=NOW) == []
        assert await editing.publish_due(session, now=NOW + timedelta(hours=1)) == [KEY]


async def test_an_earlier_version_is_brought_back_and_the_history_stays(database: Database) -> None:
    async with database.writing() as session:
        await add_version(session, key=KEY, text="giờ sai", status=ContentStatus.PUBLISHED, author="lan")
        first = (await editing.versions_of(session, KEY))[-1]
        await editing.restore(session, first, author="hoa", reason="đăng nhầm")
        live = await live_version(session, KEY)
        assert live
        assert (live.body, live.version) == ("giờ cũ", 3)


async def test_a_hold_counts_until_it_is_lifted(database: Database) -> None:
    async with database.writing() as session:
        await editing.hold(session, key=KEY, reason="nghi sai", by="lan", now=NOW)
        await editing.hold(session, key=KEY, reason="lần nữa", by="hoa", now=NOW)
        assert [row.reason for row in (await editing.held(session)).values()] == ["nghi sai"]
        await editing.lift(session, key=KEY, by="hoa", now=NOW)
        assert await editing.held(session) == {}
