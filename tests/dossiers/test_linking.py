"""A proven telephone binds a chat to its dossiers, and one tap takes it back. On both databases."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime, timedelta

import pytest

from core.database import Database
from dossiers import linking
from dossiers.lookup import Proof, WatchRole
from dossiers.repository import watched, watchers
from dossiers.service import accept
from gateway.provider_ports import KnownRefusals
from people import chat_accounts
from tests.dossiers.samples import full_event, read
from wire.alarms import Unreachable

NOW = datetime(2026, 11, 26, 3, tzinfo=UTC)
PHONE = "+84900000001"


async def dossier(
    database: Database, number: int, *, name: str = "Nguyễn Văn Mẫu", phone: str = PHONE
) -> str:
    code = f"H98.01-261102-{number:04}"
    event = full_event(number=number, dossier_code=code, applicant={"name": name, "phone": phone})
    async with database.writing() as session:
        await accept(session, read(event), now=NOW)
    return code


async def link(database: Database, account: str = "u1", conversation: str = "c1") -> linking.LinkResult:
    async with database.writing() as session:
        return await linking.link_phone(
            session,
            channel="zalo",
            account=account,
            conversation_id=conversation,
            phone=PHONE,
            proof=Proof.SHARED_PHONE,
            now=NOW,
        )


async def follows(database: Database, conversation: str = "c1") -> set[str]:
    async with database.reading() as session:
        return {one.code for one in await watched(session, conversation)}


async def test_one_telephone_may_follow_several_dossiers_and_new_ones_are_taken_along(
    database: Database,
) -> None:
    first, child = await dossier(database, 1), await dossier(database, 2, name="Nguyễn Thị Con")
    await dossier(database, 3, phone="+84900000099")
    result = await link(database)
    assert {one.code for one in result.dossiers} == {first, child} == await follows(database)
    later = await dossier(database, 4)
    async with database.writing() as session:
        new = await linking.catch_up(session, channel="zalo", account="u1", conversation_id="c1", now=NOW)
    assert new == 1
    assert later in await follows(database)


async def test_one_tap_ends_everything_and_catching_up_brings_nothing_back(database: Database) -> None:
    await dossier(database, 1)
    await link(database)
    async with database.writing() as session:
        assert await linking.unlink(session, channel="zalo", account="u1", conversation_id="c1", now=NOW) == 1
        assert (
            await linking.catch_up(session, channel="zalo", account="u1", conversation_id="c1", now=NOW) == 0
        )
        assert await chat_accounts.account_for_phone(session, "zalo", PHONE) is None
    assert await follows(database) == set()


async def test_a_number_that_moved_to_somebody_else_leads_to_the_new_account_alone(
    database: Database,
) -> None:
    await dossier(database, 1)
    await link(database)
    await link(database, "u2", "c2")
    async with database.reading() as session:
        assert await chat_accounts.account_for_phone(session, "zalo", PHONE) == "u2"
        assert not await chat_accounts.phones_of(session, "zalo", "u1")


async def test_an_agents_number_links_nothing(database: Database) -> None:
    for number in range(1, 6):
        await dossier(database, number, name=f"Người {number}")
    result = await link(database)
    assert result.shared
    assert await follows(database) == set()


@pytest.mark.parametrize("minutes", [29, 31])
async def test_a_relative_comes_by_a_word_that_works_once_and_for_a_while(
    database: Database, minutes: int
) -> None:
    code = await dossier(database, 1)
    await link(database)
    async with database.writing() as session:
        word = await linking.invite(
            session, conversation_id="c1", role=WatchRole.RELATIVE, now=NOW, minutes=30
        )
    assert word is not None
    at = NOW + timedelta(minutes=minutes)
    async with database.writing() as session:
        joined = await linking.join(session, word=word, channel="zalo", conversation_id="c2", now=at)
        again = await linking.join(session, word=word, channel="zalo", conversation_id="c3", now=at)
    assert again is None
    if minutes > 30:
        assert joined is None
        return
    assert [one.code for one in joined or ()] == [code]
    async with database.reading() as session:
        roles = {row.conversation_id: row.role for row in await watchers(session, [joined[0].id])}
    assert roles == {"c1": WatchRole.APPLICANT, "c2": WatchRole.RELATIVE}


async def test_a_chat_that_follows_nothing_has_nothing_to_share(database: Database) -> None:
    async with database.writing() as session:
        assert (
            await linking.invite(session, conversation_id="c9", role=WatchRole.RELATIVE, now=NOW, minutes=30)
            is None
        )


async def test_an_allowance_begins_anew_with_each_word_of_the_citizen(database: Database) -> None:
    async with database.writing() as session:
        await chat_accounts.heard_from(session, "zalo", "u1", now=NOW, conversation_id="c1")
        await chat_accounts.count_sent(session, "zalo", "u1")
    async with database.writing() as session:
        known = await chat_accounts.account_of(session, "zalo", "u1")
        assert known is not None
        await session.refresh(known)
        assert known.sent == 1
        again = await chat_accounts.heard_from(session, "zalo", "u1", now=NOW + timedelta(hours=1))
        assert (again.sent, again.conversation_id) == (0, "c1")


async def test_who_has_no_account_is_asked_again_after_a_while(database: Database) -> None:
    until = NOW + timedelta(days=30)
    async with database.writing() as session:
        await chat_accounts.note_refusal(session, "zalo", PHONE, reason="no_account", now=NOW, until=until)
    async with database.reading() as session:
        assert await chat_accounts.refusal_of(session, "zalo", PHONE, now=NOW) is not None
        assert await chat_accounts.refusal_of(session, "zalo", PHONE, now=until) is None


async def test_several_notices_refused_at_one_moment_are_all_refused(database: Database) -> None:
    """Not ambiguous: what failed on noting the refusal would wait instead of taking the next channel."""
    refusals = KnownRefusals(database, clock=lambda: NOW)
    await asyncio.gather(
        *(refusals.note("zalo", PHONE, Unreachable.NO_ACCOUNT, timedelta(days=day)) for day in range(1, 9))
    )
    assert await refusals.stands("zalo", PHONE) is Unreachable.NO_ACCOUNT
