"""The live line of the chat page, frame by frame."""

from __future__ import annotations

import asyncio
from typing import Any

import aiohttp
import pytest

from gateway.channels.webchat import Limits
from gateway.security import same_origin
from tests.gateway.public.conftest import Visitor
from tests.gateway.public.scripted import (
    NOTICE,
    OFFICER,
    ScriptedDesk,
    ScriptedSurveys,
    build_app,
    served,
)
from tests.waiting import PATIENCE_SECONDS, comes_true


async def hear(line: Any, until: str, least: int = 1) -> list[dict[str, Any]]:
    """Frames up to and with the ``least``-th one of a kind."""
    heard: list[dict[str, Any]] = []
    while sum(frame["type"] == until for frame in heard) < least:
        heard.append(await line.receive_json(timeout=PATIENCE_SECONDS))
    return heard


def of_kind(frames: list[dict[str, Any]], kind: str) -> list[dict[str, Any]]:
    return [frame for frame in frames if frame["type"] == kind]


async def test_a_question_is_acknowledged_answered_and_closed(visitor: Visitor, desk: ScriptedDesk) -> None:
    await visitor.get("/chat")
    async with visitor.line() as line:
        assert await hear(line, "ready") == [{"type": "ready", "cursor": None}]
        await line.send_json({"type": "message", "id": "c1", "text": "làm giấy khai sinh cần gì"})
        frames = await hear(line, "done")
    assert frames[0] == {"type": "typing", "for": "c1", "text": "Đang tìm trong danh mục thủ tục…"}
    reply = next(frame for frame in frames if frame["type"] == "reply" and frame.get("for") == "c1")
    assert reply["message"]["card"]["title"] == "Làm giấy khai sinh cho bé"
    assert reply["id"] == reply["message"]["message_id"]
    assert reply["html"].startswith('<article class="message assistant"')
    assert frames[-1] == {"type": "done", "for": "c1"}
    assert desk.taken[0].external_id == "c1"
    assert desk.taken[0].channel == "webchat"


async def test_a_pressed_button_sends_action_and_words(visitor: Visitor, desk: ScriptedDesk) -> None:
    await visitor.get("/chat")
    async with visitor.line() as line:
        await line.send_json({"type": "press", "id": "c1", "action": "facet:fee", "title": "Lệ phí"})
        frames = await hear(line, "done")
    assert of_kind(frames, "typing")[0]["text"] == "Đang mở bản ghi thủ tục…"
    assert (desk.taken[0].action, desk.taken[0].text) == ("facet:fee", "Lệ phí")


async def test_an_officers_word_comes_without_asking(visitor: Visitor, desk: ScriptedDesk) -> None:
    await visitor.get("/chat")
    async with visitor.line() as line:
        await line.send_json({"type": "message", "id": "c1", "text": "cho gặp người thật"})
        await hear(line, "done")
        identifier = desk.push(desk.only_key, OFFICER)
        frames = await hear(line, "reply", least=2)
    last = frames[-1]
    assert last["message"]["speaker_name"] == "Trần Thị Mẫu"
    assert last["id"] == last["cursor"] == identifier


async def test_after_a_break_only_what_was_missed_comes_back(visitor: Visitor, desk: ScriptedDesk) -> None:
    await visitor.get("/chat")
    async with visitor.line() as line:
        await line.send_json({"type": "message", "id": "c1", "text": "khai sinh"})
        await hear(line, "done")
    seen = desk.said[desk.only_key][-1][0]
    missed = desk.push(desk.only_key, NOTICE)
    async with visitor.line(path=f"/chat/ws?after={seen}") as line:
        frames = await hear(line, "ready")
    assert [frame["id"] for frame in of_kind(frames, "reply")] == [missed]
    assert frames[-1]["cursor"] == missed


async def test_from_the_beginning_both_sides_are_replayed(visitor: Visitor) -> None:
    await visitor.post("/chat", {"text": "khai sinh", "id": "c1"})
    async with visitor.line() as line:
        frames = await hear(line, "ready")
    assert [frame["type"] for frame in frames] == ["said", "reply", "ready"]
    assert frames[0]["for"] == "c1"
    assert frames[0]["text"] == "khai sinh"


