"""A dossier moves: one notice, once; its owner sees it after a proof; the survey comes; nothing leaks."""

from __future__ import annotations

import json
import re
import uuid

import pytest

from tests.product.conftest import REPOSITORY, Product, eventually

SAMPLES = REPOSITORY / "docs" / "samples"

pytestmark = pytest.mark.rasa


@pytest.fixture(scope="module")
def events() -> list[dict[str, object]]:
    found: list[dict[str, object]] = json.loads((SAMPLES / "dossier-events.json").read_text())
    return found


def _messages(product: Product, code: str) -> list[dict[str, object]]:
    status, body = product.get(f"/v1/dossiers/{code}/notifications")
    if status != 200:
        return []
    found: list[dict[str, object]] = json.loads(body)["notifications"]
    return [message for message in found if message["purpose"] == "status"]


def test_the_sample_file_gives_one_message_an_event_and_posting_it_again_gives_none(
    product: Product, events: list[dict[str, object]]
) -> None:
    posted = product.command("events", "post", str(SAMPLES / "dossier-events.json"))
    assert posted.returncode == 0, posted.stderr
    code = str(events[0]["subject"])
    eventually(lambda: len(_messages(product, code)) == len(events))
    again = product.command("events", "post", str(SAMPLES / "dossier-events.json"))
    assert again.returncode == 0, again.stderr
    assert "0 mới" in again.stdout
    assert len(_messages(product, code)) == len(events)
    written = eventually(lambda: [text for text in product.outbox() if code in text])
    assert written


def test_the_same_id_with_another_body_is_refused(product: Product) -> None:
    event = json.loads((SAMPLES / "dossier-event.json").read_text())
    event["id"] = f"conflict-{uuid.uuid4().hex}"
    event["subject"] = event["data"]["dossier_code"] = "H99.01-261101-7777"
    kind = "application/cloudevents+json"
    body = json.dumps(event).encode()
    assert product.post("/v1/dossier-events", body, content_type=kind)[0] == 201
    assert product.post("/v1/dossier-events", body, content_type=kind)[0] == 200
    event["data"]["officer"] = "Người Khác (mẫu)"
    status, answer = product.post("/v1/dossier-events", json.dumps(event).encode(), content_type=kind)
    assert status == 409, answer


@pytest.mark.parametrize("body", [b"{", b"[]", b"{}", b'{"specversion": "1.0"}', b"\xff"])
def test_a_broken_event_names_what_is_wrong_and_is_not_kept(product: Product, body: bytes) -> None:
    status, answer = product.post("/v1/dossier-events", body, content_type="application/cloudevents+json")
    assert status == 422
    problem = answer["errors"][0]
    assert problem["field"]
    assert problem["remedy"]


def test_without_a_key_nothing_is_taken(product: Product) -> None:
    stranger = Product(product.url, product.data_dir, token="wrong")
    assert stranger.post("/v1/dossier-events", {})[0] == 403
    assert stranger.get("/v1/dossiers/H99.01-260928-0001/notifications")[0] == 403


def test_an_owner_proves_a_dossier_with_the_code_and_a_stranger_learns_nothing(product: Product) -> None:
    sample = _sample_dossier(product)
    conversation, stranger = f"own-{uuid.uuid4().hex}", f"str-{uuid.uuid4().hex}"
    earlier = _outbox_names(product)
    asked = product.say(conversation, f"tra hồ sơ {sample}")
    missing = product.say(stranger, "tra hồ sơ H99.01-200101-9999")
    assert asked["text"] == missing["text"], "an existing and a missing dossier must read the same"
    code = eventually(lambda: _one_time_code(product, earlier))
    wrong = product.say(conversation, "000000" if code != "000000" else "111111")
    assert "chưa đúng" in wrong["text"]
    told = product.say(conversation, f"mã là {code}")
    assert sample in told["text"]
    assert told["task"] == "dossier_status"
    assert "H99" not in product.say(stranger, code)["text"]


def test_no_log_holds_what_citizens_wrote(product: Product) -> None:
    secret = f"bimat{uuid.uuid4().hex[:12]}"
    product.say(f"log-{uuid.uuid4().hex}", f"{secret} số của tôi là 0900000999")
    logs = product.logs()
    assert secret not in logs
    assert "0900000999" not in logs


def test_a_survey_is_answered_once_and_shows_in_the_index(product: Product) -> None:
    link = _survey_link(product)
    status, page = product.get(link)
    assert status == 200
    assert "Rất hài lòng" in page
    before = _answers(product)
    for _ in range(2):  # the second time changes the first answer and adds none
        assert product.form(link, _first_choice(page)) in (200, 303)
    assert _answers(product) == before + 1


def test_the_index_shows_its_sample_size_and_interval_against_the_targets(product: Product) -> None:
    report = product.command("survey", "index", "--from", "2026-01-01", "--to", "2026-12-31", "--json")
    assert report.returncode == 0, report.stderr
    found = json.loads(report.stdout)
    assert found["total"]["n"] > 100


def test_a_guessed_survey_link_shows_nothing(product: Product) -> None:
    status, page = product.get("/k/aaaaaaaaaaaaaaaaaaaaaaaa")
    assert status == 404
    assert "hài lòng" not in page.lower() or "Rất hài lòng" not in page


def _answers(product: Product) -> int:
    report = product.command("survey", "index", "--from", "2026-01-01", "--to", "2026-12-31", "--json")
    assert report.returncode == 0, report.stderr
    found: int = json.loads(report.stdout)["total"]["n"]
    return found


def _first_choice(page: str) -> dict[str, str]:
    """What a tap on "Hài lòng" sends."""
    found = re.search(r'<button[^>]*name="([^"]+)"[^>]*value="(4)"', page)
    assert found, "the page has no button for 'Hài lòng'"
    return {found.group(1): found.group(2)}


def _sample_dossier(product: Product) -> str:
    """A dossier of the sample city that is still being worked on."""
    for path in sorted((product.data_dir / "outbox").glob("*.txt")):
        found = re.search(r"H99\.01-\d{6}-0002", path.name)
        if found:
            return found.group()
    pytest.fail("the sample city sent no notice of its second dossier")


def _outbox_names(product: Product) -> set[str]:
    return {path.name for path in (product.data_dir / "outbox").glob("*.txt")}


def _one_time_code(product: Product, earlier: set[str]) -> str | None:
    """The code in a message that came after ``earlier``: other conversations may have asked for theirs."""
    for path in sorted((product.data_dir / "outbox").glob("*.txt"), reverse=True):
        if path.name in earlier:
            continue
        text = path.read_text()
        if "xac nhan" in text.lower() or "xác nhận" in text.lower():
            found = re.search(r"\b(\d{6})\b(?!-)", text)
            if found:
                return found.group(1)
    return None


def _survey_link(product: Product) -> str:
    """The sample link that the terminal shows a newcomer."""
    found = re.search(r"/k/[a-z0-9]{24}", (product.data_dir / "up.log").read_text())
    assert found, "no survey link was printed"
    return found.group()
