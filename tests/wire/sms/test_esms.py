"""eSMS.vn: its codes, its duplicates, its unsigned callback that says "finished" and means "failed"."""

from __future__ import annotations

import json
from datetime import timedelta
from urllib.parse import parse_qsl, urlsplit

import pytest
from ulid import ULID

from core.database import utc_now
from gateway.sandbox.state import Fault, PlannedFault
from tests.wire.fakes import REFERENCE, Watching, notice
from wire.alarms import Trouble
from wire.esms import CODES, Esms, Kind, read_callback
from wire.provider import About, Accepted, Ambiguous, Lookup, Rejected
from wire.receipt import Fate

CALLBACK = "https://motcua.example.gov.vn/webhooks/esms/secret"


@pytest.fixture
def watching() -> Watching:
    return Watching()


@pytest.fixture
def esms(esms_settings, session, watching) -> Esms:
    return Esms(esms_settings, session, callback_url=CALLBACK, watcher=watching)


@pytest.mark.parametrize(("text", "unicode"), [("Ho so da xong.", "0"), ("Hồ sơ đã xong.", "1")])
async def test_a_message_leaves_as_esms_documents(esms, esms_settings, sandbox, text, unicode) -> None:
    outcome = await esms.send(notice(text))
    (asked,) = sandbox.state.asked
    assert asked.path == "/esms/MainService.svc/json/SendMultipleMessage_V4_post_json/"
    assert json.loads(asked.body) == {
        "ApiKey": esms_settings.api_key.get_secret_value(),
        "SecretKey": esms_settings.secret_key.get_secret_value(),
        "Phone": "0900000001",
        "Content": text,
        "Brandname": "MOTCUA",
        "SmsType": "2",
        "IsUnicode": unicode,
        "Sandbox": "0",
        "RequestId": REFERENCE,
        "campaignid": "hoso",
        "CallbackUrl": CALLBACK,
    }
    assert outcome == Accepted(sandbox.state.arrivals[-1].id)


@pytest.mark.parametrize(
    "row", [row for row in CODES.values() if row.code != 100], ids=lambda row: str(row.code)
)
async def test_each_code_has_its_outcome(esms, sandbox, watching, row) -> None:
    sandbox.state.plan("esms", PlannedFault(Fault.ERROR, row.code))
    outcome = await esms.send(notice())
    if row.kind is Kind.DUPLICATE:
        assert outcome == Accepted(None)
    else:
        about = {99: About.PERSON, 108: About.PERSON, 115: About.PERSON, 120: About.UNKNOWN,
                 110: About.ROUTE, 146: About.ROUTE, 177: About.ROUTE}  # fmt: skip
        assert outcome == Rejected(
            permanent=row.kind is not Kind.BUSY, code=str(row.code), about=about.get(row.code, About.ACCOUNT)
        )
    told = {Kind.CONFIGURATION: Trouble.CONFIGURATION, Kind.NETWORK: Trouble.CONFIGURATION,
            Kind.ACCOUNT: Trouble.ACCOUNT, Kind.CONTENT: Trouble.CONTENT}.get(row.kind)  # fmt: skip
    assert watching.alarms == ([("esms", told, f"{row.code} {row.meaning}")] if told else [])


async def test_an_unknown_code_is_final_and_raises_an_alarm(esms, sandbox, watching) -> None:
    sandbox.state.plan("esms", PlannedFault(Fault.ERROR, 999))
    assert await esms.send(notice()) == Rejected(permanent=True, code="999")
    assert watching.alarms == [("esms", Trouble.UNKNOWN, "999")]


@pytest.mark.parametrize(
    ("kind", "patience"), [("server_error", 20.0), ("hang", 1.0), ("drop", 20.0), ("unreadable", 20.0)]
)
async def test_after_a_lost_answer_it_is_handed_over_again_and_arrives_once(esms, sandbox, kind) -> None:
    reference = f"{ULID()}0"
    sandbox.state.plan("esms", PlannedFault(Fault(kind), seconds=1.5))
    assert isinstance(await esms.send(notice(reference=reference)), Ambiguous)
    assert await esms.lookup(reference) is Lookup.NOT_TAKEN
    assert isinstance(await esms.send(notice(reference=reference)), Accepted)
    assert len(sandbox.state.arrivals) == 1


async def test_after_a_day_a_second_copy_would_not_be_refused_any_more(
    esms_settings, session, watching
) -> None:
    later = Esms(
        esms_settings,
        session,
        callback_url=None,
        watcher=watching,
        clock=lambda: utc_now() + timedelta(days=1),
    )
    assert await later.lookup(f"{ULID()}0") is Lookup.CANNOT_TELL
    assert await later.lookup("not-one-of-ours") is Lookup.CANNOT_TELL


async def test_a_gateway_that_hangs_every_time_lets_the_next_rung_have_it(esms) -> None:
    reference = f"{ULID()}0"
    answers = [await esms.lookup(reference) for _ in range(3)]
    assert answers == [Lookup.NOT_TAKEN, Lookup.NOT_TAKEN, Lookup.CANNOT_TELL]


async def test_too_long_a_text_is_never_paid_for(esms, sandbox) -> None:
    too_long = Rejected(permanent=True, code="too_long", about=About.ROUTE)
    assert await esms.send(notice("a" * 460)) == too_long
    assert not sandbox.state.asked


@pytest.mark.parametrize(
    ("fields", "fate"),
    [
        ({"SendStatus": "5", "SendSuccess": "1", "SendFailed": "0"}, Fate.DELIVERED),
        ({"SendStatus": "5", "SendSuccess": "0", "SendFailed": "1"}, Fate.FAILED),
        ({"SendStatus": "5", "SendSuccess": "0", "SendFailed": "0"}, None),
        ({"SendStatus": "4", "SendSuccess": "0", "SendFailed": "0"}, Fate.FAILED),
        ({"SendStatus": "7"}, Fate.SENT),
        ({"SendStatus": "1"}, None),
        ({"SendStatus": "2"}, None),
        ({"SendStatus": "x", "SendSuccess": "một"}, None),
    ],
)
def test_finished_may_mean_failed(fields: dict, fate: Fate | None) -> None:
    found = read_callback({"SMSID": "s1", "RequestId": "r1", **fields})
    assert (found.fate if found else None) is fate
    if found:
        assert (found.reference, found.provider_message_id) == ("r1", "s1")


def test_a_callback_that_names_nothing_says_nothing() -> None:
    assert read_callback({"SendStatus": "5", "SendSuccess": "1"}) is None


async def test_the_sandbox_calls_back_with_a_get(esms, sandbox) -> None:
    await esms.send(notice())
    (delivery,) = sandbox.caller.sent
    assert delivery.method == "GET"
    assert delivery.url.startswith(CALLBACK + "?")
    found = read_callback(dict(parse_qsl(urlsplit(delivery.url).query)))
    assert found is not None
    assert found.reference == REFERENCE
