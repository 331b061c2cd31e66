"""Twilio's own library against the sandbox: what leaves, what comes back, whose callback is believed."""

from __future__ import annotations

from collections.abc import AsyncIterator
from urllib.parse import parse_qsl

import pytest
from pydantic import SecretStr
from twilio.request_validator import RequestValidator

from core.channel_settings import TwilioSettings
from gateway.sandbox.state import Fault, PlannedFault
from tests.wire.fakes import REFERENCE, Remembered, Watching, notice
from wire import twilio_sms
from wire.alarms import Trouble, Unreachable
from wire.provider import About, Accepted, Ambiguous, Confidence, Lookup, Rejected
from wire.receipt import Fate
from wire.twilio_errors import ERRORS, Kind
from wire.twilio_sms import SETTINGS_HEADER, SIGNATURE_HEADER, TwilioSms

CALLBACK = "https://motcua.example.gov.vn/webhooks/twilio/status"


@pytest.fixture
def watching() -> Watching:
    return Watching()


@pytest.fixture
def remembered() -> Remembered:
    return Remembered()


@pytest.fixture
async def twilio(twilio_settings, watching, remembered) -> AsyncIterator[TwilioSms]:
    found = TwilioSms(twilio_settings, callback_url=CALLBACK, refusals=remembered, watcher=watching)
    yield found
    await found.close()


async def test_a_message_leaves_as_twilio_wants_it(twilio, sandbox) -> None:
    outcome = await twilio.send(notice("UBND P.Mau: Ho so da co ket qua."))
    (asked,) = sandbox.state.asked
    assert asked.path == f"/twilio/2010-04-01/Accounts/{sandbox.accounts.twilio_sid}/Messages.json"
    assert asked.headers["Authorization"].startswith("Basic ")
    assert dict(parse_qsl(asked.body.decode())) == {
        "To": "+84900000001",
        "From": "MOTCUA",
        "Body": "UBND P.Mau: Ho so da co ket qua.",
        "StatusCallback": f"{CALLBACK}?ref={REFERENCE}",
        "ValidityPeriod": "14400",
    }
    assert isinstance(outcome, Accepted)
    assert outcome.provider_message_id is not None
    assert outcome.provider_message_id.startswith("SM")
    assert await twilio.lookup(REFERENCE) is Lookup.CANNOT_TELL


@pytest.mark.parametrize("row", ERRORS.values(), ids=lambda row: str(row.code))
async def test_each_error_has_its_outcome(twilio, sandbox, watching, remembered, row) -> None:
    sandbox.state.plan("twilio", PlannedFault(Fault.ERROR, row.code))
    outcome = await twilio.send(notice())
    temporary = row.kind in (Kind.BUSY, Kind.TEMPORARY)
    assert isinstance(outcome, Rejected)
    assert (outcome.permanent, outcome.code) == (not temporary, str(row.code))
    elsewhere = {21408, 21612, 21617, 30002, 30007, 30034, 20003}
    assert outcome.another_may_take_it == (row.code in elsewhere)
    told = {Kind.CONFIGURATION: Trouble.CONFIGURATION, Kind.ROUTE: Trouble.CONFIGURATION,
            Kind.ACCOUNT: Trouble.ACCOUNT, Kind.CONTENT: Trouble.CONTENT}.get(row.kind)  # fmt: skip
    assert watching.alarms == ([("twilio", told, str(row.code))] if told else [])
    opted_out = ("sms", "+84900000001") in remembered.known
    assert opted_out == (row.kind is Kind.OPTED_OUT)


@pytest.mark.parametrize(
    ("kind", "code", "patience"),
    [("server_error", "http_502", 20.0), ("hang", "TimeoutError", 1.0),
     ("drop", "ServerDisconnectedError", 20.0), ("unreadable", None, 20.0)],
)  # fmt: skip
async def test_a_lost_answer_is_ambiguous(twilio, sandbox, kind, code) -> None:
    sandbox.state.plan("twilio", PlannedFault(Fault(kind), seconds=1.5))
    outcome = await twilio.send(notice())
    assert isinstance(outcome, Ambiguous)
    assert code in (None, outcome.code)
    assert len(sandbox.state.asked) == 1


async def test_nobody_there_is_certainly_not_taken(twilio_settings, watching, remembered) -> None:
    away = twilio_settings.model_copy(update={"base_url": "http://127.0.0.1:9"})
    provider = TwilioSms(away, callback_url=None, refusals=remembered, watcher=watching)
    outcome = await provider.send(notice())
    await provider.close()
    assert isinstance(outcome, Rejected)
    assert not outcome.permanent


