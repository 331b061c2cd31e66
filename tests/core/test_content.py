"""Content: the database is the truth, the folder its mirror, and nobody's edit is lost."""

from pathlib import Path

import pytest
from sqlalchemy import select

from core.content import ContentStatus, ContentVersion, add_version, published
from core.content_mirror import sync
from core.database import Database
from core.generations import generation

KEY = "general/gio-lam-viec.md"


@pytest.fixture
def folders(tmp_path: Path) -> tuple[Path, Path]:
    seed, mirror = tmp_path / "seed", tmp_path / "mirror"
    (seed / "general").mkdir(parents=True)
    (seed / KEY).write_text("bản đầu", encoding="utf-8")
    return seed, mirror


async def _live(database: Database) -> str:
    async with database.reading() as session:
        return next(document.text for document in await published(session) if document.key == KEY)


async def _statuses(database: Database) -> list[str]:
    async with database.reading() as session:
        rows = await session.scalars(select(ContentVersion.status).order_by(ContentVersion.version))
        return list(rows)


async def test_the_shipped_seed_is_published_and_written_to_the_mirror(
    database: Database, folders: tuple[Path, Path]
) -> None:
    seed, mirror = folders
    report = await sync(database, seed=seed, mirror=mirror)
    assert report.published == [KEY]
    assert (mirror / KEY).read_text(encoding="utf-8") == "bản đầu"


async def test_a_second_sync_changes_nothing(database: Database, folders: tuple[Path, Path]) -> None:
    seed, mirror = folders
    await sync(database, seed=seed, mirror=mirror)
    async with database.reading() as session:
        before = await generation(session, "content")
    report = await sync(database, seed=seed, mirror=mirror)
    assert (report.published, report.drafted, report.written, report.conflicts) == ([], [], [], [])
    async with database.reading() as session:
        assert await generation(session, "content") == before


async def test_a_file_edited_by_hand_waits_as_a_draft(database: Database, folders: tuple[Path, Path]) -> None:
    seed, mirror = folders
    await sync(database, seed=seed, mirror=mirror)
    (mirror / KEY).write_text("sửa trong tệp", encoding="utf-8")
    report = await sync(database, seed=seed, mirror=mirror)
    assert report.drafted == [KEY]
    assert await _live(database) == "bản đầu"
    assert (mirror / KEY).read_text(encoding="utf-8") == "sửa trong tệp"
    again = await sync(database, seed=seed, mirror=mirror)
    assert again.drafted == []


async def test_a_publication_by_staff_reaches_the_file(
    database: Database, folders: tuple[Path, Path]
) -> None:
    seed, mirror = folders
    await sync(database, seed=seed, mirror=mirror)
    async with database.writing() as session:
        await add_version(
            session, key=KEY, text="bản của xã", status=ContentStatus.PUBLISHED, author="chi-an"
        )
    report = await sync(database, seed=seed, mirror=mirror)
    assert report.written == [KEY]
    assert (mirror / KEY).read_text(encoding="utf-8") == "bản của xã"
    assert await _statuses(database) == ["archived", "published"]


async def test_when_both_sides_changed_the_database_stays_live_and_it_is_told(
    database: Database, folders: tuple[Path, Path]
) -> None:
    seed, mirror = folders
    await sync(database, seed=seed, mirror=mirror)
    async with database.writing() as session:
        await add_version(
            session, key=KEY, text="bản của xã", status=ContentStatus.PUBLISHED, author="chi-an"
        )
    (mirror / KEY).write_text("sửa trong tệp", encoding="utf-8")
    report = await sync(database, seed=seed, mirror=mirror)
    assert len(report.conflicts) == 1
    assert await _live(database) == "bản của xã"
    assert (mirror / KEY).read_text(encoding="utf-8") == "sửa trong tệp"


async def test_a_newer_seed_does_not_overwrite_what_staff_wrote(
    database: Database, folders: tuple[Path, Path]
) -> None:
    seed, mirror = folders
    await sync(database, seed=seed, mirror=mirror)
    async with database.writing() as session:
        await add_version(
            session, key=KEY, text="bản của xã", status=ContentStatus.PUBLISHED, author="chi-an"
        )
    (seed / KEY).write_text("bản phát hành mới", encoding="utf-8")
    report = await sync(database, seed=seed, mirror=mirror)
    assert report.drafted == [KEY]
    assert await _live(database) == "bản của xã"


async def test_a_newer_seed_replaces_an_untouched_one(database: Database, folders: tuple[Path, Path]) -> None:
    seed, mirror = folders
    await sync(database, seed=seed, mirror=mirror)
    (seed / KEY).write_text("bản phát hành mới", encoding="utf-8")
    await sync(database, seed=seed, mirror=mirror)
    assert await _live(database) == "bản phát hành mới"
    assert (mirror / KEY).read_text(encoding="utf-8") == "bản phát hành mới"


async def test_a_document_that_is_not_acceptable_is_named_and_not_published(
    database: Database, folders: tuple[Path, Path]
) -> None:
    seed, mirror = folders
    report = await sync(database, seed=seed, mirror=mirror, acceptable=lambda key, text: "thiếu căn cứ")
    assert report.conflicts == [f"{KEY}: thiếu căn cứ"]
    async with database.reading() as session:
        assert await published(session) == []
