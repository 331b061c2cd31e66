"""Input, the bytes that leave, Zalo's answer, the outcome: message by message."""

from __future__ import annotations

import json
from datetime import timedelta

import pytest

from core.channel_settings import ZaloSettings
from core.database import utc_now
from gateway.sandbox.state import Fault, Person, PlannedFault
from tests.wire.fakes import REFERENCE, Counted, Linked, Remembered, Watching, notice
from wire.alarms import Trouble, Unreachable
from wire.provider import About, Accepted, Confidence, Lookup, Rejected
from wire.receipt import Fate
from wire.zalo import consultation
from wire.zalo.consultation import Choice
from wire.zalo.http import ZaloUnclear
from wire.zalo.provider import ZaloConversation, ZaloTemplates, missing_values
from wire.zalo.templates import Parameter, ParameterType, TemplateInfo, fill, is_tracking_id
from wire.zalo.window import Citizen, Window, WindowRules

USER = Person("+84900000001", "x").zalo_id
PLAIN = ZaloSettings()


def sent(sandbox, provider: str) -> list[dict]:
    return [json.loads(one.body) for one in sandbox.state.asked if one.provider == provider and one.body]


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        (
            consultation.text("1", "Chào", limit=2000),
            '{"recipient":{"user_id":"1"},"message":{"text":"Chào"}}',
        ),
        (
            consultation.text("1", "Chào", limit=2000, quote="m1"),
            '{"recipient":{"user_id":"1"},"message":{"text":"Chào","quote_message_id":"m1"}}',
        ),
        (
            consultation.image("1", caption="Sơ đồ", url="https://example.gov.vn/a.png"),
            '{"recipient":{"user_id":"1"},"message":{"text":"Sơ đồ",'
            '"attachment":{"type":"template","payload":{"template_type":"media",'
            '"elements":[{"media_type":"image","url":"https://example.gov.vn/a.png"}]}}}}',
        ),
        (
            consultation.file("1", "tok"),
            '{"recipient":{"user_id":"1"},"message":{"attachment":{"type":"file","payload":{"token":"tok"}}}}',
        ),
        (
            consultation.request_user_info("1", title="Liên kết", subtitle="Bấm", image_url=None),
            '{"recipient":{"user_id":"1"},"message":{"attachment":{"type":"template","payload":'
            '{"template_type":"request_user_info","elements":[{"title":"Liên kết","subtitle":"Bấm"}]}}}}',
        ),
        (
            consultation.answer(
                "1",
                "Hồ sơ\nĐang xử lý.",
                [Choice("Gặp cán bộ", payload="task:handover"), Choice("Xem", url="https://e.gov.vn"),
                 Choice("Gọi", phone="+842563000000")],
                PLAIN,
            ),
            '{"recipient":{"user_id":"1"},"message":{"attachment":{"type":"template","payload":{"template_type":'
            '"list","elements":[{"title":"Hồ sơ","subtitle":"Đang xử lý."}],"buttons":['
            '{"title":"Gặp cán bộ","type":"oa.query.hide","payload":"task:handover"},'
            '{"title":"Xem","type":"oa.open.url","payload":{"url":"https://e.gov.vn"}},'
            '{"title":"Gọi","type":"oa.open.phone","payload":{"phone_code":"842563000000"}}]}}}}',
        ),
    ],
)  # fmt: skip
async def test_each_kind_of_message_leaves_as_documented_and_is_taken(
    client, sandbox, body, expected
) -> None:
    assert json.dumps(body, ensure_ascii=False, separators=(",", ":")) == expected
    sandbox.zalo.says(sandbox.state.people.by_zalo(USER), "chào")
    sandbox.zalo.conversations.uploads["tok"] = "a.pdf"
    body["recipient"]["user_id"] = USER
    found = await client.send(body)
    assert found.message_id
    assert (found.quota.kind, found.quota.remaining, found.quota.total) == ("reply", 7, 8)


async def test_a_picture_and_a_file_are_uploaded_before_they_are_sent(client, sandbox) -> None:
    sandbox.zalo.says(sandbox.state.people.by_zalo(USER), "chào")
    picture = await client.upload_image(b"\x89PNG")
    letter = await client.upload_file(b"%PDF", name="van-ban.pdf")
    await client.send(consultation.image(USER, attachment_id=picture))
    await client.send(consultation.file(USER, letter))
    assert [one.attachments for one in sandbox.state.arrivals[-2:]] == [["image"], ["van-ban.pdf"]]