async def test_the_same_question_sent_again_is_taken_once(visitor: Visitor, desk: ScriptedDesk) -> None:
    await visitor.get("/chat")
    for _ in range(2):
        async with visitor.line() as line:
            await line.send_json({"type": "message", "id": "c1", "text": "khai sinh"})
            await hear(line, "done")
    assert len(desk.taken) == 1


async def test_a_turn_goes_on_when_the_citizen_walks_away(visitor: Visitor, desk: ScriptedDesk) -> None:
    await visitor.get("/chat")
    desk.slowness = 0.3
    async with visitor.line() as line:
        await line.send_json({"type": "message", "id": "c1", "text": "khai sinh mà chậm"})
        await hear(line, "typing")

    async def answered() -> bool:
        return "Làm giấy khai sinh cho bé" in await visitor.get("/chat")

    await comes_true(answered)


async def test_a_gateway_that_is_asked_to_stop_finishes_what_was_asked_over_its_lines(
    desk: ScriptedDesk, surveys: ScriptedSurveys
) -> None:
    desk.slowness = 0.4
    with served(build_app(desk, surveys)) as site:
        async with aiohttp.ClientSession(cookie_jar=aiohttp.CookieJar(unsafe=True)) as session:
            visitor = Visitor(session, site.url)
            await visitor.get("/chat")
            async with visitor.line() as line:
                await line.send_json({"type": "message", "id": "c1", "text": "khai sinh mà chậm"})
                await hear(line, "typing")
                await asyncio.to_thread(site.stop)
    assert desk.answered, "kept for whoever comes back"


async def test_what_is_said_during_a_turn_reaches_the_desk_at_once(
    visitor: Visitor, desk: ScriptedDesk
) -> None:
    await visitor.get("/chat")
    desk.slowness = 0.6
    async with visitor.line() as line:
        await line.send_json({"type": "message", "id": "c1", "text": "câu chậm"})
        await line.send_json({"type": "message", "id": "c2", "text": "khai sinh"})
        frames = await hear(line, "done", least=2)
    assert [frame["for"] for frame in of_kind(frames, "done")] == ["c2", "c1"]


async def test_trouble_is_told_in_words_with_the_number_of_the_question(visitor: Visitor) -> None:
    await visitor.get("/chat")
    async with visitor.line() as line:
        await line.send_json({"type": "message", "id": "c1", "text": "hỏng"})
        failed = (await hear(line, "error"))[-1]
        await line.send_json({"type": "message", "id": "c2", "text": "  "})
        empty = (await hear(line, "error"))[-1]
    assert (failed["for"], failed["code"]) == ("c1", "failed")
    assert "Câu hỏi vẫn còn đây" in failed["text"]
    assert (empty["for"], empty["code"]) == ("c2", "empty")


async def test_a_long_text_is_cut_with_a_notice(visitor: Visitor, desk: ScriptedDesk) -> None:
    await visitor.get("/chat")
    async with visitor.line() as line:
        await line.send_json({"type": "message", "id": "c1", "text": "a" * 10_000})
        frames = await hear(line, "done")
    assert "2.000 ký tự" in of_kind(frames, "notice")[0]["text"]
    assert len(desk.taken[0].text) == 2000


async def test_broken_letters_do_not_break_the_line(visitor: Visitor, desk: ScriptedDesk) -> None:
    await visitor.get("/chat")
    async with visitor.line() as line:
        await line.send_str(r'{"type": "message", "id": "c1", "text": "khai sinh \ud83d\u0000"}')
        await hear(line, "done")
    assert desk.taken[0].text == "khai sinh"


