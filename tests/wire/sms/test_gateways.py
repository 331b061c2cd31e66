"""The small gateways: their formats as far as they could be read."""

from __future__ import annotations

import base64
import json
from urllib.parse import parse_qsl

import jwt
import pytest
from pydantic import SecretStr

from core.channel_settings import SpeedSmsSettings, StringeeSettings, VietGuysSettings
from gateway.sandbox.state import Fault, PlannedFault
from tests.wire.fakes import REFERENCE, Watching, notice
from wire.alarms import Trouble
from wire.provider import About, Accepted, Ambiguous, Lookup, Rejected
from wire.receipt import Fate
from wire.sms_gateways import SmsGateway, SpeedSms, Stringee, VietGuys, read_vietguys_report

ACCOUNT = {"user": "sid", "secret": SecretStr("bí mật đủ dài cho một khóa HS256"), "sender": "MOTCUA"}


@pytest.fixture
def gateways(sandbox, session):
    watching = Watching()

    def make(name: str) -> SmsGateway:
        found = {
            "speedsms": lambda: SpeedSms(SpeedSmsSettings(**ACCOUNT, base_url=f"{sandbox.url}/speedsms")),
            "vietguys": lambda: VietGuys(
                VietGuysSettings(**ACCOUNT, base_url=f"{sandbox.url}/vietguys/api/index.php")
            ),
            "stringee": lambda: Stringee(
                StringeeSettings(**ACCOUNT, base_url=f"{sandbox.url}/stringee"), clock=lambda: 1_785_722_400
            ),
        }[name]()
        return SmsGateway(found, session, watcher=watching, timeout_seconds=20.0)

    make.watching = watching
    return make


async def test_speedsms(gateways, sandbox) -> None:
    assert await gateways("speedsms").send(notice("Ho so")) == Accepted("123")
    (asked,) = sandbox.state.asked
    assert json.loads(asked.body) == {
        "to": ["84900000001"], "content": "Ho so", "sms_type": 3, "sender": "MOTCUA",
    }  # fmt: skip
    user, _, password = base64.b64decode(asked.headers["Authorization"].split()[1]).decode().rpartition(":")
    assert (user, password) == (ACCOUNT["secret"].get_secret_value(), "x")


@pytest.mark.parametrize(("text", "kind"), [("Ho so", "0"), ("Hồ sơ", "8")])
async def test_vietguys(gateways, sandbox, text, kind) -> None:
    outcome = await gateways("vietguys").send(notice(text))
    assert outcome == Accepted(sandbox.state.arrivals[-1].id)
    assert dict(parse_qsl(sandbox.state.asked[-1].body.decode())) == {
        "u": "sid", "pwd": ACCOUNT["secret"].get_secret_value(), "from": "MOTCUA", "phone": "84900000001",
        "sms": text, "bid": REFERENCE, "type": kind, "json": "1",
    }  # fmt: skip


async def test_stringee(gateways, sandbox) -> None:
    assert await gateways("stringee").send(notice("Ho so")) == Accepted(None)
    (asked,) = sandbox.state.asked
    assert json.loads(asked.body) == {"sms": [{"from": "MOTCUA", "to": "84900000001", "text": "Ho so"}]}
    token = asked.headers["X-STRINGEE-AUTH"]
    assert jwt.get_unverified_header(token) == {"typ": "JWT", "alg": "HS256", "cty": "stringee-api;v=1"}
    claims = jwt.decode(
        token, ACCOUNT["secret"].get_secret_value(), algorithms=["HS256"], options={"verify_exp": False}
    )
    assert claims == {
        "jti": "sid-1785722400", "iss": "sid", "exp": 1_785_726_000, "rest_api": True,
    }  # fmt: skip


@pytest.mark.parametrize("name", ["speedsms", "vietguys", "stringee"])
@pytest.mark.parametrize(
    ("kind", "code", "expected"),
    [
        ("error", 101, Rejected(permanent=True, code="101")),
        ("server_error", None, Ambiguous("http_502")),
        ("drop", None, Ambiguous("ServerDisconnectedError")),
        ("unreadable", None, Ambiguous("unreadable")),
    ],
)
async def test_refusals_and_doubts(gateways, sandbox, name, kind, code, expected) -> None:
    sandbox.state.plan(name, PlannedFault(Fault(kind), code))
    gateway = gateways(name)
    assert await gateway.send(notice()) == expected
    assert await gateway.lookup(REFERENCE) is Lookup.CANNOT_TELL


async def test_an_empty_account_raises_an_alarm(gateways, sandbox) -> None:
    sandbox.state.plan("speedsms", PlannedFault(Fault.ERROR, 300))
    refused = Rejected(permanent=True, code="300", about=About.ACCOUNT)
    assert await gateways("speedsms").send(notice()) == refused
    assert gateways.watching.alarms == [("speedsms", Trouble.ACCOUNT, "300")]


@pytest.mark.parametrize(
    ("status", "fate"),
    [("sent", Fate.SENT), ("delivered", Fate.DELIVERED), ("fail", Fate.FAILED), ("?", None)],
)
def test_a_report_of_vietguys(status: str, fate: Fate | None) -> None:
    found = read_vietguys_report({"data": {"message_id": "m1", "status": status}})
    assert (found.fate if found else None) is fate
    assert read_vietguys_report({}) is None