MANY = [Choice(f"Trường hợp {number}", payload=str(number)) for number in range(1, 8)]


@pytest.mark.parametrize(
    ("words", "buttons", "settings"),
    [
        ("x" * 1990, MANY, PLAIN),
        ("x" * 600, MANY[:2], PLAIN),
        ("Chọn một việc", MANY, PLAIN),
        ("Chọn một việc", MANY[:2], ZaloSettings(choices="numbers")),
    ],
)
def test_choices_that_do_not_fit_become_numbers_in_one_message(words, buttons, settings) -> None:
    text = consultation.answer(USER, words, buttons, settings)["message"]["text"]
    assert len(text) <= 2000
    for number, button in enumerate(buttons, start=1):
        assert f"\n{number}. {button.title}" in text


def test_nothing_of_a_short_answer_is_lost_as_a_card() -> None:
    words = "Dạ, làm lại sổ đỏ vì lý do nào ạ? Mỗi trường hợp giấy tờ khác nhau."
    payload = consultation.answer(USER, words, MANY[:3], PLAIN)["message"]["attachment"]["payload"]
    assert payload["elements"] == [{"title": "Dạ, làm lại sổ đỏ vì lý do nào ạ", "subtitle": words}]


def test_a_number_chooses_what_it_stands_before_and_addresses_have_none() -> None:
    buttons = [
        Choice("Lệ phí", payload="#facet:fee"),
        Choice("Gọi Trung tâm", phone="+842563000000"),
        Choice("Nộp ở đâu", payload="#facet:place"),
        Choice("Nhận tin về hồ sơ", payload="#link:start", numbered=False),
        Choice("Xem trọn thủ tục", url="https://e.gov.vn/p/1"),
    ]
    rates = [Choice("Đúng ý", payload="#rate:up:1"), Choice("Chưa đúng ý", payload="#rate:down:1")]
    text = consultation.answer(USER, "x" * 600, buttons, PLAIN, rates=rates)["message"]["text"]
    assert text.split("\n\n")[1:] == [
        "Nhắn số để chọn:\n1. Lệ phí\n2. Nộp ở đâu",
        "Gọi Trung tâm: +842563000000\nXem trọn thủ tục: https://e.gov.vn/p/1",
        "Hoặc nhắn “Nhận tin về hồ sơ”.",
        "Trả lời vậy được chưa ạ? Nhắn “Đúng ý” hoặc “Chưa đúng ý”.",
    ]


def test_a_short_answer_keeps_its_choices_as_buttons_when_the_rest_does_not_fit() -> None:
    buttons = [Choice(f"Việc {number}", payload=str(number)) for number in range(1, 5)]
    buttons.append(Choice("Xem", url="https://e.gov.vn/p/1"))
    rates = [Choice("Đúng ý", payload="#rate:up:1"), Choice("Chưa đúng ý", payload="#rate:down:1")]
    payload = consultation.answer(USER, "Dạ\nCần tờ khai.", buttons, PLAIN, rates=rates)["message"][
        "attachment"
    ]["payload"]
    assert [one["title"] for one in payload["buttons"]] == ["Việc 1", "Việc 2", "Việc 3", "Việc 4", "Xem"]
    assert payload["elements"][0]["subtitle"].endswith("Nhắn “Đúng ý” hoặc “Chưa đúng ý”.")


async def test_a_token_that_ended_is_renewed_and_the_message_sent_once(client, sandbox) -> None:
    sandbox.zalo.says(sandbox.state.people.by_zalo(USER), "chào")
    sandbox.zalo.tokens.expire_access()
    assert (await client.send(consultation.text(USER, "Chào", limit=2000))).message_id
    assert [one.text for one in sandbox.state.arrivals if not one.outgoing] == ["Chào"]


# Windows

NOW = utc_now()
RULES = WindowRules.of(PLAIN)


