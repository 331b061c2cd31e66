"""The letter of apology: every step in its order, by two people at once, with the right file, and in time."""

from __future__ import annotations

import hashlib
from datetime import date
from io import BytesIO

import pytest
from docx import Document
from sqlalchemy import select

from core.events import Event
from dossiers import deadline_repository, extension, extension_sending, repository
from dossiers.extension_files import FileKind, FileRefused, FileStore, check_file
from dossiers.extension_states import ALLOWED, ExtensionProblem, ExtensionState, Step, TakingBack, Trouble
from dossiers.letter import letter_of
from dossiers.letter_files import as_docx, as_pdf
from dossiers.service import accept
from dossiers.vocabularies import DossierEventType
from people.audit_models import AuditEntry
from tests.core.test_calendar import CALENDAR, at
from tests.dossiers.samples import full_event, read

CODE = "H98.01-261102-0001"
NOW = at("2026-11-23T09:00")
SIGNED = b"%PDF-1.7\n1 0 obj <</Type /Sig /ByteRange [0 10 20 30]>>"
UNSIGNED = b"%PDF-1.7\n1 0 obj"
ORDER = (Step.REASON, Step.SIGN, Step.NUMBER, Step.SEND)


class Desk:
    """Takes steps with sensible values; a test names what it wants otherwise."""

    def __init__(self, database):
        self.database, self.id, self.now = database, "", NOW

    async def open(self):
        async with self.database.writing() as session:
            dossier = await repository.dossier_by_code(session, CODE)
            letter = await extension.draft(
                session, dossier, old_due_on=date(2026, 11, 25), by="system", now=NOW, most=1
            )
        self.id = letter.id
        return letter

    async def letter(self):
        async with self.database.reading() as session:
            return await deadline_repository.extension_by_id(session, self.id)

    async def take(self, step, **more):
        given = {"version": (await self.letter()).version, "by": "Trần Thị Mẫu", **more}
        async with self.database.writing() as session:
            match step:
                case Step.REASON:
                    values = {
                        "reason": "chưa có kết quả đo đạc",
                        "new_due_on": date(2026, 12, 2),
                        "now": self.now,
                    }
                    return await extension.give_reason(
                        session, self.id, **{**values, **given}, calendar=CALENDAR
                    )
                case Step.SIGN:
                    values = {
                        "signer": "Lê Thị Mẫu", "position": "Phó Chủ tịch", "kind": FileKind.SIGNED_PDF,
                        "file_name": "van-ban.pdf", "content": SIGNED,
                        "sha256": hashlib.sha256(SIGNED).hexdigest(),
                    }  # fmt: skip
                    return await extension.sign(session, self.id, **{**values, **given}, now=self.now)
                case Step.REOPEN | Step.CANCEL:
                    values = {"why": "sai ngày"}
                    back = TakingBack(step)
                    return await extension.take_back(session, self.id, back, **{**values, **given})
                case Step.NUMBER:
                    values = {"notice_number": "12/VB-UBND", "numbered_on": date(2026, 11, 23)}
                    return await extension.number(session, self.id, **{**values, **given}, now=self.now)
                case Step.SEND:
                    return await extension_sending.send(
                        session, self.id, **given, calendar=CALENDAR, now=self.now
                    )

    async def reach(self, state):
        path = {
            ExtensionState.DRAFTED: (),
            ExtensionState.REASONED: ORDER[:1],
            ExtensionState.SIGNED: ORDER[:2],
            ExtensionState.NUMBERED: ORDER[:3],
            ExtensionState.SENT: ORDER,
            ExtensionState.CANCELLED: (Step.CANCEL,),
        }
        for step in path[state]:
            await self.take(step)
        assert (await self.letter()).state == state

    async def refused(self, step, trouble, **more):
        before = await self.letter()
        with pytest.raises(ExtensionProblem) as caught:
            await self.take(step, **more)
        after = await self.letter()
        assert (after.state, after.version) == (before.state, before.version)
        assert caught.value.trouble is trouble
        return caught.value


