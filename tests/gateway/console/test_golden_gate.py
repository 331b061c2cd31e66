"""An edit by which a question that was answered rightly would be answered wrongly cannot be handed in.

Asking takes its time: one sees how far it is, may leave, and finds the result.
"""

from __future__ import annotations

import re
import threading
from collections.abc import Iterator
from datetime import timedelta

import pytest
from fastapi import FastAPI

from core import editing, trials
from core.content import ContentStatus, ContentVersion
from core.database import Database
from core.yaml_shape import parse_shape
from gateway import trial_desk
from gateway.console import content
from gateway.content_trial import Progress, Rehearsal
from gateway.golden import Record, WrongAnswer
from knowledge.curated import CuratedProcedure
from knowledge.search.decide import Verdict
from people.audit_repository import audit_entries
from people.models import Role
from tests.gateway.console.conftest import NOW, Browser, Clock, hand_in, hire, stay
from tests.gateway.console.test_content import form_of
from tests.gateway.console.test_unanswered import BIRTH, SEED, Live, app, live  # noqa: F401 - fixtures

OTHER = "procedures/chung-thuc/2.000815.yaml"
EDIT, TRY = f"/console/noi-dung/sua/{OTHER}", f"/console/noi-dung/thu/{OTHER}"

HAND_IN = f'action="/console/noi-dung/gui/{OTHER}"'


class Teacher:
    """Asks the questions of a draft one at a time, as often as the test nods."""

    def __init__(self) -> None:
        self.nods = threading.Semaphore(0)
        self.wrong: tuple[WrongAnswer, ...] = ()

    def ask(self, _rehearsal: Rehearsal, progress: Progress) -> None:
        progress.whole = 3
        for number in range(3):
            while not progress.stop and not self.nods.acquire(timeout=0.05):
                pass
            if progress.stop:
                return
            progress.asked, progress.wrong = number + 1, self.wrong


@pytest.fixture
def teacher(monkeypatch: pytest.MonkeyPatch) -> Iterator[Teacher]:
    found = Teacher()
    monkeypatch.setattr(trial_desk, "ask", found.ask)
    monkeypatch.setattr(trial_desk, "_TOLD_EVERY", 0.02)
    monkeypatch.setattr(content, "_PATIENCE", 0.0)
    yield found
    found.nods.release(100)


async def draft_of(browser: Browser, database: Database, **changed: str) -> None:
    """Somebody who may, and a draft of theirs."""
    await browser.sign_in("bientap", await hire(database, "bientap", Role.PROVINCIAL_EDITOR, "tinh"))
    form = form_of(await browser.get(EDIT))
    await browser.post(EDIT, {**form, **changed})
    assert browser.status == 303
    await browser.get(EDIT)


async def standing(database: Database) -> ContentVersion:
    async with database.reading() as session:
        found = await editing.open_version(session, OTHER)
    assert found is not None
    return found


async def test_a_name_that_steals_the_questions_of_another_procedure_is_stopped_and_the_page_says_which(
    browser: Browser,
    database: Database,
    app: FastAPI,  # noqa: F811
    live: Live,  # noqa: F811
) -> None:
    stolen = [one.text for one in parse_shape(CuratedProcedure, SEED[BIRTH], BIRTH).golden]
    own = parse_shape(CuratedProcedure, SEED[OTHER], OTHER).aliases
    await draft_of(browser, database, aliases="\n".join([*own, *stolen]))
    page = await hand_in(browser, OTHER)
    assert "Chưa gửi duyệt được" in page
    assert any(f"“{one}”" in page for one in stolen)
    (told,) = re.findall(r'<ol class="wrong-answers">.*?</ol>', page, re.DOTALL)
    named = parse_shape(CuratedProcedure, SEED[BIRTH], BIRTH).plain_name
    assert f'<dt>Phải tìm ra</dt><dd><a href="/console/noi-dung/sua/{BIRTH}">{named}</a></dd>' in told
    assert f'href="/console/noi-dung/sua/{BIRTH}#f-golden"' in told
    assert not re.search(r">[^<]*(\d\.\d{6}|aliases|golden)", told), "codes are for links, names for people"
    there = await browser.get(f"/console/noi-dung/sua/{BIRTH}")
    assert {'id="f-golden"', 'id="f-aliases"', 'id="f-near_misses"'} <= set(re.findall(r'id="f-\w+"', there))
    assert (await standing(database)).status == ContentStatus.DRAFT
    assert "Chưa gửi duyệt được" in await browser.get(EDIT), "whoever comes back later still finds why"