@pytest.mark.parametrize(
    ("hours", "used", "window"),
    [
        (0, 0, Window.FREE), (47.9, 7, Window.FREE), (1, 8, Window.PAID), (48, 0, Window.PAID),
        (167.9, 99, Window.PAID), (168, 0, Window.CLOSED), (None, 0, Window.CLOSED),
    ],
)  # fmt: skip
def test_the_window_of_a_citizen(hours: float | None, used: int, window: Window) -> None:
    last = NOW - timedelta(hours=hours) if hours is not None else None
    assert RULES.window(Citizen(last, used), NOW) is window


def conversation(client, *, linked=True, hours=1.0, used=0, remembered=None, watching=None):
    windows = Counted(Citizen(utc_now() - timedelta(hours=hours), used))
    return ZaloConversation(
        client,
        accounts=Linked(zalo=USER) if linked else Linked(),
        windows=windows,
        refusals=remembered or Remembered(),
        watcher=watching or Watching(),
    ), windows


async def test_in_the_free_window_a_notice_goes_into_the_conversation_and_is_counted(client, sandbox) -> None:
    sandbox.zalo.says(sandbox.state.people.by_zalo(USER), "chào")
    provider, windows = conversation(client)
    outcome = await provider.send(notice("Hồ sơ đã có kết quả.", channel="zalo", title="Có kết quả"))
    assert outcome == Accepted(sandbox.state.arrivals[-1].id)
    assert sandbox.state.arrivals[-1].text == "Có kết quả\nHồ sơ đã có kết quả."
    assert windows.counted == 1


@pytest.mark.parametrize(
    ("more", "code"),
    [
        ({"linked": False}, "not_linked"),
        ({"used": 8}, "window_not_free"),
        ({"hours": 49}, "window_not_free"),
        ({"hours": 169}, "window_closed"),
    ],
)
async def test_outside_the_free_window_the_next_rung_takes_it_without_asking_zalo(
    client, sandbox, more, code
) -> None:
    provider, _ = conversation(client, **more)
    assert await provider.send(notice(channel="zalo")) == Rejected(
        permanent=True, code=code, about=About.PERSON
    )
    assert sent(sandbox, "zalo-oa") == []


async def test_zalos_word_on_the_window_counts_more_than_ours(client, sandbox) -> None:
    provider, _ = conversation(client)  # we believe that it is open, Zalo does not
    assert await provider.send(notice(channel="zalo")) == Rejected(
        permanent=True, code="-230", about=About.PERSON
    )


# Template messages


async def test_a_template_message_leaves_as_documented(client, sandbox) -> None:
    provider = ZaloTemplates(client, refusals=Remembered(), watcher=Watching())
    outcome = await provider.send(notice(channel="zalo"))
    arrival = sandbox.state.arrivals[-1]
    assert outcome == Accepted(arrival.id)
    assert sent(sandbox, "zalo-zbs") == [
        {
            "phone": "84900000001",
            "template_id": "623794",
            "template_data": {
                "ten": "Nguyễn Văn Mẫu",
                "ma_ho_so": "H99.01-261102-0001",
                "trang_thai": "đã được tiếp nhận",
                "co_quan": "UBND phường Mẫu",
                "ngay_hen": "30/11/2026",
            },
            "tracking_id": REFERENCE,
            "sending_mode": "1",
        }
    ]
    (receipt,) = sandbox.caller.sent
    assert json.loads(receipt.body)["message"]["tracking_id"] == REFERENCE
    assert await provider.lookup(REFERENCE) is Lookup.CANNOT_TELL


async def test_in_development_mode_only_administrators_would_get_it(client, sandbox) -> None:
    client.settings.development_mode = True
    await ZaloTemplates(client, refusals=Remembered(), watcher=Watching()).send(notice())
    assert sent(sandbox, "zalo-zbs")[0]["mode"] == "development"


async def test_what_a_template_asks_for_is_fetched_once(client, sandbox) -> None:
    provider = ZaloTemplates(client, refusals=Remembered(), watcher=Watching())
    for _ in range(3):
        await provider.send(notice())
    assert len([one for one in sandbox.state.asked if one.provider == "zalo-info"]) == 1


