"""A citizen of the sample city on Zalo, Telegram, the web chat and by text message, to a person and back."""

from __future__ import annotations

import json
import re
import uuid
from collections.abc import Iterator

import pytest

from tests.product.citizens import Chat, Officer, PhoneChat, Phones, WebChat
from tests.product.conftest import Product, eventually, sample_dossier

pytestmark = pytest.mark.rasa

OWNER = "+84900000004"
RECEIPT = re.compile(r"\b[A-Z0-9]{6}\b")


@pytest.fixture(params=["zalo", "telegram", "webchat"])
def chat(request: pytest.FixtureRequest, product: Product, phones: Phones) -> Iterator[Chat]:
    if request.param != "webchat":
        yield PhoneChat(phones, request.param, OWNER)
        return
    line = WebChat(product)
    line.open()
    yield line
    line.close()


def test_a_conversation_from_the_first_question_to_a_person_and_back(
    product: Product, phones: Phones, dossier: str, chat: Chat
) -> None:
    assert "Sổ bị mất" in chat.say("làm lại sổ đỏ").whole
    chosen = chat.say("1")
    assert "bị mất" in chosen.whole
    answer = chat.say("làm giấy khai sinh cần gì")
    assert "Giấy chứng sinh" in answer.whole
    assert "Đúng ý" in answer.whole
    follow_up = chat.say("còn lệ phí thì sao")
    assert "khai sinh" in follow_up.whole
    judged = chat.say("đúng ý") if chat.name == "zalo" else chat.press("Đúng ý")
    assert "cảm ơn" in judged.text
    _look_up(phones, dossier, chat)
    assert "phản ánh" in chat.say("tôi muốn phản ánh thái độ cán bộ").whole.lower()
    assert RECEIPT.search(chat.say("Sáng nay chờ hai tiếng ở quầy số 3 mà không ai gọi số").whole)
    _person(product, chat)


def _look_up(phones: Phones, dossier: str, chat: Chat) -> None:
    """A code to the telephone on the dossier, then where it stands."""
    earlier = phones.one_time_code(OWNER)
    assert "mã xác nhận" in chat.say(f"tra hồ sơ {dossier}").whole
    digits = eventually(lambda: code if (code := phones.one_time_code(OWNER)) != earlier else None)
    assert digits is not None
    assert dossier in chat.say(digits).whole
    if chat.name != "webchat":  # one tap, or two words, and nothing comes any more
        assert "không gửi tin về hồ sơ" in chat.say("ngừng nhận tin").whole


def _person(product: Product, chat: Chat) -> None:
    """An officer answers under their name, the assistant keeps out, and it can be said whether it helped."""
    words = f"cho tôi gặp cán bộ, việc {uuid.uuid4().hex[:6]}"
    assert RECEIPT.search(chat.say(words).whole)
    officer = Officer(product)
    page = officer.find(words)
    officer.does(page, "nhan")
    officer.does(page, "tra-loi", "Chào anh/chị, mời ra quầy số 2.")
    assert "Trần Thị Cán Bộ (mẫu): Chào anh/chị" in chat.hears("mời ra quầy số 2").text
    before = chat.count()
    chat.says_without_answer("dạ cảm ơn cô")
    eventually(lambda: "dạ cảm ơn cô" in officer.reads(page))
    assert chat.count() == before, "the assistant speaks while an officer does"
    officer.does(page, "tra-lai")
    assert "Đúng ý" in chat.hears("Cán bộ đã trả lời xong").whole
    assert "Đã ghi" in chat.press("Chưa đúng ý").text


def test_a_conversation_by_text_message_in_few_segments_without_marks(
    product: Product, phones: Phones
) -> None:
    own = sample_dossier(product, 6)
    chat = PhoneChat(phones, "sms", "+84900000006")
    asked = chat.say("HCC làm lại sổ đỏ").whole
    assert "1. So bi mat" in asked
    assert "bi mat" in chat.say("1").whole
    answer = chat.say("lam giay khai sinh can gi").whole
    assert "Giay chung sinh" in answer
    assert answer.isascii()
    assert len(answer) <= 459
    assert "khai sinh" in chat.say("con le phi thi sao").whole
    assert "cam on" in chat.say("dung y").text
    assert own in chat.say(f"HCC DN {own}").text
    assert "phan anh" in chat.say("toi muon phan anh thai do can bo").whole.lower()
    assert RECEIPT.search(chat.say("Sang nay cho hai tieng o quay so 3 ma khong ai goi so").whole)
    words = f"cho tôi gặp cán bộ, việc {uuid.uuid4().hex[:6]}"
    assert RECEIPT.search(chat.say(words).whole)
    officer = Officer(product)
    page = officer.find(words)
    officer.does(page, "nhan")
    officer.does(page, "tra-loi", "Chào anh/chị, mời ra quầy số 2.")
    assert "Can Bo (mau): Chao anh/chi" in chat.hears("moi ra quay so 2").text
    before = chat.count()
    officer.does(page, "tra-lai")
    assert "bi mat" in chat.say("HCC mất sổ đỏ thì làm sao").whole
    assert chat.count() == before + 1, "nothing is asked where a press does not exist and a text costs"


def test_the_dossiers_own_number_asks_by_text_message(phones: Phones, dossier: str) -> None:
    own = PhoneChat(phones, "sms", OWNER).say(f"HCC DN {dossier}").text
    assert dossier in own
    assert own.isascii()
    assert len(own) <= 160
    stranger = PhoneChat(phones, "sms", "+84900000001").say(f"HCC DN {dossier}").text
    assert "Khong co ho so" in stranger


def test_the_channels_are_told_by_the_command_line(product: Product) -> None:
    told = product.command("providers", "--json")
    assert told.returncode == 0, told.stderr
    lines = {line["name"]: line for line in json.loads(told.stdout)}
    assert lines["zalo-zbs"]["on"]
    assert lines["zalo-zbs"]["sent"] > 0
    assert not lines["speedsms"]["on"]
    assert "MOTCUA_SPEEDSMS__SECRET" in lines["speedsms"]["why_off"]