@pytest.mark.parametrize(
    ("more", "settings", "code"),
    [
        ({"to": "+842563812345"}, {}, "not_mobile"),
        ({"to": "1900"}, {}, "not_mobile"),
        ({"text": "a" * 460}, {}, "too_long"),
        ({"text": "Ho so da co ket qua."}, {"sender_in_text": True}, "sender_not_in_text"),
    ],
)
async def test_vietnams_rules_are_kept_before_anything_is_paid(
    twilio_settings, watching, remembered, sandbox, more, settings, code
) -> None:
    changed = twilio_settings.model_copy(update=settings)
    provider = TwilioSms(changed, callback_url=None, refusals=remembered, watcher=watching)
    outcome = await provider.send(notice(**more))
    assert isinstance(outcome, Rejected)
    assert (outcome.permanent, outcome.code) == (True, code)
    assert not sandbox.state.asked


async def test_whoever_opted_out_is_not_written_to(twilio, remembered, sandbox) -> None:
    await remembered.note("sms", "+84900000001", Unreachable.REFUSED, None)
    assert await twilio.send(notice()) == Rejected(permanent=True, code="refused", about=About.PERSON)
    assert not sandbox.state.asked


# Callbacks

FIELDS = {"MessageSid": "SM1", "MessageStatus": "delivered"}
URL = "https://example.com/cb"
TOKEN = TwilioSettings(auth_token=SecretStr("12345"), webhook_shared_key=SecretStr("shared"))


def genuine(mac: str, *, url: str = URL, fields: dict | None = None, settings=TOKEN, **headers: str) -> bool:
    return twilio_sms.is_genuine(
        settings, url=url, fields=fields or FIELDS, headers={SIGNATURE_HEADER: mac, **headers}
    )


def test_the_known_vector() -> None:
    assert genuine("vTUhmg2usnUQooNO5wnVciJ0HzA=")


def test_the_newer_algorithm_is_checked_with_the_shared_key() -> None:
    mac = RequestValidator("shared").compute_signature(URL, FIELDS, "HMAC_SHA256")
    header = {SETTINGS_HEADER: "key=k1,algorithm=HMAC_SHA256"}
    assert genuine(mac, **header)
    assert not genuine(mac), "the older algorithm must not take it"
    assert not genuine(mac, settings=TwilioSettings(auth_token=SecretStr("12345")), **header)
    assert not genuine(mac, **{SETTINGS_HEADER: "key=k1,algorithm=HMAC_MD5"})


@pytest.mark.parametrize(
    ("mac", "changed"),
    [
        ("vTUhmg2usnUQooNO5wnVciJ0HzB=", {}),
        ("", {}),
        ("é", {}),
        ("vTUhmg2usnUQooNO5wnVciJ0HzA=", {"url": URL + "?x=1"}),
        ("vTUhmg2usnUQooNO5wnVciJ0HzA=", {"fields": {**FIELDS, "MessageStatus": "failed"}}),
        ("vTUhmg2usnUQooNO5wnVciJ0HzA=", {"settings": TwilioSettings(auth_token=SecretStr("other"))}),
        ("vTUhmg2usnUQooNO5wnVciJ0HzA=", {"settings": TwilioSettings()}),
    ],
)
def test_anything_else_is_not_believed(mac: str, changed: dict) -> None:
    assert not genuine(mac, **changed)


@pytest.mark.parametrize(
    ("status", "fate", "confidence"),
    [
        ("accepted", None, None), ("scheduled", None, None), ("queued", None, None), ("sending", None, None),
        ("sent", "sent", "network"), ("delivered", "delivered", "handset"), ("read", "read", "handset"),
        ("undelivered", "failed", "network"), ("failed", "failed", "network"),
        ("canceled", "failed", "accepted"), ("receiving", None, None), ("received", None, None),
        ("partially_delivered", None, None), ("gibberish", None, None),
    ],
)  # fmt: skip
def test_each_status_moves_a_message_as_far_as_it_says(status, fate, confidence) -> None:
    found = twilio_sms.read_callback(
        f"{URL}?ref=R1", {**FIELDS, "MessageStatus": status, "ErrorCode": "30003"}
    )
    if fate is None:
        assert found is None
        return
    assert found is not None
    assert (found.fate, found.confidence) == (Fate(fate), Confidence(confidence))
    assert (found.reference, found.provider_message_id, found.code) == ("R1", "SM1", "30003")


async def test_a_callback_of_the_sandbox_is_believed_and_names_our_reference(
    twilio, sandbox, twilio_settings
) -> None:
    await twilio.send(notice())
    for delivery in sandbox.caller.sent:
        fields = dict(parse_qsl(delivery.body.decode()))
        assert twilio_sms.is_genuine(
            twilio_settings, url=delivery.url, fields=fields, headers=delivery.headers
        )
        found = twilio_sms.read_callback(delivery.url, fields)
        assert found is not None
        assert found.reference == REFERENCE


async def test_a_receipt_that_never_came_can_be_asked_for(twilio, sandbox) -> None:
    sandbox.state.plan("twilio", PlannedFault(Fault.LOST_RECEIPT, times=2))
    outcome = await twilio.send(notice())
    assert sandbox.caller.sent == []
    found = await twilio.ask(outcome.provider_message_id)
    assert found.fate is Fate.DELIVERED
