"""A citizen of the sample city on Zalo, Telegram and by text message, through the sandbox's own page."""

from __future__ import annotations

import json
import re
import urllib.request
from dataclasses import dataclass
from typing import Any

import pytest

from tests.product.conftest import Product, eventually

pytestmark = pytest.mark.rasa


@dataclass(frozen=True)
class Phones:
    """The page with what the citizens' phones received."""

    url: str

    def arrivals(self, phone: str) -> list[dict[str, Any]]:
        with urllib.request.urlopen(f"{self.url}/api/arrivals", timeout=10) as answer:
            found = json.loads(answer.read())["arrivals"]
        return [one for one in found if one["who"] == phone and not one["outgoing"]]

    def tell(self, path: str, **body: Any) -> None:
        request = urllib.request.Request(
            self.url + path, json.dumps(body).encode(), {"Content-Type": "application/json"}
        )
        urllib.request.urlopen(request, timeout=10).close()

    def say(self, channel: str, phone: str, text: str) -> str:
        """What comes back on the same channel."""
        before = len([one for one in self.arrivals(phone) if one["channel"] == channel])
        self.tell("/api/say", channel=channel, phone=phone, text=text)

        def answer() -> dict[str, Any] | None:
            after = [one for one in self.arrivals(phone) if one["channel"] == channel]
            return after[before] if len(after) > before else None

        found = eventually(answer, seconds=20)
        assert found is not None
        choices = [button["title"] for button in found["buttons"]]
        return "\n".join([found["title"], found["text"], *choices]).strip()


@pytest.fixture(scope="module")
def phones(product: Product) -> Phones:
    told = (product.data_dir / "up.log").read_text()
    found = re.search(r"Điện thoại của người dân .*: (http://\S+)", told)
    assert found, "the sandbox's address was not printed"
    return Phones(found[1])


@pytest.fixture(scope="module")
def dossier(product: Product) -> str:
    """The fourth dossier of the sample city; its telephone is 0900000004."""

    def code() -> str | None:
        names = [path.name for path in (product.data_dir / "outbox").glob("*.txt")]
        return next((m.group() for name in names if (m := re.search(r"H99\.01-\d{6}-0004", name))), None)

    found = eventually(code, seconds=30)
    assert found is not None
    return found


def _code_of(phones: Phones, owner: str) -> str | None:
    """The newest one-time code on a telephone."""
    for one in reversed(phones.arrivals(owner)):
        if one["channel"] == "sms" and "xac nhan" in one["text"].lower():
            found = re.search(r"\b(\d{6})\b(?!-)", one["text"])
            return found[1] if found else None
    return None


@pytest.mark.parametrize("channel", ["zalo", "telegram"])
def test_a_conversation_from_the_first_question_to_a_person(
    phones: Phones, dossier: str, channel: str
) -> None:
    owner = "+84900000004"
    assert "Sổ bị mất" in phones.say(channel, owner, "làm lại sổ đỏ")
    assert "Giấy chứng sinh" in phones.say(channel, owner, "làm giấy khai sinh cần gì")
    assert "khai sinh" in phones.say(channel, owner, "còn lệ phí thì sao")
    earlier = _code_of(phones, owner)
    asked = phones.say(channel, owner, f"tra hồ sơ {dossier}")
    assert "mã xác nhận" in asked
    digits = eventually(lambda: code if (code := _code_of(phones, owner)) != earlier else None)
    assert digits is not None
    shown = phones.say(channel, owner, digits)
    assert dossier in shown
    assert "phản ánh" in phones.say(channel, owner, "tôi muốn phản ánh thái độ cán bộ").lower()
    receipt = phones.say(channel, owner, "Sáng nay chờ hai tiếng ở quầy số 3 mà không ai gọi số")
    assert re.search(r"\b[A-Z0-9]{6}\b", receipt)
    handed = phones.say(channel, owner, "cho tôi gặp cán bộ")
    assert re.search(r"\b[A-Z0-9]{6}\b|cán bộ", handed)


def test_the_dossiers_own_number_asks_by_text_message(phones: Phones, dossier: str) -> None:
    own = phones.say("sms", "+84900000004", f"HCC DN {dossier}")
    assert dossier in own
    assert own.isascii()
    assert len(own) <= 160
    assert "Khong co ho so" in phones.say("sms", "+84900000001", f"HCC DN {dossier}")


def test_the_channels_are_told_by_the_command_line(product: Product) -> None:
    told = product.command("providers", "--json")
    assert told.returncode == 0, told.stderr
    lines = {line["name"]: line for line in json.loads(told.stdout)}
    assert lines["zalo-zbs"]["on"]
    assert lines["zalo-zbs"]["sent"] > 0
    assert not lines["speedsms"]["on"]
    assert "MOTCUA_SPEEDSMS__SECRET" in lines["speedsms"]["why_off"]
