"""What happens to a dossier when news of it comes in, in whatever order and how often."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from sqlalchemy import func, select, text

from core.database import Base
from core.event_reading import read_events
from core.events import Event, PublishStatus
from dossiers import repository
from dossiers.models import DossierStep
from dossiers.service import MATCHED, EventConflict, accept
from dossiers.vocabularies import DossierEventType, DossierStatus
from tests.dossiers.samples import CODE, cloud_event, full_event, read, read_sample

NOW = datetime(2026, 11, 22, 3, 0, tzinfo=UTC)


async def post(database, body):
    async with database.writing() as session:
        return await accept(session, read(body), now=NOW)


async def dossier(database, code=CODE):
    async with database.reading() as session:
        return await repository.dossier_by_code(session, code)


async def count(database, table):
    async with database.reading() as session:
        return await session.scalar(select(func.count()).select_from(table))


async def test_a_dossier_goes_through_every_state_and_posting_again_changes_nothing(database):
    events = read_sample("dossier-events.json")
    async with database.writing() as session:
        first = await accept(session, events, now=NOW)
    async with database.writing() as session:
        second = await accept(session, events, now=NOW)
    assert {one.status for one in first} == {PublishStatus.NEW}
    assert {one.status for one in second} == {PublishStatus.SEEN}
    assert [one.event_id for one in first] == [one.event_id for one in second]
    found = await dossier(database, "H99.01-260928-0001")
    assert found.status == DossierStatus.RETURNED
    assert found.closed_at is not None
    assert (found.extension_count, found.supplement_count) == (1, 1)
    assert found.due_at < found.new_due_at
    assert found.sample
    assert not found.sensitive
    assert await count(database, DossierStep) == 15
    assert await count(database, Event) == 15


async def test_a_second_different_event_with_the_same_id_stores_nothing_of_the_batch(database):
    await post(database, full_event())
    changed = full_event(officer="Người khác")
    with pytest.raises(EventConflict) as refused:
        await post(database, [full_event("processing", number=2), changed])
    assert [problem.index for problem in refused.value.problems] == [1]
    assert await count(database, Event) == 1
    assert (await dossier(database)).status == DossierStatus.RECEIVED


async def test_the_same_event_twice_in_one_batch_is_one_event(database):
    accepted = await post(database, [full_event(), full_event()])
    assert [one.status for one in accepted] == [PublishStatus.NEW, PublishStatus.SEEN]


async def test_news_of_an_unknown_dossier_waits_for_it(database):
    early = await post(database, [cloud_event("processing", number=5), cloud_event("result_ready", number=7)])
    assert all(one.waiting for one in early)
    assert await dossier(database) is None
    late = await post(database, full_event(number=1))
    assert not late[0].waiting
    found = await dossier(database)
    assert found.status == DossierStatus.RESULT_READY
    async with database.reading() as session:
        steps = await repository.steps_of(session, found.id)
        matched = await read_events(session, after=0, types=[MATCHED])
    assert [step.type for step in steps] == [
        DossierEventType.RECEIVED,
        DossierEventType.PROCESSING,
        DossierEventType.RESULT_READY,
    ]
    assert [event.body["event_id"] for event in matched] == [one.event_id for one in early]


async def test_an_event_whose_dossier_comes_later_in_the_batch_does_not_wait(database):
    accepted = await post(database, [cloud_event("processing", number=5), full_event(number=1)])
    assert not any(one.waiting for one in accepted)


async def test_an_event_that_describes_its_dossier_opens_it(database):
    accepted = await post(database, full_event("processing"))
    assert not accepted[0].waiting
    assert (await dossier(database)).status == DossierStatus.PROCESSING


async def test_late_news_is_history_and_does_not_move_the_dossier_back(database):
    await post(database, [full_event(), full_event("result_ready", number=9)])
    await post(database, cloud_event("processing", number=5))
    found = await dossier(database)
    assert found.status == DossierStatus.RESULT_READY
    async with database.reading() as session:
        steps = await repository.steps_of(session, found.id)
    assert [step.overtaken for step in steps] == [False, True, False]


async def test_the_printed_date_stays_when_another_one_comes(database):
    await post(database, full_event())
    await post(database, full_event("processing", number=2, due_at="2026-12-09T17:00:00+07:00"))
    found = await dossier(database)
    assert found.due_at.isoformat() == "2026-11-25T10:00:00+00:00"
    assert found.new_due_at.isoformat() == "2026-12-09T10:00:00+00:00"


async def test_the_latest_payment_says_how_a_dossier_was_paid(database):
    await post(database, full_event())

    async def pays(number, **more):
        await post(database, cloud_event("fee_paid", number=number, **more))
        found = await dossier(database)
        return found.paid_at.minute, found.paid_how

    assert await pays(5) == (5, None)
    assert await pays(4, paid_how="cash") == (5, "cash")  # late news fills in what is empty
    assert await pays(6, paid_how="Online") == (6, "online")
    assert await pays(3, paid_how="cash") == (6, "online")
    assert await pays(7) == (7, "online")


async def test_an_identity_number_is_known_again_and_kept_nowhere(database):
    number = "079000000001"
    await post(
        database, full_event(applicant={"name": "Nguyễn Văn Mẫu", "identity_number": "0790 0000 0001"})
    )
    other = "H99.01-261102-0002"
    await post(database, full_event(number=2, dossier_code=other, applicant={"identity_number": number}))
    known = (await dossier(database)).person_hash
    assert known
    assert (await dossier(database, other)).person_hash == known
    async with database.reading() as session:
        for event in await read_events(session, after=0):
            assert number not in str(event.body)
            assert "identity" not in str(event.body)


async def test_a_dossier_taken_in_after_a_refusal_gets_its_own_dates(database):
    await post(database, full_event("not_accepted", due_at=None))
    await post(database, full_event(number=2, due_at="2026-11-30T17:00:00+07:00"))
    found = await dossier(database)
    assert found.status == DossierStatus.RECEIVED
    assert found.closed_at is None
    assert found.due_at.isoformat() == "2026-11-30T10:00:00+00:00"
    assert found.new_due_at is None


async def test_a_clock_that_runs_ahead_does_not_block_what_comes_after(database):
    await post(database, full_event(occurred_at="2030-01-01T00:00:00+07:00"))
    await post(database, cloud_event("processing", occurred_at="2030-01-01T00:00:00+07:00", number=2))
    found = await dossier(database)
    assert found.status == DossierStatus.PROCESSING
    assert found.status_at == NOW


async def test_a_national_state_without_a_time_counts_from_when_we_are_told(database):
    await post(database, full_event(number=30))
    item = {"MaHoSo": CODE, "NgayTiepNhan": "20261102080000", "TrangThaiHoSo": "5"}
    await post(database, {"service": "DongBoHoSoMC", "data": [item]})
    found = await dossier(database)
    assert found.status == DossierStatus.SUPPLEMENT_REQUESTED
    assert found.status_at == NOW


@pytest.mark.parametrize(
    ("name", "field", "sad"),
    [
        ("Đăng ký khai tử", "Hộ tịch", True),
        ("Hỗ trợ chi phí mai táng", None, True),
        ("Ghi chú ly hôn", None, True),
        ("Đăng ký nuôi con nuôi trong nước", None, True),
        ("Đăng ký khai sinh", "Hộ tịch", False),
    ],
)
async def test_sad_procedures_are_marked(database, name, field, sad):
    await post(database, full_event(procedure_name=name, field=field))
    assert (await dossier(database)).sensitive is sad


async def test_nothing_that_tells_who_the_applicant_is_stands_in_clear_in_the_database(database):
    await post(database, [full_event(), full_event("result_ready", number=2)])
    async with database.reading() as session:
        everything = ""
        for table in Base.metadata.tables:
            everything += str((await session.execute(text(f"select * from {table}"))).all())
    for secret in ("0900000001", "900000001", "Nguyễn Văn Mẫu", "mau@example.com"):
        assert secret not in everything
    found = await dossier(database)
    assert (found.phone, found.applicant_name, found.email) == (
        "+84900000001",
        "Nguyễn Văn Mẫu",
        "mau@example.com",
    )


async def test_an_unusable_phone_is_kept_out_but_the_dossier_stands(database):
    accepted = await post(database, full_event(applicant={"name": "Lê Mẫu", "phone": "02563888888"}))
    assert [warning.field for warning in accepted[0].warnings] == ["applicant.phone"]
    found = await dossier(database)
    assert (found.phone, found.phone_hash, found.contact_flaw) == (None, None, "not_mobile")
