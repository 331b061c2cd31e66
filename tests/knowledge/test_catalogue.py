"""The catalogue in the database: repeated imports, newer exports, retirement, history, generation."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from core.database import Database
from core.generations import generation
from knowledge import repository
from knowledge.catalogue import GENERATION, import_files, load_catalogue
from knowledge.importer.reader import UnreadableFile
from knowledge.importer.report import ImportReport
from knowledge.schemas import Level, Procedure
from tests.knowledge.importer.exports import defence, national, write


async def bring(
    database: Database, tmp_path: Path, name: str, records: list[Any], **options: Any
) -> ImportReport:
    return await import_files(database, [write(tmp_path / name, records)], **options)


async def catalogue(database: Database) -> dict[str, Procedure]:
    async with database.reading() as session:
        return await load_catalogue(session)


async def number(database: Database) -> int:
    async with database.reading() as session:
        return await generation(session, GENERATION)


A, B, C = national("9.000001", "Soi đèn"), national("9.000002", "Lau đèn"), national("9.000003", "Gác đèn")


async def test_the_first_import_makes_every_record_available(database: Database, tmp_path: Path) -> None:
    report = await bring(database, tmp_path, "national-2030-05.jsonl.gz", [A, B, C])
    assert (report.read, report.new, report.changed, report.unchanged, report.retired) == (3, 3, 0, 0, 0)
    found = await catalogue(database)
    assert set(found) == {"9.000001", "9.000002", "9.000003"}
    assert found["9.000002"].name == "Lau đèn"
    assert str(found["9.000002"].source_date) == "2030-05-01"
    assert found["9.000002"].methods[0].durations[0].value == 3


async def test_importing_the_same_file_again_changes_nothing(database: Database, tmp_path: Path) -> None:
    await bring(database, tmp_path, "national-2030-05.jsonl", [A, B, C])
    before, first = await catalogue(database), await number(database)
    report = await bring(database, tmp_path, "national-2030-05.jsonl", [A, B, C])
    assert (report.new, report.changed, report.unchanged, report.retired) == (0, 0, 3, 0)
    assert await catalogue(database) == before
    assert await number(database) == first
    async with database.reading() as session:
        assert await repository.history(session, "national", "9.000001") == []
        assert len(await repository.last_runs(session)) == 2


async def test_a_newer_export_updates_retires_and_keeps_every_former_version(
    database: Database, tmp_path: Path
) -> None:
    await bring(database, tmp_path, "national-2030-05.jsonl", [A, B, C])
    first = await number(database)
    new = national("9.000009", "Gác đèn")
    report = await bring(
        database, tmp_path, "national-2030-09.jsonl", [national("9.000001", "Soi đèn lớn"), B, new]
    )
    assert (report.new, report.changed, report.unchanged, report.retired) == (1, 1, 1, 1)
    assert report.retired_codes == ["9.000003"]
    assert [(item.old, item.new) for item in report.code_changes] == [("9.000003", "9.000009")]
    assert "9.000003 → 9.000009: Gác đèn" in report.to_text()
    found = await catalogue(database)
    assert set(found) == {"9.000001", "9.000002", "9.000009"}
    assert found["9.000001"].name == "Soi đèn lớn"
    assert str(found["9.000002"].source_date) == "2030-09-01"
    assert await number(database) > first
    async with database.reading() as session:
        (changed,) = await repository.history(session, "national", "9.000001")
        (retired,) = await repository.history(session, "national", "9.000003")
        assert (changed.version, changed.reason, changed.body["name"]) == (1, "changed", "Soi đèn")
        assert (retired.reason, retired.body["name"]) == ("retired", "Gác đèn")
        assert await repository.find(session, "9.000003") is None


async def test_a_record_that_comes_back_is_used_again(database: Database, tmp_path: Path) -> None:
    await bring(database, tmp_path, "national-2030-05.jsonl", [A, B])
    await bring(database, tmp_path, "national-2030-06.jsonl", [A])
    assert set(await catalogue(database)) == {"9.000001"}
    report = await bring(database, tmp_path, "national-2030-07.jsonl", [A, B])
    assert (report.new, report.changed) == (0, 1)
    assert set(await catalogue(database)) == {"9.000001", "9.000002"}
    again = await bring(database, tmp_path, "national-2030-07.jsonl", [A])
    assert again.retired == 1
    async with database.reading() as session:
        versions = [row.version for row in await repository.history(session, "national", "9.000002")]
    assert versions == sorted(set(versions))
    assert len(versions) == 2


async def test_one_level_alone_retires_nothing(database: Database, tmp_path: Path) -> None:
    province = national("9.000002", cap_thuc_hien="Cấp tỉnh")
    await bring(database, tmp_path, "national-2030-05.jsonl", [A, province])
    report = await bring(database, tmp_path, "national-2030-06.jsonl", [A, province], level=Level.COMMUNE)
    assert (report.unchanged, report.retired) == (1, 0)
    assert report.files[0].not_retired == "chỉ nhập một cấp"
    assert len(await catalogue(database)) == 2
    async with database.reading() as session:
        assert [one.code for one in await repository.live(session, Level.PROVINCE)] == ["9.000002"]


async def test_a_part_of_a_file_retires_nothing(database: Database, tmp_path: Path) -> None:
    await bring(database, tmp_path, "national-2030-05.jsonl", [A, B, C])
    report = await bring(database, tmp_path, "national-2030-06.jsonl", [A])
    assert report.retired == 0
    assert "coi là một phần" in report.to_text()
    assert len(await catalogue(database)) == 3


async def test_a_broken_line_without_a_code_stops_retirement(database: Database, tmp_path: Path) -> None:
    await bring(database, tmp_path, "national-2030-05.jsonl", [A, B, C])
    report = await bring(database, tmp_path, "national-2030-06.jsonl", [A, B, "{"])
    assert report.retired == 0
    assert report.unreadable == [
        {"file": "national-2030-06.jsonl", "line": 3, "code": None, "reason": report.unreadable[0]["reason"]}
    ]
    assert len(await catalogue(database)) == 3


async def test_a_broken_record_with_a_code_keeps_its_former_version(
    database: Database, tmp_path: Path
) -> None:
    await bring(database, tmp_path, "national-2030-05.jsonl", [A, B, C])
    broken = {**C, "ten_thu_tuc": ""}
    report = await bring(database, tmp_path, "national-2030-06.jsonl", [A, broken])
    assert report.retired_codes == ["9.000002"]
    assert "9.000003" in await catalogue(database)


async def test_an_older_export_does_not_overwrite_a_newer_one(database: Database, tmp_path: Path) -> None:
    await bring(database, tmp_path, "national-2030-09.jsonl", [A, B])
    report = await bring(
        database, tmp_path, "national-2030-05.jsonl", [national("9.000001", "Soi đèn cũ"), B]
    )
    assert (report.new, report.changed, report.retired) == (0, 0, 0)
    assert "Bỏ qua" in report.to_text()
    assert (await catalogue(database))["9.000001"].name == "Soi đèn"


async def test_sources_stand_side_by_side(database: Database, tmp_path: Path) -> None:
    files = [
        write(tmp_path / "national-2030-05.jsonl", [A, B]),
        write(tmp_path / "defence-2030-01.jsonl.gz", [defence("9.100001")]),
    ]
    ticks: list[tuple[int, int | None]] = []
    report = await import_files(database, files, progress=lambda done, total: ticks.append((done, total)))
    assert report.new == 3
    assert (2, 2) in ticks
    assert (1, 1) in ticks
    report = await bring(database, tmp_path, "national-2030-06.jsonl", [A, B])
    assert report.retired == 0
    assert "9.100001" in await catalogue(database)


async def test_a_file_that_cannot_be_read_writes_nothing(database: Database, tmp_path: Path) -> None:
    good = write(tmp_path / "national-2030-05.jsonl", [A])
    bad = write(tmp_path / "other.jsonl", [{"x": 1}])
    with pytest.raises(UnreadableFile):
        await import_files(database, [good, bad])
    assert await catalogue(database) == {}
    assert await number(database) == 0
