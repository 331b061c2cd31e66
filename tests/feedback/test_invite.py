"""Who is asked for an opinion, when, and who is left in peace."""

from datetime import datetime, timedelta

import pytest
from sqlalchemy import select

from core.calendar import LOCAL
from core.crypto import keyed_hash
from core.event_reading import read_events
from feedback import invite, repository
from feedback.draw import InvitationPlan, Skip, is_drawn
from feedback.instruments import parse_instruments
from feedback.invite import INVITED
from feedback.links import link_for, token_for
from feedback.models import SurveyInvitation
from feedback.service import Surveys, refuse_surveys
from feedback.wording import FrozenWordingError
from people.citizen_models import Consent, Purpose
from tests.feedback.conftest import CLOSED, CONTENT, close, tell

SHORT = {"dossier_code": "Z99.01-261102-0001", "occurred_at": CLOSED.isoformat()}


async def invitations(database):
    async with database.reading() as session:
        return (await session.scalars(select(SurveyInvitation))).all()


async def announced(database):
    async with database.reading() as session:
        return await read_events(session, after=0, types=[INVITED])


async def test_a_returned_result_brings_one_invitation_on_the_next_working_day(database, run_invitations):
    await close(database)
    assert await run_invitations() == {"invited": 1}
    [invitation] = await invitations(database)
    # Friday 9:30, a day later is Saturday: Monday morning it is.
    assert invitation.send_at == datetime(2026, 11, 23, 7, 30, tzinfo=LOCAL)
    assert invitation.expires_at - invitation.send_at == timedelta(days=30)
    assert (invitation.closed_month, invitation.unit) == ("2026-11", "phuong-vi-du")
    [event] = await announced(database)
    assert event.body == {
        "invitation_id": invitation.id,
        "dossier_code": "Z99.01-261102-0001",
        "unit": "phuong-vi-du",
        "send_at": "2026-11-23T07:30:00+07:00",
    }


async def test_a_dossier_is_never_asked_about_twice(database, run_invitations):
    await close(database, kind="returned")
    await close(database, kind="posted")
    assert await run_invitations() == {"invited": 1, Skip.ALREADY_INVITED: 1}
    await close(database, kind="returned", event_id="the same told again")
    assert await run_invitations() == {Skip.ALREADY_INVITED: 1}
    assert await run_invitations() == {}
    assert len(await invitations(database)) == 1


@pytest.mark.parametrize(
    "more",
    [
        {"procedure_name": "Đăng ký khai tử"},
        {"procedure_name": "ĐĂNG KÝ LẠI KHAI TỬ, cấp bản sao"},
        {"procedure_name": "Hỗ trợ chi phí mai táng cho đối tượng bảo trợ xã hội"},
        {"procedure_name": "Đăng ký việc nuôi con nuôi trong nước"},
        {"procedure_name": "Ghi vào Sổ hộ tịch việc ly hôn"},
        {"procedure_name": "Niêm yết việc thừa kế, khai nhận di sản"},
    ],
)
async def test_after_a_death_a_divorce_or_an_adoption_people_are_asked_a_month_later(
    database, run_invitations, more
):
    await close(database, **more)
    assert await run_invitations() == {"invited": 1}
    [invitation] = await invitations(database)
    # Thirty days after Friday, 20 November is a Sunday: Monday morning it is.
    assert invitation.send_at == datetime(2026, 12, 21, 7, 30, tzinfo=LOCAL)
    [event] = await announced(database)
    assert event.body["sad"] is True


async def test_an_office_may_leave_them_in_peace_for_good(database, run_invitations):
    await close(database, procedure_name="Đăng ký khai tử")
    assert await run_invitations(sad_wait_days=0) == {Skip.SAD: 1}
    assert await invitations(database) == []


def test_a_week_is_the_least():
    with pytest.raises(ValueError, match="ít nhất 7 ngày; đặt 0 để không hỏi"):
        InvitationPlan(sad_wait_days=3)


