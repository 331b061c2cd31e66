"""One event goes down the ladder of channels, over the sandbox, until it has reached its citizen, once."""

from __future__ import annotations

import json
import uuid
from collections.abc import Iterator
from typing import Any

import pytest

from notifications.ledger import NotificationView
from notifications.telling import explain
from tests.product.citizens import Phones
from tests.product.conftest import REPOSITORY, Product, eventually

pytestmark = pytest.mark.rasa


@pytest.fixture(autouse=True)
def healed(phones: Phones) -> Iterator[None]:
    phones.heal()
    yield
    phones.heal()


def _citizen() -> dict[str, str]:
    """Somebody whose telephone nobody else in these tests has."""
    number = f"09{uuid.uuid4().int % 10**8:08}"
    return {"name": "Trần Thị Thử", "phone": number, "email": f"{number}@example.com"}


def _fee_due(product: Product, applicant: dict[str, str]) -> str:
    """The event as the one-stop software posts it; the code of its dossier."""
    event = json.loads((REPOSITORY / "docs" / "samples" / "dossier-event.json").read_text())
    code = f"H99.01-261102-{uuid.uuid4().int % 9000 + 1000}"
    event |= {"id": uuid.uuid4().hex, "type": "vn.motcua.dossier.fee_due", "subject": code}
    event["data"] |= {
        "dossier_code": code,
        "applicant": applicant,
        "fees": [{"name": "Phí thẩm định (mẫu)", "amount": 150000, "basis": "Quyết định mẫu số 01"}],
    }
    status, answer = product.post("/v1/dossier-events", event, content_type="application/cloudevents+json")
    assert status == 201, answer
    return code


def _story(product: Product, code: str) -> dict[str, Any]:
    status, body = product.get(f"/v1/dossiers/{code}/notifications")
    rows = (
        [one for one in json.loads(body)["notifications"] if one["purpose"] == "status"]
        if status == 200
        else []
    )
    assert len(rows) <= 1, "one event, one message"
    return dict(rows[0]) if rows else {}


def _steps(story: dict[str, Any]) -> list[tuple[str, str]]:
    return [(one["channel"], one["outcome"]) for one in story.get("attempts", [])]


def _climbs(product: Product, code: str) -> list[str]:
    return [one["channel"] for one in _story(product, code).get("climbs", [])]


def _arrived(phones: Phones, applicant: dict[str, str]) -> list[str]:
    """Channels on which this citizen got something, oldest first."""
    who = ("+84" + applicant["phone"][1:], applicant["email"])
    return [one["channel"] for one in phones.arrivals() if one["who"] in who]


def test_zalo_takes_it_and_its_receipt_ends_the_matter(product: Product, phones: Phones) -> None:
    applicant = _citizen()
    code = _fee_due(product, applicant)
    eventually(lambda: _story(product, code).get("status") == "delivered")
    assert _steps(_story(product, code)) == [("zalo", "accepted")]
    (card,) = phones.arrivals("+84" + applicant["phone"][1:])
    assert ("Mã hồ sơ", code) in [tuple(row) for row in card["rows"]]
    assert "150.000" in json.dumps(card["rows"], ensure_ascii=False)


def test_without_zalo_it_is_a_text_message_and_when_that_hangs_a_mail(
    product: Product, phones: Phones
) -> None:
    applicant = _citizen()
    phones.goes_wrong("zalo-zbs", "error", code=-118)
    code = _fee_due(product, applicant)
    eventually(
        lambda: _steps(_story(product, code))[:2] == [("zalo", "rejected_permanent"), ("sms", "accepted")]
    )
    assert _arrived(phones, applicant) == ["sms"]

    unlucky = _citizen()
    phones.goes_wrong("zalo-zbs", "error", code=-118)
    phones.goes_wrong("esms", "hang", times=10, seconds=8)
    code = _fee_due(product, unlucky)
    eventually(lambda: _arrived(phones, unlucky) == ["email"])
    eventually(lambda: _steps(_story(product, code))[-1] == ("email", "accepted"))
    story = _story(product, code)
    assert _steps(story)[0] == ("zalo", "rejected_permanent")
    assert ("sms", "ambiguous") in _steps(story)
    assert [one["channel"] for one in story["climbs"]] == ["sms", "email"]
    assert story["maybe_second_copy"]
    told = "\n".join(explain(NotificationView.model_validate(story)))
    assert "số này không dùng Zalo" in told
    assert "không rõ kênh trước đã chuyển tin hay chưa" in told
    assert "Có thể người nhận đã được hai tin" in told


def test_a_late_receipt_of_zalo_takes_back_the_text_message_that_waits(
    product: Product, phones: Phones
) -> None:
    applicant = _citizen()
    phones.goes_wrong("zalo-zbs", "late_receipt", seconds=11)
    phones.goes_wrong("esms", "error", code=120, times=20)  # both are busy, so the text message waits
    phones.goes_wrong("twilio", "error", code=20429, times=20)
    code = _fee_due(product, applicant)
    eventually(lambda: _climbs(product, code) == ["sms"])
    eventually(lambda: _story(product, code)["status"] == "delivered")
    phones.heal()
    story = _story(product, code)
    assert story["channel"] == "zalo"
    assert all(outcome == "rejected_temporary" for channel, outcome in _steps(story) if channel == "sms")
    assert _arrived(phones, applicant) == ["zalo-zbs"]
