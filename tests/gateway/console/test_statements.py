"""How often a page asks the database does not grow with what it shows, nor with the units it is shown for."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta

from sqlalchemy import Engine, event

from conversations.models import Conversation, Unanswered, UnansweredGroup
from core.database import Database
from people.models import Role, UnitKind
from people.service import ensure_unit
from tests.gateway.console.conftest import Browser, Clock, hire
from tests.gateway.console.test_complaints import file

_PAGES = {
    Role.HEAD_OF_UNIT: (
        "/console",
        "/console/chua-tra-loi",
        "/console/hen-gio",
        "/console/phan-anh",
        "/console/tro-chuyen",
        "/console/viec-bao-tin",
        "/console/du-lieu-ca-nhan",
    ),
    Role.ADMINISTRATOR: ("/console/tai-khoan", "/console/mau-tin", "/console/kenh"),
}


@contextmanager
def counting() -> Iterator[list[str]]:
    heard: list[str] = []

    def hear(_connection: object, _cursor: object, statement: str, *_more: object) -> None:
        heard.append(statement)

    event.listen(Engine, "before_cursor_execute", hear)
    try:
        yield heard
    finally:
        event.remove(Engine, "before_cursor_execute", hear)


async def more_of_everything(database: Database, clock: Clock, *, start: int, number: int) -> None:
    async with database.writing() as session:
        for one in range(start, start + number):
            await ensure_unit(
                session, code=f"xa-{one}", name=f"UBND xã {one}", kind=UnitKind.WARD, parent_code="tinh"
            )
            talk = Conversation(channel="web", key_hash=f"k{one}")
            group = UnansweredGroup(key=f"nhom-{one}", terms=[str(one)], count=3, last_at=clock.now)
            session.add_all([talk, group])
            await session.flush()
            for minutes in range(3):
                session.add(
                    Unanswered(
                        conversation_id=talk.id,
                        group_key=group.key,
                        reason="fallback",
                        channel="web",
                        question=f"câu hỏi mẫu {one}.{minutes}",
                        at=clock.now - timedelta(minutes=minutes),
                    )
                )
    for one in range(start, start + number):
        await hire(database, f"can.bo.{one}", Role.OFFICER, f"xa-{one}")
        await file(database, clock)


async def test_ten_times_the_rows_and_units_are_asked_for_in_as_many_statements(
    browser: Browser, database: Database, clock: Clock
) -> None:
    signed_in = {}
    for role in _PAGES:
        signed_in[role] = Browser(browser.app)
        await signed_in[role].sign_in(role.value, await hire(database, role.value, role, "tinh"))
    asked: list[dict[str, int]] = []
    for start, number in ((0, 1), (1, 9)):
        await more_of_everything(database, clock, start=start, number=number)
        seen = {}
        for role, pages in _PAGES.items():
            for page in pages:
                await signed_in[role].get(page)  # what is kept in memory is kept now
                with counting() as heard:
                    await signed_in[role].get(page)
                assert signed_in[role].status == 200, page
                seen[page] = len(heard)
        asked.append(seen)
    assert asked[1] == asked[0]
    shown = await signed_in[Role.HEAD_OF_UNIT].get("/console/chua-tra-loi")
    assert all(f"câu hỏi mẫu {one}.0" in shown for one in range(10)), "of each group the newest question"
    assert "câu hỏi mẫu 3.1" not in shown