@pytest.mark.parametrize(
    "nonsense",
    ["không phải JSON", "[]", "{}", '{"type": "message"}', '{"type": "shout", "id": "1", "text": "a"}', '""'],
)
async def test_nonsense_is_refused_and_the_line_stays_open(visitor: Visitor, nonsense: str) -> None:
    await visitor.get("/chat")
    async with visitor.line() as line:
        await line.send_str(nonsense)
        assert (await hear(line, "error"))[-1]["code"] == "frame"
        await line.send_json({"type": "message", "id": "c1", "text": "khai sinh"})
        await hear(line, "done")


async def test_nothing_but_nonsense_ends_the_line(visitor: Visitor) -> None:
    await visitor.get("/chat")
    async with visitor.line() as line:
        for _ in range(25):
            await line.send_bytes(b"\x00")
        while not line.closed:
            await line.receive(timeout=PATIENCE_SECONDS)
        assert line.close_code == 1008


async def test_a_page_of_another_site_gets_no_line(visitor: Visitor) -> None:
    await visitor.get("/chat")
    with pytest.raises(aiohttp.WSServerHandshakeError):
        async with visitor.line(origin="https://xau.example"):
            pass


def test_the_origin_must_be_the_host_or_a_name_we_gave() -> None:
    assert same_origin("https://motcua.example", "motcua.example")
    assert same_origin("http://127.0.0.1:8000", "127.0.0.1:8000")
    assert same_origin(None, "motcua.example")
    assert same_origin("https://ngoai.example", "trong:8000", ["https://ngoai.example"])
    assert not same_origin("https://motcua.example.xau.example", "motcua.example")
    assert not same_origin("null", "motcua.example")
    assert not same_origin("https://motcua.example", None)


async def test_a_visitor_without_a_cookie_gets_one_with_the_line(visitor: Visitor) -> None:
    async with visitor.line() as line:
        await hear(line, "ready")
    assert visitor.cookie("motcua_chat")


async def test_one_conversation_cannot_open_lines_without_end(
    desk: ScriptedDesk, surveys: ScriptedSurveys
) -> None:
    with served(build_app(desk, surveys, limits=Limits(sockets=2))) as site:
        async with aiohttp.ClientSession(cookie_jar=aiohttp.CookieJar(unsafe=True)) as session:
            visitor = Visitor(session, site.url)
            await visitor.get("/chat")
            async with visitor.line() as one, visitor.line() as two:
                await hear(one, "ready")
                await hear(two, "ready")
                with pytest.raises(aiohttp.WSServerHandshakeError):
                    async with visitor.line():
                        pass

            async def let_in() -> bool:
                try:
                    async with visitor.line() as again:
                        await hear(again, "ready")
                except aiohttp.WSServerHandshakeError:
                    return False
                return True

            await comes_true(let_in)


async def test_too_many_messages_get_a_friendly_no(desk: ScriptedDesk, surveys: ScriptedSurveys) -> None:
    with served(build_app(desk, surveys, limits=Limits(per_minute=2))) as site:
        async with aiohttp.ClientSession(cookie_jar=aiohttp.CookieJar(unsafe=True)) as session:
            visitor = Visitor(session, site.url)
            await visitor.get("/chat")
            async with visitor.line() as line:
                for number in range(3):
                    await line.send_json({"type": "message", "id": f"c{number}", "text": "khai sinh"})
                refused = (await hear(line, "error"))[-1]
    assert (refused["for"], refused["code"]) == ("c2", "too_fast")
    assert len(desk.taken) == 2


async def test_two_citizens_never_hear_each_other(site: Any, desk: ScriptedDesk) -> None:
    async with (
        aiohttp.ClientSession(cookie_jar=aiohttp.CookieJar(unsafe=True)) as one,
        aiohttp.ClientSession(cookie_jar=aiohttp.CookieJar(unsafe=True)) as other,
    ):
        first, second = Visitor(one, site.url), Visitor(other, site.url)
        await first.get("/chat")
        await second.get("/chat")
        async with second.line() as quiet:
            await hear(quiet, "ready")
            async with first.line() as line:
                await line.send_json({"type": "message", "id": "c1", "text": "khai sinh"})
                await hear(line, "done")
            with pytest.raises(asyncio.TimeoutError):
                await quiet.receive(timeout=0.4)