@pytest.fixture
async def desk(database):
    async with database.writing() as session:
        await accept(session, read(full_event(dossier_code=CODE)), now=at("2026-11-02T08:00"))
    found = Desk(database)
    await found.open()
    return found


ALL = [(state, step) for state in ExtensionState for step in Step]


@pytest.mark.parametrize(("state", "step"), [pair for pair in ALL if pair[0] in ALLOWED[pair[1]]])
async def test_a_step_that_may_follow_is_taken_and_written_down(desk, state, step):
    await desk.reach(state)
    before = (await desk.letter()).version
    letter = await desk.take(step)
    assert letter.version == before + 1
    async with desk.database.reading() as session:
        actions = list(await session.scalars(select(AuditEntry.action).where(AuditEntry.subject == CODE)))
    assert f"extension.{step}" in actions


@pytest.mark.parametrize(("state", "step"), [pair for pair in ALL if pair[0] not in ALLOWED[pair[1]]])
async def test_a_step_out_of_order_is_refused_and_says_what_is_missing(desk, state, step):
    await desk.reach(state)
    problem = await desk.refused(step, Trouble.FORBIDDEN)
    assert problem.field == "state"


async def test_of_two_people_at_once_the_second_is_told_to_look_again(desk):
    await desk.take(Step.REASON)
    problem = await desk.refused(Step.REASON, Trouble.CONFLICT, version=1)
    assert "người khác" in problem.problem


async def test_sending_gives_the_dossier_its_new_date_and_tells_the_citizen_with_the_number(desk):
    await desk.reach(ExtensionState.NUMBERED)
    letter = await desk.take(Step.SEND, by="Văn thư Mẫu")
    async with desk.database.reading() as session:
        dossier = await repository.dossier_by_code(session, CODE)
        event = await session.scalar(select(Event).where(Event.id == letter.sent_event_id))
        trail = [
            (row.actor, row.action)
            for row in await session.scalars(select(AuditEntry).order_by(AuditEntry.at))
        ]
    assert dossier.new_due_at == at("2026-12-02T17:00")
    assert (dossier.due_at, dossier.extension_count) == (at("2026-11-25T17:00"), 1)
    assert event.type == DossierEventType.DELAYED
    assert event.body["notice_number"] == "12/VB-UBND"
    assert event.body["reason"] == "chưa có kết quả đo đạc"
    assert trail[-1] == ("Văn thư Mẫu", "extension.send")
    assert letter.open_for is None


async def test_a_late_letter_is_still_sent_and_the_audit_says_so(desk):
    await desk.reach(ExtensionState.NUMBERED)
    desk.now = at("2026-11-26T09:00")
    await desk.take(Step.SEND)
    async with desk.database.reading() as session:
        row = await session.scalar(select(AuditEntry).where(AuditEntry.action == "extension.send"))
    assert row.reason == "sau ngày hẹn cũ"


@pytest.mark.parametrize(
    ("given", "field"),
    [
        ({"reason": "chậm"}, "reason"),
        ({"new_due_on": date(2026, 11, 25)}, "new_due_on"),  # the old date
        ({"new_due_on": date(2026, 11, 28)}, "new_due_on"),  # a Saturday
        ({"new_due_on": date(2036, 12, 2)}, "new_due_on"),
    ],
)
async def test_a_reason_and_a_date_that_help_nobody_are_refused(desk, given, field):
    assert (await desk.refused(Step.REASON, Trouble.INVALID, **given)).field == field


@pytest.mark.parametrize(
    ("given", "field"),
    [({"notice_number": " "}, "notice_number"), ({"numbered_on": date(2026, 11, 24)}, "numbered_on")],
)
async def test_a_number_that_cannot_be_is_refused(desk, given, field):
    await desk.reach(ExtensionState.SIGNED)
    assert (await desk.refused(Step.NUMBER, Trouble.INVALID, **given)).field == field


