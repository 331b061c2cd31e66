"""Files put into the folder: taken once, answered by row and column, mended and put in again."""

from __future__ import annotations

import csv
import io
from datetime import UTC, date, datetime

import pytest
from openpyxl import Workbook
from sqlalchemy import func, select

from core.events import Event
from dossiers.models import Dossier
from gateway.drop_folder import DONE, READING, TO_MEND, DropFolder
from tests.dossiers.samples import CODE_PATTERN, SAMPLES

NOW = datetime(2026, 11, 23, 2, 0, tzinfo=UTC)
HEADING = "type,dossier_code,procedure_name,unit,applicant_phone,received_at,due_at,occurred_at,fees"
EIGHT = "02/11/2026 08:00"
GOOD = f"received,H98.01-261102-0001,Thủ tục mẫu,UBND phường Mẫu,0900000001,{EIGHT},25/11/2026,{EIGHT},"


class Folder:
    def __init__(self, path, database):
        self.path, self.seconds = path, 1_000_000.0
        self.drop = DropFolder(
            path, database, code_pattern=CODE_PATTERN, clock=lambda: NOW, now_seconds=lambda: self.seconds
        )

    def put(self, name, content):
        self.path.mkdir(exist_ok=True)
        file = self.path / name
        file.write_bytes(content if isinstance(content, bytes) else content.encode())
        self.seconds = file.stat().st_mtime + 5
        return file

    def answer(self, where):
        (file,) = (self.path / where).glob("*.ket-qua.csv")
        return list(csv.DictReader(io.StringIO(file.read_text(encoding="utf-8-sig"))))


@pytest.fixture
def folder(tmp_path, database):
    return Folder(tmp_path / "drop", database)


async def events(database):
    async with database.reading() as session:
        return await session.scalar(select(func.count()).select_from(Event))


async def test_the_sample_file_is_taken_once_and_put_in_again_changes_nothing(folder, database):
    content = (SAMPLES / "dossier-events.csv").read_bytes()
    folder.put("thang-11.csv", content)
    (first,) = await folder.drop.tick()
    assert (first.new, first.problems) == (3, [])
    count = await events(database)
    assert await folder.drop.tick() == []
    folder.put("thang-11.csv", content)
    (again,) = await folder.drop.tick()
    assert (again.new, again.known) == (0, 3)
    assert await events(database) == count
    assert len(list((folder.path / DONE).glob("*thang-11.csv"))) == 1  # the same moment, the same name


async def test_a_bad_row_is_named_by_row_and_column_and_the_good_ones_go_in(folder, database):
    bad = (
        GOOD.replace("0001,Thủ", "0002,Thủ").replace("received,", "=HYPERLINK,").replace("25/11/2026", "mai")
    )
    folder.put("a.csv", "\n".join([HEADING, GOOD, bad]))
    (result,) = await folder.drop.tick()
    assert result.new == 1
    rows = folder.answer(TO_MEND)
    assert "1 dòng mới" in rows[0]["vấn đề"]
    assert {(row["dòng"], row["cột"]) for row in rows[1:]} == {("3", "type"), ("3", "due_at")}
    assert all(row["cách sửa"] for row in rows[1:])
    assert list((folder.path / TO_MEND).glob("*a.csv"))


def workbook(*rows):
    book = Workbook()
    for row in rows:
        book.active.append(row)
    content = io.BytesIO()
    book.save(content)
    return content.getvalue()


async def test_a_workbook_with_real_dates_and_a_telephone_without_its_zero_is_read(folder, database):
    folder.put(
        "a.xlsx",
        workbook(
            [*HEADING.split(","), None],
            ["received", "H98.01-261102-0001", "Thủ tục mẫu", "UBND phường Mẫu", 900000001,
             date(2026, 11, 2), date(2026, 11, 25), date(2026, 11, 2), None],
            [None] * 9,
            ["processing", "H98.01-261102-0001", None, None, None, None, None, date(2026, 11, 3), None],
        ),
    )  # fmt: skip
    (result,) = await folder.drop.tick()
    assert (result.new, result.problems) == (2, [])
    async with database.reading() as session:
        dossier = await session.scalar(select(Dossier))
    assert dossier.phone == "+84900000001"
    assert dossier.due_at == datetime(2026, 11, 24, 17, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("name", "content", "told"),
    [
        ("a.xlsx", b"not a workbook", "không phải tệp Excel"),
        ("a.csv", b"\xff\xfe\x00", "không đọc được chữ"),
        ("a.csv", b"colour\nred\n", "thiếu cột type"),
        ("a.csv", HEADING.encode(), "không có dòng nào"),
    ],
)
async def test_a_file_that_cannot_be_read_is_answered_and_kept(folder, name, content, told):
    folder.put(name, content)
    (result,) = await folder.drop.tick()
    assert any(told in problem.problem for problem in result.problems)
    assert list((folder.path / TO_MEND).glob(f"*{name}"))


async def test_the_same_identity_with_another_body_keeps_only_that_row_out(folder):
    folder.put("a.csv", "\n".join(["id," + HEADING, "x," + GOOD]))
    await folder.drop.tick()
    other = GOOD.replace("0001,Thủ", "0003,Thủ")
    folder.put("b.csv", "\n".join(["id," + HEADING, "x," + GOOD.replace("mẫu", "khác"), "y," + other]))
    (result,) = await folder.drop.tick()
    assert (result.new, [problem.row for problem in result.problems]) == (1, [2])


async def test_a_file_still_being_written_waits_and_one_left_by_a_dead_worker_is_taken_again(folder):
    file = folder.put("a.csv", "\n".join([HEADING, GOOD]))
    folder.seconds = file.stat().st_mtime + 0.5
    assert await folder.drop.tick() == []
    file.rename(folder.path / READING / f"20261123T090000000000__{file.name}")
    folder.seconds = file.parent.stat().st_mtime + 300
    assert await folder.drop.tick() == []
    folder.seconds += 3600
    (result,) = await folder.drop.tick()
    assert result.new == 1


async def test_temporary_files_and_other_kinds_are_left_alone(folder):
    for name in ("~$a.xlsx", ".a.csv", "a.pdf"):
        folder.put(name, b"x")
    assert await folder.drop.tick() == []
