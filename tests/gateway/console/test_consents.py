"""Somebody at the counter or on the telephone says what they want to be told, and by which way."""

from __future__ import annotations

import pytest

from core.crypto import keyed_hash
from core.database import Database
from dossiers.service import accept
from people import audit_repository, consents
from people.citizen_models import Purpose
from people.models import Role
from tests.dossiers.samples import full_event, read
from tests.gateway.console.conftest import NOW, Browser, hire
from tests.notifications.helpers import PHONE, REAL

HOME = "/console/nhan-tin"
TYPED = "0900 000 001"


@pytest.fixture
async def counter(browser: Browser, database: Database) -> Browser:
    await browser.sign_in("canbo", await hire(database, "canbo", Role.OFFICER))
    await browser.get(HOME)
    return browser


async def standing(database: Database) -> consents.Standing:
    async with database.reading() as session:
        known = keyed_hash(PHONE, "phone")
        return (await consents.standings(session, [known]))[known]


async def test_the_officer_reads_the_words_out_and_writes_the_answer_down(
    counter: Browser, database: Database
) -> None:
    page = await counter.post(HOME, {"contact": TYPED})
    assert consents.WORDS[Purpose.SURVEY, True] in page
    assert "chưa nói gì" in page
    page = await counter.post(
        f"{HOME}/tra-loi", {"contact": TYPED, "said": "survey:yes", "source": "hotline"}
    )
    assert "đã đồng ý" in page
    assert (await standing(database)).agreed(Purpose.SURVEY)
    await counter.post(f"{HOME}/tra-loi", {"contact": TYPED, "said": "survey:no"})
    assert (await standing(database)).refused(Purpose.SURVEY)
    async with database.reading() as session:
        entries = await audit_repository.audit_entries(session, actor="canbo")
    written = [entry.action for entry in entries if entry.action.startswith("consent")]
    assert sorted(written) == ["consent.grant", "consent.refuse"]
    assert all("900000001" not in f"{entry.subject}{entry.reason}" for entry in entries)


async def test_of_news_of_a_dossier_one_channel_is_refused_and_wanted_again(
    counter: Browser, database: Database
) -> None:
    page = await counter.post(f"{HOME}/tra-loi", {"contact": TYPED, "said": "status:no:sms"})
    assert "Gửi lại qua tin nhắn SMS" in page
    assert (await standing(database)).refused(Purpose.STATUS, "sms")
    await counter.post(f"{HOME}/tra-loi", {"contact": TYPED, "said": "status:yes:sms"})
    assert not (await standing(database)).refused(Purpose.STATUS, "sms")
    page = await counter.post(f"{HOME}/tra-loi", {"contact": TYPED, "said": "status:no"})
    assert counter.status == 422
    assert "chỉ từ chối được từng kênh" in page


async def test_the_way_that_somebody_likes_best_is_kept(counter: Browser, database: Database) -> None:
    await counter.post(f"{HOME}/kenh", {"contact": TYPED, "channel": "email"})
    assert (await standing(database)).chosen_channel == "email"
    await counter.post(f"{HOME}/kenh", {"contact": TYPED, "channel": ""})
    assert (await standing(database)).chosen_channel is None


async def test_a_wrong_number_is_stopped_for_its_dossier_and_a_slip_is_taken_back(
    counter: Browser, database: Database
) -> None:
    async with database.writing() as session:
        await accept(session, read(full_event(dossier_code=REAL)), now=NOW)
    page = await counter.post(f"{HOME}/khong-phai", {"contact": TYPED, "dossier": "H98.01-261102-9999"})
    assert counter.status == 422
    assert "xem lại mã hồ sơ" in page
    page = await counter.post(f"{HOME}/khong-phai", {"contact": TYPED, "dossier": REAL.lower()})
    assert (await standing(database)).blocked_dossiers == {REAL}
    assert "Ghi nhầm, gửi lại" in page
    await counter.post(f"{HOME}/la-cua-ho", {"contact": TYPED, "dossier": REAL})
    assert (await standing(database)).blocked_dossiers == set()


@pytest.mark.parametrize(
    ("path", "form", "told"),
    [
        ("", {"contact": " "}, "Gõ số điện thoại"),
        ("", {"contact": "12345"}, "không phải số di động"),
        ("/tra-loi", {"contact": TYPED, "said": "survey:maybe"}, "bấm lại"),
        ("/tra-loi", {"contact": "12345", "said": "survey:no"}, "không phải số di động"),
        ("/kenh", {"contact": "12345", "channel": "sms"}, "không phải số di động"),
    ],
)
async def test_what_cannot_be_written_down_is_told_with_its_remedy(
    counter: Browser, path: str, form: dict[str, str], told: str
) -> None:
    page = await counter.post(HOME + path, form)
    assert counter.status == 422
    assert told in page