async def test_an_unsigned_pdf_is_no_signed_letter(desk):
    await desk.reach(ExtensionState.REASONED)
    problem = await desk.refused(Step.SIGN, Trouble.INVALID, content=UNSIGNED)
    assert (problem.field, problem.problem) == ("file", "PDF này chưa có chữ ký số")


async def test_a_dossier_has_one_letter_under_way_and_a_new_one_after_it_was_given_up(desk):
    first = desk.id
    assert (await desk.open()).id == first
    await desk.take(Step.CANCEL)
    assert (await desk.open()).id != first


async def test_a_finished_dossier_gets_no_letter(desk):
    await desk.take(Step.CANCEL)
    async with desk.database.writing() as session:
        await accept(session, read(full_event("result_ready", number=2, dossier_code=CODE)), now=NOW)
    with pytest.raises(ExtensionProblem) as caught:
        await desk.open()
    assert caught.value.trouble is Trouble.FORBIDDEN


P7S = b"\x30\x82\x10\x00\x06\x09\x2a\x86\x48\x86\xf7\x0d\x01\x07\x02\xa0"


@pytest.mark.parametrize(
    ("kind", "content", "found"),
    [
        (FileKind.SIGNED_PDF, SIGNED, "application/pdf"),
        (FileKind.SCAN, UNSIGNED, "application/pdf"),
        (FileKind.SCAN, b"\xff\xd8\xff\xe0", "image/jpeg"),
        (FileKind.SCAN, b"\x89PNG\r\n\x1a\n", "image/png"),
        (FileKind.DIGITAL_SIGNATURE, P7S, "application/pkcs7-signature"),
        (FileKind.DIGITAL_SIGNATURE, SIGNED, None),
        (FileKind.SCAN, b"MZ\x90", None),
        (FileKind.SCAN, b"", None),
        (FileKind.SCAN, b"%PDF-" + bytes(15 * 1024 * 1024), None),
    ],
)
def test_what_is_in_a_file_decides_whether_it_is_taken(kind, content, found):
    if found is None:
        with pytest.raises(FileRefused):
            check_file(kind, content)
    else:
        assert check_file(kind, content) == found


def test_a_kept_file_is_found_by_its_hash_and_a_changed_one_is_not(tmp_path):
    store = FileStore(tmp_path / "letters")
    digest = store.keep(SIGNED)
    assert store.keep(SIGNED) == digest
    (path,) = [one for one in (tmp_path / "letters").rglob("*") if one.is_file()]
    assert path.stat().st_mode & 0o777 == 0o600
    assert store.read(digest) == SIGNED
    path.write_bytes(UNSIGNED)
    assert store.read(digest) is None
    assert store.read("0" * 64) is None


async def test_the_letter_says_sorry_why_and_until_when_in_both_kinds_of_file(desk):
    await desk.reach(ExtensionState.NUMBERED)
    async with desk.database.reading() as session:
        dossier = await repository.dossier_by_code(session, CODE)
    letter = letter_of(await desk.letter(), dossier)
    document = Document(BytesIO(as_docx(letter)))
    words = "\n".join(paragraph.text for paragraph in document.paragraphs)
    words += "\n".join(cell.text for table in document.tables for row in table.rows for cell in row.cells)
    for part in (
        "xin lỗi ông/bà", "chưa có kết quả đo đạc", "thứ Tư 02/12/2026", "12/VB-UBND", "Nguyễn Văn Mẫu",
        "PHÓ CHỦ TỊCH", "ngày 23 tháng 11 năm 2026",
    ):  # fmt: skip
        assert part in words
    assert not letter.draft
    assert as_pdf(letter).startswith(b"%PDF-")


async def test_what_nobody_has_decided_yet_is_left_blank_in_the_draft(desk):
    async with desk.database.reading() as session:
        dossier = await repository.dossier_by_code(session, CODE)
    letter = letter_of(await desk.letter(), dossier)
    assert letter.draft
    assert dict(letter.facts)["Ngày hẹn mới"] == letter.number == "……………"