@pytest.mark.parametrize(
    ("change", "flaw"),
    [
        ({"dossier_code": "H" * 31}, "ma_ho_so: 31 characters, at most 30"),
        ({"dossier_code": ""}, "ma_ho_so: missing"),
        ({"status": "một\nhai"}, "trang_thai: a line break"),
    ],
)
async def test_a_value_that_zalo_would_refuse_never_leaves(client, sandbox, change, flaw) -> None:
    watching = Watching()
    provider = ZaloTemplates(client, refusals=Remembered(), watcher=watching)
    parameters = {**notice().parameters, **change}
    outcome = await provider.send(notice(parameters=parameters))
    assert outcome == Rejected(permanent=True, code="parameter_refused")
    assert watching.alarms == [("zalo-zbs", Trouble.CONTENT, f"template 623794 {flaw}")]
    assert sent(sandbox, "zalo-zbs") == []


async def test_a_template_that_is_not_approved_is_not_tried(client, sandbox) -> None:
    watching = Watching()
    binding = client.settings.templates["received"].model_copy(update={"template_id": "623799"})
    bindings = {"*": binding}
    provider = ZaloTemplates(client, refusals=Remembered(), watcher=watching, bindings=bindings)
    assert await provider.send(notice()) == Rejected(permanent=True, code="template_not_enabled")
    assert watching.alarms[0][1] is Trouble.CONFIGURATION


async def test_whoever_has_no_zalo_is_not_asked_again_for_a_while(client, sandbox) -> None:
    sandbox.state.people.by_phone("0900000009").has_zalo = False
    remembered = Remembered()
    provider = ZaloTemplates(client, refusals=remembered, watcher=Watching())
    first = await provider.send(notice(to="+84900000009"))
    again = await provider.send(notice(to="+84900000009"))
    assert first == Rejected(permanent=True, code="-118", about=About.PERSON)
    assert again == Rejected(permanent=True, code="no_account", about=About.PERSON)
    assert remembered.known["zalo", "+84900000009"] == (Unreachable.NO_ACCOUNT, timedelta(days=30))
    assert len(sent(sandbox, "zalo-zbs")) == 1


async def test_a_question_about_a_template_that_fails_sends_nothing_and_is_tried_again(
    client, sandbox
) -> None:
    sandbox.state.plan("zalo-info", PlannedFault(Fault.SERVER_ERROR))
    provider = ZaloTemplates(client, refusals=Remembered(), watcher=Watching())
    assert await provider.send(notice()) == Rejected(permanent=False, code="http_502")


@pytest.mark.parametrize(
    ("more", "code"),
    [
        ({"to": "mau@example.com"}, "no_phone"),
        ({"reference": "có dấu"}, "bad_reference"),
    ],
)
async def test_what_cannot_be_a_template_message_says_why(client, more, code) -> None:
    provider = ZaloTemplates(client, refusals=Remembered(), watcher=Watching())
    outcome = await provider.send(notice(**more))
    assert isinstance(outcome, Rejected)
    assert (outcome.permanent, outcome.code) == (True, code)


async def test_a_citizen_without_a_telephone_gets_it_by_their_zalo_id_where_its_address_is_known(
    client, sandbox
) -> None:
    provider = ZaloTemplates(client, refusals=Remembered(), watcher=Watching(), accounts=Linked(zalo=USER))
    client.settings.template_by_user_path = None
    assert await provider.send(notice(to="conversation")) == Rejected(
        permanent=True, code="no_phone", about=About.PERSON
    )
    client.settings.template_by_user_path = "/message/template"
    outcome = await provider.send(notice(to="conversation"))
    arrival = sandbox.state.arrivals[-1]
    assert outcome == Accepted(arrival.id)
    assert sent(sandbox, "zalo-zbs") == [
        {
            "user_id": USER,
            "template_id": "623794",
            "template_data": {
                "ten": "Nguyễn Văn Mẫu",
                "ma_ho_so": "H99.01-261102-0001",
                "trang_thai": "đã được tiếp nhận",
                "co_quan": "UBND phường Mẫu",
                "ngay_hen": "30/11/2026",
            },
            "tracking_id": REFERENCE,
            "sending_mode": "1",
        }
    ]
    assert arrival.who == "+84900000001"
    (receipt,) = sandbox.caller.sent
    assert json.loads(receipt.body)["message"]["tracking_id"] == REFERENCE


