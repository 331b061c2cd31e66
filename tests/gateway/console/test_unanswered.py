"""What citizens asked in vain becomes a draft that is proved, approved, and told to those who wait."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest
from fastapi import FastAPI
from sqlalchemy import select

from conversations import unanswered, unanswered_repository
from conversations.models import (
    Conversation,
    Direction,
    GroupStatus,
    Handover,
    Turn,
    UnansweredGroup,
    UnansweredReason,
)
from core.content import ContentStatus, add_version, live_version
from core.content_mirror import read_folder
from core.database import Database
from core.events import Event
from gateway.console.app import console_router, install_sign_in
from gateway.console.doors import Door
from gateway.console.pages import ConsolePages
from gateway.knowledge import take_snapshot
from gateway.mending import PHRASES_HEARD, MendError, MendKind, with_name, with_word
from gateway.public.assets import Assets
from gateway.public.site import Site
from knowledge.base import KnowledgeBase
from knowledge.dialogue.deciding import decide_on
from people.models import Role
from tests.gateway.console.conftest import NOW, Browser, Clock, hand_in, hire

SEED = read_folder(Path(__file__).resolve().parents[3] / "content")
BIRTH = "procedures/ho-tich/1.001193.yaml"
QUESTION = "bế cu tí ra phường ghi sổ lần đầu"


class Live:
    """The knowledge as a process holds it, renewed when the test says so."""

    base: KnowledgeBase

    async def load(self, database: Database) -> None:
        self.base = (await take_snapshot(database)).base


@pytest.fixture
async def live(database: Database) -> Live:
    async with database.writing() as session:
        for key, text in SEED.items():
            if key.startswith(("procedures/ho-tich/", "procedures/chung-thuc/", "lexicon/synonyms")):
                await add_version(session, key=key, text=text, status=ContentStatus.PUBLISHED, author="seed")
    found = Live()
    await found.load(database)
    return found


@pytest.fixture
def app(database: Database, clock: Clock, live: Live) -> FastAPI:
    app = FastAPI()
    install_sign_in(app)
    pages = ConsolePages(Assets(), Site(sample=True))
    door = Door(database, secure_cookie=True, clock=clock)
    app.include_router(console_router(pages, door, base=lambda: live.base))
    return app


@pytest.fixture
async def group(database: Database) -> str:
    """Two citizens asked the same in vain; one of them holds a receipt code."""
    async with database.writing() as session:
        for number, text in enumerate((QUESTION, f"{QUESTION} giùm")):
            talk = Conversation(channel="webchat", key_hash=f"key-{number}")
            session.add(talk)
            await session.flush()
            await unanswered.keep(
                session, talk, UnansweredReason.FALLBACK, text, {}, before=["dạ chào"], now=NOW
            )
            if not number:
                session.add(
                    Handover(receipt="K7M2QD", conversation_id=talk.id, answer_by=NOW + timedelta(days=1))
                )
    async with database.reading() as session:
        (found,) = await unanswered.groups(session)
        assert found.count == 2
        return found.key


async def test_a_question_without_answer_becomes_an_alias_and_is_answered(
    browser: Browser, database: Database, live: Live, group: str
) -> None:
    assert decide_on(live.base, QUESTION).best.code != "1.001193"
    await browser.sign_in("canbo", await hire(database, "canbo", Role.OFFICER))
    assert QUESTION in await browser.get("/console/chua-tra-loi")
    page = await browser.get(f"/console/chua-tra-loi/{group}?tim=khai+sinh")
    assert "dạ chào" in page
    assert 'value="1.001193"' in page
    await browser.post(f"/console/chua-tra-loi/{group}/sua", {"code": "1.001193", "said": QUESTION})
    assert browser.status == 303
    page = await browser.get(f"/console/chua-tra-loi/{group}")
    assert "Hỏi lại các câu cũ" in page
    assert "trả lời được ngay" in page
    async with database.reading() as session:
        assert QUESTION not in (await live_version(session, BIRTH)).body  # type: ignore[union-attr]

    approver = Browser(browser.app)
    await approver.sign_in("duyet", await hire(database, "duyet", Role.PROVINCIAL_APPROVER, "tinh"))
    page = await approver.get(f"/console/noi-dung/sua/{BIRTH}")
    page = await hand_in(approver, BIRTH)
    read = page.split('name="read" value="')[1][:64]
    await approver.post(f"/console/noi-dung/duyet/{BIRTH}", {"read": read})
    assert approver.status == 303

    await live.load(database)
    decision = decide_on(live.base, QUESTION)
    assert decision.best.code == "1.001193"
    async with database.reading() as session:
        held = await unanswered_repository.group(session, group)
        assert held is not None
        assert held.status == GroupStatus.MENDED
        told = await session.scalar(select(Turn).where(Turn.direction == Direction.OUT))
        assert told is not None
        assert "K7M2QD" in told.text
        assert (told.message or {})["buttons"][0]["action"] == "procedure:1.001193"
        events = (
            await session.scalars(select(Event).where(Event.type == "motcua.conversation.question_mended"))
        ).all()
        assert len(events) == 1
    assert QUESTION not in await browser.get("/console/chua-tra-loi")


async def test_what_was_mended_and_is_asked_again_stands_in_the_list_again(
    database: Database, group: str
) -> None:
    async with database.writing() as session:
        held = await session.get(UnansweredGroup, group)
        assert held is not None
        held.status = GroupStatus.MENDED
    async with database.writing() as session:
        talk = Conversation(channel="zalo", key_hash="another")
        session.add(talk)
        await session.flush()
        await unanswered.keep(session, talk, UnansweredReason.FALLBACK, QUESTION, {}, before=[], now=NOW)
    async with database.reading() as session:
        assert [one.count for one in await unanswered.groups(session)] == [3]


async def test_spam_leaves_the_list_and_can_be_brought_back(
    browser: Browser, database: Database, group: str
) -> None:
    await browser.sign_in("canbo", await hire(database, "canbo", Role.OFFICER))
    await browser.get(f"/console/chua-tra-loi/{group}")
    await browser.post(f"/console/chua-tra-loi/{group}/xep", {"status": "spam"})
    assert QUESTION not in await browser.get("/console/chua-tra-loi")
    await browser.get(f"/console/chua-tra-loi/{group}")
    await browser.post(f"/console/chua-tra-loi/{group}/xep", {"status": "open"})
    assert QUESTION in await browser.get("/console/chua-tra-loi")


async def test_a_mend_without_a_procedure_says_what_is_missing_and_keeps_the_words(
    browser: Browser, database: Database, group: str
) -> None:
    await browser.sign_in("canbo", await hire(database, "canbo", Role.OFFICER))
    await browser.get(f"/console/chua-tra-loi/{group}")
    page = await browser.post(
        f"/console/chua-tra-loi/{group}/sua", {"other": "9.999999", "said": "chữ vừa gõ"}
    )
    assert browser.status == 422
    assert "Không có thủ tục mã 9.999999" in page
    assert "chữ vừa gõ" in page


async def test_a_new_answer_starts_from_the_questions_and_needs_its_words(
    browser: Browser, database: Database, group: str
) -> None:
    await browser.sign_in("bientap", await hire(database, "bientap", Role.WARD_EDITOR))
    page = await browser.get(f"/console/noi-dung/moi?nhom={group}")
    assert QUESTION in page
    form = {
        "nhom": group,
        "title": "Bế cháu đi cùng",
        "text": "Dạ, mang cháu theo cũng được, không bắt buộc.",
        "aliases": "\n".join([QUESTION, "bế cháu theo", "dắt cháu theo", "đi cùng cháu", "có cần bế cháu"]),
        "golden": "\n".join([QUESTION, "có cần bế cháu theo", "dắt cháu theo được không"]),
    }
    page = await browser.post("/console/noi-dung/moi", {**form, "golden": "một câu"})
    assert browser.status == 422
    await browser.post("/console/noi-dung/moi", form)
    assert browser.status == 303
    assert "Đã soạn, chờ duyệt" in await browser.get(f"/console/chua-tra-loi/{group}")


def test_names_go_to_the_file_of_the_procedure_or_to_the_list_of_heard_ones() -> None:
    first = with_name(PHRASES_HEARD, None, "1.004873", "giấy chưa vợ", MendKind.ALIAS)
    assert with_name(PHRASES_HEARD, first, "1.004873", "giấy ở vậy", MendKind.ALIAS).count("giấy") == 2
    with pytest.raises(MendError, match="đã có sẵn"):
        with_name(PHRASES_HEARD, first, "1.004873", "giay chua vo", MendKind.ALIAS)


def test_a_word_of_citizens_joins_the_words_of_the_law() -> None:
    seed = SEED["lexicon/synonyms.yaml"]
    text = with_word(seed, "giấy rước dâu", "đăng ký kết hôn")
    assert "giấy rước dâu" in text
    assert text.count("concept: đăng ký kết hôn\n") == 1
