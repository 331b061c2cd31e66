"""Every question without an answer is kept with its context, masked, together with its like."""

from typing import Any

import pytest
from sqlalchemy import select, text

from conversations.desk import Desk
from conversations.models import Turn, Unanswered
from conversations.unanswered import GroupReport, groups, is_repeat
from core.database import Database
from core.message import InboundMessage, OutboundMessage, Outcome, Reply, Task


class Assistant:
    """Answers as it is told to; knows what a sentence is about by its last two words."""

    def __init__(self) -> None:
        self.outcome, self.task = Outcome.FALLBACK, None
        self.context: dict[str, Any] = {}

    async def reply(
        self, *, conversation_id: str, text: str, action: str | None, context: dict[str, Any], **_: Any
    ) -> Reply:
        about = {"terms": text.split()[-2:], "candidates": []} if text else context.get("about")
        return Reply(
            outcome=self.outcome,
            task=self.task,
            code="1.1" if self.outcome is Outcome.ANSWER else None,
            messages=[OutboundMessage(text="trả lời")],
            context={"about": about, **self.context},
        )


@pytest.fixture
def assistant() -> Assistant:
    return Assistant()


@pytest.fixture
def desk(database: Database, assistant: Assistant) -> Desk:
    return Desk(database, assistant)


def _said(words: str, key: str = "a", **more: Any) -> InboundMessage:
    return InboundMessage(channel="webchat", conversation_key=key, text=words, **more)


async def _groups(database: Database) -> list[GroupReport]:
    async with database.reading() as session:
        return await groups(session)


async def test_like_questions_of_several_people_are_one_group_with_a_key_that_stays(
    desk: Desk, database: Database
) -> None:
    await desk.take(_said("xin giấy nuôi chim yến", "a"))
    (first,) = await _groups(database)
    await desk.take(_said("nhà tui muốn nuôi chim yến", "b"))
    await desk.take(_said("cho hỏi bán hoa kiểng", "c"))
    found = await _groups(database)
    assert [(group.count, group.reasons, group.channels) for group in found] == [
        (2, ["fallback"], ["webchat"]),
        (1, ["fallback"], ["webchat"]),
    ]
    assert found[0].key == first.key
    assert [one.question for one in found[0].contexts] == [
        "nhà tui muốn nuôi chim yến",
        "xin giấy nuôi chim yến",
    ]


async def test_the_context_tells_what_was_said_before_and_no_number_of_the_citizen(
    desk: Desk, database: Database
) -> None:
    await desk.take(_said("số tui 0900000001"))
    await desk.take(_said("cccd 000000000001 nuôi chim yến"))
    (group,) = [one for one in await _groups(database) if "yến" in one.contexts[0].question]
    (told,) = group.contexts
    assert told.before == ["số tui [số điện thoại]"]
    assert "0000" not in str(group)
    async with database.reading() as session:
        raw = str((await session.execute(text("SELECT * FROM unanswered"))).all())
        raw += str((await session.execute(text("SELECT * FROM unanswered_group"))).all())
    assert "yến" not in raw


async def test_a_handover_and_a_choice_of_none_are_about_what_was_asked_before(
    desk: Desk, assistant: Assistant, database: Database
) -> None:
    assistant.outcome = Outcome.CLARIFY
    await desk.take(_said("xin giấy nuôi chim yến"))
    assistant.context = {"missed": "other_choice", "asked": "xin giấy nuôi chim yến"}
    await desk.take(_said("khác"))
    assistant.outcome, assistant.task, assistant.context = Outcome.TASK, Task.HANDOVER, {}
    await desk.take(_said("gặp cán bộ"))
    found = [(one.reason, one.question) for group in await _groups(database) for one in group.contexts]
    assert ("other_choice", "xin giấy nuôi chim yến") in found
    assert any(reason == "handover" for reason, _ in found)


async def test_the_same_question_again_is_a_sign_that_its_answer_was_none(
    desk: Desk, assistant: Assistant, database: Database
) -> None:
    assistant.outcome = Outcome.ANSWER
    await desk.take(_said("xin giấy nuôi chim yến"))
    assert await _groups(database) == []
    await desk.take(_said("xin giay nuoi chim yen"))
    (group,) = await _groups(database)
    assert group.reasons == ["repeat"]


def test_a_thank_you_twice_is_no_repeat() -> None:
    assert not is_repeat("cảm ơn", ["cảm ơn"])
    assert not is_repeat("còn lệ phí bao nhiêu", ["cần giấy tờ gì vậy"])


async def test_a_thumb_down_keeps_the_question_and_can_be_changed(
    desk: Desk, assistant: Assistant, database: Database
) -> None:
    assistant.outcome = Outcome.ANSWER
    answered = (await desk.take(_said("xin giấy nuôi chim yến"))).reply.messages[0].message_id
    down = await desk.take(_said("Chưa đúng ý", action=f"rate:down:{answered}"))
    assert "Đã ghi" in down.reply.text
    await desk.take(_said("Đúng ý", action=f"rate:up:{answered}"))
    (group,) = await _groups(database)
    assert (group.reasons, group.contexts[0].question) == (["thumbs_down"], "xin giấy nuôi chim yến")
    async with database.reading() as session:
        assert await session.scalar(select(Turn.rating).where(Turn.id == answered)) == "up"


async def test_nobody_rates_an_answer_of_another_conversation(
    desk: Desk, assistant: Assistant, database: Database
) -> None:
    assistant.outcome = Outcome.ANSWER
    answered = (await desk.take(_said("xin giấy nuôi chim yến", "a"))).reply.messages[0].message_id
    await desk.take(_said("Chưa đúng ý", "b", action=f"rate:down:{answered}"))
    async with database.reading() as session:
        assert await session.scalar(select(Turn.rating).where(Turn.id == answered)) is None
        assert (await session.scalars(select(Unanswered))).all() == []