@pytest.mark.parametrize(
    "name", ["Đăng ký khai sinh", "Cấp lại giấy chứng nhận do bị mất", "Đăng ký kết hôn"]
)
async def test_an_ordinary_matter_is_not_taken_for_a_sad_one(database, run_invitations, name):
    await close(database, procedure_name=name)
    assert await run_invitations() == {"invited": 1}


async def test_a_field_or_a_code_can_be_spared_by_the_plan(database, run_invitations):
    await close(database)
    assert await run_invitations(sad_wait_days=0, sad_fields=("Hộ tịch",)) == {Skip.SAD: 1}
    await close(database, "Z99.01-261102-0002")
    assert await run_invitations(sad_wait_days=0, sad_procedures=("1.001193",)) == {Skip.SAD: 1}


@pytest.mark.parametrize(
    ("more", "reason"),
    [
        ({"applicant": None}, Skip.NO_CONTACT),
        ({"applicant": {"phone": "không có"}}, Skip.NO_CONTACT),
        ({"occurred_at": (CLOSED - timedelta(days=15)).isoformat()}, Skip.TOO_OLD),
    ],
)
async def test_no_invitation_where_it_could_not_be_sent_or_nobody_would_remember(
    database, run_invitations, more, reason
):
    await close(database, **more)
    assert await run_invitations() == {reason: 1}


async def test_other_news_of_a_dossier_invites_nobody(database, run_invitations):
    await close(database, kind="processing")
    assert await run_invitations() == {}


async def test_facts_told_earlier_count_when_the_closing_itself_is_short(database, run_invitations):
    await close(database, kind="received")
    await tell(
        database, "returned", {"dossier_code": "Z99.01-261102-0001", "occurred_at": CLOSED.isoformat()}
    )
    assert await run_invitations() == {"invited": 1}
    [invitation] = await invitations(database)
    assert (invitation.unit, invitation.field, invitation.channel) == ("phuong-vi-du", "Hộ tịch", "counter")


async def test_a_closing_told_before_its_dossier_is_not_forgotten(database, run_invitations):
    await tell(
        database, "returned", {"dossier_code": "Z99.01-261102-0001", "occurred_at": CLOSED.isoformat()}
    )
    assert await run_invitations() == {Skip.NOT_CLOSED: 1}
    earlier = (CLOSED - timedelta(days=3)).isoformat()
    await close(database, kind="received", occurred_at=earlier)
    assert await run_invitations() == {"invited": 1}


async def test_a_dossier_opened_again_is_not_asked_about(database, run_invitations):
    await close(database)
    later = (CLOSED + timedelta(seconds=30)).isoformat()
    await close(database, kind="processing", occurred_at=later)
    assert await run_invitations() == {Skip.NOT_CLOSED: 1}


async def test_an_invitation_of_the_sample_city_is_marked(database, run_invitations):
    await close(database, "H99.01-261102-0001")
    await run_invitations()
    [invitation] = await invitations(database)
    assert invitation.sample


async def test_officers_are_counted_in_groups_only(database, run_invitations, plan):
    await close(database)
    await run_invitations(officer_groups={"Hộ tịch": ("Cán Bộ Ví Dụ", "Cán Bộ Hai", "Cán Bộ Ba")})
    [invitation] = await invitations(database)
    assert invitation.officer_group == "Hộ tịch"
    assert "Cán Bộ Ví Dụ" not in str(vars(invitation))
    with pytest.raises(ValueError, match="ít nhất 3 người"):
        InvitationPlan(closings={}, officer_groups={"Hộ tịch": ("Cán Bộ Một", "Cán Bộ Hai")})


async def test_the_rate_of_a_unit_is_kept_by_chance_and_the_same_on_every_reading(database, run_invitations):
    codes = [f"Z99.01-261102-{number:04d}" for number in range(400)]
    drawn = {code for code in codes if is_drawn(code, 0.25)}
    assert 60 < len(drawn) < 140
    assert drawn == {code for code in codes if is_drawn(code, 0.25)}
    assert drawn <= {code for code in codes if is_drawn(code, 0.5)}
    assert all(is_drawn(code, 1) for code in codes)
    assert not any(is_drawn(code, 0) for code in codes)
    await close(database)
    assert await run_invitations(rates={"phuong-vi-du": 0.0}) == {Skip.NOT_DRAWN: 1}


