"""A turn that is put to Rasa twice: what its action does is done once, and told again in the same words."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest
from rasa_sdk.executor import CollectingDispatcher
from sqlalchemy import func, select

from bot.actions.action import DoingAction
from bot.actions.dossier import DossierStatusAction
from bot.actions.services import Services
from bot.actions.tasks import (
    AskMeAgainAction,
    CallBackAction,
    ComplaintAction,
    HandoverAction,
    OptOutSurveyAction,
)
from conversations.models import Conversation, TurnTry
from conversations.tries import Tries
from core.calendar import WorkingCalendar
from core.database import Base, Database
from dossiers.lookup import Proof, WatchRole, bind
from feedback.service import refuse_in_chat
from gateway.content_kinds import shipped_complaint_terms
from knowledge.base import Content, KnowledgeBase
from tests.conftest import REPOSITORY
from tests.dossiers.samples import CODE, full_event
from tests.notifications.helpers import Clock, post

TALK = "talk-1"
SAID = {
    HandoverAction: "cho gặp cán bộ",
    CallBackAction: "gọi lại cho tôi",
    ComplaintAction: "sáng nay ra quầy chờ ba tiếng không ai tiếp",
    DossierStatusAction: f"tra hồ sơ {CODE}",
    OptOutSurveyAction: "đừng hỏi nữa",
    AskMeAgainAction: "lại hỏi tôi đi",
}


class Office:
    """``say`` is one asking by Rasa; the answer is what the citizen would read, or none."""

    def __init__(self, database: Database) -> None:
        self.database, self.clock = database, Clock()
        self.services = Services(
            database=database,
            base=lambda: KnowledgeBase(Content()),
            calendar=WorkingCalendar,
            complaint_terms=shipped_complaint_terms,
            clock=self.clock,
        )

    async def say(self, action: type[DoingAction], tries: Tries) -> str | None:
        metadata = {"conversation": TALK, "context": {}, "turn": tries.turn_id, "try": tries.name}
        tracker = SimpleNamespace(
            sender_id=TALK,
            latest_message={
                "text": SAID[action],
                "intent": {"name": "-", "confidence": 0.5},
                "entities": [{"entity": "dossier_code", "value": CODE}],
                "metadata": metadata,
            },
            get_slot=lambda _name: None,
            active_loop_name=None,
        )
        dispatcher = CollectingDispatcher()
        await action(self.services).run(dispatcher, tracker, {})
        replies = [one["custom"]["reply"] for one in dispatcher.messages]
        return replies[0]["messages"][0]["text"] if replies else None

    async def rows(self) -> dict[str, Any]:
        """How much there is in every table but that of the tries themselves, and in the consents' record."""
        async with self.database.reading() as session:
            return {
                name: await session.scalar(select(func.count()).select_from(table))
                for name, table in Base.metadata.tables.items()
                if name != TurnTry.__tablename__
            }


@pytest.fixture
async def office(database: Database) -> Office:
    """A citizen who follows one dossier and has refused to be asked about it; another's waits for a code."""
    made = Office(database)
    await post(database, [full_event()], made.clock)
    await post(database, [full_event(number=2, dossier_code="H99.01-261102-0002")], made.clock)
    async with database.writing() as session:
        session.add(Conversation(id=TALK, channel="webchat", key_hash="-", context={}))
        await session.flush()
        await bind(
            session,
            conversation_id=TALK,
            channel="webchat",
            dossier_id=(await _dossier_id(session, "H99.01-261102-0002")),
            role=WatchRole.APPLICANT,
            proof=Proof.ONE_TIME_CODE,
            now=made.clock(),
        )
        await refuse_in_chat(session, TALK, made.clock())
    return made


async def _dossier_id(session: Any, code: str) -> str:
    from dossiers import repository

    found = await repository.dossier_by_code(session, code)
    assert found is not None
    return found.id


@pytest.mark.parametrize("action", list(SAID), ids=lambda one: one.__name__)
async def test_a_turn_that_is_put_again_does_nothing_a_second_time(
    office: Office, action: type[DoingAction]
) -> None:
    before = await office.rows()
    tries = Tries(office.database, TALK, "turn-1")
    told = await office.say(action, tries)
    after = await office.rows()
    assert told
    assert after != before, "it does something"
    assert await office.say(action, tries) == told
    again = await tries.again()
    assert again is not None
    assert again.messages[0].text == told
    assert again.context["form"] is None, "the next turn finds no form open, at whatever server"
    assert await office.rows() == after


@pytest.mark.parametrize("action", list(SAID), ids=lambda one: one.__name__)
async def test_a_turn_that_is_answered_elsewhere_by_now_does_nothing_here(
    office: Office, action: type[DoingAction]
) -> None:
    before = await office.rows()
    earlier, now = (Tries(office.database, TALK, "turn-1") for _ in range(2))
    assert await now.again() is None
    assert await office.say(action, earlier) is None
    assert await office.rows() == before
    assert await office.say(action, now)


def test_no_action_writes_but_through_what_does_it_once() -> None:
    def doing(kind: type[DoingAction]) -> set[type[DoingAction]]:
        return {kind}.union(*(doing(one) for one in kind.__subclasses__()))

    assert doing(DoingAction) - {DoingAction} == set(SAID)
    sources = (REPOSITORY / "bot" / "actions").glob("*.py")
    writing = [one.name for one in sources if ".writing(" in one.read_text(encoding="utf-8")]
    assert writing == ["action.py"]
