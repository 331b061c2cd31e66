"""Every row of Zalo's error table: code, verdict, and what the sender makes of it."""

from __future__ import annotations

import pytest

from tests.wire.fakes import Remembered, Watching, notice
from wire.alarms import Trouble, Unreachable
from wire.provider import About, Ambiguous, Rejected
from wire.zalo.errors import (
    ALARMS,
    OPENAPI_ERRORS,
    TEMPLATE_ERRORS,
    Verdict,
    openapi_error,
    outcome_of,
    template_error,
)
from wire.zalo.provider import ZaloTemplates

FACTS = """
0 sent | -100 retry | -101 -102 -103 -104 -105 -106 -107 -1091 config | -108 bad_data | -109 config
-110 -114 fallback | -111 -112 -1121 -1122 -1124 bug | -1123 -113 -116 -121 -122 -130 -132 -153 bug
-115 stop | -117 config | -118 -119 no_zalo | -120 -1201 -1202 -135 -1351 -138 -140 -145 stop
-123 -128 -129 -142 -143 config | -124 -1241 token | -125 config | -126 -127 development | -131 config
-133 night | -134 consent | -136 -137 stop | -139 -141 opt_out | -144 -1441 -147 -1471 -160 limit
-146 config | -148 -149 -150 -151 -152 config | -158 -159 bug
"""
ROWS = [
    (int(code), Verdict(part.split()[-1]))
    for part in FACTS.replace("\n", " | ").split("|")
    if part.strip()
    for code in part.split()[:-1]
]
TEMPORARY = {Verdict.RETRY, Verdict.NIGHT, Verdict.TOKEN}
OF_THE_PERSON = {
    Verdict.NO_ZALO, Verdict.BAD_DATA, Verdict.CONSENT, Verdict.OPT_OUT, Verdict.CLOSED_WINDOW,
}  # fmt: skip


def test_the_table_has_no_row_more_and_none_less() -> None:
    assert set(TEMPLATE_ERRORS) == {code for code, _ in ROWS}
    assert len(ROWS) == len(TEMPLATE_ERRORS)


@pytest.mark.parametrize(("code", "verdict"), ROWS)
def test_each_template_code_means_what_the_table_says(code: int, verdict: Verdict) -> None:
    row = template_error(code)
    assert (row.verdict, row.code) == (verdict, code)
    about = About.PERSON if verdict in OF_THE_PERSON else About.UNKNOWN
    assert outcome_of(row) == Rejected(permanent=verdict not in TEMPORARY, code=str(code), about=about)


@pytest.mark.parametrize("code", [code for code, verdict in ROWS if verdict is not Verdict.SENT])
async def test_each_code_over_the_wire_gives_its_outcome_and_its_consequence(
    sandbox, client, alarms, code
) -> None:
    from gateway.sandbox.state import Fault, PlannedFault

    watching, remembered = Watching(), Remembered()
    provider = ZaloTemplates(client, refusals=remembered, watcher=watching)
    sandbox.state.plan("zalo-zbs", PlannedFault(Fault.ERROR, code, times=2))
    outcome = await provider.send(notice(channel="zalo"))
    row = template_error(code)
    assert outcome == outcome_of(row)
    known = remembered.known.get(("zalo", "+84900000001"))
    if row.verdict is Verdict.NO_ZALO:
        assert known == (Unreachable.NO_ACCOUNT, client.settings.no_account_recheck)
    elif row.verdict is Verdict.OPT_OUT:
        assert known == (Unreachable.REFUSED, None)
    else:
        assert known is None
    assert bool(watching.alarms) == (row.verdict in ALARMS)
    asked = [one for one in sandbox.state.asked if one.provider == "zalo-zbs"]
    assert len(asked) == (2 if row.verdict is Verdict.TOKEN else 1)


OPENAPI = """
-32 retry | -201 bug | -202 stop | -203 bug | -204 bug | -205 config | -206 config | -207 bad_data
-208 -209 -210 stop | -211 limit | -212 config | -213 fallback | -220 token | -224 stop | -230 closed_window
"""


@pytest.mark.parametrize(
    ("code", "verdict"),
    [
        (int(code), part.split()[-1])
        for part in OPENAPI.replace("\n", " | ").split("|")
        if part.strip()
        for code in part.split()[:-1]
    ],
)
def test_each_conversation_code_means_what_the_table_says(code: int, verdict: str) -> None:
    assert openapi_error(code, "", ("expired",)).verdict == verdict
    assert code in OPENAPI_ERRORS


@pytest.mark.parametrize(
    ("code", "words", "verdict"),
    [
        (-201, "Access token is invalid", Verdict.TOKEN),
        (-201, "user_id is invalid", Verdict.BUG),
        (-216, "Access token has expired", Verdict.TOKEN),
        (-216, "something else", Verdict.CONFIG),
        (-999, "token expired", Verdict.TOKEN),
        (-999, "never seen", Verdict.UNKNOWN),
    ],
)
def test_words_settle_codes_on_which_sources_disagree(code: int, words: str, verdict: Verdict) -> None:
    assert openapi_error(code, words, ("expired", "access token")).verdict is verdict


async def test_an_unknown_code_is_final_and_raises_an_alarm(sandbox, client) -> None:
    from gateway.sandbox.state import Fault, PlannedFault

    watching = Watching()
    sandbox.state.plan("zalo-zbs", PlannedFault(Fault.ERROR, -777))
    outcome = await ZaloTemplates(client, refusals=Remembered(), watcher=watching).send(notice())
    assert outcome == Rejected(permanent=True, code="-777")
    assert watching.alarms == [("zalo-zbs", Trouble.UNKNOWN, "-777 not in the table")]


@pytest.mark.parametrize(
    ("kind", "code", "outcome", "patience"),
    [
        ("server_error", 503, Ambiguous("http_503"), 20.0),
        ("hang", None, Ambiguous("TimeoutError"), 1.0),
        ("drop", None, Ambiguous("ServerDisconnectedError"), 20.0),
        ("unreadable", None, Ambiguous("unreadable"), 20.0),
    ],
)
async def test_what_nobody_can_be_sure_of_is_ambiguous_and_never_sent_twice(
    sandbox, client, kind, code, outcome
) -> None:
    from gateway.sandbox.state import Fault, PlannedFault

    sandbox.state.plan("zalo-zbs", PlannedFault(Fault(kind), code, seconds=1.5))
    provider = ZaloTemplates(client, refusals=Remembered(), watcher=Watching())
    found = await provider.send(notice())
    assert isinstance(found, Ambiguous)
    if kind != "hang":
        assert found == outcome
    assert len([one for one in sandbox.state.asked if one.provider == "zalo-zbs"]) == 1
    assert len(sandbox.state.arrivals) == (1 if kind == "drop" else 0)