async def test_who_refused_surveys_is_not_asked_again(database, run_invitations, clock):
    await close(database)
    await run_invitations()
    [before] = await invitations(database)
    async with database.writing() as session:
        await refuse_surveys(session, before.contact_hash, clock())
    await close(database, "Z99.01-261102-0002")
    assert await run_invitations() == {Skip.OPTED_OUT: 1}
    async with database.reading() as session:
        assert await token_for(session, before.id, clock()) is None


async def test_a_refusal_noted_among_the_consents_counts_as_well(database, run_invitations, clock):
    await close(database)
    async with database.writing() as session:
        session.add(
            Consent(
                contact_hash=keyed_hash("+84900000001", "phone"),
                purpose=Purpose.SURVEY,
                granted=False,
                wording="Không nhận khảo sát nữa",
                wording_version="1",
                at=clock(),
            )
        )
    assert await run_invitations() == {Skip.OPTED_OUT: 1}
    async with database.reading() as session:
        assert not await repository.any_opted_out(session, [])


async def test_the_link_is_made_when_it_is_needed_and_dies_after_thirty_days(
    database, run_invitations, clock
):
    await close(database)
    await run_invitations()
    [invitation] = await invitations(database)
    async with database.reading() as session:
        link = await link_for(session, invitation.id, public_url="https://vi-du.example/", now=clock())
        again = await link_for(session, invitation.id, public_url="https://vi-du.example", now=clock())
        assert link == again
        assert link.startswith("https://vi-du.example/k/")
        token = link.rsplit("/", 1)[1]
        assert token.isalnum()
        stored = " ".join(str(value) for value in vars(invitation).values())
        assert token not in stored
        clock.pass_(days=40)
        assert await link_for(session, invitation.id, public_url="https://x.example", now=clock()) is None
        assert await link_for(session, "unknown", public_url="https://x.example", now=clock()) is None


async def test_words_in_use_cannot_change_without_a_new_version(database, run_invitations, instruments):
    await close(database)
    await run_invitations()
    text = (CONTENT / "surveys/after-pickup.yaml").read_text(encoding="utf-8").replace("Nhìn chung, ", "")
    from feedback.wording import freeze

    changed = parse_instruments({"surveys/after-pickup.yaml": text})["after-pickup"]
    async with database.writing() as session:
        with pytest.raises(FrozenWordingError, match="tăng 'version'"):
            await freeze(session, changed, CLOSED)
        newer = changed.model_copy(update={"version": 2})
        await freeze(session, newer, CLOSED)
        await freeze(session, instruments["after-pickup"], CLOSED)


async def test_who_did_not_answer_is_reminded_once_and_who_did_is_not(
    database, run_invitations, plan, calendar, clock
):
    await close(database, "Z99.01-261102-0001")
    await close(database, "Z99.01-261102-0002")
    await run_invitations()
    async with database.reading() as session:
        rows = (await session.scalars(select(SurveyInvitation))).all()
        tokens = {row.id: await token_for(session, row.id, clock()) for row in rows}
    clock.pass_(days=2)
    answered = rows[0].id
    await Surveys(database, clock=clock).answer(tokens[answered], {"overall": 5})

    async def remind():
        return await invite.remind(database, plan=plan, calendar=calendar, now=clock())

    assert await remind() == 0
    clock.pass_(days=7)  # sent on the Monday after
    assert await remind() == 1
    assert await remind() == 0
    async with database.reading() as session:
        events = await read_events(session, after=0, types=[INVITED])
        states = set(await session.scalars(select(SurveyInvitation.state)))
        assert await token_for(session, rows[1].id, clock()) == tokens[rows[1].id]
    assert [one.body["invitation_id"] for one in events if one.body.get("reminder")] == [rows[1].id]
    assert states == {"reminded"}