async def test_how_far_it_is_can_be_seen_left_and_come_back_to(
    browser: Browser,
    database: Database,
    app: FastAPI,  # noqa: F811
    live: Live,  # noqa: F811
    teacher: Teacher,
) -> None:
    await draft_of(browser, database, option_label="Sao y")
    await browser.post(f"/console/noi-dung/gui/{OTHER}", {})
    assert browser.answer.headers["location"] == TRY
    page = await browser.get(TRY)
    assert browser.status == 200
    assert '<noscript><meta http-equiv="refresh"' in page, "it goes on without scripts"
    assert 'role="status"' in page
    teacher.nods.release(2)
    page = await stay(browser, TRY, until="Đã hỏi 2 trên 3 câu mẫu.")
    assert "Chưa câu nào sai." in page
    assert 'max="3" value="2"' in page
    assert "Xem đến đâu rồi" in await browser.get(EDIT)
    assert HAND_IN not in browser.html, "nobody hands the same in twice"
    teacher.nods.release()
    await stay(browser, TRY, until=None)
    assert browser.answer.headers["location"].endswith("?xong=gui")
    assert (await standing(database)).status == ContentStatus.IN_REVIEW
    async with database.reading() as session:
        told = await audit_entries(session, actor="bientap", action="content.gui")
    assert [one.subject for one in told] == [f"content:{OTHER}"]


async def test_a_screen_reader_hears_of_news_and_not_of_every_second(
    browser: Browser,
    database: Database,
    app: FastAPI,  # noqa: F811
    live: Live,  # noqa: F811
    teacher: Teacher,
) -> None:
    await draft_of(browser, database, option_label="Sao y")
    await browser.post(f"/console/noi-dung/gui/{OTHER}", {})
    record = Record(name="Việc nào đó", key=OTHER)
    teacher.wrong = (
        WrongAnswer(question="câu mẫu nào đó", of=record, expected=record, verdict=Verdict.UNKNOWN),
    )
    teacher.nods.release(2)
    await stay(browser, TRY, until="Đã hỏi 2 trên 3")
    for heard, told in (("0-0", True), ("2-1", False)):
        piece = await browser.piece(f"{TRY}?nghe={heard}")
        assert "<html" not in piece
        assert ("hx-swap-oob" in piece) == told
        assert "câu mẫu nào đó" in piece, "what is wrong stands there as soon as it is known"
    teacher.nods.release()
    await stay(browser, TRY, until=None)
    await browser.piece(TRY)
    assert browser.answer.headers["hx-redirect"].startswith(EDIT)


async def test_what_a_process_left_in_the_middle_another_goes_on_with(
    browser: Browser,
    database: Database,
    app: FastAPI,  # noqa: F811
    live: Live,  # noqa: F811
    clock: Clock,
) -> None:
    await draft_of(browser, database, option_label="Sao y")
    async with database.writing() as session:
        run = await trials.begin(
            session,
            key=OTHER,
            sha256=(await standing(database)).sha256,
            by="bientap",
            now=NOW,
            lease_until=NOW + timedelta(seconds=20),
        )
    assert "Đang chuẩn bị câu mẫu" in await browser.get(TRY)
    clock.now += timedelta(minutes=1)
    await stay(browser, TRY, until=None)
    assert (await standing(database)).status == ContentStatus.IN_REVIEW
    async with database.writing() as session:
        assert await trials.at_work(session, run) is None, "whoever was gone changes nothing any more"


async def test_what_was_changed_while_it_was_tried_is_not_handed_in(
    browser: Browser,
    database: Database,
    app: FastAPI,  # noqa: F811
    live: Live,  # noqa: F811
    teacher: Teacher,
) -> None:
    await draft_of(browser, database, option_label="Sao y")
    await browser.post(f"/console/noi-dung/gui/{OTHER}", {})
    form = form_of(await browser.get(EDIT))
    await browser.post(EDIT, {**form, "option_label": "Sao y bản chính"})
    teacher.nods.release(3)
    await browser.get(EDIT)
    await stay(browser, TRY, until=None)
    assert "đã đổi trong lúc hỏi thử" in await browser.get(EDIT)
    assert (await standing(database)).status == ContentStatus.DRAFT


async def test_whoever_thinks_better_of_it_stops_it_and_keeps_the_draft(
    browser: Browser,
    database: Database,
    app: FastAPI,  # noqa: F811
    live: Live,  # noqa: F811
    teacher: Teacher,
) -> None:
    await draft_of(browser, database, option_label="Sao y")
    await browser.post(f"/console/noi-dung/gui/{OTHER}", {})
    await browser.get(TRY)
    await browser.post(f"/console/noi-dung/thoi-thu/{OTHER}", {})
    await browser.get(browser.answer.headers["location"])
    assert "Đã thôi hỏi thử" in await browser.get(browser.answer.headers["location"])
    teacher.nods.release(3)
    assert (await standing(database)).status == ContentStatus.DRAFT
    assert HAND_IN in browser.html
