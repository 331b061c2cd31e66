"""The chat page for somebody whose browser runs no scripts."""

from __future__ import annotations

import aiohttp

from gateway.channels.webchat import Limits
from tests.gateway.public.conftest import Visitor
from tests.gateway.public.scripted import OFFICER, ScriptedDesk, ScriptedSurveys, build_app, served
from tests.waiting import comes_true


async def test_the_first_screen_greets_shows_examples_and_asks_for_no_numbers(visitor: Visitor) -> None:
    await visitor.get("/chat")
    assert visitor.status == 200
    assert "Anh/chị cần làm việc gì?" in visitor.words
    assert visitor.html.count('class="chip example"') == 6
    assert "Đây là trợ lý tự động" in visitor.words
    assert "đừng gõ số căn cước" in visitor.words
    assert 'role="log"' in visitor.html
    assert 'aria-live="polite"' in visitor.html
    assert '<label for="question">' in visitor.html
    assert visitor.headers["cache-control"] == "no-store"


async def test_the_cookie_is_unguessable_hidden_from_scripts_and_never_the_key(
    visitor: Visitor, desk: ScriptedDesk
) -> None:
    await visitor.get("/chat")
    set_cookie = visitor.headers["set-cookie"].lower()
    assert "httponly" in set_cookie
    assert "samesite=lax" in set_cookie
    secret = visitor.cookie("motcua_chat")
    assert secret is not None
    assert len(secret) == 22  # 128 bits
    await visitor.post("/chat", {"text": "khai sinh"})
    assert secret not in desk.only_key


async def test_a_posted_question_is_answered_on_the_page(visitor: Visitor) -> None:
    await visitor.post("/chat", {"text": "làm giấy khai sinh cần gì"})
    assert visitor.status == 200
    assert "làm giấy khai sinh cần gì" in visitor.words
    assert "Làm giấy khai sinh cho bé" in visitor.words
    assert "Căn cứ: thủ tục 1.001193" in visitor.words
    assert 'href="/p/1.001193"' in visitor.html
    assert "8 giờ 42" in visitor.words
    assert "Thứ Hai 23/11/2026" in visitor.words


async def test_a_pressed_chip_sends_its_action(visitor: Visitor, desk: ScriptedDesk) -> None:
    await visitor.post("/chat", {"text": "khai sinh"})
    await visitor.post("/chat", {"press": "facet:fee Lệ phí", "text": "bỏ quên trong ô"})
    assert desk.taken[-1].action == "facet:fee"
    assert desk.taken[-1].text == "Lệ phí"
    assert "chưa có mức lệ phí" in visitor.words


async def test_an_example_is_a_question_like_any_other(visitor: Visitor, desk: ScriptedDesk) -> None:
    await visitor.post("/chat", {"press": " Làm giấy khai sinh cần gì", "text": ""})
    assert desk.taken[-1].action is None
    assert desk.taken[-1].text == "Làm giấy khai sinh cần gì"


async def test_pressing_send_twice_asks_once(visitor: Visitor, desk: ScriptedDesk) -> None:
    for _ in range(2):
        await visitor.post("/chat", {"text": "khai sinh", "id": "lan-gui-1"})
    assert len(desk.taken) == 1


async def test_what_citizens_write_is_never_markup(visitor: Visitor) -> None:
    await visitor.post("/chat", {"text": "<script>alert(1)</script><img src=x onerror=alert(1)>"})
    assert "<script>alert" not in visitor.html
    assert "&lt;script&gt;alert(1)" in visitor.html


async def test_an_officer_has_a_name_and_is_not_the_assistant(visitor: Visitor, desk: ScriptedDesk) -> None:
    await visitor.post("/chat", {"text": "cho gặp người thật"})
    desk.push(desk.only_key, OFFICER)
    await visitor.get("/chat")
    assert "Trần Thị Mẫu" in visitor.words
    assert "Cán bộ trả lời" in visitor.words
    assert 'class="message officer"' in visitor.html


async def test_nothing_written_is_answered_with_an_example(visitor: Visitor, desk: ScriptedDesk) -> None:
    for empty in ("", "   \n ", "\x00\x07\ufeff"):
        await visitor.post("/chat", {"text": empty})
        assert visitor.status == 422
        assert "Chưa có chữ nào" in visitor.words
    assert desk.taken == []