async def test_whoever_stopped_following_is_not_reached_by_their_zalo_id(client, sandbox) -> None:
    client.settings.template_by_user_path = "/message/template"
    sandbox.zalo.follows(sandbox.state.people.by_zalo(USER), stops=True)
    provider = ZaloTemplates(client, refusals=Remembered(), watcher=Watching(), accounts=Linked(zalo=USER))
    assert await provider.send(notice(to="conversation")) == Rejected(permanent=True, code="-213")


async def test_what_became_of_a_template_message_can_be_asked(client, sandbox) -> None:
    provider = ZaloTemplates(client, refusals=Remembered(), watcher=Watching())
    outcome = await provider.send(notice())
    assert isinstance(outcome, Accepted)
    found = await provider.ask(str(outcome.provider_message_id))
    assert found is not None
    assert (found.fate, found.confidence) == (Fate.DELIVERED, Confidence.HANDSET)
    assert found.identity == f"{outcome.provider_message_id}:delivered", "the same as of its receipt"
    assert await provider.ask("unknown") is None
    sandbox.zalo.template_messages.undelivered.add(outcome.provider_message_id)
    assert await provider.ask(str(outcome.provider_message_id)) is None, "not on the telephone yet"
    sandbox.state.plan("zalo-zbs", PlannedFault(Fault.SERVER_ERROR))
    with pytest.raises(ZaloUnclear):
        await provider.ask(str(outcome.provider_message_id))


async def test_an_event_without_a_template_goes_to_the_next_rung(client) -> None:
    provider = ZaloTemplates(client, refusals=Remembered(), watcher=Watching(), bindings={})
    assert await provider.send(notice()) == Rejected(permanent=True, code="no_template")


@pytest.mark.parametrize(
    ("kind", "value", "good"),
    [
        ("NUMBER", "12", True), ("NUMBER", "1,5", True), ("NUMBER", "mười", False),
        ("CURRENCY", "150000", True), ("CURRENCY", "150.000", False), ("CURRENCY", "150000 đồng", False),
        ("DATE", "30/11/2026", True), ("DATE", "17:00 30/11/2026", True), ("DATE", "2026-11-30", False),
        ("STRING", "gì cũng được", True),
    ],
)  # fmt: skip
def test_each_type_of_parameter_is_checked(kind: str, value: str, good: bool) -> None:
    info = TemplateInfo("1", "x", None, (Parameter("p", ParameterType(kind)),))
    assert (fill(info, {"p": value}).flaws == ()) is good


async def test_a_binding_that_leaves_a_required_parameter_empty_is_found_beforehand(client) -> None:
    info = await client.template("623794")
    binding = client.settings.templates["received"]
    assert missing_values(info, binding) == []
    poorer = binding.model_copy(update={"parameters": {"ten": "applicant_name"}})
    assert missing_values(info, poorer) == ["ma_ho_so", "trang_thai"]


@pytest.mark.parametrize(
    ("text", "good"), [(REFERENCE, True), ("a" * 48, True), ("a" * 49, False), ("", False)]
)
def test_a_tracking_id_is_letters_and_digits(text: str, good: bool) -> None:
    assert is_tracking_id(text) is good


async def test_quota_status_and_ratings_can_be_asked_for(client, sandbox) -> None:
    provider = ZaloTemplates(client, refusals=Remembered(), watcher=Watching())
    outcome = await provider.send(notice())
    assert isinstance(outcome, Accepted)
    assert (await client.template_quota()).remaining == 499
    assert (await client.conversation_quota())[0].remaining == 1988
    assert (await client.message_status(outcome.provider_message_id))["status"] == 1
    sandbox.zalo.rates(sandbox.state.arrivals[-1], 4, "Nhanh", ("Đúng hẹn",))
    day = timedelta(days=1)
    found, total = await client.ratings("623794", since=utc_now() - day, until=utc_now() + day)
    assert total == 1
    assert (found[0].rate, found[0].tracking_id, found[0].feedbacks) == (4, REFERENCE, ("Đúng hẹn",))
    assert (await client.user(USER))["user_is_follower"] is True
    assert (await client.account())["oa_id"] == client.settings.oa_id
