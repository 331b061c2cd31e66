"""What time does to a record: documents end, reduced fees run out, the district level is gone."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest

from core.content_mirror import read_folder
from core.database import Database
from core.event_reading import read_events
from knowledge.answer.compose import MAX_CHARACTERS, answer
from knowledge.base import Content
from knowledge.legal import LegalRegister, RegisteredDocument, parse_legal
from knowledge.published import parse_procedure
from knowledge.schemas import Facet, Fee, FeeKind, LegalDocument, Level, Method, Procedure, SubmissionChannel
from knowledge.stale_tasks import STALE, open_tasks, settle
from knowledge.staleness import Marker, StaleKind, as_of, mark, reasons, stale_records
from people.models import Role
from tests.conftest import REPOSITORY

BEFORE, AFTER = date(2026, 12, 31), date(2027, 1, 1)
NOW = datetime(2027, 1, 1, 1, 0, tzinfo=UTC)
ENDING = RegisteredDocument(
    number="1/2020/TT-MAU", title="Mẫu", ends_on=BEFORE, replaced_by="2/2027/TT-MAU", verified=True
)
REGISTER = LegalRegister([ENDING])


def procedure(**changed: object) -> Procedure:
    fields = {
        "code": "9.000001",
        "name": "Đăng ký mẫu",
        "levels": (Level.COMMUNE,),
        "field": "Mẫu",
        "curated": True,
        "legal": (LegalDocument(number="Thông tư số 1/2020/TT-MAU"),),
        **changed,
    }
    return Procedure.model_validate(fields)


def with_fees(*fees: Fee) -> Procedure:
    return procedure(legal=(), methods=(Method(channel=SubmissionChannel.COUNTER, fees=fees),))


REDUCED = Fee(kind=FeeKind.KNOWN, amount=25_000, until=BEFORE, basis="3/2025/TT-MAU")
FULL = Fee(kind=FeeKind.KNOWN, amount=50_000, when="sau ngày 31/12/2026", basis="4/2024/TT-MAU")


def test_on_its_last_day_a_document_holds_and_on_the_next_its_procedures_need_a_look() -> None:
    assert as_of(procedure(), REGISTER, BEFORE).needs_check == ()
    (why,) = as_of(procedure(), REGISTER, AFTER).needs_check
    assert why == "Văn bản 1/2020/TT-MAU đã hết hiệu lực từ 01/01/2027, thay bằng 2/2027/TT-MAU."


def test_a_document_that_only_a_fee_rests_on_counts_too() -> None:
    fee = Fee(kind=FeeKind.KNOWN, amount=1000, basis="1/2020/TT-MAU")
    assert [one.kind for one in reasons(with_fees(fee), REGISTER, AFTER)] == [StaleKind.LEGAL]


def test_an_end_that_nobody_has_read_is_told_as_a_possibility() -> None:
    register = LegalRegister([ENDING.model_copy(update={"verified": False})])
    assert "có thể đã hết hiệu lực" in reasons(procedure(), register, AFTER)[0].said


def test_a_reduced_fee_gives_way_to_the_next_one_on_its_day() -> None:
    fees = with_fees(REDUCED, FULL)
    assert [f.amount for m in as_of(fees, REGISTER, BEFORE).methods for f in m.fees] == [25_000, 50_000]
    later = as_of(fees, REGISTER, AFTER)
    assert [f.amount for m in later.methods for f in m.fees] == [50_000]
    assert later.needs_check == ()


def test_a_fee_that_ran_out_with_nothing_after_it_needs_a_look() -> None:
    (why,) = as_of(with_fees(REDUCED), REGISTER, AFTER).needs_check
    assert why == "Mức 25.000 đồng chỉ áp dụng đến hết 31/12/2026."


@pytest.mark.parametrize(
    ("where", "flagged"),
    [
        ("Nộp tại UBND huyện nơi cư trú", True),
        ("Công an quận, huyện", True),
        ("Giấy do cơ quan cấp huyện cấp trước ngày 01/7/2025 vẫn dùng được", False),
        ("UBND thành phố trực thuộc trung ương", False),
    ],
)
def test_a_record_that_sends_people_to_the_abolished_level_is_flagged(where: str, flagged: bool) -> None:
    found = as_of(procedure(legal=(), where=(where,)), REGISTER, AFTER)
    assert bool(found.stale) is flagged


def test_the_answer_says_so_at_its_foot_and_what_to_do() -> None:
    for facet in Facet:
        message = answer(as_of(procedure(), REGISTER, AFTER), [facet]).message
        before_basis, basis = message.text.splitlines()[-2:]
        assert "đã hết hiệu lực từ 01/01/2027" in before_basis
        assert before_basis.endswith("đang được kiểm tra lại, xin hỏi quầy trước khi nộp.")
        assert basis.startswith("Căn cứ")
        assert message.card is not None
        assert before_basis in message.card.notes


def test_every_shipped_procedure_can_be_looked_at_from_next_year() -> None:
    register = LegalRegister(
        document
        for key, text in read_folder(REPOSITORY / "content" / "legal").items()
        for document in parse_legal(text, f"legal/{key}")
    )
    flagged = 0
    for key, text in read_folder(REPOSITORY / "content" / "procedures").items():
        found = as_of(parse_procedure(text, key).to_procedure(), register, date(2027, 6, 1))
        flagged += bool(found.stale)
        for facet in Facet:
            composed = answer(found, [facet])
            assert not composed.safe_card, f"{found.code} {facet}: {composed.invented}"
            assert len(composed.message.text) <= MAX_CHARACTERS
    assert flagged


async def test_staff_get_one_task_a_record_and_one_notice_a_document(database: Database) -> None:
    content = Content(
        procedures={code: procedure(code=code) for code in ("9.000001", "9.000002")}, legal=(ENDING,)
    )
    found = stale_records(content, AFTER)
    async with database.writing() as session:
        assert (await settle(session, found, now=NOW)).opened == 2
    async with database.writing() as session:
        assert (await settle(session, found, now=NOW)).opened == 0
        tasks = await open_tasks(session)
        events = await read_events(session, after=0, types=[STALE])
    assert [(task.code, task.owner) for task in tasks] == [
        ("9.000001", Role.PROVINCIAL_EDITOR),
        ("9.000002", Role.PROVINCIAL_EDITOR),
    ]
    assert [event.body["codes"] for event in events] == [["9.000001", "9.000002"]]


async def test_a_task_is_settled_when_the_reason_is_gone_and_opens_again_when_it_returns(
    database: Database,
) -> None:
    content = Content(procedures={"9.000001": procedure()}, legal=(ENDING,))
    for on, still_open in ((AFTER, 1), (BEFORE, 0), (AFTER, 1)):
        async with database.writing() as session:
            await settle(session, stale_records(content, on), now=NOW)
            assert len(await open_tasks(session)) == still_open
    assert mark(content, AFTER).procedures["9.000001"].stale


def test_a_record_looked_at_again_is_marked_as_on_the_first_look() -> None:
    marker = Marker()
    same, other = procedure(), procedure(code="9.000002")
    register = (ENDING, ENDING.model_copy(update={"number": "3/2020/TT-MAU"}))
    for procedures, legal, on in (
        ((same, other), (ENDING,), BEFORE),
        ((same, other), (ENDING,), AFTER),
        ((same, other.model_copy(update={"legal": ()})), (ENDING,), AFTER),
        ((other,), register, AFTER),
        ((same, other), (), AFTER),
    ):
        content = Content(procedures={one.code: one for one in procedures}, legal=legal)
        assert marker.mark(content, on) == mark(content, on)