async def test_ten_thousand_letters_are_cut_and_said_so(visitor: Visitor, desk: ScriptedDesk) -> None:
    await visitor.post("/chat", {"text": "ế" * 10_000})
    assert visitor.status == 200
    assert "2.000 ký tự" in visitor.words
    assert len(desk.taken[0].text) == 2000


async def test_a_message_of_pictures_alone_reaches_the_desk(visitor: Visitor, desk: ScriptedDesk) -> None:
    await visitor.post("/chat", {"text": "👍🏽😀"})
    assert visitor.status == 200
    assert desk.taken[0].text == "👍🏽😀"


async def test_letters_typed_in_parts_arrive_whole(visitor: Visitor, desk: ScriptedDesk) -> None:
    await visitor.post("/chat", {"text": "ho\u0302\u0323 ti\u0323ch"})
    assert desk.taken[0].text == "hộ tịch"


async def test_a_failed_turn_says_what_to_do_and_keeps_the_question(visitor: Visitor) -> None:
    await visitor.post("/chat", {"text": "câu này hỏng"})
    assert visitor.status == 503
    assert "Câu hỏi vẫn còn đây" in visitor.words
    assert "0200 000 000" in visitor.words
    assert ">câu này hỏng</textarea>" in visitor.html


async def test_a_slow_answer_does_not_hang_the_page_and_is_there_later(surveys: ScriptedSurveys) -> None:
    desk = ScriptedDesk(slowness=0.6)
    with served(build_app(desk, surveys, limits=Limits(patience_seconds=0.2))) as site:
        async with aiohttp.ClientSession(cookie_jar=aiohttp.CookieJar(unsafe=True)) as session:
            visitor = Visitor(session, site.url)
            await visitor.post("/chat", {"text": "khai sinh mà chậm"})
            assert visitor.status == 202
            assert "Xem tin mới" in visitor.words

            async def there() -> bool:
                await visitor.get("/chat")
                return "Làm giấy khai sinh cho bé" in visitor.words

            await comes_true(there)


async def test_too_many_messages_get_a_friendly_429(surveys: ScriptedSurveys, desk: ScriptedDesk) -> None:
    with served(build_app(desk, surveys, limits=Limits(per_minute=3))) as site:
        async with aiohttp.ClientSession(cookie_jar=aiohttp.CookieJar(unsafe=True)) as session:
            visitor = Visitor(session, site.url)
            for number in range(4):
                await visitor.post("/chat", {"text": f"câu {number}"})
            assert visitor.status == 429
            assert "chờ một phút" in visitor.words
            assert ">câu 3</textarea>" in visitor.html
    assert len(desk.taken) == 3


async def test_starting_again_hides_the_conversation_and_can_be_undone(visitor: Visitor) -> None:
    await visitor.post("/chat", {"text": "khai sinh"})
    first = visitor.cookie("motcua_chat")
    await visitor.post("/chat/new")
    assert visitor.cookie("motcua_chat") != first
    assert "Làm giấy khai sinh cho bé" not in visitor.words
    assert "Quay lại cuộc trước" in visitor.words
    await visitor.post("/chat/back")
    assert visitor.cookie("motcua_chat") == first
    assert "Làm giấy khai sinh cho bé" in visitor.words


async def test_the_transcript_is_a_text_file_with_both_sides(visitor: Visitor) -> None:
    await visitor.post("/chat", {"text": "làm giấy khai sinh cần gì"})
    text = await visitor.get("/chat/transcript.txt")
    assert visitor.headers["content-disposition"].startswith("attachment; filename=")
    assert visitor.headers["cache-control"] == "no-store"
    assert text.startswith("\ufeffHỏi đáp thủ tục")
    assert "Anh/chị · 8 giờ 42, thứ Hai 23/11/2026\r\nlàm giấy khai sinh cần gì" in text
    assert "Trợ lý tự động" in text


async def test_another_site_cannot_write_in_somebodys_name(visitor: Visitor, desk: ScriptedDesk) -> None:
    for path in ("/chat", "/chat/new", "/chat/back"):
        await visitor.post(path, {"text": "khai sinh"}, headers={"Origin": "https://xau.example"})
        assert visitor.status == 403
    assert desk.taken == []


async def test_a_strange_cookie_is_not_taken_over(visitor: Visitor, desk: ScriptedDesk) -> None:
    await visitor.get("/chat", headers={"Cookie": "motcua_chat=../../etc"})
    assert visitor.status == 200
    assert "set-cookie" in visitor.headers
